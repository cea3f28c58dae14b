"""Synaptic scaling, normalisation and a threshold that moves: exact sums and approaches."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal9lib.neurons import lif_homeostatic
from hal9lib.plasticity import synaptic_scaling, weight_normalisation

from . import reference
from .interpreter import run


def test_a_silent_target_s_inputs_grow_exponentially_and_keep_their_ratios():
    """w(t) = w(0) exp(gain target t)."""
    rule = synaptic_scaling(10.0, gain_per_hz_s=1e-3)
    strong, weak = run([rule], [2.0, 0.5], [[], []], [], 1.0, 60_000)
    assert strong.weight == pytest.approx(2.0 * math.exp(1e-3 * 10.0 * 60.0), rel=1e-12)
    assert strong.weight / weak.weight == pytest.approx(4.0, rel=1e-12)


def test_a_regular_target_s_inputs_approach_the_closed_form():
    """The estimate of a rate r that sets in at 0 is r (1 - e^(-t / tau)), so that
    ln w(t) / w(0) = gain ((target - r) t + r tau (1 - e^(-t / tau))), up to the interval's grid."""
    tau_s, seconds, rate_hz, target_hz = 20.0, 100, 8.0, 5.0
    rule = synaptic_scaling(target_hz, gain_per_hz_s=1e-3, tau_rate_ms=tau_s * 1e3,
                            interval_ms=250.0)  # fmt: skip
    spikes = np.arange(0, seconds * 1_000, 125)
    (synapse,) = run([rule], [1.0], [[]], spikes, 1.0, seconds * 1_000)
    seen = rate_hz * tau_s * (1.0 - math.exp(-seconds / tau_s))
    expected = 1e-3 * ((target_hz - rate_hz) * seconds + seen)
    assert math.log(synapse.weight) == pytest.approx(expected, rel=0.01)


@given(
    st.lists(st.integers(0, 4_999), max_size=40, unique=True),
    st.floats(0.1, 5.0),
    st.sampled_from([0.0, 1e-2]),
)
def test_scaling_agrees_with_the_sum_over_spikes(spikes, weight, integral_gain):
    rule = synaptic_scaling(
        20.0, gain_per_hz_s=1e-2, integral_gain_per_hz_s2=integral_gain, tau_rate_ms=400.0,
        interval_ms=100.0,
    )  # fmt: skip
    (synapse,) = run([rule], [weight], [[]], spikes, 1.0, 5_000)
    expected = reference.scaled(
        weight, spikes, 1.0, range(100, 5_001, 100), target_hz=20.0, gain=1e-2,
        integral_gain=integral_gain, tau=400.0, interval_ms=100.0,
    )  # fmt: skip
    assert synapse.weight == pytest.approx(expected, rel=1e-9)


def test_scaling_stops_at_its_largest_weight():
    rule = synaptic_scaling(100.0, gain_per_hz_s=0.1, largest_weight=1.5)
    assert run([rule], [1.0], [[]], [], 1.0, 10_000)[0].weight == 1.5


@given(st.lists(st.floats(0.0, 1e3), min_size=1, max_size=50))
def test_normalised_weights_have_their_sum_and_keep_their_ratios(weights):
    rule = weight_normalisation(total_weight=2.5, interval_ms=10.0)
    found = [s.weight for s in run([rule], weights, [[] for _ in weights], [], 1.0, 10)]
    total = math.fsum(weights)
    if total == 0.0:
        assert found == weights
    else:
        assert math.fsum(found) == pytest.approx(2.5, rel=1e-12)
        np.testing.assert_allclose(found, np.array(weights) / total * 2.5, rtol=1e-12)


class Cell:
    """One `lif_homeostatic` neuron, stepped by its own functions."""

    def __init__(self, dt_ms: float = 0.1, real: type = float, **given) -> None:
        model = lif_homeostatic(**given)
        self.model, self.real = model, real
        constants = model.constants(model.parameters, dt_ms)
        self.constants = {k: v if isinstance(v, int) else real(v) for k, v in constants.items()}
        self.state = (real(0.0), 0, real(0.0), real(0.0), real(0.0))

    def run(self, steps: int, input_mv: float = 0.0) -> int:
        """How many spikes in so many steps."""
        count, given = 0, self.real(input_mv)
        for _ in range(steps):
            spiked, *state = self.model.step(*self.state, given, **self.constants)
            self.state = (self.real(state[0]), state[1], *map(self.real, state[2:]))
            count += bool(spiked)
        return count

    @property
    def shift_mv(self) -> float:
        return float(self.state[2])


def test_the_threshold_moves_by_spikes_less_those_it_should_have_fired():
    cell = Cell(rest_mv=30.0, target_rate_hz=7.0, adaptation_mv=0.02)
    spikes = cell.run(50_000)
    assert spikes > 100
    assert cell.shift_mv == pytest.approx(0.02 * (spikes - 7.0 * 5.0), abs=1e-9)


@pytest.mark.parametrize("rest_mv", [25.0, 40.0])
def test_the_rate_goes_to_its_target(rest_mv):
    """Of two cells with different drive, in the last 10 s, within what one spike more is."""
    cell = Cell(dt_ms=0.5, rest_mv=rest_mv, target_rate_hz=20.0, adaptation_mv=0.5)
    at_first = cell.run(500) / 0.25
    assert at_first > 30.0
    cell.run(20_000)
    assert cell.run(20_000) / 10.0 == pytest.approx(20.0, abs=0.2)


def test_a_silent_cell_s_threshold_falls_to_its_lowest_and_no_further():
    cell = Cell(dt_ms=1.0, target_rate_hz=10.0, adaptation_mv=0.1, lowest_threshold_mv=15.0)
    assert cell.run(2_000) == 0
    assert cell.shift_mv == pytest.approx(-0.1 * 10.0 * 2.0, rel=1e-12)
    assert cell.run(8_000) == 0
    assert cell.shift_mv == -5.0


def test_a_slow_fall_is_not_lost_in_float32():
    """2e-7 mv a step at a shift of a millivolt and more is less than float32 resolves there."""
    cell = Cell(real=np.float32, target_rate_hz=2.0, adaptation_mv=1e-3)
    cell.state = (np.float32(0.0), 0, np.float32(5.0), np.float32(5.0), np.float32(0.0))
    assert np.float32(5.0) - np.float32(2e-7) == np.float32(5.0)
    assert cell.run(50_000) == 0
    assert cell.shift_mv == pytest.approx(5.0 - 2e-7 * 50_000, abs=1e-6)


def test_with_no_adaptation_it_is_the_lif():
    from hal9lib.neurons import lif

    plain = lif(rest_mv=30.0)
    constants, state, expected = plain.constants(plain.parameters, 0.1), (0.0, 0), []
    cell, found = Cell(rest_mv=30.0, adaptation_mv=0.0), []
    for step in range(5_000):
        spiked, *state = plain.step(*state, 0.0, **constants)
        expected += [step] * bool(spiked)
        found += [step] * cell.run(1)
    assert len(expected) > 10
    assert found == expected
