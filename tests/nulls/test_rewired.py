"""Degrees are kept exactly, and every graph that has them comes up as often."""

import itertools
from collections import Counter

import networkx as nx
import numpy as np
import pytest
from scipy.stats import chi2

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph
from hal9lib.nulls import _swap_kernels, _swaps

RING = np.roll(np.eye(6), 1, axis=1)
PATH = np.eye(6, k=1) + np.eye(6, k=-1)
HUB = np.array(
    [
        [0, 1, 1, 1, 1, 0],
        [1, 0, 0, 0, 0, 1],
        [1, 0, 0, 1, 0, 0],
        [1, 0, 1, 0, 0, 0],
        [1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 1, 0],
    ]
)
#: Few graphs have such degrees, and swaps alone do not connect those of the first three.
DIRECTED = {
    "a cycle of three": [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
    "a cycle of three and a node that all are linked to": [
        [0, 1, 0, 1],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
        [0, 0, 0, 0],
    ],
    "two cycles of three, one above the other": np.kron([[0, 1], [0, 0]], np.ones((3, 3)))
    + np.kron(np.eye(2), np.roll(np.eye(3), 1, axis=1)),
    "a ring": RING,
    "five nodes": [
        [0, 1, 1, 0, 0],
        [0, 0, 1, 1, 0],
        [1, 0, 0, 1, 1],
        [0, 1, 0, 0, 0],
        [1, 0, 0, 0, 0],
    ],
}
UNDIRECTED = {"a path": PATH, "a ring": RING + RING.T, "a hub": HUB}


def degrees(array):
    array = np.asarray(array) > 0
    return array.sum(0).tolist(), array.sum(1).tolist()


def every_graph(array, undirected):
    """All graphs of the degrees of a small one, found by going through all choices of rows."""
    array = np.asarray(array) > 0
    nodes = len(array)
    rows = []
    for node in range(nodes):
        others = [k for k in range(nodes) if k != node]
        rows.append(
            [np.isin(range(nodes), s) for s in itertools.combinations(others, array[node].sum())]
        )
    found = set()

    def extend(above, left):
        if len(above) == nodes:
            if (left == 0).all() and (not undirected or np.array_equal(above, np.transpose(above))):
                found.add(np.array(above).tobytes())
            return
        for row in rows[len(above)]:
            if (left >= row).all():
                extend([*above, row], left - row)

    extend([], array.sum(0))
    return found


def test_the_enumeration_finds_the_44_derangements_of_five():
    assert len(every_graph(np.roll(np.eye(5), 1, axis=1), False)) == 44


CASES = [(name, array, False) for name, array in DIRECTED.items()]
CASES += [(name, array, True) for name, array in UNDIRECTED.items()]


@pytest.mark.jit_only
@pytest.mark.parametrize(("array", "undirected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_every_graph_of_the_degrees_comes_up_as_often(array, undirected):
    expected = every_graph(array, undirected)
    null = nulls.rewired(seed=11)
    graph = as_graph("x", array)
    each = 50
    count = Counter(
        (null.surrogate(graph, k).dense() > 0).tobytes() for k in range(each * len(expected))
    )
    assert set(count) <= expected
    distance = sum((count[one] - each) ** 2 / each for one in expected)
    assert len(expected) > 1
    assert chi2.sf(distance, len(expected) - 1) > 0.001


def test_degrees_are_kept_and_no_link_is_a_loop_or_there_twice():
    array = np.random.default_rng(3).random((40, 40)) < np.linspace(0.02, 0.5, 40)[:, None]
    np.fill_diagonal(array, False)
    for undirected in (False, True):
        observed = array | array.T if undirected else array
        for draw in range(3):
            found = nulls.rewired(seed=draw).surrogate(observed).dense()
            assert degrees(found) == degrees(observed)
            assert not found.diagonal().any()
            assert (found == found.T).all() == undirected
            assert (found != observed).sum() > 100


def test_weights_of_a_source_stay_with_it_or_go_to_all():
    weights = np.triu(np.random.default_rng(4).random((9, 9)), 1)
    kept = nulls.rewired(seed=1).surrogate(weights).dense()
    for node in range(9):
        np.testing.assert_array_equal(np.sort(kept[node]), np.sort(weights[node]))
    dealt = nulls.rewired(seed=1, weights="all").surrogate(weights).dense()
    assert degrees(dealt) == degrees(weights)
    np.testing.assert_array_equal(np.sort(dealt, None), np.sort(weights, None))
    assert not np.allclose(dealt.sum(1), weights.sum(1))


def test_an_undirected_graph_keeps_its_weights_in_pairs():
    weights = np.triu(np.random.default_rng(4).random((9, 9)) * HUB[0, 1], 1)
    weights[0, 5:] = 0.0
    found = nulls.rewired(seed=1).surrogate(weights + weights.T).dense()
    np.testing.assert_array_equal(found, found.T)
    np.testing.assert_array_equal(np.sort(found, None), np.sort(weights + weights.T, None))
    with pytest.raises(
        ParameterError,
        match=r"^rewired\.weights = 'source' is not allowed for an undirected graph; use 'all'\.$",
    ):
        nulls.rewired(weights="source").surrogate(HUB)


def test_directions_can_be_rewired_apart_and_opposites_cannot_be_asked_of_all():
    found = [nulls.rewired(undirected=False).surrogate(HUB, k).dense() for k in range(20)]
    assert any((one != one.T).any() for one in found)
    with pytest.raises(
        ParameterError,
        match=r"^rewired\.undirected = True is not allowed: the link 0 → 1 has no opposite of the ",
    ):
        nulls.rewired(undirected=True).surrogate(RING)


def hubs(nodes=120, seed=8):
    """A directed graph of very different degrees, whose hubs avoid each other."""
    share = 1.0 / (1.0 + np.arange(nodes))
    chance = np.minimum(1.0, 6.0 * np.sqrt(np.outer(share, share[::-1])))
    array = np.random.default_rng(seed).random((nodes, nodes)) < chance
    np.fill_diagonal(array, False)
    array[:12, :12] = False
    return array


LATTICE = sum(np.roll(np.eye(200), k, axis=1) for k in (1, 2, 3))


DENSE = np.random.default_rng(1).random((40, 40)) < 0.7 * (1.0 - np.eye(40))
FULL = np.random.default_rng(1).random((30, 30)) < 0.93 * (1.0 - np.eye(30))
MIXED = {
    "lattice": LATTICE,
    "undirected lattice": LATTICE + LATTICE.T,
    "hubs": hubs(),
    "undirected hubs": hubs() | hubs().T,
    "dense": DENSE,
    "nearly full": FULL,
}


@pytest.mark.jit_only
@pytest.mark.parametrize("array", MIXED.values(), ids=MIXED)
def test_what_is_left_of_the_graph_after_the_default_is_chance(array):
    """Links that are those observed, and links among the hubs: against five times as many swaps."""
    graph = as_graph("x", array)
    core = np.argsort(array.sum(0) + array.sum(1))[-12:]
    observed = np.asarray(array) > 0

    def seen(null):
        found = [null.surrogate(graph, k).dense() > 0 for k in range(150)]
        return np.array([[(one & observed).sum(), one[np.ix_(core, core)].sum()] for one in found])

    default = seen(nulls.rewired(seed=1))
    long = seen(nulls.rewired(seed=2, swaps_per_link=50))
    error = np.sqrt((default.var(0) + long.var(0)) / 150)
    assert (np.abs(default.mean(0) - long.mean(0)) < 4 * error).all()
    assert default.mean(0)[0] < 0.96 * observed.sum()


@pytest.mark.jit_only
@pytest.mark.parametrize("undirected", [False, True])
def test_networkx_swaps_to_graphs_as_clustered_and_as_reciprocal(undirected):
    """The mean over many graphs, each swapped by the other library from the same lattice."""
    kind = nx.Graph if undirected else nx.DiGraph
    lattice = nx.from_numpy_array(
        LATTICE[:30, :30] + LATTICE[:30, :30].T * undirected, create_using=kind
    )

    def statistics(one):
        return nx.transitivity(one.to_undirected()), 0 if undirected else nx.reciprocity(one)

    theirs, ours = [], []
    for k in range(100):
        other = lattice.copy()
        if undirected:
            nx.double_edge_swap(other, nswap=300, max_tries=10_000, seed=k)
        else:
            nx.directed_edge_swap(other, nswap=300, max_tries=10_000, seed=k)
        theirs.append(statistics(other))
        found = nulls.rewired(seed=k).surrogate(lattice).dense()
        ours.append(statistics(nx.from_numpy_array(found, create_using=kind)))
    error = np.sqrt((np.var(theirs, 0) + np.var(ours, 0)) / 100)
    assert (np.abs(np.mean(theirs, 0) - np.mean(ours, 0)) <= 4 * error).all()
    assert np.mean(ours, 0)[0] < 0.6 * statistics(lattice)[0]


@pytest.mark.parametrize("undirected", [False, True])
def test_the_hash_set_and_a_byte_a_pair_give_the_same_graph(undirected, monkeypatch):
    array = hubs(40) | hubs(40).T if undirected else hubs(40)
    null = nulls.rewired(seed=6, swaps_per_link=3)
    few = [null.surrogate(array, k) for k in range(3)]
    monkeypatch.setattr(_swaps, "few_pairs", lambda *_: False)
    for k, expected in enumerate(few):
        found = null.surrogate(array, k)
        np.testing.assert_array_equal(found.sources, expected.sources)
        np.testing.assert_array_equal(found.targets, expected.targets)


def test_a_hash_set_of_crowded_links_loses_none():
    """Links that hash to the same places, put in and taken out at random."""
    generator = np.random.default_rng(1)
    table = np.full(64, -1, np.int64)
    links = [a << 32 | b for a in range(0, 4096, 64) for b in (0, 64)]
    held = set()
    for _ in range(3000):
        link = links[generator.integers(len(links))]
        place = _swap_kernels._place(table, link)
        assert (table[place] == link) == (link in held)
        if link in held:
            _swap_kernels._close(table, place)
            held.remove(link)
        elif len(held) < 32:
            table[place] = link
            held.add(link)
    assert sorted(held) == sorted(table[table >= 0].tolist())


def test_the_surrogate_of_a_seed_is_the_same_with_and_without_the_jit():
    found = nulls.rewired(seed=1).surrogate(DIRECTED["five nodes"], 2)
    assert found.sources.tolist() == [0, 0, 1, 1, 2, 2, 2, 3, 4]
    assert found.targets.tolist() == [1, 2, 0, 3, 1, 3, 4, 0, 2]
