"""Runs that are recorded, streamed, cut, resumed, watched and called back from: the same spikes."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import hal9lib as hal9
from hal9lib.errors import CheckpointError, ParameterError, SimulationError, StoreError
from hal9lib.stores.stream_writer import StreamWriter

from .networks import NETWORKS, brunel_small

pytestmark = pytest.mark.jit_only


def plastic(seed=6):
    """Every kind of plasticity at once, mixed delays, a threshold that adapts, noise."""
    rules, rule = hal9.plasticity, hal9.connectivity.fixed_indegree
    network = hal9.Network(seed=seed, model="plastic")
    e = network.add(hal9.neurons.lif(initial_v_mv=hal9.uniform(0.0, 20.0)), 80, name="E")
    i = network.add(hal9.neurons.lif_homeostatic(), 20, name="I")
    n = network.add(hal9.neurons.izhikevich(current=4.0, noise=3.0), 10, name="N")
    onto_e = {"weight_mv": hal9.uniform(0.1, 0.6), "delay_ms": hal9.uniform(0.5, 3.0)}
    network.connect(e, e, rule(20), **onto_e, rule=[rules.stdp(1.0), rules.tsodyks_markram()])
    network.connect(e, i, rule(20), weight_mv=0.3, delay_ms=1.0, rule=rules.stdp_triplet(1.0))
    inhibitory = [
        rules.stdp_inhibitory(2.0, largest_weight=2.0),
        rules.synaptic_scaling(20.0, interval_ms=25.0, gain_per_hz_s=0.01, largest_weight=2.0),
    ]
    network.connect(i, e, rule(10), weight_mv=-0.3, delay_ms=1.0, rule=inhibitory)
    network.connect(n, e, rule(5), weight_mv=1.0, delay_ms=1.5)
    network.drive(e, rate_hz=9_000.0, weight_mv=0.16)
    network.drive(i, rate_hz=9_000.0, weight_mv=0.14)
    return network


KINDS = NETWORKS | {"plastic": plastic}

RECORD = {
    "state": [{"population": "E", "variables": ["v_mv"], "neurons": [5, 0], "every_ms": 1.5}],
    "weights": [{"projection": 0, "every_ms": 40.0}],
    "rates": {"every_ms": 7.0},
}


def plain(run):
    """All that a run recorded, in bytes."""
    states = {name: [a.tobytes() for a in trace] for name, trace in run.states.items()}
    weights = {
        name: [[np.asarray(a).tobytes() for a in sample] for sample in samples]
        for name, samples in run.weights.items()
    }
    rates = run.rates and (
        run.rates.times_ms.tolist(),
        [hz.tolist() for hz in run.rates.hz.values()],
    )
    return run.key, run.spike_hash, states, weights, rates


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("name", KINDS)
def test_a_run_that_is_cut_and_resumed_is_the_whole_run(name, threads, tmp_path):
    record = {"weights": [{"projection": n, "every_ms": 20.0 + n} for n in range(3)]}
    options = {"dt_ms": 0.5, "threads": threads, "record": record}
    network = KINDS[name]()
    whole = hal9.simulate(network, 150.0, **options)
    path = tmp_path / "checkpoint"
    for duration_ms in (0.5, 33.5, 80.0, 150.0):
        run = hal9.simulate(network, duration_ms, checkpoint=path, resume=True, **options)
    assert len(whole.spike_steps) > 300
    assert plain(run) == plain(whole)
    assert whole.spike_hash == hal9.simulate(network, 150.0, dt_ms=0.5, threads=1).spike_hash
    assert os.listdir(tmp_path) == ["checkpoint"]
    first, *_, last = whole.weights[network.projections[0].name]
    assert (first.weights.tobytes() != last.weights.tobytes()) == (name == "plastic")


@pytest.mark.parametrize("streamed", [False, True])
def test_what_was_recorded_is_the_same_after_cuts(streamed, tmp_path):
    whole = hal9.simulate(brunel_small(), 200.0, record=RECORD)
    assert whole.states["E.v_mv"].values.shape == (133, 2)
    assert len(whole.weights["E->E"]) == 5
    assert len(whole.rates.times_ms) == 28
    more = {"stream": tmp_path / "stream"} if streamed else {}
    for duration_ms in (0.1, 39.9, 40.0, 123.4, 200.0):
        run = hal9.simulate(
            brunel_small(), duration_ms, record=RECORD, checkpoint=tmp_path / "checkpoint",
            checkpoint_every_ms=9.9, resume=True, **more,
        )  # fmt: skip
    assert plain(run) == plain(whole)
    assert run.recorded == whole.recorded
    assert run.rate_hz("E") == whole.rate_hz("E")


def test_nothing_that_looks_on_changes_a_spike(tmp_path):
    alone = hal9.simulate(brunel_small(), 200.0)
    seen = []
    for record in (RECORD, {"spikes": "all"}, {"state": RECORD["state"]}):
        seen.append(hal9.simulate(brunel_small(), 200.0, record=record))
    seen.append(
        hal9.simulate(
            brunel_small(), 200.0, record=RECORD, stream=tmp_path / "stream", progress=True,
            checkpoint=tmp_path / "checkpoint", checkpoint_every_ms=0.7,
            callback=lambda s: s.weights(0) and s.state("v_mv", "E"), callback_every_ms=3.3,
        )
    )  # fmt: skip
    assert len(alone.spike_steps) > 1000
    assert {run.spike_hash for run in seen} == {alone.spike_hash}
    assert {run.key for run in seen} == {alone.key}
    assert not any(run.steered for run in seen)


def test_chosen_spikes_are_those_of_the_whole_run(tmp_path):
    whole = hal9.simulate(brunel_small(), 200.0)
    chosen = {"spikes": {"E": [3, 1], "I": slice(0, 8)}, "rates": {"every_ms": 10.0}}
    run = hal9.simulate(brunel_small(), 200.0, record=chosen)
    first = whole.population("I").first
    kept = np.isin(whole.spike_neurons, [1, 3, *range(first, first + 8)])
    assert 0 < kept.sum() < len(kept)
    assert run.spike_neurons.tolist() == whole.spike_neurons[kept].tolist()
    assert run.spike_steps.tolist() == whole.spike_steps[kept].tolist()
    # Rates are those of all neurons; a mean rate is of those that were recorded.
    centres, hz = whole.population_rate_hz("E", 10.0)
    np.testing.assert_allclose(run.rates.hz["E"], hz)
    np.testing.assert_allclose(run.rates.times_ms, centres)
    two = np.isin(whole.spike_neurons, [1, 3]).sum()
    assert run.rate_hz("E") == pytest.approx(two / 2 / 0.2)
    with pytest.raises(ParameterError, match="not all of its spikes were recorded; keep it with"):
        hal9.open_store("memory://").save(run)
    none = hal9.simulate(brunel_small(), 200.0, record={"spikes": "none"}, stream=tmp_path / "s")
    assert len(none.spike_steps) == 0
    with pytest.raises(ParameterError, match="no spikes of E were recorded; record them, or"):
        none.rate_hz("E")


def test_memory_stays_bounded_while_streaming(tmp_path, monkeypatch):
    waiting = []
    reached = StreamWriter.reached

    def count(writer, step):
        waiting.append(writer.rows)
        reached(writer, step)

    monkeypatch.setattr(StreamWriter, "reached", count)
    monkeypatch.setattr(StreamWriter.__init__, "__kwdefaults__", {
        "about": None, "from_step": None, "part_rows": 2_000, "flush_s": 1e9})  # fmt: skip
    longest = []
    run = hal9.simulate(
        brunel_small(), 2_000.0, stream=tmp_path / "stream",
        callback=lambda s: longest.append(s.recorder.rows), callback_every_ms=5.0,
    )  # fmt: skip
    rows = run.stream.rows("spikes")
    assert rows > 30_000
    # A part, and what one stretch of 5 ms brings.
    assert max(waiting) < 2_000 + 1_000 < rows
    assert max(longest) == 0
    assert run.spike_hash == hal9.simulate(brunel_small(), 2_000.0).spike_hash


CHILD = """
import sys, hal9lib as hal9
from tests.engine.networks import brunel_small
from tests.engine.test_control import RECORD
folder, duration_ms = sys.argv[1:]
def say(simulation):
    print(simulation.time_ms, flush=True)
hal9.simulate(
    brunel_small(), float(duration_ms), record=RECORD, stream=f"{folder}/stream", resume=True,
    checkpoint=f"{folder}/checkpoint", checkpoint_every_ms=50.0, callback=say,
    callback_every_ms=25.0, threads=2,
)
"""


def child(folder, duration_ms):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(duration_ms)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_killed_again_and_again_a_run_goes_on_and_is_the_whole_run(tmp_path):
    for wait_until in (60.0, 400.0, 800.0):
        process = child(tmp_path, 1e6)
        while float(process.stdout.readline()) < wait_until:
            pass
        process.kill()
        assert process.wait() == -signal.SIGKILL
        process.communicate()
        partial = hal9.read_stream(tmp_path / "stream").run()
        assert partial.duration_ms >= wait_until - 50.0
        again = hal9.simulate(brunel_small(), partial.duration_ms, record=RECORD)
        assert plain(partial) == plain(again)
    last = float(int(partial.duration_ms) + 120)
    process = child(tmp_path, last)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    run = hal9.read_stream(tmp_path / "stream").run()
    assert run.stream.finished
    assert plain(run) == plain(hal9.simulate(brunel_small(), last, record=RECORD))


def test_ended_before_its_first_checkpoint_a_run_begins_again(tmp_path):
    options = {"stream": tmp_path / "s", "checkpoint": tmp_path / "c", "resume": True}
    hal9.simulate(brunel_small(), 50.0, stream=tmp_path / "s")
    with pytest.raises(StoreError, match=r"holds the stream of a run already \(finished\)"):
        hal9.simulate(brunel_small(), 100.0, **options)
    manifest = tmp_path / "s" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"finished": true', '"finished": false'))
    with pytest.raises(
        StoreError, match=r"another run: header\.network\.seed is 3 there and 4 here"
    ):
        hal9.simulate(brunel_small(seed=4), 100.0, **options)
    run = hal9.simulate(brunel_small(), 100.0, **options)
    assert run.spike_hash == hal9.simulate(brunel_small(), 100.0).spike_hash


def test_ctrl_c_leaves_all_that_was_done_and_says_where(tmp_path):
    process = child(tmp_path, 1e7)
    while float(process.stdout.readline()) < 100.0:
        pass
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    last = said.strip().splitlines()[-1]
    assert last.startswith("KeyboardInterrupt: stopped at ")
    assert f"; what was recorded is in {tmp_path}/stream" in last
    assert last.endswith(f"; go on with resume='{tmp_path}/checkpoint'.")
    run = hal9.read_stream(tmp_path / "stream").run()
    assert f"stopped at {run.duration_ms:g} of 1e+07 ms" in last
    assert not run.stream.finished
    assert plain(run) == plain(hal9.simulate(brunel_small(), run.duration_ms, record=RECORD))
    # The checkpoint is of that very step.
    on = hal9.simulate(
        brunel_small(), run.duration_ms + 50.0, record=RECORD, stream=tmp_path / "stream",
        resume=tmp_path / "checkpoint",
    )  # fmt: skip
    assert on.spike_hash == hal9.simulate(brunel_small(), run.duration_ms + 50.0).spike_hash


def steer(simulation):
    """Other things at other times."""
    moment = round(simulation.time_ms)
    if moment == 50:
        simulation.scale_drive(1.4)
    elif moment == 60:
        simulation.set_parameters("E", threshold_mv=18.0)
    elif moment == 80:
        simulation.stimulate("E", 25.0, neurons=[1, 2, 3])
        simulation.set_state("v_mv", "I", 5.0)
    elif moment == 90:
        simulation.scale_inhibition(0.7)
    elif moment == 130:
        simulation.set_parameters("E", tau_m_ms=15.0)


def test_what_a_callback_changed_is_there_after_a_cut(tmp_path):
    steered = {"callback": steer, "callback_every_ms": 10.0}
    whole = hal9.simulate(brunel_small(), 200.0, **steered)
    assert whole.steered
    assert whole.network.description() == brunel_small().description()
    assert whole.spike_hash != hal9.simulate(brunel_small(), 200.0).spike_hash
    for duration_ms in (55.0, 70.0, 80.0, 100.0, 150.0, 200.0):
        run = hal9.simulate(
            brunel_small(), duration_ms, checkpoint=tmp_path / "c", resume=True, **steered
        )
    assert run.spike_hash == whole.spike_hash
    assert run.steered
    with pytest.raises(ParameterError, match="gives again, and this one it does not: it was steer"):
        hal9.open_store("memory://").save(run)


def test_a_callback_comes_at_its_times_and_may_stop_the_run(tmp_path):
    times = []
    run = hal9.simulate(
        brunel_small(), 100.0, callback=lambda s: times.append(s.time_ms), callback_every_ms=0.7
    )
    np.testing.assert_allclose(times, np.arange(1, 143) * 0.7)
    assert not run.steered
    for more in ({}, {"stream": tmp_path / "s", "checkpoint": tmp_path / "c"}):
        early = hal9.simulate(
            brunel_small(),
            100.0,
            callback=lambda s: s.time_ms > 30.0,
            callback_every_ms=3.3,
            **more,
        )
        assert early.duration_ms == 33.0
        assert plain(early) == plain(hal9.simulate(brunel_small(), 33.0))
    on = hal9.simulate(brunel_small(), 100.0, resume=tmp_path / "c", stream=tmp_path / "s")
    assert on.spike_hash == run.spike_hash


def test_an_error_in_a_callback_ends_the_run_and_keeps_what_was_recorded(tmp_path):
    options = {"stream": tmp_path / "s", "checkpoint": tmp_path / "c", "checkpoint_every_ms": 20.0}

    def fail(simulation):
        if simulation.time_ms > 50.0:
            simulation.stimulate("E", 5.0)
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        hal9.simulate(brunel_small(), 100.0, callback=fail, callback_every_ms=11.0, **options)
    assert caught.value.__notes__ == [
        f"stopped at 55 of 100 ms; what was recorded is in {tmp_path}/s; go on with "
        f"resume='{tmp_path}/c'."
    ]
    assert hal9.read_stream(tmp_path / "s").run().duration_ms == 55.0
    # The checkpoint is the last one before the callback failed halfway.
    run = hal9.simulate(brunel_small(), 100.0, resume=True, **options)
    assert run.spike_hash == hal9.simulate(brunel_small(), 100.0).spike_hash
    assert not run.steered


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"record": {"spike": 1}}, ParameterError, "record['spike'] = 1 is not known; known: spik"),
        ({"callback": print}, ParameterError, "callback is given without callback_every_ms; say"),
        ({"callback_every_ms": 5}, ParameterError, "callback_every_ms = 5 is given without callb"),
        ({"checkpoint_every_ms": 5}, ParameterError, "checkpoint_every_ms = 5 is given without ch"),
        (
            {"callback": print, "callback_every_ms": 0.15},
            ParameterError,
            "callback_every_ms = 0.15 is not allowed; use a whole multiple of dt_ms = 0.1.",
        ),
        ({"resume": True}, ParameterError, "resume = True is not allowed without checkpoint; name"),
        ({"resume": "nowhere"}, CheckpointError, "nowhere cannot be read: No such file or direct"),
        ({"checkpoint": "no/c"}, CheckpointError, "checkpoint no/c is in no folder that is there;"),
        ({"resume": "c", "dt_ms": 0.5}, CheckpointError, "dt_ms is 0.1 there and 0.5 here."),
        ({"resume": "c", "precision": "float64"}, CheckpointError, "precision is 'float32' there"),
        ({"resume": "c", "threads": 3}, CheckpointError, "threads is 1 there and 3 here."),
        (
            {"resume": "c", "record": {"spikes": "none"}},
            CheckpointError,
            "record.spikes is 'all' ",
        ),
        ({"resume": "c", "seed": 4}, CheckpointError, "network.seed is 3 there and 4 here."),
        ({"resume": "c", "ms": 10.0}, CheckpointError, "is at 20 ms, beyond duration_ms = 10; use"),
        ({"resume": "streamed"}, CheckpointError, "belongs to a run that was recorded to a folder"),
        ({"resume": "damaged"}, CheckpointError, "damaged is damaged: it was cut off or altered"),
        ({"stream": "s"}, StoreError, "s holds the stream of a run already (finished); name anot"),
        ({"stream": "."}, StoreError, " is not empty: it holds c. A stream needs a folder of its "),
        ({"stream": "c"}, StoreError, "c is a file; a stream needs a folder of its own."),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(
    options, error, text, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    hal9.simulate(brunel_small(), 20.0, checkpoint="c", threads=1)
    hal9.simulate(brunel_small(), 20.0, checkpoint="streamed", stream="s", threads=1)
    (tmp_path / "damaged").write_bytes((tmp_path / "c").read_bytes()[:-40])
    before = sorted(os.listdir(tmp_path))
    monkeypatch.setattr("hal9lib.engine.simulation.Machine", None)
    options = dict(options)
    network, ms = brunel_small(seed=options.pop("seed", 3)), options.pop("ms", 100.0)
    with pytest.raises(error) as caught:
        hal9.simulate(network, ms, **options)
    assert text in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == before


def test_recordings_that_do_not_fit_are_refused_with_the_estimate(monkeypatch):
    monkeypatch.setattr("hal9lib.engine.memory.free_bytes", lambda: 5_000_000)
    record = {"state": [{"population": "E", "variables": ["v_mv"], "every_ms": 0.1}]}
    with pytest.raises(SimulationError) as caught:
        hal9.simulate(brunel_small(), 1_000.0, record=record)
    assert str(caught.value) == (
        "what record asks for needs about 0.015 GB of memory, and 0.005 GB are free; record less "
        "often, or to a folder with stream=."
    )


def test_a_simulation_writes_and_resumes_checkpoints_by_itself(tmp_path):
    with hal9.Simulation(brunel_small(), threads=2) as simulation:
        simulation.advance(50.0)
        simulation.checkpoint(tmp_path / "c")
        simulation.advance(50.0)
        expected = [column.tolist() for column in simulation.take_spikes()]
        simulation.resume(tmp_path / "c")
        assert simulation.time_ms == 50.0
        simulation.advance(50.0)
        assert [column.tolist() for column in simulation.take_spikes()] == expected
        assert len(expected[0]) > 100
    with (
        hal9.Simulation(brunel_small(seed=9), threads=2) as simulation,
        pytest.raises(CheckpointError, match=r"network\.seed is 3 there and 9 here"),
    ):
        simulation.resume(tmp_path / "c")


def streamed_hash(folder):
    return hal9.simulate(brunel_small(), 100.0, stream=folder, record=RECORD, threads=2).spike_hash


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_two_streams_at_once_in_threads_and_in_a_forked_child(tmp_path):
    alone = hal9.simulate(brunel_small(), 100.0).spike_hash
    found = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(streamed_hash(tmp_path / str(n))))
        for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120.0)
    assert found == [alone, alone]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(streamed_hash, (tmp_path / "3",)).get(timeout=120.0) == alone


def test_a_disk_that_fills_up_ends_the_run_and_what_was_written_reads_back(tmp_path):
    mount, kept = tmp_path / "small", tmp_path / "kept"
    mount.mkdir()
    code = (
        "import hal9lib as hal9\n"
        "from hal9lib.stores.stream_writer import StreamWriter\n"
        "from tests.engine.networks import brunel_small\n"
        "StreamWriter.__init__.__kwdefaults__['part_rows'] = 2_000\n"
        f"try: hal9.simulate(brunel_small(), 1e6, stream='{mount}/stream')\n"
        "except hal9.errors.StoreError as problem: print(problem)"
    )
    small = (
        f'mount -t tmpfs -o size=200k tmpfs {mount} && {sys.executable} -c "$0" && '
        f"cp -r {mount}/stream {kept}"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", small, code], capture_output=True, text=True, check=False
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    assert "cannot take more: No space left on device. What it holds up to step" in done.stdout
    run = hal9.read_stream(kept).run()
    assert run.duration_ms > 100.0
    assert run.spike_hash == hal9.simulate(brunel_small(), run.duration_ms).spike_hash
