"""Calibrations as words: a few lines in a terminal, one page for all that were kept."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_HEAD = """# Measures, calibrated

Each row is what `./hal9 calibrate NAME --save tests/benchmarks/measures` found; the folder holds
each as JSON with its versions and date. On noise at most 65 of 1,000 data sets may raise an alarm
at 5 %, and p must be uniform (Kolmogorov and Smirnov, p above 0.001); on planted structure power is
to reach 0.8, the median bias to stay within 5 %, the interval to cover the truth in 92 to 97 % of
data sets. Seconds are one call at the size named, on one shared core. A dash is a criterion that
does not apply; the reason is below.

| Measure | Alarms | p uniform | Power | Median bias | Coverage | Seconds | Missed |
|---|---|---|---|---|---|---|---|
"""


def words(found: Mapping[str, Any]) -> str:
    """A few lines for a terminal."""
    lines = [found["measure"]]
    if "alarms" in found:
        lines.append(
            f"  noise    {found['alarms']} alarms of {found['noise_repeats']:,}, "
            f"uniform p {found['uniform_p']:.2g}   ({found['noise']})"
        )
    parts = [f"power {found['power']:.2f}"] if "power" in found else []
    parts += [f"median bias {found['bias']:+.1%}"] if "bias" in found else []
    parts += [f"coverage {found['coverage']:.1%}"] if "coverage" in found else []
    lines.append(f"  planted  {', '.join(parts) or 'nothing asked'}   ({found['planted']})")
    if "seconds" in found:
        lines.append(f"  cost     {found['seconds']:.2f} s   ({found['large']})")
    lines += [f"  -        {name}: {why}" for name, why in found["not_asked"].items()]
    lines += [f"  MISSED   {sentence}" for sentence in found["missed"]]
    lines += [] if found["missed"] else ["  missed   nothing"]
    return "\n".join(lines)


def keep(folder: Path, found: Mapping[str, Any]) -> None:
    """Write NAME.json into the folder and its page anew from all that lie there."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{found['measure']}.json").write_text(text)
    (folder / "README.md").write_text(page(kept(folder)))


def kept(folder: Path) -> list[dict[str, Any]]:
    """All calibrations of a folder, by name."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


def page(all_found: Sequence[Mapping[str, Any]]) -> str:
    """The results page of these calibrations."""
    rows = "".join(_row(found) for found in all_found)
    return _HEAD + rows + "\n" + "\n".join(_paragraph(found) for found in all_found)


def _row(found: Mapping[str, Any]) -> str:
    cells = [
        f"[{found['measure']}]({found['measure']}.json)",
        f"{found['alarms']} of {found['noise_repeats']:,}" if "alarms" in found else "-",
        _cell(found, "uniform_p", "{:.2g}") if "uniform" not in found["not_asked"] else "-",
        _cell(found, "power", "{:.2f}"),
        _cell(found, "bias", "{:+.1%}"),
        _cell(found, "coverage", "{:.1%}"),
        _cell(found, "seconds", "{:.2g}"),
        "; ".join(found["missed"]) or "nothing",
    ]
    return f"| {' | '.join(cells)} |\n"


def _cell(found: Mapping[str, Any], name: str, form: str) -> str:
    return form.format(found[name]) if name in found else "-"


def _paragraph(found: Mapping[str, Any]) -> str:
    lines = [f"**{found['measure']}**", f"Planted: {found['planted']}."]
    lines += [f"Noise: {found['noise']}."] if "noise" in found else []
    lines += [f"Large: {found['large']}."] if "large" in found else []
    lines += [f"Not asked, {name}: {why}." for name, why in found["not_asked"].items()]
    versions = ", ".join(f"{package} {number}" for package, number in found["versions"].items())
    lines.append(f"({found['date']}; {found['machine']}; {versions}; seed {found['seed']})")
    return "  \n".join(lines) + "\n"
