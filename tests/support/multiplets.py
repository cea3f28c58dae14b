"""Groups of units with known entropies: the golden ones, and what dit finds for any symbols."""

import json
from itertools import product
from pathlib import Path

import dit
import numpy as np

from hal9lib.errors import ParameterError

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "o_information_tse.json").read_text())
DISCRETE = {case["name"]: case for case in GOLDEN["discrete"]}
GAUSSIAN = {case["name"]: case for case in GOLDEN["gaussian"]}
NATS = 1.0 / np.log(2.0)

#: (arguments after the series, how the refusal goes on after the measure's name)
REFUSED = [
    (np.zeros((4, 1)), {}, r"\.series has shape \(4, 1\), .* at least 4 times and 2 units"),
    (np.zeros((3, 2)), {}, r"\.series has shape \(3, 2\), which is not allowed; use \(times, un"),
    ([[0.0, 1.0]] * 3 + [[1.0, 1.0]], {}, r"\.series\[:, 1\] = 1 throughout, which is not allow"),
    (np.eye(4), {}, r"\.series has 4 times for 4 units, which is not allowed; use 6 times or m"),
    (
        np.outer([0, 1, 2, 4, 9], [1, 2, 3]),
        {},
        r"\.series: units 0, 1, 2 are linearly dependent, so their Gaussian entropy is not finite",
    ),
    (np.eye(4) / 2, {"states": "discrete"}, r"\.series\[0, 0\] = 0\.5 is not allowed; use whole"),
    (-np.eye(4), {"states": "discrete"}, r"\.series\[0, 0\] = -1 is not allowed; use whole numb"),
    (np.eye(4), {"states": "spikes"}, r"\.states = 'spikes' is not allowed; use 'gaussian' or "),
    (np.eye(4), {"order": 5}, r"\.order = 5 is not allowed; use a whole number from 2 to 4"),
    (np.eye(4), {"order": 1}, r"\.order = 1 is not allowed; use a whole number from 2 to 4"),
    (np.eye(4), {"multiplets": 1}, r"\.multiplets = 1 is not allowed; use a whole number from"),
    (np.eye(4), {"seed": -1}, r"\.seed = -1 is not allowed; use a whole number from 0"),
    (np.zeros((4, 2_001)), {}, r"\.order = 2,001 units, which is not allowed; use at most 2,000"),
    (
        np.tile(np.arange(300)[:, None], 3),
        {"states": "discrete"},
        r"\.series has more than 4,194,304 joint states, which is not allowed; use a lower order",
    ),
]  # fmt: skip


def refusal(measure, series, options):
    """What the measure says to such a series."""
    try:
        measure(series, **options)
    except ParameterError as problem:
        return str(problem)
    return "it was not refused"


def symbols(name):
    """(times, units) every state of a golden distribution once."""
    units = int(name[-1])
    if name.startswith("COPY"):
        return np.repeat([[0], [1]], units, axis=1).repeat(4, axis=0)
    return np.array([s for s in product([0, 1], repeat=units) if sum(s) % 2 == 0])


def series_with(covariance, times=64, seed=1):
    """(times, units) numbers whose covariance, divided by times, is exactly the one asked for."""
    covariance = np.asarray(covariance)
    x = np.random.default_rng(seed).normal(size=(times, len(covariance)))
    x -= x.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(x.T @ x / times), x.T)
    return (np.linalg.cholesky(covariance) @ white).T


def of_dit(series, function):
    """One of dit's multivariate measures of the symbols as they are, in bits."""
    states, counts = np.unique(np.asarray(series), axis=0, return_counts=True)
    outcomes = ["".join(chr(ord("a") + symbol) for symbol in state) for state in states]
    return float(function(dit.Distribution(outcomes, counts / counts.sum())))


def plug_in(result):
    """The value before its bias is taken away."""
    return result.details["plug_in_bits"]
