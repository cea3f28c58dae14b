"""Information kept from one layer to the next: mutual information over the first one's entropy.

Sources: Shannon 1948, doi:10.1002/j.1538-7305.1948.tb01338.x; entropies from few samples, Chao,
Wang & Jost 2013, doi:10.1111/2041-210X.12108, and in spikes Panzeri et al. 2007,
doi:10.1152/jn.00559.2007.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import as_many, symbols
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._intervals import clipped, jackknife, t_interval
from hal9lib.measures._symbol_sequences import from_series, numbered
from hal9lib.measures._unseen import entropy_bits
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_LEAST_TIMES = 8
_MOST_SYMBOLS = 2_048
_BLOCKS = 20


def information_kept(
    layer: ArrayLike, next_layer: ArrayLike, *, null: Null | None = None
) -> Result:
    """``I(A; B) / H(A)``: the share of a layer's entropy that the next layer holds.

    A and B are the layers' states at the same times, as symbols, and ``I = H(A) + H(B) - H(A, B)``.
    Entropies are estimated with what states too rare to be seen would add (Chao, Wang & Jost 2013,
    doi:10.1111/2041-210X.12108): counting alone makes I too large (doi:10.1152/jn.00559.2007).
    The value may lie a little below 0 where nothing is kept.

    Parameters
    ----------
    layer, next_layer : (times,) whole numbers from 0, the state of each layer at each time. The
        next layer may be shifted by its delay beforehand. From spikes: `hal9lib.symbols`.
    null : a null model of series, given the columns (layer, next layer); p is the chance of as
        large a share under it. ``shifted_series`` for layers that remember, ``permuted_times`` for
        times that are independent.

    Returns
    -------
    Result without a unit, 1 where B tells all of A, 0 where it tells nothing. The interval
    leaves out one of 20 blocks in time at a time (jackknife); None where the layer varies in one
    block alone. ``details`` holds ``information_bits``, ``entropy_bits``,
    the ``plug_in`` share without correction, ``states`` (pairs seen) and ``times``.

    Raises
    ------
    ParameterError : fewer than 8 times, layers of unequal length, a symbol that is no whole number
        from 0, more than 2,048 different ones, or a layer that never changes.

    Notes
    -----
    Known values: 1 for a copy, 0 for independent layers, ``1 - H2(e)`` for a fair binary layer
    copied with errors of chance e (0.531 at e = 0.1). It never grows from layer to layer where each
    sees only the one before. Cost: 21 passes: 1 s for 1e6 times; a layer of 100,000 neurons costs
    what its symbols cost to make.
    With 16 states each, copied but for 1 in 5, the median at 500 times is 0.5 % too low (by
    counting alone 12 % too high, by Miller & Madow's correction 8 %). Times should be at least
    twice the pairs of states. Symbols of many levels keep more of a layer and need more times.
    Common input to both layers counts as kept.
    Where hardly an error is seen the interval is too narrow: a fair coin copied with 1 % errors,
    100 times, covers 63 %.

    Examples
    --------
    The next layer tells even from odd, 1 of the 2 bits; seen 4 times each:

    >>> state = [0, 1, 2, 3] * 4
    >>> kept = information_kept(state, [symbol % 2 for symbol in state])
    >>> round(kept.details["plug_in"], 12)
    0.5
    """
    pair = _checked(layer, next_layer)
    alphabet = int(pair.max()) + 1
    information, entropy, plug_in = _estimates(pair, alphabet)
    value = information / entropy

    def statistic(series: NDArray[Any]) -> float:
        codes = from_series("information_kept", series, alphabet).reshape(-1, 2)
        kept, whole, _ = _estimates(codes, alphabet)
        return kept / whole

    beside = against("information_kept", null, "series", pair, statistic, value, "greater")
    interval, method = _interval(pair, alphabet, value)
    details = {
        "information_bits": information,
        "entropy_bits": entropy,
        "plug_in": plug_in,
        "states": len(np.unique(pair @ np.array([alphabet, 1]))),
        "times": len(pair),
    }
    return Result(
        value=value,
        unit="1",
        interval=interval,
        null=beside.null,
        p=beside.p,
        measure="information_kept",
        method=method,
        details=details | dict(beside.details),
        arrays=beside.arrays,
    )


def _checked(layer: ArrayLike, next_layer: ArrayLike) -> NDArray[np.int64]:
    """(times, 2) both layers' symbols, numbered without gaps."""
    first = symbols("information_kept.layer", layer)
    second = symbols("information_kept.next_layer", next_layer)
    as_many("information_kept.next_layer", second, "layer", first)
    if len(first) < _LEAST_TIMES:
        raise ParameterError(
            f"information_kept.layer has {len(first)} times; use {_LEAST_TIMES} or more."
        )
    if (first == first[0]).all():
        raise ParameterError(
            "information_kept.layer never changes, so it has no information to keep; use symbols "
            "that tell its states apart."
        )
    read = [numbered(first), numbered(second)]
    for name, one in zip(("layer", "next_layer"), read, strict=True):
        if one.alphabet > _MOST_SYMBOLS:
            raise ParameterError(
                f"information_kept.{name} has {one.alphabet:,} different symbols, which is not "
                f"allowed; use {_MOST_SYMBOLS:,} at most, such as fewer levels."
            )
    return np.column_stack([one.codes for one in read])


def _estimates(pair: NDArray[np.int64], alphabet: int) -> tuple[float, float, float]:
    """Mutual information and the layer's entropy, in bits; their ratio by counting alone."""
    first, second = pair.T
    few = alphabet**2 <= 8 * len(pair)  # then counting is faster than sorting
    counts = [
        np.bincount(group) if few else np.unique(group, return_counts=True)[1]
        for group in (first, second, alphabet * first + second)
    ]
    of_first, of_second, of_both = (entropy_bits(group) for group in counts)
    first_nats, second_nats, both_nats = (_by_counting(group) for group in counts)
    plug_in = (first_nats + second_nats - both_nats) / first_nats if first_nats > 0.0 else np.nan
    return of_first + of_second - of_both, of_first, plug_in


def _by_counting(counts: NDArray[np.int64]) -> float:
    """Entropy, in nats, of the shares themselves."""
    shares = counts[counts > 0] / counts.sum()
    return -float(shares @ np.log(shares))


def _interval(
    pair: NDArray[np.int64], alphabet: int, value: float
) -> tuple[tuple[float, float] | None, str]:
    """By leaving out one block in time at a time."""
    many = min(_BLOCKS, len(pair) // 2)
    blocks = np.array_split(pair, many)

    def estimate(kept: NDArray[np.intp]) -> float:
        information, entropy, _ = _estimates(np.concatenate([blocks[k] for k in kept]), alphabet)
        return information / entropy if entropy > 0.0 else np.nan

    _, _, error = jackknife(estimate, many)
    if not np.isfinite(error):
        return None, ""
    interval = clipped(t_interval(value, error, many - 1), value, low=0.0, high=1.0)
    return interval, f"95 % t, {many} blocks in time"
