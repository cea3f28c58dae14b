"""Degrees are kept exactly, and every graph that has them comes up as often."""

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2

from hal9lib import nulls
from hal9lib.errors import ParameterError
from hal9lib.graph import as_graph

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
