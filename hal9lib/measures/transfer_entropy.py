"""Transfer entropy: what a source's past tells of a target beyond the target's own past.

Source: Schreiber 2000, doi:10.1103/PhysRevLett.85.461.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib import checks
from hal9lib.arrays import as_many, symbols
from hal9lib.errors import ParameterError
from hal9lib.extras import needs
from hal9lib.measures._against import against
from hal9lib.measures._entropies import (
    counted,
    few_enough,
    relabelled,
    symbols_of,
    time_error,
)
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.nulls._null import Null
from hal9lib.result import Result

Codes = NDArray[np.int64]


def transfer_entropy(
    source: ArrayLike,
    target: ArrayLike,
    *,
    history: int = 1,
    source_history: int = 1,
    lag: int = 1,
    null: Null | None = None,
) -> Result:
    """``TE = I(y[t]; x[t-lag], … | y[t-1], …)``, in bits (doi:10.1103/PhysRevLett.85.461).

    With Y the `history` past symbols of the target y and X the `source_history` symbols of the
    source x that end at ``t - lag``: ``TE = H(y, Y) - H(Y) - H(y, Y, X) + H(Y, X)``. The value is
    the plug-in estimate less its bias: every entropy is corrected by ``(states seen - 1) / (2 n)``
    nats (Miller & Madow), n the number of times t. It can therefore lie a little below 0.

    Parameters
    ----------
    source, target : (times,) symbols, whole numbers of 0 or more, as many of each.
    history : past symbols of the target, 0 or more. With 0 it is a lagged mutual information.
    source_history : symbols of the source, 1 or more.
    lag : steps from the source's latest symbol to y, 1 or more.
    null : surrogates of the source, such as ``hal9lib.nulls.shifted_series(seed=1)``. It is handed
        the columns (source, target) and only its source is used. Without one, p is that of
        ``2 n ln 2`` times the plug-in estimate as a chi-square of ``details["freedom"]`` degrees.

    Returns
    -------
    Result in bits. The interval is that of a mean over time (batches of the local transfer
    entropies). p is the chance of so much or more; ``details`` hold the estimate as it is before
    the correction, ``plug_in_bits``, and the ``chi_square_p``. ``arrays["local_bits"]`` are the
    local transfer entropies, whose mean is the plug-in estimate.

    Raises
    ------
    ParameterError : a symbol that is not a whole number, too few times, more than 4,194,304 joint
        states, a null that is none of a series.

    Notes
    -----
    Known values: 0 for a constant source or target and for a history that holds all; ``1 - H(q)``
    for a fair source copied with errors of chance q: 0.531 bits at q = 0.1, of which 3,000 samples
    of the reference values give 0.52602 (plug-in, the same in two other libraries).
    Cost: one pair of trains of 1e6 steps in 0.4 s; all pairs of 100,000 neurons would be 1e10 such
    calls, so choose pairs. n should be well above the joint states ``K_y^(history + 1)
    K_x^source_history``, or neither the correction nor the chi-square holds. Both assume that
    `history` is all the memory the target has: a target with a longer one looks driven by a source
    that moves slowly, and the null ``permuted_times`` does not see that. A common drive also
    appears as transfer.
    The chi-square p and the value fail where joint states are many: independent coins with
    histories of 3 (128 states) gave 8 % alarms at 1,000 times and 23 % at 400. Below some 20 times
    a state give a null, and compare the value with its mean.

    Examples
    --------
    The target repeats the source a step later, and each of the four pairs (y before, x) is seen
    twice: without x the next y is a fair coin, with it there is no doubt.

    >>> x = [0, 0, 1, 1, 0, 0, 1, 1, 0]
    >>> y = [1, 0, 0, 1, 1, 0, 0, 1, 1]
    >>> found = transfer_entropy(x, y)
    >>> found.details["plug_in_bits"], found.details["samples"]
    (1.0, 8)
    """
    pair, lags = _checked(source, target, history, source_history, lag)
    codes, cells = _past(pair, *lags)
    bits, bias = counted(codes, cells)
    local, bias_bits = _transfer(bits), float(_transfer(bias))
    plug_in, n = float(local.mean()), len(local)
    value = plug_in - bias_bits
    freedom = _freedom(codes)
    chi_square_p = _chi_square_p(2.0 * n * np.log(2.0) * plug_in, freedom)
    compared = against(
        "transfer_entropy", null, "series", pair, _statistic(pair, lags), value, "greater"
    )
    error, batches = time_error(local)
    return Result(
        value=value,
        unit="bits",
        interval=clipped(t_interval(value, error, batches), value, low=0.0),
        null=compared.null or f"no transfer (chi-square, {freedom:,} degrees of freedom)",
        p=chi_square_p if compared.p is None else compared.p,
        measure="transfer_entropy",
        method=f"95 % t, {batches + 1} batches in time",
        details={
            "plug_in_bits": plug_in,
            "chi_square_p": chi_square_p,
            "freedom": freedom,
            "samples": n,
            **compared.details,
        },
        arrays={"local_bits": local, **compared.arrays},
    )


def _checked(
    source: ArrayLike, target: ArrayLike, history: int, source_history: int, lag: int
) -> tuple[Codes, tuple[int, int, int]]:
    """(times, 2) source and target relabelled 0, 1, …, and (history, source_history, lag)."""
    x = symbols("transfer_entropy.source", source)
    y = symbols("transfer_entropy.target", target)
    as_many("transfer_entropy.source", x, "target", y)
    lags = (
        checks.whole("transfer_entropy.history", history, low=0, high=64),
        checks.whole("transfer_entropy.source_history", source_history, low=1, high=64),
        checks.whole("transfer_entropy.lag", lag, low=1, high=2**31),
    )
    least = _first(*lags) + 4
    if len(x) < least:
        raise ParameterError(
            f"transfer_entropy.source has {len(x)} times, which is not allowed; use {least:,} or "
            f"more with history = {history}, source_history = {source_history} and lag = {lag}."
        )
    pair = relabelled(np.column_stack([x, y]))
    of_x, of_y = (int(column.max()) + 1 for column in pair.T)
    few_enough(
        "transfer_entropy.target",
        [of_y] * (history + 1) + [of_x] * source_history,
        "shorter histories or fewer symbols",
    )
    return pair, lags


def _first(history: int, source_history: int, lag: int) -> int:
    """The first time that has all its past."""
    return max(history, lag + source_history - 1)


def _past(pair: Codes, history: int, source_history: int, lag: int) -> tuple[Codes, int]:
    """(4, times) codes of (y, Y), Y, (y, Y, X) and (Y, X), and how many codes are possible."""
    first, times = _first(history, source_history, lag), len(pair)
    past = [pair[first - k : times - k, 1] for k in range(1, history + 1)]
    before = [pair[first - k : times - k, 0] for k in range(lag, lag + source_history)]
    ys, xs = int(pair[:, 1].max()) + 1, int(pair[:, 0].max()) + 1
    own, seen, y = _code(past, ys, times - first), _code(before, xs, times - first), pair[first:, 1]
    both = own + ys**history * seen
    return np.stack([own * ys + y, own, both * ys + y, both]), ys ** (
        history + 1
    ) * xs**source_history


def _code(columns: list[Codes], alphabet: int, times: int) -> Codes:
    """(times,) one number for what the columns hold at each time; 0 where there is no column."""
    code = np.zeros(times, np.int64)
    for column in columns:
        code = code * alphabet + column
    return code


def _transfer(h: NDArray[np.float64]) -> NDArray[np.float64]:
    """The transfer of four rows: the entropies of (y, Y), Y, (y, Y, X) and (Y, X)."""
    return h[0] - h[1] - h[2] + h[3]


def _statistic(pair: Codes, lags: tuple[int, int, int]) -> Callable[[NDArray[np.float64]], float]:
    """The value with another source: of a surrogate only its first column is looked at."""
    surrogate = pair.copy()

    def value(drawn: NDArray[np.float64]) -> float:
        surrogate[:, 0] = symbols_of("transfer_entropy", drawn[:, 0])
        bits, bias = counted(*_past(surrogate, *lags))
        return float(_transfer(bits).mean() - _transfer(bias))

    return value


def _freedom(codes: Codes) -> int:
    """Degrees of freedom: over the pasts Y, (symbols y seen - 1) (X seen - 1), summed."""
    with_y, own, _, both = codes
    # A code of (y, Y) or of (Y, X) belongs to one past: count them past by past.
    ys = np.bincount(own[np.unique(with_y, return_index=True)[1]])
    xs = np.bincount(own[np.unique(both, return_index=True)[1]])
    return int(((ys - 1) * (xs - 1))[ys > 0].sum())


def _chi_square_p(statistic: float, freedom: int) -> float:
    """The chance of a chi-square so large; 1 where nothing is free to differ."""
    if freedom == 0:
        return 1.0
    return float(needs("scipy.stats", "a p-value").chi2.sf(statistic, freedom))
