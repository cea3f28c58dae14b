"""Log files of the platform's programs: rotated by size at each start, their end on failure."""

from pathlib import Path

KEEP_BYTES = 5_000_000


def open_log(folder: Path, name: str) -> Path:
    """The log file of the program `name`; what is larger than 5 MB becomes NAME.log.1 first."""
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > KEEP_BYTES:
        path.replace(path.with_name(f"{name}.log.1"))
    path.touch(mode=0o600)
    return path


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log, indented; a note when there is none.

    >>> last_lines(Path("/nowhere/x.log"))
    '    (no log at /nowhere/x.log)'
    """
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 20_000))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return f"    (no log at {path})"
    return "\n".join("    " + line[:300] for line in lines[-count:]) or f"    ({path} is empty)"
