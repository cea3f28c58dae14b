"""Every measure on a few data sets of noise and of planted structure.

The full counts are `./hal9 calibrate`, its results page tests/benchmarks/measures/README.md. Here
a measure fails only when fewer data sets make what is asked of it all but impossible.
"""

import json
from pathlib import Path

import pytest

from hal9lib import calibration, measures
from hal9lib.calibration import _page
from hal9lib.calibration._trials import on_noise, on_planted
from hal9lib.calibration._verdict import contradicted, missed

FOLDER = Path(__file__).parents[1] / "benchmarks" / "measures"
pytestmark = pytest.mark.jit_only


def test_every_measure_has_a_calibration():
    assert calibration.names() == measures.names()


@pytest.mark.parametrize("name", calibration.names())
def test_a_few_data_sets_do_not_contradict_it(name):
    case = calibration.load(name)()
    found = on_noise(case, 40, 1, False) | on_planted(case, 20, 60, 1, False)
    assert len(found) > 2, "something was tried"
    assert not contradicted(found), found


@pytest.mark.parametrize("name", calibration.names())
def test_its_full_calibration_is_kept_and_meets_what_is_asked(name):
    path = FOLDER / f"{name}.json"
    assert path.is_file(), f"type: ./hal9 calibrate {name} --save tests/benchmarks/measures"
    found = json.loads(path.read_text())
    case = calibration.load(name)()
    assert found["planted"] == case.planted_as, "calibrated anew after a change"
    assert found["not_asked"] == dict(case.not_asked)
    assert missed(found) == found["missed"] == []
    assert found.get("noise_repeats", 1000) >= 1000
    assert found.get("power_repeats", 200) >= 200
    assert found["value_repeats"] >= 200


def test_the_results_page_is_made_of_what_is_kept():
    assert (FOLDER / "README.md").read_text() == _page.page(_page.kept(FOLDER))


def good():
    return {
        "alarms": 50,
        "noise_repeats": 1000,
        "uniform_p": 0.4,
        "power": 0.9,
        "power_repeats": 200,
        "bias": 0.01,
        "coverage": 0.95,
        "value_repeats": 1000,
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, None),
        ({"alarms": 66}, "66 alarms of 1,000; 65 at most"),
        ({"uniform_p": 1e-5}, "p is not uniform"),
        ({"power": 0.79}, "power 0.79; 0.8 at least"),
        ({"bias": -0.051}, "median bias -5.1%; 5 % at most"),
        ({"coverage": 0.919}, "coverage 91.9%; 92 to 97 %"),
        ({"coverage": 0.971}, "coverage 97.1%; 92 to 97 %"),
    ],
)
def test_each_criterion_can_be_missed(wrong, sentence):
    found = missed(good() | wrong)
    assert (sentence in found[0]) if sentence else (found == [])


@pytest.mark.parametrize(
    "wrong",
    [{"alarms": 100}, {"uniform_p": 1e-5}, {"power": 0.6}, {"bias": 0.2}, {"coverage": 0.8}],
)
def test_a_small_calibration_can_contradict(wrong):
    assert not contradicted(good())
    assert contradicted(good() | wrong)
