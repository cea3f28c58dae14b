"""Links with their ends swapped until they are as good as random, degrees kept."""

import math

import numpy as np
from numpy.typing import NDArray

from hal9lib.nulls._swap_kernels import LOW, fill, swap, swap_few

#: What `rewired` does for each link when it is not told.
SWAPS_PER_LINK = 10.0
#: Tries for a swap at most, where nearly all would make a self-loop or a link twice.
PATIENCE = 400
#: Tries in one call of the kernel: a fraction of a second, after which ctrl-C is heard.
AT_ONCE = 1_000_000

Links = tuple[NDArray[np.int64], NDArray[np.int64]]


def swapped(
    generator: np.random.Generator,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    shape: tuple[int, int],
    swaps_per_link: float = SWAPS_PER_LINK,
    *,
    undirected: bool = False,
    loops: bool = False,
) -> Links:
    """Other links from nodes below shape[0] to nodes below shape[1], of the same degrees.

    No link may be there twice, and none will be. A first pass of one try a link tells how many
    tries a swap takes; their number is then settled, so that where they end depends on no swap.
    Where fewer links are missing than there are, as many swaps as for those are enough.
    """
    links = first << 32 | second
    places = 1 << (2 * len(links)).bit_length()
    few = few_pairs(shape[0] * shape[1], places)
    if few:
        taken = np.zeros(shape, np.bool_)
        taken[first, second] = True
        if undirected:
            taken[second, first] = True
    else:
        table = np.full(places, -1, np.int64)
        fill(links, table, undirected)

    def tried(tries: int) -> int:
        done = 0
        for begin in range(0, tries, AT_ONCE):
            size = min(AT_ONCE, tries - begin), 2
            picks = generator.integers(2 * len(links), size=size, dtype=np.int32)
            if few:
                done += swap_few(links, taken, picks, undirected, loops)
            else:
                done += swap(links, table, picks, undirected, loops)[0]
        return done

    if len(links) > 1:
        pilot = len(links) + 100
        tries_a_swap = min(PATIENCE, pilot / max(1, tried(pilot)))
        missing = max(1, _most(shape, undirected, loops) - len(links))
        tried(math.ceil(swaps_per_link * min(len(links), missing) * tries_a_swap))
    return links >> 32, links & LOW


def _most(shape: tuple[int, int], undirected: bool, loops: bool) -> int:
    """How many links there can be at most."""
    pairs = shape[0] * shape[1] - (0 if loops else shape[0])
    return pairs // 2 if undirected else pairs


def few_pairs(pairs: int, places: int) -> bool:
    """Whether a byte for each pair of nodes is better than a table of places: 5 ns a try, not 170.

    It is where they fit a processor's cache, or are fewer bytes than the table.
    """
    return pairs <= max(1_000_000, 8 * places)


def equals_exchanged(
    generator: np.random.Generator,
    nodes: int,
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
) -> Links:
    """Nodes with the same number of links in and out in each other's place, at random."""
    degrees = np.bincount(sources, minlength=nodes) * np.int64(nodes)
    degrees += np.bincount(targets, minlength=nodes)
    order = generator.permutation(nodes)
    new = np.empty(nodes, np.int64)
    new[np.argsort(degrees, kind="stable")] = order[np.argsort(degrees[order], kind="stable")]
    return new[sources], new[targets]
