"""Kernels that swap the ends of links, with a compact hash set of what is there.

A link a → b is one number, ``a << 32 | b``; an undirected one stands in the set from the lower node
to the higher. The set is a table, a power of two of places, -1 where free, at most half full.
Collisions go to the next free place, and what is taken out is closed up (Knuth, The Art of Computer
Programming 3, 6.4, algorithm R), so that the table never fills.
"""

from hal9lib.jit import kernel

LOW = 0xFFFFFFFF
#: Tries looked up ahead, so that their cache misses overlap: three times as fast at 1e6 links.
AHEAD = 32


@kernel
def _home(link, last):
    # Products of numbers below 2^31 cannot overflow; the high bits are folded into the low ones.
    mixed = (link >> 32) * 1_640_531_527 + (link & LOW) * 1_013_904_223
    return (mixed ^ (mixed >> 23)) & last


@kernel
def _place(table, link):
    """Where the link is, or the free place where it would go."""
    last = len(table) - 1
    place = _home(link, last)
    while table[place] != link and table[place] != -1:
        place = (place + 1) & last
    return place


@kernel
def _close(table, hole):
    """Free a place, and move up what would no longer be found behind it."""
    last = len(table) - 1
    place = (hole + 1) & last
    while table[place] != -1:
        if ((place - _home(table[place], last)) & last) >= ((place - hole) & last):
            table[hole] = table[place]
            hole = place
        place = (place + 1) & last
    table[hole] = -1


@kernel
def _number(a, b, undirected):
    return b << 32 | a if undirected and a > b else a << 32 | b


@kernel
def fill(links, table, undirected):
    """Put all links into an empty table."""
    for link in links:
        number = _number(link >> 32, link & LOW, undirected)
        table[_place(table, number)] = number


@kernel
def _look_up(links, table, picks, undirected):
    """What swapping will look at; the sum only keeps this from being left out."""
    seen, last = 0, len(table) - 1
    for k in range(len(picks)):
        one, other = links[picks[k, 0] >> 1], links[picks[k, 1] >> 1]
        a, b, c, d = one >> 32, one & LOW, other >> 32, other & LOW
        seen += table[_home(_number(a, b, undirected), last)]
        seen += table[_home(_number(c, d, undirected), last)]
        if undirected and picks[k, 1] & 1:
            c, d = d, c
        seen += table[_home(_number(a, d, undirected), last)]
        seen += table[_home(_number(c, b, undirected), last)]
    return seen


@kernel
def swap(links, table, picks, undirected, loops):
    """Try to make links a → b, c → d into a → d, c → b, once for each row of picks.

    A pick is twice a link's number, and one more to turn the second link round first where links
    are undirected. What would make a link twice is left, and without `loops` what would make a
    self-loop. Returns how many were swapped, and a number of no meaning.
    """
    done, seen = 0, 0
    for begin in range(0, len(picks), AHEAD):
        seen += _look_up(links, table, picks[begin : begin + AHEAD], undirected)
        for k in range(begin, min(begin + AHEAD, len(picks))):
            e, f = picks[k, 0] >> 1, picks[k, 1] >> 1
            one, other = links[e], links[f]
            a, b, c, d = one >> 32, one & LOW, other >> 32, other & LOW
            if undirected and picks[k, 1] & 1:
                c, d = d, c
            ad, cb = _number(a, d, undirected), _number(c, b, undirected)
            if not loops and (a == d or c == b):
                continue
            if table[_place(table, ad)] == ad or table[_place(table, cb)] == cb:
                continue
            _close(table, _place(table, _number(a, b, undirected)))
            _close(table, _place(table, _number(c, d, undirected)))
            table[_place(table, ad)] = ad
            table[_place(table, cb)] = cb
            links[e], links[f] = a << 32 | d, c << 32 | b
            done += 1
    return done, seen


@kernel
def swap_few(links, taken, picks, undirected, loops):
    """The same with few nodes: `taken` says of each pair whether it is linked, both ways round."""
    done = 0
    for k in range(len(picks)):
        e, f = picks[k, 0] >> 1, picks[k, 1] >> 1
        one, other = links[e], links[f]
        a, b, c, d = one >> 32, one & LOW, other >> 32, other & LOW
        if undirected and picks[k, 1] & 1:
            c, d = d, c
        if (not loops and (a == d or c == b)) or taken[a, d] or taken[c, b]:
            continue
        taken[a, b], taken[c, d], taken[a, d], taken[c, b] = False, False, True, True
        if undirected:
            taken[b, a], taken[d, c], taken[d, a], taken[b, c] = False, False, True, True
        links[e], links[f] = a << 32 | d, c << 32 | b
        done += 1
    return done


@kernel
def deal_within(values, starts, shares):
    """Put the values of each group, starts[i] to starts[i + 1], in another order (Fisher-Yates)."""
    for group in range(len(starts) - 1):
        for k in range(starts[group], starts[group + 1] - 1):
            # A share below 1 times a whole number never rounds up to that number.
            other = k + int(shares[k] * (starts[group + 1] - k))
            values[k], values[other] = values[other], values[k]
