"""Lempel-Ziv 1976 parsing by a suffix automaton that grows along, linear in the symbols.

Source of the automaton: Blumer et al. 1985, doi:10.1016/0304-3975(85)90157-4. While symbol t is
read it knows all before t, so a phrase may overlap what it copies, as in Kaspar & Schuster's count.

Each state has its transitions, its suffix link and the length of its longest word. `here` is the
state of the phrase read so far, of `length` symbols; it moves along when its state is split.
"""

from typing import Any

import numpy as np

from hal9lib.jit import kernel


@kernel
def parse_small(codes: Any, alphabet: int, ends: Any) -> int:
    """Phrases of `codes`; their ends go into `ends`. A row per state, 4 (alphabet + 2) bytes."""
    link, longest = alphabet, alphabet + 1
    node = np.empty((2 * len(codes) + 2, alphabet + 2), np.int32)
    node[0, :] = -1
    node[0, longest] = 0
    nodes, last, here, length, phrases = 1, 0, 0, 0, 0
    for t in range(len(codes)):
        code = codes[t]
        here = node[here, code]
        length += 1
        if here < 0:
            ends[phrases] = t + 1
            phrases += 1
            here, length = 0, 0
        new = nodes
        nodes += 1
        for k in range(alphabet):
            node[new, k] = -1
        node[new, link] = 0
        node[new, longest] = node[last, longest] + 1
        p = last
        last = new
        while p >= 0 and node[p, code] < 0:
            node[p, code] = new
            p = node[p, link]
        if p < 0:
            continue
        q = node[p, code]
        node[new, link] = q
        if node[q, longest] == node[p, longest] + 1:
            continue
        clone = nodes
        nodes += 1
        for k in range(alphabet + 1):
            node[clone, k] = node[q, k]
        node[clone, longest] = node[p, longest] + 1
        node[q, link] = node[new, link] = clone
        if here == q and length <= node[clone, longest]:
            here = clone
        while p >= 0 and node[p, code] == q:
            node[p, code] = clone
            p = node[p, link]
    if length > 0:
        ends[phrases] = len(codes)
        phrases += 1
    return phrases


@kernel
def parse_large(codes: Any, ends: Any) -> int:
    """The same for any alphabet: transitions as linked edges, 60 bytes a symbol, slower."""
    link, longest, first = 0, 1, 2
    node = np.empty((2 * len(codes) + 2, 3), np.int32)
    edge = np.empty((3 * len(codes) + 4, 3), np.int32)  # symbol, target, next edge of the state
    node[0, link], node[0, longest], node[0, first] = -1, 0, -1
    nodes, edges, last, here, length, phrases = 1, 0, 0, 0, 0, 0
    for t in range(len(codes)):
        code = codes[t]
        e = _edge(node, edge, here, code)
        length += 1
        here = edge[e, 1]
        if e < 0:
            ends[phrases] = t + 1
            phrases += 1
            here, length = 0, 0
        new = nodes
        nodes += 1
        node[new, link], node[new, longest], node[new, first] = 0, node[last, longest] + 1, -1
        p = last
        last = new
        e = _edge(node, edge, p, code)
        while e < 0:
            edges = _link(node, edge, edges, p, code, new)
            p = node[p, link]
            if p < 0:
                break
            e = _edge(node, edge, p, code)
        if p < 0:
            continue
        q = edge[e, 1]
        node[new, link] = q
        if node[q, longest] == node[p, longest] + 1:
            continue
        clone = nodes
        nodes += 1
        node[clone, link], node[clone, longest], node[clone, first] = (
            node[q, link],
            node[p, longest] + 1,
            -1,
        )
        f = node[q, first]
        while f >= 0:
            edges = _link(node, edge, edges, clone, edge[f, 0], edge[f, 1])
            f = edge[f, 2]
        node[q, link] = node[new, link] = clone
        if here == q and length <= node[clone, longest]:
            here = clone
        while e >= 0 and edge[e, 1] == q:
            edge[e, 1] = clone
            p = node[p, link]
            e = _edge(node, edge, p, code) if p >= 0 else -1
    if length > 0:
        ends[phrases] = len(codes)
        phrases += 1
    return phrases


@kernel
def _edge(node: Any, edge: Any, state: int, code: int) -> int:
    """The number of a state's edge with this symbol, -1 where it has none."""
    e = node[state, 2]
    while e >= 0 and edge[e, 0] != code:
        e = edge[e, 2]
    return e


@kernel
def _link(node: Any, edge: Any, edges: int, state: int, code: int, target: int) -> int:
    """Put an edge before the state's others; how many edges there are now."""
    edge[edges, 0], edge[edges, 1], edge[edges, 2] = code, target, node[state, 2]
    node[state, 2] = edges
    return edges + 1
