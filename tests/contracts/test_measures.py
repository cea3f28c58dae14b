"""What every measure keeps to, whatever it measures; parametrised by what the family holds."""

import importlib
import inspect
import math
import re
import subprocess
import sys

import numpy as np
import pytest

from hal9lib import measures
from hal9lib.errors import ParameterError, UnknownNameError
from hal9lib.result import Result

SPIKE_TIMES_MS = np.cumsum(np.random.default_rng(1).exponential(25.0, 400))
X = np.array([1.0, 2.0, 4.0, 8.0])

#: One allowed call of each measure: the arrays by name, then the other arguments.
CALLS = {
    "firing_rate": (
        {"spike_times_ms": SPIKE_TIMES_MS},
        {"neurons": 4, "stop_ms": 10_000.0},
    ),
    "isi_cv": (
        {"spike_times_ms": SPIKE_TIMES_MS, "spike_neurons": np.arange(400) % 4},
        {},
    ),
    "scaling_exponent": ({"x": X, "y": 3.0 * X**1.5 * (1.0, 1.1, 0.9, 1.0)}, {}),
    "spectral_peak": (
        {"rate_hz": np.random.default_rng(2).poisson(5.0, 400).astype(float)},
        {"bin_ms": 0.5},
    ),
}


def test_every_measure_has_a_call_here_and_every_call_a_measure():
    assert measures.names() == sorted(CALLS), "a new measure needs a line in CALLS"


def measured(name, arrays=None):
    own, options = CALLS[name]
    return measures.load(name)(**(own | (arrays or {})), **options)


@pytest.mark.parametrize("name", CALLS)
def test_it_gives_a_result_with_its_name_a_unit_and_an_interval_around_the_value(name):
    result = measured(name)
    assert isinstance(result, Result)
    assert result.measure == name
    assert result.unit
    assert math.isfinite(result.value)
    low, high = result.interval
    assert low <= result.value <= high
    assert result.method, "an interval without its method says nothing"
    assert repr(result).startswith(f"{name}: ")


@pytest.mark.parametrize("name", CALLS)
def test_the_same_arrays_give_the_same_result_and_are_not_changed(name):
    arrays, _ = CALLS[name]
    before = {key: array.copy() for key, array in arrays.items()}
    assert measured(name) == measured(name)
    for key, array in arrays.items():
        np.testing.assert_array_equal(array, before[key])


@pytest.mark.parametrize("name", CALLS)
def test_lists_are_as_good_as_arrays(name):
    arrays, _ = CALLS[name]
    assert measured(name, {key: array.tolist() for key, array in arrays.items()}) == measured(name)


@pytest.mark.parametrize(
    ("name", "array"), [(name, array) for name, call in CALLS.items() for array in call[0]]
)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_place(name, array, bad):
    values = CALLS[name][0][array].astype(float)
    values[2] = bad
    sentence = rf"^{name}\.{array}\[2\] = -?(nan|inf) is not allowed; use finite numbers"
    with pytest.raises(ParameterError, match=sentence):
        measured(name, {array: values})


@pytest.mark.parametrize(
    ("name", "array"), [(name, array) for name, call in CALLS.items() for array in call[0]]
)
def test_what_is_no_list_of_numbers_is_refused_by_name(name, array):
    with pytest.raises(ParameterError, match=rf"^{name}\.{array} = .* use a list of finite"):
        measured(name, {array: ["many", "few"]})
    with pytest.raises(ParameterError, match=rf"^{name}\.{array} has shape \(2, 2\)"):
        measured(name, {array: np.ones((2, 2))})


@pytest.mark.parametrize("name", CALLS)
def test_it_says_what_it_is_where_it_comes_from_and_what_its_limits_are(name):
    function = measures.load(name)
    text = inspect.getdoc(function)
    module = inspect.getdoc(importlib.import_module(f"hal9lib.measures.{name}"))
    assert re.search(r"10\.\d{4,}/\S+", text), "a source with its DOI"
    assert re.search(r"10\.\d{4,}/\S+", module), "the file's first lines name it too"
    for heading in ("Parameters", "Returns", "Raises", "Notes", "Examples", ">>>"):
        assert heading in text
    for parameter in inspect.signature(function).parameters:
        assert parameter in text, f"{parameter} is not described"


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
