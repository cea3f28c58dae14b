"""`hal9 verify`: a planted difference is found and named, what is exported is what runs, refusals.

Nothing is installed here; one test asks NEST where its environment is there already.
"""

import json

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.bench import environments
from hal9lib.cli import main
from hal9lib.errors import ParameterError
from hal9lib.verify import against
from hal9lib.verify.cases import CASES
from hal9lib.verify.comparison import (
    Spikes,
    compare_distributions,
    compare_spikes,
    compare_weights,
    statistics,
)
from hal9lib.verify.export import exported
from hal9lib.verify.report import render

NEST = environments.PEERS["nest"]


def some(seed=1, count=2_000, cells=50):
    drawn = np.random.default_rng(seed)
    return Spikes(drawn.integers(0, 5_000, count), drawn.integers(0, cells, count))


def test_equal_spikes_agree_in_any_order():
    spikes, turned = some(), np.random.default_rng(2).permutation(2_000)
    found = compare_spikes(spikes, Spikes(spikes.steps[turned], spikes.neurons[turned]))
    assert found["agree"] == 1.0
    assert found["spikes"] == [2_000, 2_000]
    assert found["first_difference"] is None


def test_a_planted_difference_is_found_and_named():
    spikes = some()
    where = int(np.argsort(spikes.steps)[1_000])
    moved = spikes.steps.copy()
    moved[where] += 3
    found = compare_spikes(spikes, Spikes(moved, spikes.neurons))
    assert found["without_partner"] == 2
    assert found["first_difference"] == {
        "step": int(spikes.steps[where]),
        "neuron": int(spikes.neurons[where]),
        "only": "HAL9",
    }
    assert compare_spikes(spikes, Spikes(moved, spikes.neurons), 3)["agree"] == 1.0
    less = compare_spikes(spikes, Spikes(*(np.delete(part, where) for part in spikes)))
    assert less["without_partner"] == 1
    assert less["first_difference"]["only"] == "HAL9"


def test_a_weight_that_is_off_is_named():
    weights = np.linspace(1.0, 2.0, 11)
    other = weights.copy()
    other[4] += 0.2
    found = compare_weights(weights, other, np.ones(11))
    assert found["largest_difference"] == pytest.approx(0.1)
    assert found["worst"]["synapse"] == 4
    assert found["changed"] == 10


def test_distributions_of_one_law_pass_and_of_two_do_not():
    def side(first, rate):
        return [
            statistics(
                Spikes(*np.nonzero(np.random.default_rng(first + k).random((10_000, 200)) < rate)),
                200, 10_000, 0.1,
            )
            for k in range(3)
        ]  # fmt: skip

    same = compare_distributions(side(1, 0.004), side(11, 0.004))
    assert all(one["holds"] for one in same.values())
    assert same["rate_hz mean"]["values"][0] == pytest.approx(40.0, rel=0.03)
    assert not compare_distributions(side(1, 0.004), side(11, 0.0046))["rate_hz mean"]["holds"]


@pytest.mark.jit_only
def test_what_is_exported_is_the_network_that_runs():
    case = next(case for case in CASES if case.name == "lif")
    network = case.network(1)
    with hal9.Simulation(network, precision="float64") as simulation:
        task, arrays = exported(simulation)
        for index in range(len(network.projections)):
            table = simulation.weights(index)
            assert len(table.sources) > 500
            for name, values in zip(
                ("sources", "targets", "weights", "delays"), table, strict=True
            ):
                np.testing.assert_array_equal(arrays[f"{name}_{index}"], values)
        np.testing.assert_array_equal(arrays["V_m_1"], simulation.state("v_mv", "E"))
    assert [p["model"] for p in task["populations"]] == [
        "parrot_neuron", "iaf_psc_delta", "iaf_psc_delta",
    ]  # fmt: skip
    assert json.loads(json.dumps(task)) == task


@pytest.mark.jit_only
@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (hal9.neurons.lif_homeostatic(), "lif_homeostatic has no counterpart in NEST; known: lif"),
        (hal9.neurons.izhikevich("class_1"), "izhikevich.linear = 4.1 is not allowed; NEST's izhi"),
        (hal9.neurons.lif(tau_m_ms=hal9.uniform(9.0, 11.0)), "use a number or an array, which"),
    ],
)
def test_what_nest_has_not_is_refused_by_name(cell, text):
    network = hal9.Network()
    network.add(cell, 5)
    with (
        hal9.Simulation(network) as simulation,
        pytest.raises(ParameterError, match="NEST") as problem,
    ):
        exported(simulation)
    assert text in str(problem.value)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--against", "neuron"), "--against = 'neuron' is not allowed; use nest."),
        (("cuba",), "'cuba' is no case; known: lif, lif_exp"),
        (("--page", "x.txt"), "use a file ending in .md"),
    ],
)
def test_what_is_wrong_is_one_sentence(capsys, arguments, text):
    assert main(["verify", *arguments]) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert text in error


@pytest.mark.jit_only
@pytest.mark.parametrize("planted", [False, True])
def test_a_broken_tolerance_ends_with_status_1(capsys, monkeypatch, tmp_path, planted):
    monkeypatch.setattr(environments, "python_of", lambda *_: "python")

    def answer(_name, _seed, _task, arrays, *_):
        network = CASES[0].network(1)
        with hal9.Simulation(network, precision="float64") as simulation:
            simulation.advance(500.0)
            steps, cells = simulation.take_spikes()
        steps[100] += planted
        return {"steps": steps, "neurons": cells, "version": "3.10.0"}

    monkeypatch.setattr(against, "_run_nest", answer)
    page = tmp_path / "verify.md"
    assert main(["verify", "lif", "--page", str(page)]) == int(planted)
    out = capsys.readouterr().out
    assert out.startswith("BROKEN lif" if planted else "holds  lif")
    assert ("**broken**" in page.read_text()) == planted
    assert render(json.loads(page.with_suffix(".json").read_text())) == page.read_text()


@pytest.mark.peers
@pytest.mark.jit_only
def test_a_case_holds_in_nest_itself():
    if not environments.is_complete(NEST):
        pytest.skip("NEST's environment is not there; ./hal9 verify lif makes it")
    found = against.verify(["lif"], lambda _: None)
    assert found["holds"], found["cases"]["lif"]
    assert found["cases"]["lif"]["spikes"][0] > 10_000
