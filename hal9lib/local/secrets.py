"""Secrets: generated once, one a file, readable by their owner only; there is no default one."""

import base64
import os
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hal9lib.errors import PlatformError

#: Tokens and keys between the platform's own programs, in the order they are made.
NAMES = (
    "postgres-admin",
    "postgres-store",
    "postgres-hub",
    "hub-cookie",
    "dashboards-cookie",
    "proxy",
    "token-api",
    "token-dashboards",
    "token-culler",
)


@dataclass(frozen=True)
class Secrets:
    """The secrets of one data folder; its repr shows none."""

    folder: Path

    def __getitem__(self, name: str) -> str:
        """The secret called `name`; PlatformError when its file is unsafe, empty or gone."""
        return _read(self.folder / name)

    def password_file(self, user: str) -> Path:
        """Where the user's login password lies."""
        return self.folder / f"password-{user}"


def prepare_secrets(folder: Path, users: Sequence[str]) -> Secrets:
    """Make the secrets that are missing and check those that are there.

    Raises PlatformError naming the file when others may read it: then it is no secret any more.
    """
    _refuse_shared(folder, "700")
    kept = Secrets(folder)
    for name in NAMES:
        _make(folder / name, secrets.token_hex(32))
        kept[name]
    for user in users:
        _make(kept.password_file(user), new_password())
        kept[f"password-{user}"]
    return kept


def new_password() -> str:
    """A password of 100 random bits that can be read aloud and typed.

    >>> password = new_password()
    >>> len(password), password.count("-"), password == new_password()
    (23, 3, False)
    """
    letters = base64.b32encode(secrets.token_bytes(13)).decode().lower()[:20]
    return "-".join(letters[start : start + 5] for start in range(0, 20, 5))


def _make(path: Path, value: str) -> None:
    if path.exists():
        return
    # Written aside and then renamed: a full disk must not leave an empty secret behind.
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def _read(path: Path) -> str:
    _refuse_shared(path, "600")
    value = path.read_text().strip()
    if not value:
        raise PlatformError(
            f"the secret {path} is empty. Delete the file; the next start makes it."
        )
    return value


def _refuse_shared(path: Path, mode: str) -> None:
    """Refuse what group or others can open, and what another user owns."""
    try:
        found = path.lstat()
    except OSError as error:
        raise PlatformError(f"the secret {path} cannot be read: {error.strerror}.") from error
    if stat.S_ISLNK(found.st_mode):
        raise PlatformError(
            f"{path} is a link; secrets are plain files. Put the file itself there."
        )
    if found.st_mode & 0o077:
        raise PlatformError(
            f"{path} has mode {stat.S_IMODE(found.st_mode):o}, so others on this machine can read "
            f"it. Type: chmod {mode} {path} (and delete the file first if it may have been read)."
        )
    if found.st_uid not in (os.geteuid(), 0):
        raise PlatformError(
            f"{path} belongs to user number {found.st_uid}, not to you ({os.geteuid()}). "
            f"Start HAL9 as its owner, or name another place: --data DIR"
        )
