"""System integrated information of IIT 4.0: what a mechanism's causes and effects lose by a cut.

Source: Albantakis et al. 2023, doi:10.1371/journal.pcbi.1011465.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hal9lib.arrays import matrix, symbols
from hal9lib.errors import ParameterError
from hal9lib.result import Result

#: There are 7,896 cuts of 6 nodes, and about eight times as many for each node more.
MOST_NODES = 6

#: Values that differ by less are tied.
TIE = 1e-10

Floats = NDArray[np.float64]
Cuts = NDArray[np.int64]


def integrated_information(tpm: ArrayLike, state: ArrayLike) -> Result:
    """``phi_s`` of binary nodes of a known mechanism, in bits (doi:10.1371/journal.pcbi.1011465).

    The effect state s' of the state s is the one with the largest intrinsic information
    ``p(s'|s) log2(p(s'|s) / p(s'))``, p(s') the mean over all states as they are equally likely;
    the cause state c the one with the largest ``p(c|s) log2(p(s|c) / p(s))``, p(c|s) by Bayes. A
    cut puts the nodes into two or more parts and silences what comes into a part from outside
    (``Y`` of its nodes is all others), what goes out of it, or both; a silenced node is replaced by
    a fair coin, for each node that it reached by another one. With q the chances after the cut,

    ``phi = min(p(s'|s) log2+(p(s'|s) / q(s'|s)), p(c|s) log2+(p(s|c) / q(s|c)))``,

    log2+ being 0 where log2 is negative. phi_s is the phi of the cut with the least phi divided by
    ``sum over nodes of |Y|``, the largest phi that any mechanism could have for that cut.

    Parameters
    ----------
    tpm : (2^n, n) the chance that each node is on a step later, for each state of n nodes, 2 to 6.
        In row r node i is on where bit i of r is (node 0 changes fastest).
    state : (n,) 0 or 1, the state the nodes are in. Some state must lead to it.

    Returns
    -------
    Result in bits (the paper says ibits). There is no interval: nothing is estimated. ``details``
    hold ``normalised``, phi_s by its largest value for that cut, and the intrinsic information of
    ``cause_bits`` and ``effect_bits``. ``arrays`` hold ``cause_state``, ``effect_state`` and the
    ``cut``: (n, n), where ``cut[i, j]`` says that the link from node i to node j is silenced.

    Raises
    ------
    ParameterError : a chance outside 0 to 1, rows that are not 2^n, more than 6 nodes, a state that
        is not 0 or 1 or to which nothing leads.

    Notes
    -----
    Known values: 0.415 for OR-COPY-XOR in 100, 1.5 for three XORs in 000, 2 for rule 110 on a ring
    of three in 000, 0 for feed-forward mechanisms; the reference values.
    Cost: 6 nodes 0.03 s at the first call, 2 ms after it. 100,000 neurons are refused: the cuts
    grow faster than exponentially, and the mechanism has 2^n rows. It is for motifs whose mechanism
    is known, not for recordings.
    Ties: of cuts whose normalised phi is least, the one with the largest phi counts; of cause and
    effect states of the same intrinsic information, those with the largest phi_s. Both go by the
    paper's principle that what exists most is chosen, and decide the values 1.5 and 2 above.
    The nodes are the whole mechanism: nothing lies outside them. phi_s is of the system as a whole;
    distinctions and relations among its parts are not unfolded. The number says how little of a
    mechanism's cause and effect is left to its parts, and no more than that.

    Examples
    --------
    Two nodes that copy each other, in the state 1, 0. Cause and effect are 0, 1 for certain; every
    cut takes one bit a silenced link, so the normalised value is 1 and cutting both counts:

    >>> copies = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> integrated_information(copies, [1, 0])
    integrated_information: 2 bits; normalised 1, cause_bits 2, effect_bits 2, nodes 2
    """
    chances, now = _checked(tpm, state)
    nodes = len(chances[0])
    forward = _transitions(chances)
    causes, effects, back, bits = _cause_and_effect(forward, now)
    cuts = _cuts(nodes)
    sizes = np.bitwise_count(cuts).sum(axis=1)
    lost_by = {c: _lost(chances, cuts, c, now, float(back[c])) for c in causes}
    lost_to = {e: _lost(chances, cuts, now, e, float(forward[now, e])) for e in effects}
    found = []
    for cause, effect in product(causes, effects):
        phi = np.minimum(lost_by[cause], lost_to[effect])
        least = np.flatnonzero(phi / sizes <= (phi / sizes).min() + TIE)
        best = int(least[np.argmax(phi[least])])
        found.append((float(phi[best]), best, cause, effect))
    value, best, cause, effect = max(found, key=lambda one: one[0])
    return Result(
        value=value,
        unit="bits",
        measure="integrated_information",
        details={
            "normalised": value / float(sizes[best]),
            "cause_bits": bits[0],
            "effect_bits": bits[1],
            "nodes": nodes,
        },
        arrays={
            "cause_state": _bits(np.array(cause), nodes),
            "effect_state": _bits(np.array(effect), nodes),
            "cut": _bits(cuts[best], nodes).T.astype(bool),
        },
    )


def _checked(tpm: ArrayLike, state: ArrayLike) -> tuple[Floats, int]:
    """(2^n, n) chances, and the number of the state; some state leads to it."""
    name = "integrated_information"
    chances = matrix(f"{name}.tpm", tpm, rows="states", columns="nodes", least=(4, 2))
    now = symbols(f"{name}.state", state, high=1)
    rows, nodes = chances.shape
    if nodes > MOST_NODES:
        raise ParameterError(
            f"{name}.tpm has {nodes:,} nodes, which is not allowed; use at most {MOST_NODES}, such "
            "as a motif of the network."
        )
    if rows != 2**nodes or len(now) != nodes:
        raise ParameterError(
            f"{name}.tpm has shape {chances.shape} and state has {len(now)} nodes, which is not "
            f"allowed; use {2**nodes} rows and {nodes} nodes."
        )
    bad = (chances < 0.0) | (chances > 1.0)
    if bad.any():
        row, node = (int(i) for i in np.argwhere(bad)[0])
        raise ParameterError(
            f"{name}.tpm[{row}, {node}] = {chances[row, node]:g} is not allowed; use chances from "
            "0 to 1."
        )
    number = int(now @ (1 << np.arange(nodes)))
    if not _transitions(chances)[:, number].any():
        raise ParameterError(
            f"{name}.state = {now.tolist()} is not allowed; no state leads to it, so it has no "
            "cause. Use one that the mechanism can reach."
        )
    return chances, number


def _bits(numbers: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """(..., nodes) the bits of numbers, node 0 first."""
    return numbers[..., None] >> np.arange(nodes) & 1


def _transitions(chances: Floats) -> Floats:
    """(2^n, 2^n) the chance of each state a step after each state; nodes decide by themselves."""
    on = _bits(np.arange(len(chances)), chances.shape[1])
    return np.where(on[None], chances[:, None], 1.0 - chances[:, None]).prod(axis=2)


def _cause_and_effect(
    forward: Floats, now: int
) -> tuple[list[int], list[int], Floats, tuple[float, float]]:
    """Cause states and effect states, the causes' chances, and both intrinsic informations."""
    chance = forward.mean(axis=0)
    after, before = forward[now], forward[:, now]
    back = before / before.sum()
    effect = after * _log2(after, np.where(chance > 0.0, chance, 1.0))
    cause = back * _log2(before, np.full(len(back), chance[now]))
    best = [np.flatnonzero(bits >= bits.max() - TIE).tolist() for bits in (cause, effect)]
    return best[0], best[1], back, (float(cause.max()), float(effect.max()))


def _log2(numbers: Floats, others: Floats) -> Floats:
    """log2 of the ratios; 0 where a number is 0, since it then stands beside a chance of 0."""
    return np.log2(np.where(numbers > 0.0, numbers, others) / others)


def _lost(chances: Floats, cuts: Cuts, before: int, after: int, weight: float) -> Floats:
    """(cuts,) bits that each cut takes from the transition, times the weight; 0 at least."""
    states = np.arange(len(chances))
    # mask, state: whether a state is `before` but for the nodes of the mask, which are coins
    alike = ((states ^ before) & ~states[:, None]) == 0
    on = alike @ chances / alike.sum(axis=1)[:, None]
    nodes = chances.shape[1]
    hit = np.where(_bits(np.array(after), nodes), on, 1.0 - on)
    whole = hit[0].prod()
    parted = hit[cuts, np.arange(nodes)].prod(axis=1)
    return weight * np.maximum(0.0, np.log2(whole / parted))


@cache
def _cuts(nodes: int) -> Cuts:
    """(cuts, nodes) which nodes each node no longer hears, as bits; each cut once."""
    found = set()
    for parts in _partitions(tuple(range(nodes))):
        masks = [sum(1 << node for node in part) for part in parts]
        everyone = (1 << nodes) - 1
        for directions in product(("in", "out", "both"), repeat=len(parts)):
            muted = sum(m for m, d in zip(masks, directions, strict=True) if d != "in")
            unheard = [0] * nodes
            for part, mask, direction in zip(parts, masks, directions, strict=True):
                for node in part:
                    unheard[node] = (muted if direction == "out" else everyone) & ~mask
            found.add(tuple(unheard))
    found.discard((0,) * nodes)
    return np.array(sorted(found), np.int64)


def _partitions(nodes: tuple[int, ...]) -> Iterator[list[list[int]]]:
    """Every way to put the nodes into parts, all in one part included."""
    if not nodes:
        yield []
        return
    first, rest = nodes[0], nodes[1:]
    for parts in _partitions(rest):
        yield [[first], *parts]
        for k, part in enumerate(parts):
            yield [*parts[:k], [first, *part], *parts[k + 1 :]]
