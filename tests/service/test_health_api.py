"""Health as the operator sees it: what is away is named, and is well again when it is back."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from hal9lib.errors import StoreError
from hal9lib.stores.postgres_live import LiveBoard
from support.hub_standin import ACCESS, READ, HubStandIn, hub_standin
from support.postgres_server import PostgresServer, postgres_server
from support.service_process import ServiceProcess, service_process

NAMES = ["service", "postgres", "hub", "worker", "disk", "memory"]
LEVELS = {"ok": 1.0, "degraded": 0.5, "failed": 0.0}
#: What the mission promises: the cause is named within ten seconds.
NAMED_WITHIN_S = 10.0


@contextmanager
def beating(url: str) -> Iterator[None]:
    """A worker's sign of life, once a second, whatever the database does."""
    stop = threading.Event()

    def beat(board: LiveBoard) -> None:
        while not stop.wait(0.5):
            try:
                board.heartbeat(pid=77, host="here")
            except StoreError:
                continue

    with LiveBoard(url) as board:
        thread = threading.Thread(target=beat, args=[board])
        thread.start()
        yield
        stop.set()
        thread.join()


class Platform:
    """A database, a hub and a service of this file's own, since they are stopped here."""

    def __init__(self, server: PostgresServer, hub: HubStandIn, service: ServiceProcess) -> None:
        self.server, self.hub, self.service = server, hub, service
        self.token = hub.token("ada", (ACCESS, READ))

    def ask(self, path: str) -> httpx.Response:
        with self.service.client(self.token) as client:
            return client.get(path)

    def until(
        self, wanted: Callable[[httpx.Response], bool], within_s: float = 30
    ) -> httpx.Response:
        give_up = time.monotonic() + within_s
        while True:
            answer = self.ask("/health")
            if wanted(answer):
                return answer
            assert time.monotonic() < give_up, answer.text
            time.sleep(0.25)


@pytest.fixture(scope="module")
def platform(tmp_path_factory) -> Iterator[Platform]:
    with postgres_server() as server, hub_standin() as hub:
        url = server.database("health", "template_hal9")
        folder = tmp_path_factory.mktemp("health")
        with service_process(folder, url, hub.api_url) as service, beating(url):
            yield Platform(server, hub, service)


def states(answer: httpx.Response) -> dict[str, str]:
    return {part["name"]: part["state"] for part in answer.json()["components"]}


def well(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.json()["state"] == "ok"


def test_when_all_is_well(platform):
    found = platform.until(well).json()
    assert [part["name"] for part in found["components"]] == NAMES
    parts = {part["name"]: part for part in found["components"]}
    assert parts["hub"]["detail"] == "JupyterHub 6.1.1"
    assert parts["worker"]["detail"] == "process 77 on here, running"
    assert "GB free" in parts["disk"]["detail"]
    for name in ("service", "postgres", "hub", "worker"):
        assert parts[name]["latency_ms"] >= 0
    assert abs(found["time"] - time.time()) < 60


def test_metrics_and_health_say_the_same(platform):
    # A new sample may come between the two questions; then they are asked again.
    for _ in range(20):
        health = platform.until(well).json()
        text = platform.ask("/metrics").text
        found = {
            (sample.name, sample.labels.get("component")): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        if found[("hal9_health_sample_timestamp_seconds", None)] == health["time"]:
            break
    assert found[("hal9_health_sample_timestamp_seconds", None)] == health["time"]
    assert found[("hal9_healthy", None)] == LEVELS[health["state"]]
    for part in health["components"]:
        assert found[("hal9_component_state", part["name"])] == LEVELS[part["state"]]
        if part["latency_ms"] is not None:
            seconds = found[("hal9_component_latency_seconds", part["name"])]
            assert seconds == pytest.approx(part["latency_ms"] * 1e-3)


def test_metrics_of_requests_and_the_simulation(platform):
    with LiveBoard(platform.service.store_url) as board:
        populations = [{"name": "E", "size": 8, "rate_hz": 5.5}]
        board.publish(
            {"number": 1, "speed": 0.75, "neurons": 8, "populations": populations}, 77, "here"
        )
    wanted = {
        "hal9_live_speed_ratio 0.75",
        'hal9_live_rate_hz{population="E"} 5.5',
        "hal9_live_neurons 8.0",
        "hal9_live_worker_alive 1.0",
        "hal9_live_drive 1.0",
    }
    give_up = time.monotonic() + 30
    while not wanted <= set((text := platform.ask("/metrics").text).splitlines()):
        assert time.monotonic() < give_up, text
        time.sleep(0.5)
    assert (
        'hal9_http_request_duration_seconds_bucket{le="0.1",method="GET",route="/metrics"' in text
    )
    assert "hal9_runs_saved_total 0.0" in text
    assert "process_resident_memory_bytes" in text


def test_a_database_that_stops_is_named_and_found_again(platform):
    platform.until(well)
    platform.server.stop()
    answer = platform.until(lambda a: a.status_code == 503, NAMED_WITHIN_S)
    body = answer.json()
    assert states(answer)["postgres"] == "failed"
    assert body["error"].startswith("postgres failed: PostgreSQL database health at 127.0.0.1:")
    assert "does not answer" in body["error"]
    assert states(answer)["worker"] == "degraded", "nobody knows; it is not accused"
    assert states(answer)["hub"] == "ok"
    assert body["request_id"] == answer.headers["X-Request-Id"]
    for path in ("/runs", "/live"):
        away = platform.ask(path)
        assert away.status_code == 503
        assert away.json()["error"] == "the store does not answer; try again in a moment."
        assert away.headers["Retry-After"] == "5"
    assert platform.ask("/metrics").status_code == 200
    assert platform.ask("/me").status_code == 200
    platform.server.start()
    platform.until(well)
    assert platform.ask("/runs").status_code == 200
    history = platform.ask("/health/history").json()["samples"]
    assert "failed" in [sample["state"] for sample in history]


def test_a_hub_that_stops_is_named_by_those_it_knew(platform):
    platform.until(well)
    platform.hub.status = 500
    try:
        answer = platform.until(lambda a: a.status_code == 503, NAMED_WITHIN_S)
        assert answer.json()["error"] == "hub failed: the hub does not answer (HTTPStatusError)."
        with platform.service.client("never-seen-before") as client:
            assert client.get("/health").status_code == 503
            assert "the hub does not answer" in client.get("/me").json()["error"]
    finally:
        platform.hub.status = 200
    platform.until(well)


def test_history_outlives_the_service(platform):
    platform.until(well)
    before = platform.ask("/health/history").json()
    assert before["interval_s"] == 5.0
    assert "failed" in [sample["state"] for sample in before["samples"]]
    platform.service.kill()
    platform.service.start()
    platform.until(well)
    give_up = time.monotonic() + 30
    times = {sample["time"] for sample in before["samples"][:-1]}
    while not times <= {s["time"] for s in platform.ask("/health/history").json()["samples"]}:
        assert time.monotonic() < give_up
        time.sleep(0.5)
    samples = platform.ask("/health/history").json()["samples"]
    assert [s["time"] for s in samples] == sorted({s["time"] for s in samples})
    newer = platform.ask(f"/health/history?after={samples[-2]['time']}").json()["samples"]
    assert newer[0]["time"] == samples[-1]["time"]


def test_a_worker_that_falls_silent_is_named(tmp_path):
    from hal9lib.service.health_checks import worker

    live = {"desired": {"status": "running"}}
    for age_s, alive, state, said in (
        (None, False, "failed", "no worker has given a sign of life yet"),
        (0.5, True, "ok", "process 7 on here, running"),
        (4.0, False, "degraded", "process 7 on here was last heard of 4 s ago"),
        (60.0, False, "failed", "process 7 on here was last heard of 60 s ago"),
    ):
        sign = {"alive": alive, "heartbeat_age_s": age_s, "pid": 7, "host": "here"}
        found = worker(live | {"worker": sign})
        assert (found["state"], found["detail"]) == (state, said)


def test_a_disk_that_is_not_there_has_failed(tmp_path):
    from hal9lib.service.health_checks import disk

    assert disk(tmp_path)["state"] in LEVELS
    assert disk(tmp_path / "gone")["state"] == "failed"
