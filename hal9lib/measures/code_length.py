"""Code length: bits per symbol of a universal code, context tree weighting.

Source: Willems, Shtarkov & Tjalkens 1995, doi:10.1109/18.382012.
"""

from typing import Any

from numpy.typing import ArrayLike, NDArray

from hal9lib.measures._against import against
from hal9lib.measures._context_tree import code_bits, context_depth
from hal9lib.measures._entropies import time_error
from hal9lib.measures._intervals import clipped, t_interval
from hal9lib.measures._symbol_sequences import as_series, from_series, sequence
from hal9lib.nulls._null import Null
from hal9lib.result import Result

_MOST = 100_000_000
_LEAST_FOR_INTERVAL = 40


def code_length(
    symbols: ArrayLike, *, depth: int | None = None, null: Null | None = None
) -> Result:
    """Bits per symbol that context tree weighting takes (doi:10.1109/18.382012).

    ``-log2 P(x) / n``, where P weighs all tree models whose contexts are at most `depth` past
    symbols long: at each context s, ``P_s = (K_s + product of P_cs over the symbols c) / 2``, and
    ``P_s = K_s`` at full depth, with K_s the Krichevsky-Trofimov probability of the symbols that
    follow s: each has ``(count + 1/2) / (total + b/2)``. The first `depth` symbols are spelled out,
    ``log2 b`` bits each; which b symbols occur (2 at least) is taken as known.

    Parameters
    ----------
    symbols : (symbols,) whole numbers from 0, or a raster (times, units), which is read row by row:
        all units of the first time, then of the next; the context of a symbol is then that of the
        units before it, not of its own past.
    depth : the longest context, 0 for none. If left out, as many symbols as 8 bits spell out: 8 of
        2 symbols, 4 of 4, and 1 at least.
    null : a null model of series; p is the chance of as short a code under it. ``permuted_times``
        of one sequence keeps how often each symbol occurs, and no order.

    Returns
    -------
    Result in bits per symbol. The interval is that of a mean over time (batches of each symbol's
    bits), None below 40 symbols. ``details`` holds ``symbols`` (n), ``alphabet`` (b) and ``depth``;
    ``arrays["bits"]`` what each symbol takes.

    Raises
    ------
    ParameterError : a symbol that is no whole number from 0, no more symbols than `depth`, more
        than 100,000,000, or a tree of more than 67,108,864 counts.

    Notes
    -----
    Known values: with depth 0, ``P = G(z + 1/2) G(k + 1/2) / (pi G(z + k + 1))`` for z zeros and k
    ones (G the gamma function), so two zeros take log2(8/3) bits. For any sequence and any binary
    tree of S leaves within the depth, the code takes at most ``2 S - 1 + S log2(n / S) / 2 + S``
    bits more than the tree with its best probabilities, besides the first `depth` symbols. For a
    stationary source that has such a tree it tends to the entropy rate; its mean is never below.
    Cost: linear, ``n (depth + 1)`` steps: 1e7 binary symbols (100,000 neurons at 100 times) at
    depth 8 in 1 s; 8 bytes a symbol, and 4 (b + 1) + 8 bytes a context.
    A rate that changes in time lengthens the code. Compare equal lengths and depths.

    Examples
    --------
    Two zeros have probability 1/2 times 3/4, and ``-log2(3/8) / 2 = 0.7075``:

    >>> code_length([0, 0], depth=0)
    code_length: 0.7075 bits per symbol; symbols 2, alphabet 2, depth 0
    """
    read = sequence("code_length.symbols", symbols, _MOST)
    longest = context_depth(
        "code_length", read.alphabet, len(read.codes), depth, "symbols", "symbols"
    )
    bits = code_bits(read.codes, read.alphabet, longest)
    value = float(bits.mean())

    def statistic(series: NDArray[Any]) -> float:
        codes = from_series("code_length", series, read.alphabet)
        return float(code_bits(codes, read.alphabet, longest).mean())

    data = as_series(symbols, read)
    beside = against("code_length", null, "series", data, statistic, value, "less")
    interval, method = None, ""
    if len(bits) >= _LEAST_FOR_INTERVAL:
        error, freedom = time_error(bits)
        interval = clipped(t_interval(value, error, freedom), value, low=0.0)
        method = f"95 % t, {freedom + 1} batches in time"
    details = {"symbols": len(bits), "alphabet": read.alphabet, "depth": longest}
    return Result(
        value=value,
        unit="bits per symbol",
        interval=interval,
        null=beside.null,
        p=beside.p,
        measure="code_length",
        method=method,
        details=details | dict(beside.details),
        arrays={"bits": bits} | dict(beside.arrays),
    )
