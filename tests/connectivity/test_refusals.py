"""What no rule takes: each refusal says what, which value, what is allowed."""

import networkx
import numpy as np
import pytest
from scipy import sparse

import hal9lib as hal9
from connectivity.asked import population
from hal9lib import connectivity as c
from hal9lib import positions
from hal9lib.errors import ParameterError

NAN = float("nan")
ONE, FEW, FLAT, DEEP = (
    population(1),
    population(50),
    population(50, "flat", np.zeros((50, 2))),
    population(50, "deep", np.ones((50, 3))),
)


def graph(*edges):
    made = networkx.DiGraph()
    made.add_edges_from(edges)
    return made


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: c.fixed_indegree(2.5),
            "fixed_indegree.indegree = 2.5 is not allowed; use a whole",
        ),
        (lambda: c.fixed_indegree(10**6), "indegree = 1000000 is not allowed; use a whole number"),
        (lambda: c.fixed_indegree(1, multiple=1), "multiple = 1 is not allowed; use True or False"),
        (lambda: c.fixed_indegree(1, self_connections="no"), "= 'no' is not allowed; use True or"),
        (
            lambda: c.fixed_outdegree(-1),
            "fixed_outdegree.outdegree = -1 is not allowed; use a whole",
        ),
        (
            lambda: c.fixed_outdegree(NAN),
            "fixed_outdegree.outdegree = nan is not allowed; use a wh",
        ),
        (lambda: c.pairwise_probability(1.01), "= 1.01 is not allowed; use a finite number from 0"),
        (lambda: c.pairwise_probability(-0.1), "= -0.1 is not allowed; use a finite number from 0"),
        (
            lambda: c.pairwise_probability(NAN),
            "probability = nan is not allowed; use a finite numb",
        ),
        (lambda: c.all_to_all(None), "all_to_all.self_connections = None is not allowed; use True"),
        (
            lambda: c.by_distance("box", 1.0),
            "kernel = 'box' is not allowed; use one of gaussian, e",
        ),
        (
            lambda: c.by_distance(["radius"], 1.0),
            "is not allowed; use one of gaussian, exponential",
        ),
        (
            lambda: c.by_distance("radius", 0.0),
            "scale = 0.0 is not allowed; use a finite number ab",
        ),
        (
            lambda: c.by_distance("radius", 1.0, 1.5),
            "peak = 1.5 is not allowed; use a finite numbe",
        ),
        (
            lambda: c.by_distance("radius", 1.0, 0.0),
            "peak = 0.0 is not allowed; use a finite numbe",
        ),
        (
            lambda: c.by_distance("radius", 1.0, period=-1.0),
            "period = -1.0 is not allowed; use a f",
        ),
        (lambda: c.by_distance("radius", 1.0, period=[1, 0]), "period = 0 is not allowed; use a f"),
        (
            lambda: c.by_distance("radius", 1.0, period=[]),
            r"period = \[\] is not allowed; use one ",
        ),
        (
            lambda: c.from_arrays([0, 1], [1]),
            "targets has 1 numbers for 2 sources; use one for each",
        ),
        (
            lambda: c.from_arrays([0, -1], [1, 1]),
            r"sources\[1\] = -1 is not allowed; use whole num",
        ),
        (
            lambda: c.from_arrays([0], [1.5]),
            r"targets\[0\] = 1.5 is not allowed; use whole numbers",
        ),
        (
            lambda: c.from_arrays([0], [2e9]),
            r"targets\[0\] = 2000000000 is not allowed; use whole ",
        ),
        (lambda: c.from_arrays([0, NAN], [1, 1]), r"sources\[1\] = nan is not allowed; use finite"),
        (lambda: c.from_arrays(3, [1]), "sources = 3 is not allowed; use a list of whole numbers"),
        (lambda: c.from_arrays([[0]], [1]), r"sources, int64 of shape \(1, 1\), is not allowed"),
        (
            lambda: c.from_arrays([0], [1], shape=3),
            r"shape = 3 is not allowed; use \(sources, targ",
        ),
        (
            lambda: c.from_arrays([0], [1], shape=(2, 0)),
            "shape = 0 is not allowed; use a whole num",
        ),
        (
            lambda: c.from_arrays([5, 5], [1, 1], multiple=False),
            "synapse 1 is from 5 to 1, as one ",
        ),
        (lambda: c.from_matrix([1.0, 2.0]), r"matrix of shape \(2,\) is not allowed; use a matrix"),
        (lambda: c.from_matrix([[1.0], [1.0, 2.0]]), "is not allowed; use a matrix"),
        (
            lambda: c.from_matrix([[NAN, 1.0]]),
            r"matrix: entries\[0\] = nan is not allowed; use fin",
        ),
        (lambda: c.from_matrix([[1j]]), "matrix holds complex128, which is not allowed; use real"),
        (lambda: c.from_matrix([["a"]]), "which is not allowed; use real numbers"),
        (lambda: c.from_matrix(sparse.eye_array(2) * np.inf), r"entries\[0\] = inf is not allowed"),
        (lambda: c.from_networkx([[0]]), r"graph = \[\[0\]\] is not allowed; use a networkx graph"),
        (lambda: c.from_networkx(graph()), "graph has no node; use at least one"),
        (
            lambda: c.from_networkx(graph((0, 1, {"weight": 1.0}), (1, 0))),
            "weight is a number on so"
            r"me edges, and not on \(1, 0\)",
        ),
        (
            lambda: c.from_networkx(graph((0, 1, {"weight": NAN}))),
            r"weight\[0\] = nan is not allow",
        ),
        (
            lambda: positions.grid((2, 2, 2, 2)),
            r"shape = \(2, 2, 2, 2\) is not allowed; use one to",
        ),
        (lambda: positions.grid((2, 0)), "grid.shape = 0 is not allowed; use a whole number from"),
        (lambda: positions.grid(2, spacing=NAN), "grid.spacing = nan is not allowed; use a finite"),
        (lambda: positions.scattered(0, 1.0), "scattered.size = 0 is not allowed; use a whole"),
        (
            lambda: positions.scattered(5, [1.0, -1.0]),
            "scattered.extent = -1.0 is not allowed; use",
        ),
    ],
)
def test_what_no_rule_is_made_from(make, text):
    with pytest.raises(ParameterError, match=text):
        make()


@pytest.mark.parametrize(
    ("rule", "source", "target", "text"),
    [
        (
            c.fixed_indegree(51, multiple=False),
            FEW,
            FEW,
            "indegree = 51 is not allowed; without mul"
            "tiple connections there are 50 sources: use 50 or less, or multiple=True",
        ),
        (c.fixed_indegree(50, False, False), FEW, FEW, "there are 49 sources: use 49 or less"),
        (
            c.fixed_outdegree(2, multiple=False),
            FEW,
            ONE,
            "outdegree = 2 is not allowed; without mul",
        ),
        (c.fixed_indegree(1, False), ONE, ONE, "a population of one neuron has no other source"),
        (c.fixed_outdegree(1, False), ONE, ONE, "a population of one neuron has no other target"),
        (c.one_to_one(), FEW, ONE, "one_to_one between 50 sources and 1 targets is not allowed"),
        (c.by_distance("radius", 1.0), FEW, FLAT, "'cells' has no positions; give them in network"),
        (c.by_distance("radius", 1.0), FLAT, FEW, "'cells' has no positions; give them in network"),
        (c.by_distance("radius", 1.0), FLAT, DEEP, "'flat' lies in 2 dimensions and 'deep' in 3"),
        (c.by_distance("radius", 1.0, period=[1, 1, 1]), FLAT, FLAT, "3 lengths for 2 dimensions"),
    ],
)
def test_what_cannot_be_met_between_two_populations(rule, source, target, text):
    with pytest.raises(ParameterError, match=text):
        rule.size(source, target)


def test_a_network_refuses_it_before_anything_is_built():
    network = hal9.Network()
    cells = network.add(hal9.neurons.lif(), 50)
    with pytest.raises(ParameterError, match="'P0' has no positions"):
        network.connect(cells, cells, c.by_distance("gaussian", 1.0), weight_mv=1.0, delay_ms=1.0)
    assert network.projections == ()
