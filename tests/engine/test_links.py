"""A run's graph: the synapses that the simulation has, no other."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.engine.build import synapses


def run_of(neurons=60, indegree=12):
    return hal9.simulate(hal9.models.brunel(neurons=neurons, indegree=indegree, seed=3), 20.0)


def test_every_neuron_has_its_indegree():
    run = run_of()
    graph = run.graph()
    assert graph.shape == (60, 60)
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
    built = synapses(network, 2, 0.1, np.float64)
    again = np.zeros_like(graph)
    for index, projection in enumerate(network.projections):
        for block in range(*built.block_first[index][[0, -1]]):
            row, first = built.block_row[block], built.block_synapse[block]
            starts = built.row_start[row : row + projection.source.size + 1].astype(int)
            for source in range(projection.source.size):
                for k in range(starts[source], starts[source + 1]):
                    target = built.block_target[block] + built.targets[first + k]
                    again[projection.source.first + source, target] += built.weight[index]
    assert np.count_nonzero(graph) > 400
    np.testing.assert_allclose(graph, again, rtol=1e-12)


def test_a_population_by_name_is_its_own_block():
    run = run_of()
    np.testing.assert_array_equal(run.graph("E").toarray(), run.graph().toarray()[:48, :48])
    with pytest.raises(hal9.errors.ParameterError, match="population = 'X' is not in this run"):
        run.graph("X")


def test_a_network_without_synapses_has_an_empty_graph():
    network = hal9.Network(seed=1)
    network.add(hal9.neurons.lif(), 5, name="cells")
    assert hal9.simulate(network, 5.0).graph().nnz == 0
