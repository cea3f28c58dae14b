"""Seeds as replicates: textbook intervals, a library's combined p, what is refused."""

import numpy as np
import pytest
from scipy import stats

from hal9lib.errors import ParameterError
from hal9lib.measures import firing_rate, mean_over_seeds

VALUES = np.random.default_rng(1).normal(3.0, 1.0, 12)
P = np.random.default_rng(2).uniform(0.001, 1.0, 12)
CALL = {"arrays": {"values": VALUES, "p": P}, "options": {}}


def test_the_interval_is_that_of_a_library():
    found = mean_over_seeds(VALUES)
    theirs = stats.ttest_1samp(VALUES, 0.0).confidence_interval(0.95)
    assert found.interval == pytest.approx((theirs.low, theirs.high), rel=1e-12)
    assert found.p is None


def test_the_combined_p_is_that_of_a_library():
    theirs = stats.combine_pvalues(P, method="fisher").pvalue
    assert mean_over_seeds(VALUES, p=P).p == pytest.approx(theirs, rel=1e-12)


def test_one_more_seed_falls_where_it_is_said_to():
    generator = np.random.default_rng(3)
    inside = 0
    for _ in range(2_000):
        *seeds, another = generator.normal(0.0, 1.0, 9)
        details = mean_over_seeds(seeds).details
        inside += details["another_low"] <= another <= details["another_high"]
    assert 1_866 <= inside <= 1_934, "95 % within 3.5 standard errors"


def test_results_are_as_good_as_numbers():
    results = [firing_rate([1.0, 2.0], neurons=n, stop_ms=100.0) for n in (1, 2, 4)]
    found = mean_over_seeds(results, unit="Hz")
    assert found.value == pytest.approx(np.mean([20.0, 10.0, 5.0]))
    assert found.unit == "Hz"


def test_seeds_that_all_agree_have_an_interval_of_no_width():
    assert mean_over_seeds([2.0, 2.0, 2.0]).interval == (2.0, 2.0)


@pytest.mark.parametrize(
    ("values", "p", "sentence"),
    [
        ([1.0], None, "values has 1 seeds; use 2 or more, better 30"),
        ([1.0, 2.0], [0.5], "p has 1 values and values has 2"),
        ([1.0, 2.0], [0.5, 1.2], r"mean_over_seeds\.p\[1\] = 1\.2 is not allowed; .* up to 1"),
        ([1.0, 2.0], [0.0, 0.2], r"mean_over_seeds\.p\[0\] = 0 is not allowed; .* above 0"),
    ],
)
def test_what_cannot_be_averaged_says_why(values, p, sentence):
    with pytest.raises(ParameterError, match=sentence):
        mean_over_seeds(values, p=p)
