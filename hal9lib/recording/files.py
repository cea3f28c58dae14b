"""One file, written whole or not at all."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def write_whole(path: Path, write: Callable[[Path], T]) -> T:
    """Have `write` fill a file beside `path`, and put it in `path`'s place once it is on disk.

    Whoever opens `path` meanwhile, or after a kill or a power cut at any moment, finds what was
    there before or all of the new. What others that were killed left beside it is cleared away.

    Parameters
    ----------
    write : gets the path to fill; what it returns is returned.

    Raises whatever `write` raises, and OSError; `path` is then as it was, and nothing is beside it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "answer", lambda path: path.write_text("42"))
    ...     [file.name for file in Path(folder).iterdir()]
    2
    ['answer']
    """
    beside = path.parent / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part"
    try:
        result = write(beside)
        _sync(beside)
        os.replace(beside, path)
        _sync(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    clear_left_behind(path)
    return result


def clear_left_behind(path: Path) -> None:
    """Remove what processes that are no more were writing to put in the place of `path`."""
    for part in path.parent.glob(f".{_literal(path.name)}.*.part"):
        process = part.name.split(".")[-3]
        if process.isdigit() and not _is_running(int(process)):
            part.unlink(missing_ok=True)


def _literal(name: str) -> str:
    """`name` where a pattern is asked for."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # asking would end it there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _sync(path: Path) -> None:
    """Wait until the disk has it: a rename before that could leave an empty file."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
