"""exp, log and inverse distributions: against 80-bit references and scipy, the JIT on and off."""

import re
from functools import cache

import numpy as np
import pytest
from numba import njit
from numba.core import config

import hal9lib as hal9
from hal9lib.engine import mathematics
from hal9lib.engine.assembly import compiled, function_source

EDGES = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 1e30, -1e30, 1e-40, 88.72283, -103.9)


def each(x, out):
    for i in range(len(x)):
        out[i] = function(x[i])


def each_word(kind, a, b, low, high, below, between, words, out):
    for i in range(len(words)):
        out[i] = quantile(kind, a, b, low, high, below, between, words[i])


def function(x):
    """Stands for the function under test, which the generated module has under this name."""
    raise NotImplementedError


def quantile(*arguments):
    """As `function`."""
    raise NotImplementedError


DOUBLE = tuple(
    function_source(getattr(mathematics, name), cast=False)
    for name in ("exp64", "log64", "_central64", "_tail64", "normal_quantile", "quantile")
)


@cache
def module(name, precision):
    """A loop over one function, compiled in a module of this precision."""
    source = function_source(getattr(mathematics, name), "function", cast=name.endswith("32"))
    parts = (*DOUBLE, source, function_source(each), function_source(each_word))
    return compiled(parts, ("each", "each_word"), precision)


def results(name, x, precision=None):
    precision = precision or ("float32" if name.endswith("32") else "float64")
    out = np.empty_like(x)
    module(name, precision).each(x, out)
    return out


def units_in_the_last_place(found, reference):
    """The largest distance, in steps between neighbouring numbers at the reference."""
    step = np.spacing(np.abs(reference).astype(found.dtype)).astype(np.longdouble)
    return float(np.max(np.abs(found.astype(np.longdouble) - reference) / step))


@pytest.mark.parametrize(("name", "low", "high"), [("exp32", -103, 88.7), ("exp64", -744, 709.7)])
def test_exp_is_off_by_hardly_more_than_one_unit(name, low, high):
    real = np.float32 if name == "exp32" else np.float64
    count = 1_000 if config.DISABLE_JIT else 300_000
    for near, far in ((low, high), (-1.0, 1.0), (-20.0, 5.0)):
        x = np.random.default_rng(1).uniform(near, far, count).astype(real)
        reference = np.exp(x.astype(np.longdouble))
        assert units_in_the_last_place(results(name, x), reference) < 1.1


@pytest.mark.parametrize("name", ["log32", "log64"])
def test_log_is_off_by_less_than_one_unit(name):
    real = np.float32 if name == "log32" else np.float64
    count = 1_000 if config.DISABLE_JIT else 300_000
    largest = 88.0 if name == "log32" else 709.0
    for near, far in ((-largest, largest), (-0.7, 0.7), (-0.05, 0.05)):
        x = np.exp(np.random.default_rng(1).uniform(near, far, count)).astype(real)
        x = x[x != 1.0]
        reference = np.log(x.astype(np.longdouble))
        assert units_in_the_last_place(results(name, x), reference) < 1.0


@pytest.mark.parametrize("name", ["exp32", "exp64", "log32", "log64"])
def test_edges_are_those_of_ieee(name):
    real = np.float32 if name.endswith("32") else np.float64
    x = np.array([*EDGES, np.finfo(real).max, np.finfo(real).smallest_subnormal], real)
    with np.errstate(all="ignore"):
        expected = np.exp(x) if name.startswith("exp") else np.log(x)
    found = results(name, x)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(found, expected, rtol=3e-7 if real is np.float32 else 1e-15)
    assert (np.signbit(found) == np.signbit(expected))[~np.isnan(expected)].all()


@pytest.mark.parametrize("name", ["exp32", "exp64", "log32", "log64", "normal_quantile"])
def test_compiled_and_plain_give_the_same_bits(name):
    real = np.float32 if name.endswith("32") else np.float64
    rng = np.random.default_rng(2)
    if name == "normal_quantile":
        x = np.concatenate([rng.random(2_000), 10.0 ** rng.uniform(-15, -1, 500)])
    else:
        x = np.concatenate([rng.uniform(-120, 120, 2_000), 10.0 ** rng.uniform(-30, 2, 500), EDGES])
    x = x.astype(real)
    plain = np.array([getattr(mathematics, name)(value) for value in x])
    assert plain.dtype == real
    assert results(name, x).tobytes() == plain.tobytes()


def test_the_normal_quantile_is_that_of_scipy():
    from scipy.special import ndtri

    u = np.concatenate([np.linspace(1e-6, 1.0 - 1e-6, 2_001), 10.0 ** -np.linspace(1, 12, 200)])
    np.testing.assert_allclose(results("normal_quantile", u), ndtri(u), rtol=3e-15, atol=3e-16)
    far = 10.0 ** -np.linspace(12, 17, 100)
    np.testing.assert_allclose(results("normal_quantile", far), ndtri(far), rtol=2e-12)


def frozen(distribution):
    """scipy's quantile function of a distribution, its truncation by rescaling."""
    from scipy import stats

    first, second = distribution.parameters[:2]
    whole = {
        "uniform": lambda: stats.uniform(first, second - first),
        "normal": lambda: stats.norm(first, second),
        "lognormal": lambda: stats.lognorm(second, scale=abs(first)),
        "exponential": lambda: stats.expon(scale=abs(first)),
    }[distribution.kind]()
    low, high = distribution.support
    if distribution.kind in ("lognormal", "exponential") and first < 0.0:
        below, above = whole.sf(-low), whole.sf(-high)
        return lambda u: -whole.isf(below + (above - below) * u)
    below, above = whole.cdf(low), whole.cdf(high)
    return lambda u: whole.ppf(below + (above - below) * u)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize(
    "distribution",
    [
        hal9.uniform(-1.0, 2.5),
        hal9.normal(1.5, 0.75),
        hal9.normal(1.5, 0.75, low=0.1),
        hal9.normal(0.0, 1.0, low=-2.0, high=1.0),
        hal9.normal(0.0, 1.0, low=3.0),
        hal9.lognormal(0.5, 0.9),
        hal9.lognormal(0.5, 0.9, low=0.1, high=3.0),
        hal9.lognormal(-0.5, 0.9, low=-10.0),
        hal9.exponential(2.0),
        hal9.exponential(2.0, low=1.0, high=3.0),
        hal9.exponential(-2.0, high=-0.5),
    ],
    ids=repr,
)
def test_a_quantile_is_that_of_scipy_in_a_module_of_any_precision(distribution, precision):
    words = np.random.default_rng(4).integers(0, 2**32, 2_000, np.uint32)
    words[:2] = 0, 2**32 - 1
    found = np.empty(len(words))
    module("exp32" if precision == "float32" else "exp64", precision).each_word(
        *distribution.numbers, words, found
    )
    expected = frozen(distribution)((words + 0.5) / 2.0**32)
    np.testing.assert_allclose(found, expected, rtol=2e-9, atol=1e-12)
    low, high = distribution.support
    assert ((found >= low) & (found <= high)).all()
    plain = [mathematics.quantile(*distribution.numbers, word) for word in words[:200]]
    assert np.array(plain, np.float64).tobytes() == found[:200].tobytes()


@pytest.mark.jit_only
@pytest.mark.parametrize("name", ["exp32", "exp64", "log32", "log64"])
def test_a_loop_that_calls_it_is_vectorised_without_merged_products(name):
    import llvmlite.binding as llvm

    if not llvm.get_host_cpu_features().get("avx2", False):
        pytest.skip("this CPU has no AVX2, whose vector instructions are looked for")
    real = "float32" if name.endswith("32") else "float64"
    # Compiled anew: what comes from the disk cannot be looked at.
    loop = njit(error_model="numpy")(module(name, real).each.py_func)
    loop(np.ones(4, real), np.ones(4, real))
    text = next(iter(loop.inspect_asm().values()))
    products = re.findall(r"\bvmulp[sd]\s+.*%[yz]mm", text)
    assert len(products) > 5, "products of whole vectors"
    assert not re.findall(r"\bvfn?m(add|sub)", text), "a fused product would round once, not twice"
