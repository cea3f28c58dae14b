"""The text of a function is the one that Python runs: redefined, edited, reloaded, pickled."""

import importlib
import inspect
import linecache
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from hal9lib import neurons
from hal9lib.errors import ParameterError

CELL = """
import hal9lib as hal9
def step(v_mv, gain_mv):
    return v_mv > 10.0, v_mv + {gain} * gain_mv
cell = hal9.neurons.own(step, {{"v_mv": 0.0}}, {{"gain_mv": 1e-3}})
"""
FILE = """
def step(v_mv, gain_mv):
    return v_mv > 10.0, v_mv + {gain} * gain_mv
"""


def model_of(step):
    return neurons.own(step, {"v_mv": 0.0}, {"gain_mv": 1e-3})


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A notebook's shell, without a kernel around it; it keeps no history."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    for name in ("displayhook", "excepthook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    yield InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes and imports the file of a model; its spelling can change in between."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(gain):
        (tmp_path / "own_in_a_file.py").write_text(FILE.format(gain=gain))
        importlib.invalidate_caches()

    def load():
        sys.modules.pop("own_in_a_file", None)
        return importlib.import_module("own_in_a_file")

    yield write, load
    sys.modules.pop("own_in_a_file", None)


def test_a_cell_that_is_run_again_with_another_function_gives_the_new_one(shell):
    for gain in (1.0, 2.0, 1.0):
        assert shell.run_cell(CELL.format(gain=gain)).success
        cell = shell.user_ns["cell"]
        assert cell.step(1.0, 1.0) == (False, 1.0 + gain)
        assert f"v_mv + {gain} * gain_mv" in inspect.getsource(cell.step)
        assert f"v_mv + {gain} * gain_mv" in cell.description()["parameters"]["step"]


def test_an_imported_module_makes_no_difference(shell):
    """Python compiles ``math.exp`` otherwise where it sees the import in the same cell."""
    text = CELL.format(gain="math.exp(0.0) * np.exp(1.0)")
    imports = ("import math", "import numpy as np", "import math; import numpy as np", "pass")
    for above in imports:
        assert shell.run_cell(above + "\n" + text).success, above
        assert shell.user_ns["cell"].step(1.0, 1.0)[1] == pytest.approx(1.0 + 2.718281828)


def test_an_older_function_keeps_its_own_text(shell):
    shell.run_cell(CELL.format(gain=1.0) + "first = step\n")
    shell.run_cell(CELL.format(gain=3.0))
    assert model_of(shell.user_ns["first"]).step(1.0, 1.0) == (False, 2.0)
    assert model_of(shell.user_ns["step"]).step(1.0, 1.0) == (False, 4.0)


def test_a_file_that_is_edited_and_loaded_again_gives_the_new_function(module):
    write, load = module
    for gain in (1.0, 20.0, 1.0):
        write(gain)
        assert model_of(load().step).step(1.0, 1.0) == (False, 1.0 + gain)


def test_a_file_that_is_edited_and_not_loaded_again_is_refused(module):
    write, load = module
    write(1.0)
    old = load().step
    write(20.0)
    with pytest.raises(ParameterError, match=r"own\.step is not what .*_file\.py holds now: the"):
        model_of(old)


def test_a_function_moved_in_an_edited_file_is_still_the_one_that_runs_or_refused(module, tmp_path):
    write, load = module
    write(1.0)
    old = load().step
    (tmp_path / "own_in_a_file.py").write_text("\n\n\n" + FILE.format(gain=20.0))
    with pytest.raises(ParameterError, match=r"own\.step (is not what|cannot be read)|the source"):
        model_of(old)


def test_a_function_is_its_text_whatever_is_around_it():
    def step(v_mv, gain_mv):  # within another function
        """Moves."""
        return v_mv > 10.0, v_mv + 2.0 * gain_mv

    class Within:
        @staticmethod
        def step(v_mv, gain_mv):
            return v_mv > 10.0, v_mv + 2.0 * gain_mv

    assert model_of(step).step(1.0, 1.0) == (False, 3.0)
    with pytest.raises(ParameterError, match="a decorator, `staticmethod`, is not allowed"):
        model_of(Within.step)


def test_a_name_of_the_notebook_is_not_reached():
    gain = 2.0

    def step(v_mv):
        return v_mv > 10.0, v_mv + gain

    with pytest.raises(ParameterError, match=r"'gain' is not an argument of own\.step, nor set"):
        neurons.own(step, {"v_mv": 0.0})


@pytest.mark.parametrize(
    ("given", "shown"),
    [(lambda v_mv: v_mv, "<function"), (len, "<built-in"), (3, "3"), (None, "None")],
)
def test_what_is_no_function_is_refused(given, shown):
    with pytest.raises(ParameterError, match=rf"own\.step = {shown}.* is not allowed; use a funct"):
        model_of(given)


def test_a_function_without_a_text_is_refused():
    names: dict = {}
    exec(FILE.format(gain=1.0), names)  # noqa: S102 - as somebody may have done
    with pytest.raises(ParameterError, match=r"the source of own\.step cannot be read; define it"):
        model_of(names["step"])


def test_the_text_of_a_made_function_can_be_read_whatever_happened_to_the_cache():
    text = FILE.format(gain=4.0)
    assert "4.0" in inspect.getsource(model_of(text).step)
    linecache.checkcache()
    assert "4.0" in inspect.getsource(model_of(text).step)
    linecache.clearcache()
    assert "4.0" in inspect.getsource(model_of(text).step)


def test_the_same_text_is_the_same_function():
    text = FILE.format(gain=5.0)
    assert model_of(text).step is model_of(text).step
    assert model_of(text).step is not model_of(FILE.format(gain=6.0)).step
