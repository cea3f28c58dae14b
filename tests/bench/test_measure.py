"""One measurement: what is counted, in which order, and what is refused. No time is asserted."""

import json

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.bench import measure, windows
from hal9lib.errors import ParameterError, SimulationError

SMALL = {"neurons": 200, "indegree": 20}
FIELDS = {
    "model", "neurons", "synapses", "threads", "build_s", "first_spike_s", "wall_per_model_s",
    "rate_hz", "synaptic_events_per_s", "limit_events_per_s", "peak_rss_mb", "spike_hash",
    "versions",
}  # fmt: skip


def task(**changed):
    return {
        "model": "brunel",
        "arguments": SMALL,
        "window_ms": 20.0,
        "repeats": 2,
        "threads": 2,
        "dt_ms": 0.1,
        "precision": "float32",
        "weights_every_ms": None,
        "neurons_alone": False,
    } | changed


def degrees_by_graph(network):
    """Each source's synapses: all of one source weigh the same, so its row's sum tells them."""
    weights = np.asarray(hal9.simulate(network, 0.1).graph().todense())
    kinds = {p.source.name: p.weight for p in network.projections}
    each = np.concatenate([np.full(p.size, kinds[p.name]) for p in network.populations])
    return weights.sum(axis=1) / each


@pytest.fixture
def quick_probe(monkeypatch):
    """The limit's windows without their length."""
    window = windows.LimitProbe.window
    monkeypatch.setattr(windows.LimitProbe, "window", lambda self, _: window(self, 1e-3))


def test_out_degrees_are_those_of_the_graph():
    network = hal9.models.brunel(**SMALL)
    expected = degrees_by_graph(network)
    with hal9.Simulation(network, threads=2) as simulation:
        found, own = simulation.out_degrees()
    assert not own.any(), "every weight is constant"
    assert found.sum() == network.synapses == 200 * 20
    assert len(set(found)) > 5, "drawn, not all alike"
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_events_are_counted_spike_by_spike(quick_probe):
    found = windows.measure_here(task())
    network = hal9.models.brunel(**SMALL)
    run = hal9.simulate(network, 140.0)
    assert found["spike_hash"] == run.spike_hash, "the same spikes as without a bench"
    degrees = degrees_by_graph(network)
    for window, low_ms in enumerate((100.0, 120.0)):
        inside = (run.spike_steps >= low_ms * 10) & (run.spike_steps < (low_ms + 20.0) * 10)
        expected = sum(degrees[neuron] for neuron in run.spike_neurons[inside])
        assert inside.sum() > 20
        assert found["synaptic_events"][window] == round(expected)
    late = np.count_nonzero(run.spike_steps >= 1000)
    assert found["rate_hz"] == pytest.approx(late / 200 / 0.04, abs=1e-3)


def test_every_field_is_there_and_is_json(quick_probe):
    found = windows.measure_here(task(repeats=3))
    assert json.loads(json.dumps(found)) == found
    assert found.keys() >= FIELDS
    assert len(found["walls_per_model_s"]) == len(found["limits_events_per_s"]) == 3
    assert found["wall_per_model_s"] == sorted(found["walls_per_model_s"])[1], "the median"
    assert found["share_of_limit"] == sorted(found["shares_of_limit"])[1]
    assert found["us_per_step"] == pytest.approx(found["wall_per_model_s"] * 100.0, rel=1e-2)
    assert 0 < found["build_s"] <= found["first_spike_s"]
    assert found["peak_rss_mb"] > 20.0


def test_the_peak_is_taken_before_the_probe_has_memory(quick_probe, monkeypatch):
    order = []
    make, peak = windows.LimitProbe.__init__, windows.peak_bytes
    monkeypatch.setattr(
        windows.LimitProbe,
        "__init__",
        lambda self, *a, **k: (order.append("probe"), make(self, *a, **k))[1],
    )
    monkeypatch.setattr(windows, "peak_bytes", lambda: (order.append("peak"), peak())[1])
    windows.measure_here(task())
    assert order == ["peak", "probe"]


def test_neurons_alone_have_no_synapses(quick_probe):
    found = windows.measure_here(task(neurons_alone=True))
    assert found["synapses"] == 0
    assert found["synaptic_events"] == [0, 0]
    assert found["share_of_limit"] == 0.0
    assert found["rate_hz"] > 1.0


@pytest.mark.jit_only
def test_a_fresh_process_measures_itself():
    ballast = np.ones(60_000_000)  # 480 MB of this process's own
    found = measure("brunel", SMALL, window_ms=20.0, repeats=1, threads=2)
    assert ballast.nbytes > 4e8
    assert found["threads"] == 2
    assert found["spike_hash"] == hal9.simulate(hal9.models.brunel(**SMALL), 120.0).spike_hash
    assert 20.0 < found["peak_rss_mb"] < 400.0, "its own memory, not its parent's"


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"arguments": {"neurons": 0}}, "neurons = 0 is not allowed"),
        ({"dt_ms": 0.4}, "delay_ms = 1.5 is not allowed; use a whole multiple of dt_ms = 0.4."),
        ({"repeats": 0}, "repeats = 0 is not allowed; use a whole number from 1 to 1,000."),
        ({"window_ms": 0.0}, "window_ms = 0.0 is not allowed"),
    ],
)
def test_what_is_wrong_is_refused_before_a_process_starts(monkeypatch, changed, text):
    monkeypatch.setattr("subprocess.run", None)
    with pytest.raises(ParameterError) as refused:
        measure("brunel", **({"arguments": SMALL} | changed))
    assert text in str(refused.value)


def test_what_the_process_refuses_is_raised_here():
    with pytest.raises(ParameterError, match=r"precision = 'half' is not allowed; use float32"):
        measure("brunel", SMALL, window_ms=1.0, repeats=1, precision="half")


def test_a_process_that_dies_is_told(monkeypatch):
    monkeypatch.setattr("sys.executable", "false")
    with pytest.raises(SimulationError, match="of brunel ended with status 1 and said: nothing"):
        measure("brunel", SMALL)
