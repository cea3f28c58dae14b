"""Sweeps: what is run, what is found, what is left when one is stopped or a worker dies."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest

import hal9lib as hal9
from hal9lib.errors import ParameterError, SimulationError
from hal9lib.sweeps import processes
from hal9lib.sweeps.task import run_task

SMALL = {"neurons": 400, "indegree": 40}
GRID = {"g": [4.0, 6.0], "eta": [1.5, 2.5]}
QUESTION = {"duration_ms": 30.0, "dt_ms": 0.1, "precision": "float32"}


def swept(store=None, **changes):
    options = {"duration_ms": 30.0, "seeds": 2, "fixed": SMALL, "workers": 2, "store": store}
    return hal9.sweep(hal9.models.brunel, GRID, **(options | changes))


def test_every_point_at_every_seed_and_the_same_spikes_as_alone():
    table = swept()
    assert table[["g", "eta", "seed"]].values.tolist() == [
        [g, eta, seed] for g in (4.0, 6.0) for eta in (1.5, 2.5) for seed in (1, 2)
    ]
    assert table.key.nunique() == 8
    assert (table.spikes > 0).all()
    row = table.iloc[5]
    alone = hal9.simulate(hal9.models.brunel(g=6.0, eta=1.5, seed=2, **SMALL), 30.0, threads=2)
    assert (row.key, row.spike_hash) == (alone.key, alone.spike_hash)
    assert row.rate_hz == alone.rate_hz()
    assert table.error.isna().all()


def test_each_run_is_kept_and_what_is_kept_is_found_not_run():
    store = hal9.open_store("memory://")
    first = swept(store, tags=["grid"])
    assert not first.found.any()
    assert len(store.find(tag="grid")) == 8
    second = swept(store, seeds=3)
    assert second.found.tolist() == [True, True, False] * 4
    same = [*first.columns.drop("found")]
    kept = second[second.found].reset_index(drop=True)
    assert kept[same].equals(first[same])
    assert not swept(store, again=True).found.any()


def test_a_list_of_parameters_is_run_as_it_is():
    points = [{"g": 4.0, "eta": 2.0}, {"g": np.float64(7.0), "eta": 1.0}]
    table = hal9.sweep(hal9.models.brunel, points, duration_ms=10.0, seeds=[5], fixed=SMALL)
    assert table[["g", "eta", "seed"]].values.tolist() == [[4.0, 2.0, 5.0], [7.0, 1.0, 5.0]]


def test_measures_become_columns_with_interval_and_p():
    def peak(run):
        return hal9.measures.spectral_peak(run.population_rate_hz("E", 1.0)[1], bin_ms=1.0)

    table = swept(measures={"peak_hz": peak, "e_hz": lambda run: run.rate_hz("E")}, seeds=1)
    assert {"peak_hz", "peak_hz_low", "peak_hz_high", "peak_hz_p", "e_hz"} <= set(table.columns)
    assert (table.peak_hz_low < table.peak_hz).all()


def test_measures_of_runs_that_are_found_are_the_same():
    store = hal9.open_store("memory://")
    options = {"seeds": 1, "measures": {"e_hz": lambda run: run.rate_hz("E")}}
    assert swept(store, **options).e_hz.tolist() == swept(store, **options).e_hz.tolist()


def test_two_members_that_ask_the_same_share_one_run():
    points = [{"g": 4.0}, {"g": 4}]
    table = hal9.sweep(hal9.models.brunel, points, duration_ms=10.0, fixed=SMALL)
    assert table.key.nunique() == 1
    assert len(table) == 2


@pytest.mark.parametrize(
    ("parameters", "changes", "sentence"),
    [
        ({"g": [4.0, -1.0]}, {}, r"^sweep at g = -1\.0, seed = 1: g = -1\.0 is not allowed"),
        (
            {"gee": [4.0]},
            {},
            r"^sweep at gee = 4\.0, seed = 1: .*unexpected keyword argument 'gee'",
        ),
        ({"g": 4.0}, {}, r"parameters\['g'\] = 4\.0 is not allowed; use a list of one or more"),
        ({"g": []}, {}, r"parameters\['g'\] = \[\] is not allowed"),
        ([4.0], {}, r"parameters holds 4\.0; use a grid"),
        ({"g": [4.0]}, {"seeds": [1, 1]}, "seeds holds a seed twice"),
        ({"g": [4.0]}, {"seeds": 0}, "seeds = 0 is not allowed"),
        ({"neurons": [400]}, {}, "neurons is given twice"),
        ({"g": [4.0]}, {"duration_ms": 0.05}, r"duration_ms = 0\.05 is not allowed"),
        ({"g": [4.0]}, {"dt_ms": 0.4}, r"delay_ms = 1\.5 is not allowed; use a whole multiple"),
        ({"g": [4.0]}, {"workers": 1_000}, r"workers = 1000 is not allowed"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(monkeypatch, parameters, changes, sentence):
    monkeypatch.setattr(processes.subprocess, "Popen", lambda *_: pytest.fail("a run began"))
    options = {"duration_ms": 10.0, "fixed": SMALL} | changes
    with pytest.raises(ParameterError, match=sentence):
        hal9.sweep(hal9.models.brunel, parameters, **options)


def test_a_member_that_cannot_be_run_is_named_and_the_others_go_on(monkeypatch):
    asked = processes._Pool.ask

    def ask(pool, description, question):
        if description["seed"] == 2:
            description = description | {"format": 7}
        return asked(pool, description, question)

    monkeypatch.setattr(processes._Pool, "ask", ask)
    with pytest.warns(RuntimeWarning, match="4 of 8 members of the sweep have no run, the first: "):
        table = swept()
    assert table.error.notna().tolist() == [False, True] * 4
    assert "format = 7 is not allowed" in table.error[1]
    assert table.spikes.notna().tolist() == [True, False] * 4


def test_a_worker_that_is_killed_costs_its_run_and_no_other():
    pool = processes._Pool()
    network = hal9.models.brunel(seed=1, **SMALL)
    try:
        pool.ask(network.description(), QUESTION)
        threading.Timer(0.5, pool._all[0].kill).start()
        with pytest.raises(SimulationError, match="its worker process ended with status -9"):
            pool.ask(network.description(), QUESTION | {"duration_ms": 1e7})
        steps, *_ = pool.ask(network.description(), QUESTION)
        assert len(steps) > 0
    finally:
        pool.stop()


def test_any_client_with_submit_will_do():
    with ThreadPoolExecutor(2) as client:
        table = swept(client=client)
    assert table.spike_hash.tolist() == swept().spike_hash.tolist()


def test_a_task_is_plain_data_in_and_arrays_out():
    network = hal9.models.brunel(seed=1, **SMALL)
    steps, neurons, build_s, wall_s = run_task(network.description(), QUESTION)
    assert steps.dtype == neurons.dtype == np.int32
    assert min(build_s, wall_s) > 0.0


#: A script with no main guard that sweeps for minutes, and says when the first run is kept.
SCRIPT = """
import sys
import hal9lib as hal9
store = hal9.open_store("duckdb://" + sys.argv[1])
save = store.save
def told(run, **options):
    key = save(run, **options)
    print("kept", flush=True)
    return key
store.save = told
points = [{"eta": 2.0}] + [{"eta": 2.0 + 0.01 * k} for k in range(1, 200)]
hal9.sweep(hal9.models.brunel, points, duration_ms=float(sys.argv[2]), store=store, workers=2,
           fixed={"neurons": 400, "indegree": 40})
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_it_leaves_no_process_and_what_is_kept_stays(tmp_path, number):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT))
    path = tmp_path / "runs.duckdb"
    environment = os.environ | {"PYTHONPATH": str(processes.Path(hal9.__file__).parents[1])}
    started = subprocess.Popen(
        [sys.executable, str(script), str(path), "1000"], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert started.stdout.readline() == "kept\n"
    workers = psutil.Process(started.pid).children(recursive=True)
    assert len(workers) == 2
    started.send_signal(number)
    _, error = started.communicate(timeout=30)
    assert number == signal.SIGKILL or "KeyboardInterrupt" in error
    deadline = time.monotonic() + 10.0
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < deadline, "a worker was left"
        time.sleep(0.05)
    with hal9.open_store(f"duckdb://{path}") as store:
        assert len(store.find()) >= 1


def alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_dask_client_by_the_same_call():
    from distributed import Client, LocalCluster

    options = {"n_workers": 1, "threads_per_worker": 2, "dashboard_address": None}
    with LocalCluster(processes=False, **options) as cluster, Client(cluster) as client:
        table = swept(client=client)
    assert table.spike_hash.notna().all()
    assert table.spike_hash.tolist() == swept(workers=1).spike_hash.tolist()
