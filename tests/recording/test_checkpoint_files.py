"""A checkpoint is all there or not there, and of what it says it is."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import CheckpointError
from hal9lib.recording.checkpoints import load_checkpoint, save_checkpoint

ARRAYS = {
    "step": np.array(7, np.int64),
    "v_mv": np.linspace(-70.0, -50.0, 12, dtype=np.float32).reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "strided": np.arange(20, dtype=np.uint16)[::3],
    "spiked": np.array([True, False, True]),
    "nothing": np.empty((0, 5), np.int32),
    "odd": np.array([np.nan, np.inf, -0.0, 5e-324]),
}


def header(seed=1, **changed):
    network = hal9.models.brunel(neurons=100, indegree=10, seed=seed)
    return {"engine": 1, "description": network.description(), "dt_ms": 0.1, "step": 7} | changed


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.checkpoint"


def test_what_is_loaded_is_what_was_saved_bit_for_bit(path):
    save_checkpoint(path, header(), ARRAYS)
    found, arrays = load_checkpoint(path, {"dt_ms": 0.1, "description": header()["description"]})
    assert found == json.loads(json.dumps(header()))
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()
        assert arrays[name].flags.writeable
    assert os.listdir(path.parent) == [path.name]


def test_another_simulation_is_refused_and_the_first_difference_named(path):
    save_checkpoint(path, header(), ARRAYS)
    said = f"checkpoint {path} is of another simulation: "
    other = hal9.models.brunel(neurons=100, indegree=20).description()
    for expected, text in (
        ({"description": header(seed=2)["description"]}, "description.seed is 1 there and 2 here."),
        (
            {"description": other},
            "].connectivity.parameters.indegree is 8 there and 16 here. Resume with",
        ),
        ({"dt_ms": 0.2}, "dt_ms is 0.1 there and 0.2 here."),
        ({"engine": 2}, "engine is 1 there and 2 here."),
        ({"precision": "float32"}, "precision is None there and 'float32' here."),
        ({"description": header()["description"] | {"populations": []}}, "and [] here."),
    ):
        with pytest.raises(CheckpointError) as caught:
            load_checkpoint(path, expected)
        assert str(caught.value).startswith(said)
        assert text in str(caught.value)


def test_a_file_cut_off_anywhere_is_refused(path):
    save_checkpoint(path, header(), ARRAYS)
    whole = path.read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(
            CheckpointError, match=r"is damaged: it was cut off|is not a checkpoint"
        ):
            load_checkpoint(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(CheckpointError, match="is damaged"):
        load_checkpoint(path)


def test_a_file_with_one_bit_flipped_anywhere_is_refused(path):
    save_checkpoint(path, {"step": 7}, ARRAYS)
    whole = path.read_bytes()
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        with pytest.raises(CheckpointError, match=r"is damaged|is not a checkpoint"):
            load_checkpoint(path)


def test_what_is_no_checkpoint_is_refused(path, tmp_path):
    with pytest.raises(CheckpointError, match="cannot be read: No such file or directory"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError, match="cannot be read: Is a directory"):
        load_checkpoint(tmp_path)
    path.write_text("something else")
    with pytest.raises(CheckpointError, match="is not a checkpoint that this version of HAL9"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError, match="names is an array of object; only numbers"):
        save_checkpoint(path, {}, {"names": np.array(["a", None], object)})
    assert path.read_text() == "something else"


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be written: No such file or directory"):
        save_checkpoint(tmp_path / "nowhere" / "run", {}, ARRAYS)


SAVER = """
import os, resource, signal, sys
import numpy as np
from hal9lib.errors import CheckpointError
from hal9lib.recording.checkpoints import save_checkpoint

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

path, moment = sys.argv[1:]
replace = os.replace
if moment == "half written":
    os.fsync = die
elif moment == "not renamed":
    os.replace = die
elif moment == "just renamed":
    os.replace = lambda *names: (replace(*names), die())
elif moment == "no room":
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    save_checkpoint(path, {"step": 2}, {"v": np.arange(100_000.0)})
except CheckpointError as problem:
    print(problem)
"""


@pytest.mark.parametrize(
    ("moment", "step"), [("half written", 1), ("not renamed", 1), ("just renamed", 2)]
)
def test_after_kill_9_the_old_or_the_new_one_is_there_and_whole(path, moment, step):
    save_checkpoint(path, {"step": 1}, {"v": np.zeros(3)})
    done = subprocess.run([sys.executable, "-c", SAVER, str(path), moment], check=False)
    assert done.returncode == -signal.SIGKILL
    found, arrays = load_checkpoint(path)
    assert found == {"step": step}
    assert len(arrays["v"]) == (3 if step == 1 else 100_000)
    # What the dead process left beside it goes with the next checkpoint.
    save_checkpoint(path, {"step": 3}, {})
    assert os.listdir(path.parent) == [path.name]


def test_without_room_the_old_one_stays_and_nothing_is_beside_it(path):
    save_checkpoint(path, {"step": 1}, {"v": np.zeros(3)})
    done = subprocess.run(
        [sys.executable, "-c", SAVER, str(path), "no room"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        f"checkpoint {path} cannot be written: File too large. What was there before is kept; "
        "make room, or name another place.\n"
    )
    assert load_checkpoint(path)[0] == {"step": 1}
    assert os.listdir(path.parent) == [path.name]
