"""One measure's whole calibration as one JSON-able object."""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from hal9lib.calibration._case import Calibration
from hal9lib.calibration._trials import on_large, on_noise, on_planted
from hal9lib.calibration._verdict import missed


def calibrate(
    name: str, case: Calibration, repeats: Mapping[str, int], seed: int, progress: bool = False
) -> dict[str, Any]:
    """Run noise, planted structure and the large input of one measure.

    Parameters
    ----------
    repeats : how many data sets of ``noise``, for ``power`` and for ``values``.

    Returns
    -------
    Counts and figures; ``missed`` lists what is asked and was not met, ``not_asked`` what does not
    apply, with its reason.
    """
    found: dict[str, Any] = {"measure": name, "seed": seed}
    found |= on_noise(case, repeats["noise"], seed, progress)
    found |= on_planted(case, repeats["power"], repeats["values"], seed, progress)
    found |= on_large(case, seed)
    found |= {"missed": missed(found), "not_asked": dict(case.not_asked)}
    versions = {package: version(package) for package in ("numpy", "numba", "scipy")}
    return found | {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {platform.system()}",
        "versions": {"python": platform.python_version()} | versions,
    }
