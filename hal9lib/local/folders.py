"""The data folder: all state of one platform, readable by its owner only."""

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from hal9lib.errors import PlatformError

#: PostgreSQL's first files take about 50 MB; below this a start would only fail later.
NEEDED_MB = 300


@dataclass(frozen=True)
class Folders:
    """Where each part of the platform keeps its files.

    >>> Folders(Path("data/local")).logs.as_posix()
    'data/local/logs'
    """

    data: Path

    @property
    def run(self) -> Path:
        """What lasts as long as the platform runs: its lock, process ids, ports."""
        return self.data / "run"

    @property
    def logs(self) -> Path:
        """One log a program."""
        return self.data / "logs"

    @property
    def secrets(self) -> Path:
        """Passwords and tokens, one a file."""
        return self.data / "secrets"

    @property
    def users(self) -> Path:
        """One folder a user: home, notebooks."""
        return self.data / "users"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's files."""
        return self.data / "postgres"

    @property
    def cache(self) -> Path:
        """Compiled kernels of the services."""
        return self.data / "cache"

    @property
    def home(self) -> Path:
        """The services' HOME, so that nobody's dotfiles change what they do."""
        return self.run / "home"


def prepare_folders(data: Path) -> Folders:
    """Make the folders under `data` that are missing.

    Raises PlatformError when the place is read-only, full, or not a folder.
    """
    folders = Folders(data.expanduser().absolute())
    try:
        folders.data.mkdir(parents=True, exist_ok=True)
        private = (folders.run, folders.logs, folders.secrets, folders.users, folders.cache)
        for folder in (*private, folders.home):
            folder.mkdir(mode=0o700, exist_ok=True)
        _write_probe(folders.run / "probe")
    except OSError as error:
        raise PlatformError(data_trouble(error, folders.data)) from error
    free_mb = shutil.disk_usage(folders.data).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise PlatformError(
            f"the disk of {folders.data} is full: {free_mb} MB are free, HAL9 needs {NEEDED_MB} MB "
            f"to start. Free some, or name another place: --data DIR"
        )
    return folders


def _write_probe(path: Path) -> None:
    """Fail now where a write fails: a quota or a full disk shows only when bytes are written."""
    with path.open("wb") as file:
        file.write(bytes(65536))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def data_trouble(error: OSError, data: Path) -> str:
    """A failed write into the data folder as one sentence that says what to type.

    >>> data_trouble(OSError(errno.EROFS, "Read-only file system"), Path("/x"))
    'the data folder /x cannot be written: Read-only file system. Name another: --data DIR'
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk of {data} is full ({error.strerror}). Free at least {NEEDED_MB} MB, "
            f"or name another place: --data DIR"
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{error.filename} is in the way: it is not a folder. Name another: --data DIR"
    return f"the data folder {data} cannot be written: {error.strerror}. Name another: --data DIR"
