"""What the three ways to find layers share: values along one dimension, split into groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.graph import Graph
from hal9lib.measures._against import Against
from hal9lib.measures._components import weak_components
from hal9lib.measures._layers_kernels import scored
from hal9lib.measures._levels import incoherence
from hal9lib.result import Result

#: With fewer neurons a layer than this on average, chance alone makes layers.
LEAST_PER_LAYER = 4
#: So few neurons could be no two layers.
LEAST_NEURONS = 2 * LEAST_PER_LAYER
NO_LAYER = -1


@dataclass(frozen=True)
class Layers:
    """Layers of values along one dimension.

    Attributes
    ----------
    label : (values,) the layer of each, from 0 for the lowest. count : how many there are.
    most : the largest number of layers that scores as well. gain : how much better the best split
        into two or more scores than one layer, in nats a value.
    """

    label: NDArray[np.int64]
    count: int
    most: int
    gain: float


def layers_of(values: NDArray[np.float64], most: int, finest: float) -> Layers:
    """Split eight values or more; the fewest layers within two standard errors of the best score.

    The error of a score, from the spread of squared distances of normal or even values, is near
    ``sqrt(n)`` nats. Layers narrower than `finest` count as that wide.
    """
    order = np.argsort(values, kind="stable")
    most = max(2, min(most, len(values) // LEAST_PER_LAYER))
    scores, begins = scored(values[order], most, finest)
    good = np.flatnonzero(scores >= scores.max() - 2.0 * len(values) ** 0.5)
    label = np.empty(len(values), np.int64)
    last = len(values) - 1
    for layer in range(int(good[0]), -1, -1):
        first = int(begins[layer, last]) if layer else 0
        label[order[first : last + 1]] = layer
        last = first - 1
    return Layers(label, int(good[0]) + 1, int(good[-1]) + 1, _gain(scores, len(values)))


def layering(values: NDArray[np.float64], most: int, finest: float) -> float:
    """The gain of `layers_of` alone, for surrogates; 0 where there are too few values."""
    if len(values) < LEAST_NEURONS:
        return 0.0
    most = max(2, min(most, len(values) // LEAST_PER_LAYER))
    return _gain(scored(np.sort(values), most, finest)[0], len(values))


def _gain(scores: NDArray[np.float64], count: int) -> float:
    return float(scores[1:].max() - scores[0]) / count


def levels_of(links: Graph) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(the neurons that have links, their trophic levels); levels are NaN where none were found.

    The lowest level of each weakly connected part is 0.
    """
    weights = links.weights / links.weights.max()
    value, levels = incoherence(links.nodes, links.sources, links.targets, weights)
    part = weak_components(links)
    lowest = np.full(part.max() + 1, np.inf)
    np.minimum.at(lowest, part, levels)
    linked = np.zeros(links.nodes, np.bool_)
    linked[links.sources] = linked[links.targets] = True
    heights = levels - lowest[part] if np.isfinite(value) else np.full(links.nodes, np.nan)
    return np.flatnonzero(linked), heights[linked]


def between_share(values: NDArray[np.float64], label: NDArray[np.int64]) -> float:
    """The share of the values' variance that lies between groups (eta squared); 0 without any."""
    counts = np.maximum(1, np.bincount(label))
    means = np.bincount(label, values) / counts
    total = float(((values - values.mean()) ** 2).sum())
    inside = float(((values - means[label]) ** 2).sum())
    return max(0.0, 1.0 - inside / total) if total > 0.0 else 0.0


def layers_result(
    measure: str,
    found: Layers,
    values: NDArray[np.float64],
    neurons: NDArray[np.intp],
    size: int,
    chance: Against,
    details: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
) -> Result:
    """The Result of layers found among the values of some of `size` neurons."""
    layers = np.full(size, NO_LAYER)
    layers[neurons] = found.label
    between = {"gain": found.gain, "between": between_share(values, found.label)}
    return Result(
        value=float(found.count),
        unit="layers",
        interval=(float(found.count), float(found.most)),
        null=chance.null,
        p=chance.p,
        measure=measure,
        method="within two standard errors of the best score",
        details={**details, **between, **chance.details},
        arrays={"layers": layers, "sizes": np.bincount(found.label), **arrays, **chance.arrays},
    )


def at(places: NDArray[np.intp], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(size,) the values at their places, 0 elsewhere."""
    found = np.zeros(size)
    found[places] = values
    return found
