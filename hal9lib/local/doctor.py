"""`./hal9 doctor`: one line a check, and for each that fails what to type."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hal9lib.errors import Hal9Error
from hal9lib.local import doctor_machine, doctor_platform
from hal9lib.local.findings import Finding
from hal9lib.local.folders import Folders


@dataclass(frozen=True)
class Check:
    """A name and what looks; the look may raise Hal9Error or OSError, which is a finding too."""

    name: str
    look: Callable[[Folders], Finding]


CHECKS = (
    Check("Python", doctor_machine.python),
    Check("environment", doctor_machine.environment),
    Check("Node", doctor_machine.node),
    Check("proxy", doctor_machine.proxy),
    Check("PostgreSQL", doctor_machine.postgres),
    Check("account", doctor_machine.account),
    Check("memory", doctor_machine.memory),
    Check("disk", doctor_machine.disk),
    Check("settings", doctor_platform.settings),
    Check("data folder", doctor_platform.data_folder),
    Check("secrets", doctor_platform.secrets),
    Check("running", doctor_platform.running),
    Check("port", doctor_platform.port),
    Check("health", doctor_platform.health),
)


def main(data: Path) -> int:
    """Print the table for the data folder; 1 when a check fails, else 0."""
    failed = 0
    for check, finding in look_at_all(Folders(data.expanduser().absolute())):
        failed += finding.grade == "FAIL"
        sys.stdout.write(f"{finding.grade:<5} {check.name:<12} {finding.text}\n")
        if finding.mend:
            sys.stdout.write(f"{'':<18} -> {finding.mend}\n")
    verdict = f"{failed} of {len(CHECKS)} checks failed." if failed else "Nothing is wrong."
    sys.stdout.write(f"\n{verdict}\n")
    return 1 if failed else 0


def look_at_all(folders: Folders) -> Iterator[tuple[Check, Finding]]:
    """Every check with what it found; one that cannot look has failed."""
    for check in CHECKS:
        try:
            yield check, check.look(folders)
        except (Hal9Error, OSError) as error:
            yield check, Finding("FAIL", str(error))
