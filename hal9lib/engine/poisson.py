"""Poisson counts by inverse CDF from one 32-bit word: a table for each drive."""

import math

import numpy as np

from hal9lib.engine.layout import Drives
from hal9lib.errors import ParameterError
from hal9lib.network import Network
from hal9lib.rng import key_of

_GUIDE_BITS = 10
#: Above this many spikes in one step a table no longer pays, and no neuron tells them apart.
MAX_MEAN = 10_000.0


def cdf_table(mean: float) -> np.ndarray:
    """(counts,) uint32: entry k is the largest word that stands for k spikes or fewer.

    Each probability is rounded to 2^-32, so a mean m is off by about 2^-32 / m of itself: 2e-6 at
    one spike in 10,000 steps.

    >>> table = cdf_table(2.0)
    >>> round(float(table[0]) / 2**32, 6) == round(math.exp(-2.0), 6)
    True
    """
    if mean > MAX_MEAN:
        raise ParameterError(
            f"a drive of {mean:g} spikes in one step is not allowed; use at most {MAX_MEAN:g}: "
            "a lower rate_hz with a larger weight_mv, or a smaller dt_ms."
        )
    count = np.arange(int(mean + 12.0 * math.sqrt(mean) + 24.0))
    log_mean = math.log(mean) if mean > 0.0 else -math.inf
    with np.errstate(invalid="ignore"):
        log_p = count * log_mean - mean - np.array([math.lgamma(k + 1.0) for k in count])
    p = np.exp(log_p) if mean > 0.0 else (count == 0).astype(float)
    edges = np.maximum(np.rint(np.cumsum(p) * 2.0**32) - 1.0, 0.0)
    table = np.minimum(edges, 2.0**32 - 1.0).astype(np.uint32)
    table[-1] = 2**32 - 1
    return table[: int(np.searchsorted(table, np.uint32(2**32 - 1))) + 1]


def drives(network: Network, dt_ms: float, real: type, scale: float = 1.0) -> Drives:
    """The tables of all drives, their rates times `scale`."""
    tables = [cdf_table(d.rate_hz * scale * dt_ms * 1e-3) for d in network.drives]
    lengths = [-(-len(table) // 8) * 8 for table in tables]
    cdf = np.full((len(tables), max([8, *lengths])), 2**32 - 1, np.uint32)
    guide = np.empty((len(tables), 1 << _GUIDE_BITS), np.uint16)
    starts = (np.arange(1 << _GUIDE_BITS, dtype=np.uint64) << np.uint64(32 - _GUIDE_BITS)).astype(
        np.uint32
    )
    for index, table in enumerate(tables):
        cdf[index, : len(table)] = table
        guide[index] = np.searchsorted(table, starts, side="left")
    slots = [list(d.target.neuron.receptors).index(d.receptor) for d in network.drives]
    return Drives(
        target=np.array([network.populations.index(d.target) for d in network.drives], np.int64),
        slot=np.array(slots, np.int64),
        weight=np.array([d.weight for d in network.drives], real),
        counts=np.array(lengths, np.int64),
        cdf=cdf,
        guide=guide,
        key=np.array(key_of(network.seed), np.uint32),
    )
