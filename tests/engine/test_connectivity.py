"""What a connectivity rule promises, read back from the built synapses."""

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.engine.build import build
from hal9lib.engine.cells import ownership
from hal9lib.engine.groups import group_of
from hal9lib.engine.synapse_table import table
from hal9lib.errors import ParameterError


def pairs(network, projection=0, workers=2):
    """(sources, targets) of one projection's synapses, as the loop will read them."""
    owner = ownership(network, workers)
    group = group_of(network, projection, 0.1)
    found = table(network, owner, group, build(network, owner, [group], 0.1, np.float32))
    return found.sources.astype(int), found.targets.astype(int)


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
