"""Code lengths by context tree weighting (Willems, Shtarkov & Tjalkens 1995).

Source: doi:10.1109/18.382012; larger alphabets by the estimator of Krichevsky & Trofimov 1981,
doi:10.1109/TIT.1981.1056331, with b symbols.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.jit import kernel

#: Counts of the tree: 256 MB.
_MOST_COUNTS = 2**26
#: Without a depth a context holds as many symbols as these bits spell out, one at least.
_CONTEXT_BITS = 8


def context_depth(
    measure: str, alphabet: int, length: int, depth: int | None, array: str, things: str
) -> int:
    """The longest context, refused where the tree or the sequence has no place for it."""
    if depth is None:
        depth = max(1, int(_CONTEXT_BITS / math.log2(alphabet)))
    longest = checks.whole(f"{measure}.depth", depth, low=0, high=64)
    if length <= longest:
        raise ParameterError(
            f"{measure}.{array} has {length} {things}; use more than depth = {longest}."
        )
    counts = tree_nodes(alphabet, longest) * (alphabet + 1)
    if counts > _MOST_COUNTS:
        raise ParameterError(
            f"{measure}.depth = {longest} is not allowed for {alphabet:,} different symbols "
            f"({counts:,} counts); use a smaller depth, for {_MOST_COUNTS:,} at most."
        )
    return longest


def tree_nodes(alphabet: int, depth: int) -> int:
    """How many contexts of at most `depth` symbols there are."""
    return sum(alphabet**length for length in range(depth + 1))


def code_bits(codes: NDArray[np.int64], alphabet: int, depth: int) -> NDArray[np.float64]:
    """(symbols,) bits of each symbol given all before; the first `depth` are spelled out."""
    bits = np.full(len(codes), np.log2(alphabet))
    nodes = tree_nodes(alphabet, depth)
    counts = np.zeros((nodes, alphabet + 1), np.int32)
    _weigh(codes, alphabet, depth, counts, np.ones(nodes), bits)
    return bits


@kernel
def _weigh(codes: Any, alphabet: int, depth: int, counts: Any, ratios: Any, bits: Any) -> None:
    """The weighted probability of each symbol, from the leaf of its context up to the root.

    counts : (nodes, alphabet + 1) how often each symbol followed a context, and their sum.
    ratios : (nodes,) the context's own estimate of its symbols over its children's, as products of
        probabilities. The weighted one is the mean of both, so the next symbol's is
        ``(ratio own + child) / (ratio + 1)``.
    """
    path = np.empty(depth + 1, np.int64)
    for t in range(depth, len(codes)):
        offset, place, power = 0, 0, 1
        for length in range(depth):
            path[length] = offset + place
            offset += power
            place += power * codes[t - length - 1]
            power *= alphabet
        path[depth] = offset + place
        symbol = codes[t]
        weighted = 0.0
        for length in range(depth, -1, -1):
            node = path[length]
            own = (counts[node, symbol] + 0.5) / (counts[node, alphabet] + 0.5 * alphabet)
            counts[node, symbol] += 1
            counts[node, alphabet] += 1
            if length == depth:
                weighted = own
                continue
            ratio = ratios[node]
            child = weighted
            weighted = (ratio * own + child) / (ratio + 1.0)
            # Within 2^±900 neither side is lost to underflow; any such weight is a valid code.
            ratios[node] = min(max(ratio * own / child, 2.0**-900), 2.0**900)
        bits[t] = -np.log2(weighted)
