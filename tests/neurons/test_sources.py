"""Sources: Poisson, regular, replayed spikes."""

import numpy as np
import pytest
from scipy import stats

import hal9lib as hal9
from hal9lib import neurons
from hal9lib.errors import ParameterError

from .stepping import stepped


def run_of(model, size, duration_ms, dt_ms=0.1, seed=3):
    network = hal9.Network(seed=seed)
    network.add(model, size, name="sources")
    return hal9.simulate(network, duration_ms, dt_ms=dt_ms)


def test_a_regular_source_keeps_its_interval_and_start():
    found = stepped(neurons.regular_source(10.0, start_ms=3.0), 50.0, 0.1).times_ms
    np.testing.assert_allclose(found, [3.0, 13.0, 23.0, 33.0, 43.0])
    every_step = stepped(neurons.regular_source(0.1), 1.0, 0.1).times_ms
    np.testing.assert_allclose(every_step, np.arange(1, 11) * 0.1)
    rounded = stepped(neurons.regular_source(0.26, start_ms=0.34), 2.0, 0.1).times_ms
    np.testing.assert_allclose(rounded, np.arange(3, 21, 3) * 0.1)


def test_a_regular_source_in_the_engine_may_differ_from_neuron_to_neuron():
    model = neurons.regular_source([5.0, 7.0, 50.0], start_ms=[1.0, 7.0, 2.0])
    run = run_of(model, 3, 20.0)
    times_ms, cells = run.spikes_of("sources")
    expected = {0: [1.0, 6.0, 11.0, 16.0], 1: [7.0, 14.0], 2: [2.0]}
    for cell, times in expected.items():
        np.testing.assert_allclose(times_ms[cells == cell], times)


def test_phases_that_are_drawn_spread_regular_sources_evenly():
    run = run_of(neurons.regular_source(20.0, start_ms=hal9.uniform(0.1, 20.0)), 500, 20.0)
    times_ms, cells = run.spikes_of("sources")
    assert len(np.unique(cells)) == 500
    assert stats.kstest(times_ms, stats.uniform(0.0, 20.0).cdf).pvalue > 1e-3


@pytest.mark.jit_only
@pytest.mark.parametrize("rate_hz", [5.0, 50.0, 200.0])
def test_a_poisson_source_has_the_rate_and_irregularity_of_its_process(rate_hz):
    """1,000 trains of 10 s at 0.1 ms, where p = 1 - exp(-rate dt).

    Intervals are geometric, in steps: mean 1/p, CV sqrt(1 - p). Four standard errors.
    """
    run = run_of(neurons.poisson_source(rate_hz), 1_000, 10_000.0)
    times_ms, cells = run.spikes_of("sources")
    p = -np.expm1(-rate_hz * 1e-4)
    trials = 1_000 * 100_000
    expected = p * trials
    assert len(times_ms) == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1.0 - p)))
    assert len(times_ms) == pytest.approx(rate_hz * 1e4, rel=0.5 * rate_hz * 1e-4 + 0.02)
    order = np.lexsort((times_ms, cells))
    steps = np.rint(times_ms[order] / 0.1)
    intervals = np.diff(steps)[np.diff(cells[order]) == 0]
    count = len(intervals)
    # A train of finite length leaves out its longest intervals: some 1 / (rate T) of them.
    ends = 3.0 / (rate_hz * 10.0)
    assert intervals.mean() == pytest.approx(1.0 / p, rel=4.0 / np.sqrt(count) + ends)
    assert intervals.std() / intervals.mean() == pytest.approx(
        np.sqrt(1.0 - p), abs=4.0 / np.sqrt(count) + ends
    )


@pytest.mark.jit_only
def test_poisson_sources_are_independent_in_time_and_of_each_other():
    """Counts in windows of 20 ms: variance p (1 - p) n a window, no correlation of neighbours."""
    run = run_of(neurons.poisson_source(100.0), 500, 10_000.0)
    times_ms, cells = run.spikes_of("sources")
    counts = np.zeros((500, 500))
    np.add.at(counts, (cells, ((times_ms - 0.05) // 20.0).astype(int)), 1.0)
    p = -np.expm1(-0.01)
    assert counts.mean() == pytest.approx(200 * p, rel=0.01)
    assert counts.var() == pytest.approx(200 * p * (1.0 - p), rel=0.02)
    across = np.corrcoef(counts[:-1].ravel(), counts[1:].ravel())[0, 1]
    along = np.corrcoef(counts[:, :-1].ravel(), counts[:, 1:].ravel())[0, 1]
    assert abs(across) < 4.0 / 500.0
    assert abs(along) < 4.0 / 500.0


def test_a_rate_for_which_one_spike_a_step_is_too_few_is_refused():
    expected = (
        r"poisson_source\.rate_hz = 500 is not allowed at dt_ms = 0\.1, where a step would hold "
        r"0\.05 spikes and one is sent at most; use 200 or less, a shorter step, or network\.drive"
    )
    with pytest.raises(ParameterError, match=expected):
        run_of(neurons.poisson_source(500.0), 3, 10.0)
    with pytest.raises(ParameterError, match=r"poisson_source\.rate_hz = 21 is not allowed"):
        run_of(neurons.poisson_source([1.0, 21.0]), 2, 10.0, dt_ms=1.0)
    assert len(run_of(neurons.poisson_source(200.0), 20, 100.0).spike_steps) > 200


def test_replayed_spikes_are_the_spikes_of_the_run():
    rng = np.random.default_rng(5)
    picked = np.sort(rng.choice(40 * 500, 300, replace=False))
    steps, cells = picked // 40, picked % 40
    shuffled = rng.permutation(300)
    times_ms = (steps + 1) * 0.1
    model = neurons.spike_replay(times_ms[shuffled], cells[shuffled])
    run = run_of(model, 40, 60.0)
    np.testing.assert_array_equal(run.spike_steps, steps)
    np.testing.assert_array_equal(run.spike_neurons, cells)


def test_a_run_replayed_gives_its_targets_the_same_input():
    """Poisson sources onto LIF, then their spikes replayed onto the same cells."""

    def onto(source):
        network = hal9.Network(seed=7)
        sources = network.add(source, 50, name="sources")
        cells = network.add(neurons.lif(), 20, name="cells")
        network.connect(
            sources, cells, hal9.connectivity.fixed_indegree(20), weight_mv=1.5, delay_ms=1.0
        )
        return hal9.simulate(network, 300.0)

    first = onto(neurons.poisson_source(100.0))
    times_ms, numbers = first.spikes_of("sources")
    again = onto(neurons.spike_replay(times_ms, numbers))
    assert len(first.spikes_of("cells")[0]) > 20
    assert again.spike_hash == first.spike_hash


@pytest.mark.parametrize(
    ("times_ms", "cells", "message"),
    [
        (5.0, [0], r"spike_replay\.times_ms = 5\.0 is not allowed; use a list\."),
        ([1.0, 0.0], [0, 1], r"times_ms\[1\] = 0\.0 is not allowed; use a finite number above 0"),
        ([1.0, np.nan], [0, 1], r"spike_replay\.times_ms\[1\] = nan is not allowed; use finite"),
        ([1.0], [-1], r"spike_replay\.neurons\[0\] = -1\.0 is not allowed; use a finite number"),
        ([1.0], [0.5], r"spike_replay\.neurons\[0\] = 0\.5 is not allowed; use whole numbers"),
        ([1.0], [3e9], r"spike_replay\.neurons\[0\] = 3e\+09 is not allowed; use whole numbers"),
        ([1.0], [0, 1], r"spike_replay\.neurons has 2 values for 1 times; use one for each\."),
    ],
)
def test_a_replay_that_cannot_be_is_refused(times_ms, cells, message):
    with pytest.raises(ParameterError, match=message):
        neurons.spike_replay(times_ms, cells)


@pytest.mark.parametrize(
    ("times_ms", "dt_ms", "message"),
    [
        ([1.0, 0.04], 0.1, r"times_ms\[1\] = 0\.04 is not allowed; use more than half a step of"),
        ([1.0, 1.03], 0.1, r"times_ms\[1\] = 1\.03 is not allowed; use a dt_ms below 0\.1: in one"),
        ([1e12], 0.1, r"times_ms\[0\] = 1e\+12 is not allowed; use at most 2,147,483,647 steps"),
    ],
)
def test_a_replay_that_the_step_cannot_tell_apart_is_refused(times_ms, dt_ms, message):
    network = hal9.Network()
    network.add(neurons.spike_replay(times_ms, [0] * len(times_ms)), 1, name="sources")
    with pytest.raises(ParameterError, match=message):
        hal9.simulate(network, 10.0, dt_ms=dt_ms)
    if len(times_ms) == 2 and times_ms[1] == 1.03:
        assert len(hal9.simulate(network, 10.0, dt_ms=0.01).spike_steps) == 2


def test_a_source_takes_no_input():
    for source in (
        neurons.poisson_source(),
        neurons.regular_source(),
        neurons.spike_replay([1.0], [0]),
    ):
        network = hal9.Network()
        cells = network.add(source, 1, name="source")
        with pytest.raises(ParameterError, match="has no receptor: it takes no input"):
            network.drive(cells, rate_hz=10.0, weight_mv=1.0)
