"""What Prometheus reads: requests as they were, health and simulation as /health says."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from hal9lib import __version__
from hal9lib.service.health import STATES, HealthMonitor

# A second series for each label, only to say when it began.
disable_created_metrics()

_BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LEVELS = {"ok": 1.0, "degraded": 0.5, "failed": 0.0}
assert set(_LEVELS) == set(STATES)  # noqa: S101 - a state without a level would be no metric


class Metrics:
    """The counters and histograms of one service, in a registry of their own."""

    def __init__(self, monitor: HealthMonitor) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "hal9_http_request_duration_seconds",
            "Time to answer a request",
            ["method", "route", "status"],
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.refused = self._counter("requests_refused", "Refused before any route", ["status"])
        self.saved = self._counter("runs_saved", "Runs saved here since the service began")
        self.deleted = self._counter("runs_deleted", "Runs deleted here since the service began")
        self.commands = self._counter("live_commands", "Commands to the live simulation")
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(_Sampled(monitor))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        known = method if method in ("GET", "POST", "DELETE", "HEAD", "PUT", "PATCH") else "other"
        self._seconds.labels(known, route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, labels: list[str] | None = None) -> Counter:
        return Counter(f"hal9_{name}", help_text, labels or [], registry=self.registry)


class _Sampled:
    """Gauges read off the newest health sample when Prometheus asks."""

    def __init__(self, monitor: HealthMonitor) -> None:
        self._monitor = monitor

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield _gauge(
            "build_info", "Always 1; the version is in its label", 1.0, version=__version__
        )
        sample = self._monitor.latest
        if sample is None:
            return
        yield _gauge("health_sample_timestamp_seconds", "When health was looked at", sample["time"])
        yield _gauge("healthy", "The platform: 1 ok, 0.5 degraded, 0 failed", _level(sample))
        yield from _components(sample["components"])
        yield from _live(self._monitor.live)


def _components(components: list[dict[str, Any]]) -> Iterator[Metric]:
    state = GaugeMetricFamily(
        "hal9_component_state", "1 ok, 0.5 degraded, 0 failed", labels=["component"]
    )
    latency = GaugeMetricFamily(
        "hal9_component_latency_seconds", "How long it took to answer", labels=["component"]
    )
    for component in components:
        state.add_metric([component["name"]], _level(component))
        if component["latency_ms"] is not None:
            latency.add_metric([component["name"]], component["latency_ms"] * 1e-3)
    yield state
    yield latency


def _live(live: dict[str, Any] | None) -> Iterator[Metric]:
    if live is None:
        return
    yield _gauge("live_worker_alive", "1 if it gave a sign of life", live["worker"]["alive"])
    yield _gauge("live_drive", "Factor on the external drive", live["desired"]["drive"])
    yield _gauge("live_inhibition", "Factor on inhibition", live["desired"]["inhibition"])
    frame = live["frame"]
    if frame is None:
        return
    yield _gauge("live_speed_ratio", "Model seconds a wall second", frame.get("speed"))
    yield _gauge("live_frame_number", "Number of the newest frame", frame.get("number"))
    yield _gauge("live_model_seconds", "Model time since the reset", _seconds(frame))
    yield _gauge("live_neurons", "Neurons simulated", frame.get("neurons"))
    yield _gauge("live_synapses", "Synapses simulated", frame.get("synapses"))
    rates = GaugeMetricFamily(
        "hal9_live_rate_hz", "Mean firing rate over the frame's window", labels=["population"]
    )
    for population in frame.get("populations", []):
        rates.add_metric([population["name"]], population["rate_hz"])
    yield rates


def _gauge(name: str, help_text: str, value: float | None, **labels: str) -> Metric:
    metric = GaugeMetricFamily(f"hal9_{name}", help_text, labels=list(labels))
    if value is not None:
        metric.add_metric(list(labels.values()), float(value))
    return metric


def _level(thing: dict[str, Any]) -> float:
    return _LEVELS[thing["state"]]


def _seconds(frame: dict[str, Any]) -> float | None:
    time_ms = frame.get("time_ms")
    return None if time_ms is None else time_ms * 1e-3
