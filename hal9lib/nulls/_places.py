"""Some of many places at random, none twice: what random graphs are made of."""

import numpy as np
from numpy.typing import NDArray


def distinct(generator: np.random.Generator, places: int, count: int) -> NDArray[np.int64]:
    """(count,) different whole numbers below `places`, in order; every such set is as likely.

    Memory and time go with `count`, never with `places`: numbers are drawn until enough of them
    differ, and where more than half of the places are wanted, those left out are drawn.

    >>> distinct(np.random.default_rng(1), 10**18, 3).tolist()
    [144159612719633745, 511821624700256785, 950463696325935308]
    """
    if 2 * count > places:
        wanted = np.ones(places, bool)
        wanted[distinct(generator, places, places - count)] = False
        return np.flatnonzero(wanted)
    if 32 * count > places:  # one byte a place is less than the numbers themselves
        wanted = np.zeros(places, bool)
        missing = count
        while missing:
            wanted[generator.integers(places, size=missing)] = True
            missing = count - int(np.count_nonzero(wanted))
        return np.flatnonzero(wanted)
    found = np.sort(generator.integers(places, size=count))
    while (twice := found[1:] == found[:-1]).any():
        more = generator.integers(places, size=np.count_nonzero(twice))
        found = np.sort(np.concatenate([found[:1], found[1:][~twice], more]))
    return found
