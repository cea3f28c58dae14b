"""What every measure keeps to, whatever it measures; parametrised by what the family holds.

Each measure's test file, test_NAME.py, says how it is called: ``CALL = {"arrays": …, "options":
…}``, arrays by name and then the other arguments. A measure without an interval says why there:
``NO_INTERVAL = "…"``; one with another null than its call has, ``NULL = …``.
"""

import importlib.util
import inspect
import math
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hal9lib import measures
from hal9lib.errors import ParameterError, UnknownNameError
from hal9lib.result import Result

HERE = Path(__file__).parent
NAMES = [name for name in measures.names() if (HERE / f"test_{name}.py").is_file()]


def test_every_measure_has_its_tests():
    assert measures.names() == NAMES


@cache
def own_tests(name):
    """The test file of a measure, as a module."""
    path = HERE / f"test_{name}.py"
    spec = importlib.util.spec_from_file_location(f"tests_of_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arrays_of(name):
    return own_tests(name).CALL["arrays"]


def measured(name, arrays=None):
    own = arrays_of(name) | (arrays or {})
    return measures.load(name)(**own, **own_tests(name).CALL["options"])


each = pytest.mark.parametrize("name", NAMES)
each_array = pytest.mark.parametrize(
    ("name", "array"), [(name, array) for name in NAMES for array in arrays_of(name)]
)


@each
def test_it_gives_a_result_with_its_name_a_unit_and_an_interval_around_the_value(name):
    result = measured(name)
    assert isinstance(result, Result)
    assert result.measure == name
    assert result.unit
    assert math.isfinite(result.value)
    reason = getattr(own_tests(name), "NO_INTERVAL", None)
    assert repr(result).startswith(f"{name}: ")
    if reason:
        assert result.interval is None, "the exemption is not needed"
        return
    low, high = result.interval
    assert low <= result.value <= high
    assert result.method, "an interval without its method says nothing"


@each
def test_the_same_arrays_give_the_same_result_and_are_not_changed(name):
    before = {key: np.array(array) for key, array in arrays_of(name).items()}
    assert measured(name) == measured(name)
    for key, array in arrays_of(name).items():
        np.testing.assert_array_equal(array, before[key])


@each
def test_lists_are_as_good_as_arrays(name):
    lists = {key: np.asarray(array).tolist() for key, array in arrays_of(name).items()}
    assert measured(name, lists) == measured(name)


@each_array
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_place(name, array, bad):
    values = np.array(arrays_of(name)[array], float)
    values.flat[2] = bad
    place = ", ".join(str(i) for i in np.unravel_index(2, values.shape))
    sentence = rf"^{name}\.{array}\[{place}\] = -?(nan|inf) is not allowed; use "
    with pytest.raises(ParameterError, match=sentence):
        measured(name, {array: values})


@each_array
def test_what_is_no_list_of_numbers_is_refused_by_name(name, array):
    with pytest.raises(ParameterError, match=rf"^{name}\.{array} = .* is not allowed; use "):
        measured(name, {array: ["many", "few"]})
    with pytest.raises(ParameterError, match=rf"^{name}\.{array} has shape \(2, 2, 2\)"):
        measured(name, {array: np.ones((2, 2, 2))})


@each_array
def test_what_is_empty_is_defined_or_refused_by_name(name, array):
    """Never a silent NaN: Result holds finite numbers only."""
    empty = np.asarray(arrays_of(name)[array])[:0]
    try:
        found = measured(name, {array: empty})
    except ParameterError as problem:
        found = str(problem)
    assert isinstance(found, Result) or found.startswith(name), found


@each
def test_it_says_what_it_is_where_it_comes_from_and_what_its_limits_are(name):
    function = measures.load(name)
    text = inspect.getdoc(function)
    module = inspect.getdoc(sys.modules[function.__module__])
    assert re.search(r"10\.\d{4,}/\S+", text), "a source with its DOI"
    assert re.search(r"10\.\d{4,}/\S+", module), "the file's first lines name it too"
    for heading in ("Parameters", "Returns", "Raises", "Notes", "Examples", ">>>"):
        assert heading in text
    for word in ("Known values", "Cost"):
        assert word in text, f"{word}: a line of the notes"
    for parameter in inspect.signature(function).parameters:
        assert parameter in text, f"{parameter} is not described"


@pytest.mark.parametrize(
    "name", [n for n in NAMES if "null" in inspect.signature(measures.load(n)).parameters]
)
def test_what_is_no_null_model_is_refused_by_name(name):
    options = own_tests(name).CALL["options"] | {"null": "random"}
    with pytest.raises(ParameterError, match=rf"^{name}\.null = 'random' is not allowed; use "):
        measures.load(name)(**arrays_of(name), **options)


def test_measures_know_neither_engine_nor_store():
    code = (
        "import sys; from hal9lib import measures; [measures.load(n) for n in measures.names()]; "
        "print([m for m in sys.modules if m.startswith('hal9lib.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "hal9lib.measures.isi_cv" in done.stdout
    assert not re.findall(r"hal9lib\.(?:engine|stores|network|run|service)\b", done.stdout)


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(
        UnknownNameError, match=r"no measure is called 'isi_vc'\. Did you mean 'isi_cv'"
    ):
        measures.load("isi_vc")
