"""O-information: the golden values, dit, closed forms, what is refused."""

import json
import re
from itertools import combinations
from pathlib import Path

import dit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from hal9lib.measures import dual_total_correlation, o_information, total_correlation
from hal9lib.nulls import permuted_times
from support import splitmix64
from support.multiplets import (
    DISCRETE,
    GAUSSIAN,
    NATS,
    REFUSED,
    of_dit,
    plug_in,
    refusal,
    series_with,
    symbols,
)

CALL = {
    "arrays": {"series": np.random.default_rng(1).normal(size=(100, 4))},
    "options": {},
}

HOI = json.loads((Path(__file__).parents[1] / "golden" / "hoi_oinfo.json").read_text())

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("name", DISCRETE)
def test_the_golden_distributions_have_their_value(name):
    result = o_information(symbols(name), states="discrete")
    assert plug_in(result) == pytest.approx(DISCRETE[name]["O"], abs=1e-12)


@pytest.mark.parametrize("name", GAUSSIAN)
def test_the_golden_covariances_have_their_value(name):
    result = o_information(series_with(GAUSSIAN[name]["cov"]))
    assert plug_in(result) == pytest.approx(GAUSSIAN[name]["O"] * NATS, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(2, 4), st.integers(2, 3))
def test_dit_agrees_on_any_symbols(seed, units, alphabet):
    series = np.random.default_rng(seed).integers(0, alphabet, (40, units))
    theirs = of_dit(series, dit.multivariate.o_information)
    assert plug_in(o_information(series, states="discrete")) == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, st.permutations(range(4)))
def test_the_order_and_the_scale_of_units_do_not_matter(seed, order):
    x = np.random.default_rng(seed).normal(size=(50, 4))
    x[:, 0] += x[:, 1]
    other = o_information(3.0 - 2.0 * x[:, order])
    assert other.value == pytest.approx(o_information(x).value, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_it_is_the_difference_of_both_correlations(seed):
    x = np.random.default_rng(seed).normal(size=(40, 4))
    both = total_correlation(x).value - dual_total_correlation(x).value
    assert o_information(x).value == pytest.approx(both, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_of_two_units_it_is_0(seed):
    x = np.random.default_rng(seed).normal(size=(40, 2))
    assert o_information(x).value == pytest.approx(0.0, abs=1e-12)


def test_it_is_the_plain_value_of_another_librarys_series():
    """2,000 times of four units, by hoi 0.0.7: plain, and by ranks made Gaussian."""
    uniforms = splitmix64.uniforms(41, 8_000).reshape(4, 2_000)
    x = (np.linalg.cholesky(np.full((4, 4), 0.5) + 0.5 * np.eye(4)) @ ndtri(uniforms)).T
    result = o_information(x)
    assert plug_in(result) == pytest.approx(HOI["plain_gaussian_order4_bits"], rel=1e-9)
    assert HOI["exact_bits"] in result
    normal = ndtri((np.argsort(np.argsort(x, axis=0), axis=0) + 1.0) / 2_001.0)
    triplets = o_information(normal, order=3).arrays["multiplet_bits"]
    found = [*triplets, o_information(normal).value]
    assert found == pytest.approx(HOI["oinfo_bits"], abs=2e-4)


def test_synergy_of_gaussian_units_is_negative_and_redundancy_positive():
    generator = np.random.default_rng(2)
    x = generator.normal(size=(500, 3))
    null = permuted_times(seed=1)
    redundant = o_information(x + generator.normal(size=(500, 1)), null=null)
    x[:, 2] += x[:, 0] + x[:, 1]
    synergistic = o_information(x, null=null)
    assert redundant.interval[0] > 0.0 > synergistic.interval[1]
    assert redundant.p == synergistic.p == 0.002, "two-sided, of 999 draws"


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_multiplets_are_measured_as_each_alone(seed):
    x = np.random.default_rng(seed).normal(size=(40, 5))
    result = o_information(x, order=3)
    assert result.arrays["multiplets"].tolist() == [list(c) for c in combinations(range(5), 3)]
    each = [o_information(x[:, group]).value for group in result.arrays["multiplets"]]
    assert result.arrays["multiplet_bits"] == pytest.approx(each, abs=1e-12)
    assert result.value == pytest.approx(np.mean(each), abs=1e-12)


def test_multiplets_drawn_are_sets_of_units_that_the_seed_decides():
    x = np.random.default_rng(3).normal(size=(30, 60))
    options = {"order": 4, "multiplets": 200}
    first, second = (o_information(x, seed=seed, **options) for seed in (1, 2))
    groups = first.arrays["multiplets"]
    assert groups.shape == (200, 4)
    assert (np.diff(groups, axis=1) > 0).all(), "no unit twice"
    assert len(np.unique(groups)) > 55
    assert first == o_information(x, seed=1, **options)
    assert not np.array_equal(groups, second.arrays["multiplets"])
    assert first.method == "95 % t, 15 batches in time and multiplets drawn"


def test_the_interval_of_a_sample_of_multiplets_holds_the_mean_over_all():
    """Half of the units share a drive, so that triplets differ."""
    generator = np.random.default_rng(4)
    x = generator.normal(size=(400, 24))
    x[:, :12] += generator.normal(size=(400, 1))
    everyone = o_information(x, order=3, multiplets=2_024)
    held = [
        everyone.value in o_information(x, order=3, multiplets=60, seed=seed) for seed in range(40)
    ]
    assert np.mean(held) > 0.85


@pytest.mark.parametrize(("series", "options", "sentence"), REFUSED)
def test_what_is_not_allowed_is_refused_with_its_reason(series, options, sentence):
    assert re.match("o_information" + sentence, refusal(o_information, series, options))
