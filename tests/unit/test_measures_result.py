"""A result: what it holds, how it reads, what it refuses."""

import math

import pytest

from hal9lib.errors import ParameterError
from hal9lib.result import Result


def test_it_reads_as_a_sentence():
    result = Result(
        37.8123,
        "Hz",
        (37.1, 38.5),
        null="shuffled intervals",
        p=0.004,
        measure="firing_rate",
        method="95 % t",
        details={"neurons": 10_000, "share": 0.25},
    )
    assert repr(result) == (
        "firing_rate: 37.81 Hz, 37.1 to 38.5 (95 % t); "
        "against shuffled intervals p = 0.004; neurons 10,000, share 0.25"
    )


def test_no_detail_is_silently_not_a_number():
    with pytest.raises(ParameterError, match=r"rate: naive is not a number; .* so scale it"):
        Result(1.0, "Hz", measure="rate", details={"naive": math.nan})
    assert Result(1.0, "1", details={"tau_ms": math.inf}).details["tau_ms"] == math.inf


def test_no_p_is_shown_as_0():
    assert repr(Result(0.5, "1", null="noise", p=0.0)) == "result: 0.5; against noise p < 1e-300"


def test_a_bare_number_needs_no_more_than_a_unit():
    assert repr(Result(0.5, "1")) == "result: 0.5"
    assert repr(Result(2.0, "bits", null="noise")) == "result: 2 bits; against noise"


def test_it_is_a_number_that_knows_its_interval():
    result = Result(2.0, "1", (1.5, 2.5))
    assert float(result) == 2.0
    assert 1.5 in result
    assert 2.6 not in result
    assert 2.0 not in Result(2.0, "1"), "without an interval it holds nothing"


def test_nothing_of_it_can_be_changed():
    details = {"neurons": 3}
    result = Result(1.0, "Hz", details=details)
    details["neurons"] = 4
    assert result.details["neurons"] == 3
    with pytest.raises(AttributeError):
        result.value = 2.0
    with pytest.raises(TypeError):
        result.details["neurons"] = 5


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_value_that_is_not_finite_is_refused(value):
    with pytest.raises(ParameterError, match=r"rate\.value = (nan|inf) is not allowed"):
        Result(value, "Hz", measure="rate")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"interval": (2.0, 3.0)}, r"interval = \(2\.0, 3\.0\) .* must hold the value 1"),
        ({"interval": (math.nan, 3.0)}, "must hold the value"),
        ({"null": "noise", "p": 1.5}, r"p = 1\.5 is not allowed; use 0 to 1"),
        ({"p": 0.5}, r"p = 0\.5 is not allowed; use 0 to 1, and name its null"),
    ],
)
def test_what_cannot_be_meant_is_refused(options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        Result(1.0, "Hz", **options)
