"""A user's folder: a copy of the notebooks that never overwrites what the user has changed."""

import hashlib
import json
import os
import shutil
from pathlib import Path

#: What was copied, so that a notebook the user changed can be told from one that we did.
RECORD = ".hal9-notebooks.json"
_SKIPPED = {".ipynb_checkpoints", "__pycache__"}


def prepare_user_folder(home: Path, notebooks: Path) -> list[str]:
    """Bring HOME/notebooks up to date with `notebooks`; what was written.

    New notebooks appear, untouched ones follow ours, changed and deleted ones stay as the user
    left them.
    """
    target = home / "notebooks"
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    record = _read(home / RECORD)
    written = []
    for source in _files(notebooks):
        name = source.relative_to(notebooks).as_posix()
        new = _digest(source)
        if _may_write(target / name, record.get(name), new):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            _copy(source, target / name)
            written.append(name)
            record[name] = new
    if written:
        _write(home / RECORD, record)
    return written


def _may_write(target: Path, copied: str | None, new: str) -> bool:
    """Whether the user's file is missing for the first time, or still as we copied it."""
    if not target.exists():
        return copied is None
    return copied is not None and copied != new and _digest(target) == copied


def _files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if not _SKIPPED.intersection(path.parts)]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(source: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, aside)
    aside.chmod(0o600)
    os.replace(aside, target)


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, record: dict[str, str]) -> None:
    aside = file.with_name(file.name + ".new")
    aside.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    os.replace(aside, file)
