"""Two lists of spikes beside each other: what agrees, and where they part."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Pairs of neurons whose counts are correlated, and the bin, in ms.
PAIRS, BIN_MS = 2_000, 10.0


class Spikes(NamedTuple):
    """(spikes,) each: the step that ends at a spike's time, and the neuron."""

    steps: NDArray[np.int64]
    neurons: NDArray[np.int64]


def compare_spikes(ours: Spikes, theirs: Spikes, within_steps: int = 0) -> dict[str, Any]:
    """What share of both sides' spikes has a partner, and the first that has none.

    Partners are spikes of one neuron at most `within_steps` apart, each of one at most.

    >>> spikes = Spikes(np.array([3, 5]), np.array([0, 1]))
    >>> compare_spikes(spikes, Spikes(np.array([3, 6]), np.array([0, 1])))["first_difference"]
    {'step': 5, 'neuron': 1, 'only': 'HAL9'}
    """
    alone = []
    for neuron in np.union1d(ours.neurons, theirs.neurons):
        mine = np.sort(ours.steps[ours.neurons == neuron])
        yours = np.sort(theirs.steps[theirs.neurons == neuron])
        alone += [(*one, int(neuron)) for one in _without_partner(mine, yours, within_steps)]
    total = len(ours.steps) + len(theirs.steps)
    first = min(alone) if alone else None
    return {
        "spikes": [len(ours.steps), len(theirs.steps)],
        "agree": 1.0 - len(alone) / total if total else 0.0,
        "without_partner": len(alone),
        "first_difference": None
        if first is None
        else {"step": first[0], "neuron": first[2], "only": first[1]},
    }


def _without_partner(
    mine: NDArray[np.int64], yours: NDArray[np.int64], within: int
) -> list[tuple[int, str]]:
    alone, i, j = [], 0, 0
    while i < len(mine) or j < len(yours):
        if j == len(yours) or (i < len(mine) and mine[i] < yours[j] - within):
            alone.append((int(mine[i]), "HAL9"))
            i += 1
        elif i == len(mine) or yours[j] < mine[i] - within:
            alone.append((int(yours[j]), "NEST"))
            j += 1
        else:
            i, j = i + 1, j + 1
    return alone


def compare_weights(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], before: NDArray[np.float64]
) -> dict[str, Any]:
    """The largest difference, as a share of the largest weight, and where it is."""
    apart = np.abs(ours - theirs)
    worst = int(np.argmax(apart))
    return {
        "weights": len(ours),
        "changed": int((ours != before).sum()),
        "largest_difference": float(apart[worst] / np.abs(ours).max()),
        "worst": {"synapse": worst, "hal9": float(ours[worst]), "nest": float(theirs[worst])},
    }


def statistics(spikes: Spikes, neurons: int, steps: int, dt_ms: float) -> dict[str, Any]:
    """{name: values}: rate in Hz and CV of intervals a neuron, count correlation a pair."""
    counts = np.bincount(spikes.neurons, minlength=neurons)
    cvs = []
    for neuron in np.flatnonzero(counts >= 5):
        gaps = np.diff(np.sort(spikes.steps[spikes.neurons == neuron]))
        cvs.append(gaps.std() / gaps.mean())
    bin_steps = round(BIN_MS / dt_ms)
    bins = np.zeros((neurons, -(-steps // bin_steps)))
    np.add.at(bins, (spikes.neurons, spikes.steps // bin_steps), 1.0)
    pairs = np.random.default_rng(1).integers(0, neurons, (PAIRS, 2))
    pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & (bins.std(axis=1)[pairs] > 0.0).all(axis=1)]
    z = bins - bins.mean(axis=1, keepdims=True)
    scale = np.sqrt((z**2).sum(axis=1))
    z /= np.where(scale > 0.0, scale, 1.0)[:, None]
    return {
        "rate_hz": counts / (steps * dt_ms * 1e-3),
        "cv": np.array(cvs),
        "correlation": (z[pairs[:, 0]] * z[pairs[:, 1]]).sum(axis=1),
    }


def compare_distributions(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> Any:
    """{name: both means over the runs, their difference, its 99 % interval, whether 0 is in it}.

    For the mean and the spread (standard deviation) of each distribution. Neurons of one run share
    its fluctuations, so runs are the sample: a paired t interval over them.
    """
    from scipy import stats

    found = {}
    for name in ours[0]:
        for kind, of in (("mean", np.mean), ("spread", np.std)):
            sides = np.array([[of(one[name]) for one in side] for side in (ours, theirs)])
            apart = sides[0] - sides[1]
            error = apart.std(ddof=1) / np.sqrt(len(apart))
            half = float(stats.t.ppf(0.995, len(apart) - 1) * error)
            found[f"{name} {kind}"] = {
                "values": sides.mean(axis=1).tolist(),
                "difference": float(apart.mean()),
                "interval_99": [float(apart.mean()) - half, float(apart.mean()) + half],
                "holds": bool(abs(apart.mean()) <= half),
            }
    return found
