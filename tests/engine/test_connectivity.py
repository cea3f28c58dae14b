"""What a connectivity rule promises, read back from the built synapses."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.engine import build
from hal9lib.errors import ParameterError


def pairs(network, projection=0, workers=2):
    """(sources, targets) of one projection's synapses, as the loop will read them."""
    built = build.synapses(network, workers, 0.1, np.float32)
    size = network.projections[projection].source.size
    sources, targets = [], []
    first, last = built.block_first[projection, 0], built.block_first[projection, -1]
    for block in range(first, last):
        rows = built.row_start[built.block_row[block] :][: size + 1].astype(np.int64)
        cells = built.targets[built.block_synapse[block] :][: rows[-1]]
        sources.append(np.repeat(np.arange(size), np.diff(rows)))
        targets.append(cells.astype(np.int64) + built.block_target[block])
    return np.concatenate(sources), np.concatenate(targets)


def one_population(size, indegree, **options):
    network = hal9.Network(seed=11)
    cells = network.add(hal9.neurons.lif(), size, name="cells")
    rule = hal9.connectivity.fixed_indegree(indegree, **options)
    network.connect(cells, cells, rule, weight_mv=0.1, delay_ms=1.0)
    return network


def test_every_target_has_the_in_degree_asked_for():
    _, targets = pairs(one_population(1_000, 37))
    assert (np.bincount(targets, minlength=1_000) == 37).all()


@pytest.mark.jit_only
def test_sources_are_drawn_evenly():
    sources, _ = pairs(one_population(500, 400))
    counts = np.bincount(sources, minlength=500)
    chi_square = ((counts - 400.0) ** 2 / 400.0).sum()
    # 499 degrees of freedom: mean 499, standard deviation sqrt(2 * 499) = 31.6.
    assert abs(chi_square - 499.0) < 4.0 * 31.6


def test_no_neuron_is_its_own_source_where_that_is_asked():
    sources, targets = pairs(one_population(50, 60, self_connections=False))
    assert len(sources) == 50 * 60
    assert (sources != targets).all()
    with_self, onto = pairs(one_population(50, 60))
    assert (with_self == onto).any()


def test_synapses_do_not_depend_on_the_number_of_workers():
    network = one_population(333, 20)
    one, three = (
        sorted(zip(*map(np.ndarray.tolist, pairs(network, workers=w)), strict=True)) for w in (1, 3)
    )
    assert one == three


def test_a_rule_that_cannot_be_met_is_refused():
    network = hal9.Network()
    cell = network.add(hal9.neurons.lif(), 1, name="alone")
    with pytest.raises(ParameterError, match="a population of one neuron has no other source"):
        network.connect(
            cell, cell, hal9.connectivity.fixed_indegree(1, self_connections=False),
            weight_mv=1.0, delay_ms=1.0,
        )  # fmt: skip
