"""The service as a process: its start, its end, and its death in the middle of work."""

import json
import signal
import subprocess
import sys
import threading

import httpx

from hal9lib.errors import StoreError
from hal9lib.settings import inherited_environment
from hal9lib.stores import remote
from hal9lib.stores.remote import RemoteStore
from support.runs import a_run
from support.service_process import service_process


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    names = ("HAL9_STORE_URL", "HAL9_API_PORT", "JUPYTERHUB_API_URL")
    return subprocess.run(
        [sys.executable, "-m", "hal9lib.service"],
        env=inherited_environment(without=names) | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_service_that_lacks_a_setting_says_which(tmp_path):
    store = "postgresql://hal9:secret@127.0.0.1:1/x"
    hub, data = "http://127.0.0.1:1/hub/api", str(tmp_path)
    for environment, said in (
        ({}, "HAL9_API_PORT is not set; name the port to listen on."),
        ({"HAL9_API_PORT": "1"}, "set HAL9_STORE_URL to postgresql://user:password@host/database."),
        (
            {"HAL9_API_PORT": "1", "HAL9_STORE_URL": "memory://"},
            "keeps what is shared in PostgreSQL",
        ),
        (
            {"HAL9_API_PORT": "1", "HAL9_STORE_URL": store},
            "set JUPYTERHUB_API_URL to the hub's API",
        ),
        (
            {
                "HAL9_API_PORT": "1",
                "HAL9_STORE_URL": store,
                "JUPYTERHUB_API_URL": hub,
                "HAL9_DATA": "/dev/null/x",
            },
            "the folder /dev/null/x/recordings cannot be made: Not a directory.",
        ),
    ):
        done = started(**{"HAL9_DATA": data} | environment)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert "secret" not in done.stderr


def test_it_stops_when_asked_and_listens_to_this_machine_only(tmp_path, postgres_url, hub):
    import psutil

    with service_process(tmp_path, postgres_url, hub.api_url) as service:
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(service.process.pid).net_connections()
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening == ["127.0.0.1"]
        # uvicorn ends itself by the signal that asked it to, once all is closed.
        assert service.stop() == -signal.SIGTERM
    assert service.lines()[-1]["event"].startswith("Finished server process")


def test_a_service_killed_while_it_saves_leaves_whole_runs_only(
    tmp_path, postgres_url, hub, name, monkeypatch
):
    monkeypatch.setattr(remote.time, "sleep", lambda _: None)
    runs = {run.key: run.spike_hash for run in (a_run(seed=seed) for seed in range(1, 15))}
    token = hub.token(name)
    saved: list[str] = []
    with service_process(tmp_path, postgres_url, hub.api_url) as service:
        with RemoteStore(service.url, token) as store:
            enough = threading.Event()

            def save_until_it_dies() -> None:
                for seed in range(1, 15):
                    try:
                        saved.append(store.save(a_run(seed=seed)))
                    except StoreError:
                        return
                    if len(saved) == 4:
                        enough.set()

            thread = threading.Thread(target=save_until_it_dies)
            thread.start()
            assert enough.wait(60)
            service.kill()
            thread.join()
        service.start()
        with RemoteStore(service.url, token) as store:
            found = set(store.find().key)
            assert 4 <= len(saved) < 14
            assert set(saved) <= found <= runs.keys()
            assert {key: store.load(key).spike_hash for key in found} == {k: runs[k] for k in found}
            for seed in range(1, 15):
                store.save(a_run(seed=seed))
            assert set(store.find().key) == runs.keys()
        files = sorted(file.name for file in (service.data / "recordings").iterdir())
        assert files == sorted(f"{key}-{digest}.parquet" for key, digest in runs.items())


def test_a_record_of_another_make_of_json_is_kept_exactly(api, hub, name):
    """Spaces, order and escapes do not matter; numbers and text do."""
    run = a_run(model="größer")
    record = run.record() | {"tags": ["ü"], "notes": "☃"}
    text = json.dumps(dict(reversed(record.items())), indent=3, ensure_ascii=False)
    from hal9lib.stores.recordings import spikes_to_parquet

    with api.client(hub.token(name)) as client:
        files = {"spikes": ("s", spikes_to_parquet(run.spike_steps, run.spike_neurons))}
        answer: httpx.Response = client.post("/runs", data={"record": text}, files=files)
        assert answer.status_code == 201, answer.text
        found = client.get(f"/runs/{run.key}").json()
    assert found == record | {"owner": name, "visibility": "private"}
