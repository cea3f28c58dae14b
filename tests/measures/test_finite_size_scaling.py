"""Finite-size scaling: an exactly solvable magnet, a line with known errors, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gamma, gammaln

from hal9lib.errors import ParameterError
from hal9lib.measures import finite_size_scaling
from hal9lib.nulls import layer_permutation

CALL = {
    "arrays": {
        "sizes": np.repeat([10, 20, 40], 12),
        "order_parameter": np.random.default_rng(1).normal(size=36),
    },
    "options": {},
}


def magnet(units, coupling=1.0):
    """(m, share): Curie and Weiss's magnet by enumeration of its magnetisation."""
    up = np.arange(units + 1)
    m = 2.0 * up / units - 1.0
    log_share = -gammaln(up + 1) - gammaln(units - up + 1) + coupling * units * m**2 / 2.0
    share = np.exp(log_share - log_share.max())
    return m, share / share.sum()


def states(units, coupling=1.0, many=4_000):
    """The middles of `many` equal parts of the exact distribution: no chance in it."""
    m, share = magnet(units, coupling)
    u = (np.arange(many) + 0.5) / many
    return m[np.minimum(np.searchsorted(np.cumsum(share), u), units)]


def measured(sizes, coupling=1.0, **options):
    samples = np.concatenate([states(size, coupling) for size in sizes])
    return finite_size_scaling(np.repeat(sizes, 4_000), samples, **options)


SIZES = (1_000, 4_000, 16_000, 64_000)


@pytest.mark.parametrize(("of", "limit"), [("order_parameter", -0.25), ("susceptibility", 0.5)])
def test_the_critical_magnet_has_its_exponents(of, limit):
    found = measured(SIZES, of=of)
    log_exact = []
    for size in SIZES:
        m, share = magnet(size)
        mean, square = share @ np.abs(m), share @ m**2
        log_exact.append(np.log(mean if of == "order_parameter" else size * (square - mean**2)))
    exact = np.polyfit(np.log(SIZES), log_exact, 1)[0]
    assert found.value == pytest.approx(exact, abs=2e-3)
    assert found.value == pytest.approx(limit, abs=0.006)
    assert limit in found
    assert found.details["misfit"] < 1.0


def test_the_cumulant_at_the_critical_point_is_its_published_value():
    """1 - Gamma(1/4)^4 / (24 pi^2) = 0.27052; exact enumeration nears it as N^(-1/2)."""
    limit = 1.0 - gamma(0.25) ** 4 / (24.0 * np.pi**2)
    assert limit == pytest.approx(0.27052, abs=5e-6)
    found = measured(SIZES)
    binder = found.arrays["binder"]
    exact = []
    for size in SIZES:
        m, share = magnet(size)
        exact.append(1.0 - (share @ m**4) / (3.0 * (share @ m**2) ** 2))
    np.testing.assert_allclose(binder, exact, atol=2e-3)
    off = np.array(exact) - limit
    np.testing.assert_allclose(off[:-1] / off[1:], 2.0, rtol=0.05)
    assert found.details["binder"] == binder[-1]


def test_cumulants_of_all_sizes_cross_at_the_critical_point():
    below, at, above = (
        measured((400, 1_600, 6_400), k).arrays["binder"] for k in (0.95, 1.0, 1.05)
    )
    assert (np.diff(below) < -0.05).all(), "disordered: smaller, the larger the network"
    assert np.abs(np.diff(at)).max() < 0.01, "but for the corrections above"
    assert (np.diff(above) > 0.05).all()


def test_above_and_away_from_the_critical_point():
    disordered = measured((1_000, 4_000, 16_000), 0.0)
    assert disordered.value == pytest.approx(-0.5, abs=2e-3)
    assert disordered.details["binder"] == pytest.approx(0.0, abs=0.01)
    assert measured((1_000, 4_000, 16_000), 0.0, of="susceptibility").value == pytest.approx(
        0.0, abs=5e-3
    )
    near = measured((100, 1_600, 25_600), 0.95)
    assert near.details["misfit"] > 50, "a bend, not a law"
    assert near.details["misfit_p"] < 1e-6


@given(b=st.floats(-2.0, 2.0), scale=st.floats(0.01, 10.0))
def test_a_planted_law_is_recovered_exactly(b, scale):
    sizes = np.repeat([10, 30, 100, 500], 20)
    found = finite_size_scaling(sizes, scale * sizes**b * np.tile([0.5, -1.5], 40))
    assert found.value == pytest.approx(b, abs=1e-9)
    assert found.details["prefactor"] == pytest.approx(scale, rel=1e-6)
    assert found.details["misfit"] < 1e-12


def test_the_line_agrees_with_a_library():
    generator = np.random.default_rng(2)
    sizes = np.repeat([10, 20, 40, 80], 50)
    m = generator.gamma(3.0, size=200) * sizes**-0.3
    found = finite_size_scaling(sizes, m)
    y, errors = found.arrays["means"], found.arrays["errors"]
    groups = m.reshape(4, 50)
    np.testing.assert_allclose(y, groups.mean(axis=1))
    np.testing.assert_allclose(errors, groups.std(axis=1, ddof=1) / 50**0.5)
    slope, covariance = np.polyfit(
        np.log([10, 20, 40, 80]), np.log(y), 1, w=y / errors, cov="unscaled"
    )
    assert found.value == pytest.approx(slope[0])
    assert (found.interval[1] - found.value) / 1.959964 == pytest.approx(covariance[0, 0] ** 0.5)


def test_neither_sign_nor_order_of_the_samples_matters():
    sizes, m = CALL["arrays"]["sizes"], CALL["arrays"]["order_parameter"]
    order = np.random.default_rng(3).permutation(36)
    there, back = finite_size_scaling(sizes, m), finite_size_scaling(sizes[order], -m[order])
    assert back.value == pytest.approx(there.value, abs=1e-12)


@pytest.mark.parametrize(("of", "no_effect"), [("order_parameter", 0.0), ("susceptibility", 1.0)])
def test_p_tells_an_effect_of_size_from_none(of, no_effect):
    null = layer_permutation(seed=1)
    generator = np.random.default_rng(4)
    sizes = np.repeat(SIZES, 60)
    critical = np.concatenate([generator.choice(states(size), 60) for size in SIZES])
    found = finite_size_scaling(sizes, critical, of=of, null=null)
    assert found.p <= 0.01
    assert found.details["null_mean"] == pytest.approx(no_effect, abs=0.02)
    alike = finite_size_scaling(sizes, generator.normal(size=240), of=of, null=null)
    assert alike.p > 0.01


@pytest.mark.parametrize(
    ("sizes", "m", "options", "sentence"),
    [
        ([], [], {}, r"finite_size_scaling\.sizes has 0 different sizes with at least 0 samples"),
        ([1, 2] * 10, np.ones(20), {}, "has 2 different sizes with at least 10 samples; use 3 or"),
        ([1, 2, 3] * 9, np.ones(27), {}, "has 3 different sizes with at least 9 samples"),
        ([1, 2, 3] * 9, np.ones(26), {}, "order_parameter has 26 values and sizes has 27; use as"),
        ([0, 2, 3] * 9, np.ones(27), {}, r"finite_size_scaling\.sizes\[0\] = 0 is not allowed"),
        ([1, 2, 3] * 10, np.ones(30), {}, r"of size 1: order_parameter is 0 or does not vary"),
        (
            [1, 2, 3] * 10,
            np.tile([1.0, 2.0, 0.0], 10) * np.arange(1, 31),
            {"of": "susceptibility"},
            r"of size 3: susceptibility is 0 or does not vary",
        ),
        ([1, 2, 3] * 10, np.ones(30), {"of": "m"}, r"finite_size_scaling\.of = 'm' is not allowed"),
    ],
)
def test_what_does_not_scale_says_why(sizes, m, options, sentence):
    with pytest.raises(ParameterError, match=sentence):
        finite_size_scaling(sizes, m, **options)
