"""What a neuron model refuses, by name: every parameter of every model, and values together."""

import inspect

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib import neurons
from hal9lib.distributions import normal, uniform
from hal9lib.errors import ParameterError

MODELS = (
    "lif", "lif_exp", "lif_alpha", "lif_cond_exp", "adex", "adex_exp", "izhikevich",
    "poisson_source", "regular_source",
)  # fmt: skip
ABOVE_ZERO = {
    "capacitance_pf", "leak_ns", "slope_mv", "tau_m_ms", "tau_w_ms", "tau_excitatory_ms",
    "tau_inhibitory_ms", "interval_ms", "start_ms",
}  # fmt: skip
FROM_ZERO = {"refractory_ms", "noise", "rate_hz"}


def parameters_of(name):
    return [p for p in inspect.signature(neurons.load(name)).parameters if p != "preset"]


CASES = [(name, parameter) for name in MODELS for parameter in parameters_of(name)]


@pytest.mark.parametrize(("name", "parameter"), CASES)
def test_what_is_no_finite_number_is_refused_by_name(name, parameter):
    model = neurons.load(name)
    for value, shown in (
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("5", "'5'"),
        (True, "True"),
        (1j, "1j"),
    ):
        message = rf"{name}\.{parameter} = {shown} is not allowed; use a finite number"
        with pytest.raises(ParameterError, match=message):
            model(**{parameter: value})
    with pytest.raises(ParameterError, match=rf"{name}\.{parameter}\[1\] = nan is not allowed"):
        model(**{parameter: [1.0, float("nan")]})
    with pytest.raises(ParameterError, match=rf"{name}\.{parameter}"):
        model(**{parameter: [[1.0], [2.0]]})


@pytest.mark.parametrize(
    ("name", "parameter"), [case for case in CASES if case[1] in ABOVE_ZERO | FROM_ZERO]
)
def test_bounds_hold_for_numbers_arrays_and_distributions(name, parameter):
    model, use = neurons.load(name), "of at least 0"
    if parameter in ABOVE_ZERO:
        use = "above 0"
        with pytest.raises(ParameterError, match=rf"{name}\.{parameter} = 0\.0 is not allowed"):
            model(**{parameter: 0.0})
    else:
        assert model(**{parameter: 0.0}).parameters[parameter] == 0.0
    message = rf"{name}\.{parameter} = -1\.0 is not allowed; use a finite number {use}\."
    with pytest.raises(ParameterError, match=message):
        model(**{parameter: -1.0})
    with pytest.raises(ParameterError, match=rf"{name}\.{parameter}\[1\] = -1\.0 is not allowed"):
        model(**{parameter: [1.0, -1.0]})
    message = rf"{name}\.{parameter} = normal\(10, 3\) is not allowed, some of its values are too"
    with pytest.raises(ParameterError, match=message):
        model(**{parameter: normal(10.0, 3.0)})
    assert model(**{parameter: normal(10.0, 3.0, low=1.0)})


@pytest.mark.parametrize(
    ("name", "lower", "upper"),
    [
        ("lif", "reset_mv", "threshold_mv"),
        ("lif_exp", "reset_mv", "threshold_mv"),
        ("lif_alpha", "reset_mv", "threshold_mv"),
        ("lif_cond_exp", "reset_mv", "threshold_mv"),
        ("adex", "reset_mv", "peak_mv"),
        ("adex_exp", "threshold_mv", "peak_mv"),
    ],
)
def test_potentials_out_of_order_are_refused_however_they_are_given(name, lower, upper):
    model = neurons.load(name)
    for value in (30.0, 31.0):
        message = rf"{name}\.{lower} = {value:g} is not allowed; use less than {upper} = 30\."
        with pytest.raises(ParameterError, match=message):
            model(**{lower: value, upper: 30.0})
    message = rf"{name}\.{lower}\[2\] = 35 is not allowed; use less than {upper} = 30\."
    with pytest.raises(ParameterError, match=message):
        model(**{lower: [1.0, 2.0, 35.0], upper: 30.0})
    network = hal9.Network()
    network.add(model(**{lower: uniform(20.0, 40.0), upper: 30.0}), 100, name="cells")
    message = rf"{name}\.{lower}\[\d+\] = 3\d\.\d+ is not allowed; use less than {upper} = 30\."
    with pytest.raises(ParameterError, match=message):
        hal9.simulate(network, 1.0)


def test_the_reset_of_the_simple_model_lies_below_its_peak():
    with pytest.raises(
        ParameterError, match=r"izhikevich\.c_mv = 30 is not allowed; use less than"
    ):
        neurons.izhikevich(c_mv=30.0)


@pytest.mark.parametrize("name", ["adex", "adex_exp", "izhikevich"])
def test_an_unknown_preset_is_refused_with_those_there_are(name):
    message = rf"{name}\.preset = 'tonic' is not allowed; use one of .*tonic_spiking, "
    with pytest.raises(ParameterError, match=message):
        neurons.load(name)("tonic")
    with pytest.raises(ParameterError, match=rf"{name}\.preset = \['a'\] is not allowed"):
        neurons.load(name)(["a"])


def test_a_preset_gives_what_is_left_out_and_nothing_else():
    model = neurons.adex("regular_bursting", b_pa=7.0)
    assert model.parameters["b_pa"] == 7.0
    assert model.parameters["reset_mv"] == -46.0
    assert model.parameters["initial_v_mv"] == model.parameters["rest_mv"] == -58.0
    assert model.description() == neurons.adex(**model.description()["parameters"]).description()


@pytest.mark.parametrize("name", ["lif", "lif_exp", "lif_alpha", "lif_cond_exp", "adex"])
def test_a_refractory_period_of_more_steps_than_can_be_counted_is_refused(name):
    network = hal9.Network()
    network.add(neurons.load(name)(refractory_ms=1e9), 1, name="cell")
    message = rf"{name}\.refractory_ms = 1e\+09 is not allowed; use at most 2,147,483,647 steps"
    with pytest.raises(ParameterError, match=message):
        hal9.simulate(network, 1.0)


def test_an_interval_below_the_step_is_refused():
    network = hal9.Network()
    network.add(neurons.regular_source(hal9.uniform(0.01, 0.04)), 5, name="sources")
    message = r"regular_source\.interval_ms = 0\.0\d+ is not allowed; use at least one step of"
    with pytest.raises(ParameterError, match=message):
        hal9.simulate(network, 1.0)


def test_an_array_of_the_wrong_length_is_refused():
    network = hal9.Network()
    with pytest.raises(ParameterError, match=r"lif\.tau_m_ms has 3 values for 4 neurons; use one"):
        network.add(neurons.lif(tau_m_ms=[10.0, 20.0, 30.0]), 4, name="cells")
    with pytest.raises(ParameterError, match=r"adex\.b_pa has 2 values for 4 neurons; use one"):
        network.add(neurons.adex(b_pa=np.zeros(2)), 4, name="cells")


@pytest.mark.parametrize(
    ("name", "most_ms"), [("lif_cond_exp", 1.0), ("adex", 0.5), ("adex_exp", 0.5)]
)
def test_a_step_that_is_too_long_is_refused(name, most_ms):
    network = hal9.Network()
    network.add(neurons.load(name)(), 1, name="cell")
    assert network.check_step(most_ms) == most_ms
    with pytest.raises(ParameterError, match=f"{name} is unstable there: use {most_ms:g} or less"):
        network.check_step(1.1 * most_ms)


def test_a_recovery_faster_than_the_step_is_refused():
    network = hal9.Network()
    network.add(neurons.izhikevich(a=[0.02, 20.0]), 2, name="cells")  # per second, not per ms
    message = r"izhikevich\.a = 20 \(times the leak\) is not allowed at dt_ms = 0\.5, where recov"
    with pytest.raises(ParameterError, match=message):
        hal9.simulate(network, 1.0, dt_ms=0.5)
    hal9.simulate(network, 1.0, dt_ms=0.05)
