"""A checkpoint: all that changes in a simulation, in one file that is whole or not there.

The line ``HAL9 checkpoint 1``, the length of what follows (8 bytes, little-endian), a JSON object
with the `header` and each array's name, dtype and shape, the arrays' bytes in that order, and a
BLAKE2b digest (32 bytes) of everything before it. Nothing in it is ever run, as a pickle would be.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from hal9lib.errors import CheckpointError
from hal9lib.recording.differences import first_difference
from hal9lib.recording.files import write_whole

_MAGIC = b"HAL9 checkpoint 1\n"
_DIGEST_BYTES = 32
_KINDS = "biuf"  # bool, whole and real numbers


def save_checkpoint(
    path: str | os.PathLike[str], header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write a checkpoint; a file that is there already is replaced once the new one is whole.

    Parameters
    ----------
    header : JSON-able; what the checkpoint is of, for `load_checkpoint` to compare.
    arrays : of numbers or truth values, any shape.

    Raises CheckpointError when the file cannot be written; what was there before is then kept.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/a", {"step": 5}, {"v_mv": np.array([1.5, 2.5])})
    ...     load_checkpoint(f"{folder}/a", {"step": 5})
    ({'step': 5}, {'v_mv': array([1.5, 2.5])})
    """
    for name, array in arrays.items():
        if array.dtype.kind not in _KINDS:
            raise CheckpointError(f"{name} is an array of {array.dtype}; only numbers can be kept.")
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    listed = [{"name": n, "dtype": a.dtype.str, "shape": arrays[n].shape} for n, a in plain.items()]
    head = json.dumps({"header": header, "arrays": listed}, allow_nan=False).encode()

    def write(beside: Path) -> None:
        digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        start = _MAGIC + len(head).to_bytes(8, "little") + head
        with beside.open("wb") as file:
            for part in (memoryview(start), *map(_bytes, plain.values())):
                digest.update(part)
                file.write(part)
            file.write(digest.digest())

    try:
        write_whole(Path(path), write)
    except OSError as problem:
        raise CheckpointError(
            f"checkpoint {path} cannot be written: {problem.strerror or problem}. What was there "
            "before is kept; make room, or name another place."
        ) from problem


def load_checkpoint(
    path: str | os.PathLike[str], expected: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """The header and the arrays of a checkpoint.

    Parameters
    ----------
    expected : what the header must say, field by field; fields it does not name may be anything.

    Raises CheckpointError: no such file, not a checkpoint, cut off or altered, or of something
    else than `expected`, naming the first difference.
    """
    try:
        with Path(path).open("rb") as file:
            header, arrays = _read(path, file)
    except OSError as problem:
        raise CheckpointError(
            f"checkpoint {path} cannot be read: {problem.strerror or problem}."
        ) from problem
    for name, value in (expected or {}).items():
        difference = first_difference(name, header.get(name), json.loads(json.dumps(value)))
        if difference:
            raise CheckpointError(
                f"checkpoint {path} is of another simulation: {difference}. Resume with what it "
                "was made with, or start without it."
            )
    return header, arrays


def _read(path: Any, file: BinaryIO) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    size = os.fstat(file.fileno()).st_size
    start = file.read(len(_MAGIC) + 8)
    if not start.startswith(_MAGIC):
        raise CheckpointError(f"{path} is not a checkpoint that this version of HAL9 can read.")
    length = int.from_bytes(start[len(_MAGIC) :], "little")
    head = file.read(min(length, size))
    digest.update(start + head)
    try:
        content = json.loads(head)
        header = dict(content["header"])
        arrays = {a["name"]: (np.dtype(a["dtype"]), tuple(a["shape"])) for a in content["arrays"]}
        needed = sum(dtype.itemsize * int(np.prod(shape)) for dtype, shape in arrays.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path) from None
    if any(dtype.kind not in _KINDS for dtype, _ in arrays.values()):
        raise _damaged(path)
    if len(start) + len(head) + needed + _DIGEST_BYTES != size:
        raise _damaged(path)
    found = {name: np.empty(shape, dtype) for name, (dtype, shape) in arrays.items()}
    for array in found.values():
        file.readinto(_bytes(array))  # type: ignore[attr-defined]
        digest.update(_bytes(array))
    if file.read() != digest.digest():
        raise _damaged(path)
    return header, found


def _bytes(array: NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8))


def _damaged(path: Any) -> CheckpointError:
    return CheckpointError(
        f"checkpoint {path} is damaged: it was cut off or altered after it was written. "
        "Use another one, or start without it."
    )
