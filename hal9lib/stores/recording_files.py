"""Recordings as files: written whole or not at all."""

import os
from pathlib import Path

from hal9lib.errors import StoreError


class RecordingFiles:
    """A folder of Parquet files, each named by what it holds.

    A file's name is the run's key and the hash of its spikes. So two owners who saved the same
    spikes share one file, and spikes that differ never meet under one name.

    Parameters
    ----------
    folder : made if it is not there, readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise StoreError(
                f"the folder {folder} cannot be made: {problem.strerror}. "
                "Set HAL9_DATA or HAL9_STORE_URL to a place that can be written."
            ) from problem

    @staticmethod
    def name(key: str, spike_hash: str) -> str:
        """The name of the file that holds these spikes."""
        return f"{key}-{spike_hash}.parquet"

    def write(self, name: str, data: bytes, mark: str) -> None:
        """Put `data` under `name`, durably and at once.

        Parameters
        ----------
        mark : makes the temporary name this attempt's own; `discard` clears it.

        Raises OSError, and leaves nothing then.
        """
        temporary = self._temporary(name, mark)
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                # Renaming before the bytes are on disk could leave an empty file after a power cut.
                os.fsync(file.fileno())
            os.replace(temporary, self.folder / name)
            self._sync_folder()
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def read(self, name: str) -> bytes:
        """What `name` holds; raises StoreError when it is gone."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as problem:
            raise StoreError(
                f"the recording {name} cannot be read from {self.folder}: {problem.strerror}."
            ) from problem

    def remove(self, name: str) -> None:
        """Take `name` away; it may be gone already."""
        (self.folder / name).unlink(missing_ok=True)

    def discard(self, name: str, mark: str) -> None:
        """Take away what an attempt of this mark left half-written."""
        self._temporary(name, mark).unlink(missing_ok=True)

    def _temporary(self, name: str, mark: str) -> Path:
        return self.folder / f".{name}.{mark}.part"

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
