"""A run's graph: the synapses that the simulation has, no other."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.engine.build import build
from hal9lib.engine.cells import ownership
from hal9lib.engine.groups import static_groups
from hal9lib.engine.synapse_table import table


def run_of(neurons=160, indegree=12):
    return hal9.simulate(hal9.models.brunel(neurons=neurons, indegree=indegree, seed=3), 20.0)


def test_every_neuron_has_its_indegree():
    run = run_of()
    graph = run.graph()
    assert graph.shape == (160, 160)
    assert len(run.network.projections) == 4
    for projection in run.network.projections:
        source, target = projection.source, projection.target
        block = graph[source.first :][: source.size, target.first :][:, : target.size]
        indegree = projection.connectivity.max_degree(source.size, target.size)
        assert indegree > 0
        np.testing.assert_allclose(block.sum(axis=0), indegree * projection.weight)


def test_it_is_what_is_simulated_on_any_number_of_workers():
    """Two workers cut the targets otherwise; the synapses are the same."""
    network = run_of().network
    graph = run_of().graph().toarray()
    owner = ownership(network, 2)
    again = np.zeros_like(graph)
    for group in static_groups(network, 0.1):
        found = table(network, owner, group, build(network, owner, [group], 0.1, np.float64))
        np.add.at(again, (found.sources, found.targets), found.weights)
    assert np.count_nonzero(graph) > 400
    np.testing.assert_allclose(graph, again, rtol=1e-12)


def test_a_population_by_name_is_its_own_block():
    run = run_of()
    np.testing.assert_array_equal(run.graph("E").toarray(), run.graph().toarray()[:128, :128])
    with pytest.raises(hal9.errors.ParameterError, match="population = 'X' is not in this run"):
        run.graph("X")


def test_a_network_without_synapses_has_an_empty_graph():
    network = hal9.Network(seed=1)
    network.add(hal9.neurons.lif(), 5, name="cells")
    assert hal9.simulate(network, 5.0).graph().nnz == 0
