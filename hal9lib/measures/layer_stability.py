"""Whether seeds agree on layers: the adjusted Rand index of labelings, averaged over pairs.

Source: Hubert & Arabie 1985, doi:10.1007/BF01908075.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._agreement_kernels import adjusted_rand, leave_one_out
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_MOST_LABELS = 1_000


def layer_stability(labelings: ArrayLike, *, null: Null | None = None) -> Result:
    """Mean over pairs of labelings of ``ARI = (together - chance) / (most - chance)``.

    Together counts the pairs of neurons that share a layer in both labelings, chance what their
    layers' sizes lead one to expect, most the mean of the pairs in either
    (doi:10.1007/BF01908075). 1 where all seeds find the same layers, whatever they call them; 0
    for layers that have nothing to do with one another.

    Parameters
    ----------
    labelings : (seeds, neurons) whole numbers: one row a seed, the layer of each neuron. -1, in no
        layer, counts as a layer of its own.
    null : a null model of labels; it deals out each row by itself. p is the chance of agreement as
        large or larger.

    Returns
    -------
    Result without a unit, 1 at most. The 95 % interval speaks of seeds: a jackknife that leaves
    out one at a time, since pairs that share a seed are not independent; None for two seeds.
    ``arrays["pairs"]`` (seeds, seeds) holds the index of each pair. Details: `order`, the mean
    rank correlation of the layers' numbers over neurons that are in a layer for every seed: 1
    where the order is the same, -1 where two seeds see it turned round; a labeling with a single
    layer correlates 0.

    Raises
    ------
    ParameterError : fewer than two seeds or neurons, more than 1,000 different labels in a row,
        labels that are not whole numbers from -1.

    Notes
    -----
    Known values: 1 for equal partitions, also of a single layer; 0 for one layer against several;
    4/7 for the labels 0 0 1 1 against 0 0 1 2; a^2 b^2 expected where a share a, b of each
    labeling is kept and the rest dealt out evenly.
    Cost: seeds squared times neurons: 0.5 s for 30 seeds of 1e5 neurons.
    Agreement does not say that layers are right, and two equal accidents agree: layers must be
    found in each seed against a null of its own. Numbers of labels need not be alike.

    Examples
    --------
    The second seed splits the first one's second layer; the third agrees with the second:

    >>> found = layer_stability([[0, 0, 1, 1], [0, 0, 1, 2], [5, 5, 6, 7]])
    >>> round(found.value, 6) == round((4 / 7 + 4 / 7 + 1) / 3, 6)
    True
    """
    rows, in_layer = _numbered(labelings)
    count = int(rows.max()) + 1

    def pairs_of(flat: NDArray[np.int64]) -> Any:
        return adjusted_rand(flat.reshape(rows.shape), count)

    def deal(flat: NDArray[np.int64], generator: np.random.Generator, **options: Any) -> Any:
        row = flat.reshape(rows.shape)
        return np.concatenate([null.sample(r, generator, **options) for r in row]) if null else row

    pairs = pairs_of(rows.ravel())
    value, without = leave_one_out(pairs)
    dealt = replace(null, sample=deal) if isinstance(null, Null) else null
    chance = against(
        "layer_stability",
        dealt,
        "labels",
        rows.ravel(),
        lambda flat: float(leave_one_out(pairs_of(flat))[0]),
        value,
        "greater",
    )
    return Result(
        value=float(value),
        unit="1",
        interval=_interval(value, without),
        null=chance.null,
        p=chance.p,
        measure="layer_stability",
        method="95 %, jackknife over seeds" if len(rows) > 2 else "",
        details={"seeds": len(rows), "order": _order(rows, in_layer), **chance.details},
        arrays={"pairs": pairs, **chance.arrays},
    )


def _numbered(labelings: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """((seeds, neurons) labels from 0 in their order, which neurons have a layer in every row)."""
    name = "layer_stability.labelings"
    given = symbols(name, labelings, dimensions=2, low=-1)
    if given.shape[0] < 2 or given.shape[1] < 2:
        raise ParameterError(
            f"{name} has shape {given.shape}, which is not allowed; use (seeds, neurons) with at "
            "least two of each."
        )
    rows: NDArray[np.int64] = np.empty_like(given)
    for s, row in enumerate(given):
        found, rows[s] = np.unique(row, return_inverse=True)
        if len(found) > _MOST_LABELS:
            raise ParameterError(
                f"{name}[{s}] has {len(found):,} different labels; use at most {_MOST_LABELS:,}."
            )
    in_layer: NDArray[np.bool_] = np.all(given >= 0, axis=0)
    return rows, in_layer


def _interval(value: float, without: NDArray[np.float64]) -> tuple[float, float] | None:
    seeds = len(without)
    if seeds < 3:
        return None
    spread = without - without.mean()
    error = float((seeds - 1) / seeds * (spread @ spread)) ** 0.5
    return clipped(t_interval(float(value), error, seeds - 1), float(value), -1.0, 1.0)


def _order(rows: NDArray[np.int64], in_layer: NDArray[np.bool_]) -> float:
    """Mean rank correlation (Spearman, ties at their middle) over pairs of rows."""
    rows = rows[:, in_layer]
    ranks = np.zeros(rows.shape)
    for s, row in enumerate(rows):
        sizes = np.bincount(row)
        middle = np.cumsum(sizes) - sizes / 2.0
        ranks[s] = middle[row] - middle[row].mean() if len(row) else 0.0
        length = float(ranks[s] @ ranks[s]) ** 0.5
        ranks[s] /= length if length > 0.0 else 1.0
    whole = ranks @ ranks.T
    above = np.triu_indices(len(rows), 1)
    return float(whole[above].mean())
