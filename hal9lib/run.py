"""What came out of a simulation, with all that says where it came from."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.network import Network, Population

if TYPE_CHECKING:
    import matplotlib.figure

    from hal9lib.recording.traces import RateTrace, StateTrace, WeightSample

#: Raised whenever a change makes the same description and seed give other spikes.
ENGINE_VERSION = 2

#: What a saved run's record holds; `owner`, `tags` and `notes` are the store's.
RECORD_FIELDS = (
    "key",
    "spike_hash",
    "model",
    "seed",
    "neurons",
    "synapses",
    "duration_ms",
    "dt_ms",
    "precision",
    "threads",
    "spikes",
    "rate_hz",
    "rates_hz",
    "wall_s",
    "build_s",
    "created",
    "versions",
    "host",
    "description",
)


@dataclass(frozen=True)
class Run:
    """One simulation's spikes and provenance.

    Attributes
    ----------
    spike_steps : (spikes,) int32, the step of each spike, ascending; its time is the step's end.
    spike_neurons : (spikes,) int32, the neuron of each spike, ascending within a step.
    duration_ms, dt_ms : model time simulated, and the step.
    wall_s, build_s : seconds spent stepping, and building the network before it.
    recorded : what was recorded, in the canonical form of `hal9lib.recording.plan`.
    states, weights, rates : what was, beside spikes, by name such as ``E.v_mv`` and ``E->I``.
    steered : whether it was stimulated or changed while it ran, as its description does not say.
    """

    network: Network
    duration_ms: float
    dt_ms: float
    spike_steps: NDArray[np.int32]
    spike_neurons: NDArray[np.int32]
    precision: str = "float32"
    threads: int = 1
    wall_s: float = 0.0
    build_s: float = 0.0
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    versions: Mapping[str, str] = field(default_factory=lambda: versions())
    host: Mapping[str, Any] = field(default_factory=lambda: host())
    recorded: Mapping[str, Any] = field(default_factory=lambda: {"spikes": "all"})
    states: "Mapping[str, StateTrace]" = field(default_factory=dict)
    weights: "Mapping[str, Sequence[WeightSample]]" = field(default_factory=dict)
    rates: "RateTrace | None" = field(default_factory=lambda: None)
    steered: bool = False

    @cached_property
    def key(self) -> str:
        """The content key: what was asked, as 32 hexadecimal digits.

        It depends on the description, the seed, the duration, the step, the precision and the
        engine's version; never on threads, machine or time.
        """
        return content_key(self.network, self.duration_ms, self.dt_ms, self.precision)

    @cached_property
    def spike_hash(self) -> str:
        """What came out: a hash over every recorded spike's step and neuron, 32 hex digits."""
        digest = hashlib.blake2b(digest_size=16)
        digest.update(np.ascontiguousarray(self.spike_steps, dtype="<i4").tobytes())
        digest.update(np.ascontiguousarray(self.spike_neurons, dtype="<i4").tobytes())
        return digest.hexdigest()

    @property
    def spike_times_ms(self) -> NDArray[np.float64]:
        """(spikes,) the time of each spike in ms."""
        return (self.spike_steps.astype(np.float64) + 1.0) * self.dt_ms

    def population(self, name: str) -> Population:
        """The population of this name; raises ParameterError naming those there are."""
        for population in self.network.populations:
            if population.name == name:
                return population
        known = ", ".join(p.name for p in self.network.populations)
        raise ParameterError(f"population = {name!r} is not in this run; known: {known}.")

    def spikes_of(self, name: str | None = None) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """(times in ms, neuron numbers within the population) of one population's spikes."""
        times, neurons = self.spike_times_ms, self.spike_neurons
        if name is None:
            return times, neurons
        population = self.population(name)
        inside = (neurons >= population.first) & (neurons < population.first + population.size)
        return times[inside], neurons[inside] - np.int32(population.first)

    def rate_hz(self, name: str | None = None, start_ms: float = 0.0) -> float:
        """Mean firing rate of a population (or all) in spikes per second and neuron.

        Parameters
        ----------
        start_ms : spikes before it are left out, to let the network settle.

        Of a population of which some spikes were recorded it is the rate of those neurons;
        raises ParameterError where none were.
        """
        if not 0.0 <= start_ms < self.duration_ms:
            raise ParameterError(
                f"start_ms = {start_ms!r} is not allowed; use 0 to below {self.duration_ms:g}."
            )
        size = self._recorded_neurons(name)
        times, _ = self.spikes_of(name)
        return (
            float(np.count_nonzero(times > start_ms)) / size / (self.duration_ms - start_ms) * 1e3
        )

    def population_rate_hz(
        self, name: str | None = None, bin_ms: float = 5.0
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(bin centres in ms, rate in Hz per neuron in each bin) of a population (or all)."""
        bin_ms = checks.number("bin_ms", bin_ms, low=self.dt_ms, high=self.duration_ms)
        bins = max(1, round(self.duration_ms / bin_ms))
        size = self._recorded_neurons(name)
        # A spike's time is the end of its step; its middle never lies on the edge of a bin.
        middles_ms = self.spikes_of(name)[0] - 0.5 * self.dt_ms
        counts, edges = np.histogram(middles_ms, bins, (0.0, self.duration_ms))
        return 0.5 * (edges[1:] + edges[:-1]), counts / size / np.diff(edges) * 1e3

    def raster(self, **options: Any) -> "matplotlib.figure.Figure":
        """A figure of spikes and population rates; options as in `hal9lib.plots.raster`."""
        from hal9lib import plots

        return plots.raster(self, **options)

    def graph(self, name: str | None = None) -> Any:
        """The synapses as a (neurons, neurons) scipy.sparse array of weights.

        Those the run began with, each in the unit of its receptor; where synapses come and go it
        is refused. Row the source, column the target; several synapses of one pair are added up.
        With `name`, those within one population, which a measure of structure takes as it is:
        ``hal9.measures.flow_hierarchy(run.graph("E"))``.
        """
        from hal9lib.engine.links import links

        whole = links(self.network)
        if name is None:
            return whole
        population = self.population(name)
        inside = slice(population.first, population.first + population.size)
        return whole[inside, inside]

    def record(self) -> dict[str, Any]:
        """What a store keeps beside the spikes: the fields `RECORD_FIELDS`, JSON-able.

        Raises ParameterError for a run that its key would not tell: not all spikes were recorded,
        or it was steered.
        """
        if self.steered or self.recorded["spikes"] != "all":
            why = "it was steered" if self.steered else "not all of its spikes were recorded"
            raise ParameterError(
                f"a store keeps runs that their description gives again, and this one it does "
                f"not: {why}; keep it with stream=."
            )
        network = self.network
        return {
            "key": self.key,
            "spike_hash": self.spike_hash,
            "model": network.model,
            "seed": network.seed,
            "neurons": network.neurons,
            "synapses": network.synapses,
            "duration_ms": self.duration_ms,
            "dt_ms": self.dt_ms,
            "precision": self.precision,
            "threads": self.threads,
            "spikes": len(self.spike_steps),
            "rate_hz": self.rate_hz(),
            "rates_hz": {p.name: self.rate_hz(p.name) for p in network.populations},
            "wall_s": self.wall_s,
            "build_s": self.build_s,
            "created": self.created,
            "versions": dict(self.versions),
            "host": dict(self.host),
            "description": network.description(),
        }

    @classmethod
    def from_record(
        cls, record: Mapping[str, Any], steps: NDArray[np.int32], neurons: NDArray[np.int32]
    ) -> "Run":
        """A run from what a store kept; ParameterError when the two do not belong together."""
        run = cls(
            network=Network.from_description(record["description"]),
            duration_ms=record["duration_ms"],
            dt_ms=record["dt_ms"],
            spike_steps=steps,
            spike_neurons=neurons,
            precision=record["precision"],
            threads=record["threads"],
            wall_s=record["wall_s"],
            build_s=record["build_s"],
            created=record["created"],
            versions=record["versions"],
            host=record["host"],
        )
        if run.spike_hash != record["spike_hash"]:
            raise ParameterError(
                f"spikes with hash {run.spike_hash} do not belong to run {record['key']}, "
                f"whose hash is {record['spike_hash']}; the recording is damaged."
            )
        return run

    def _recorded_neurons(self, name: str | None) -> int:
        """How many neurons' spikes were recorded, of a population or of all."""
        kept = self.recorded["spikes"]
        there = self.network.populations if name is None else (self.population(name),)
        of = {p.name: p.size if kept == "all" else 0 for p in there}
        if isinstance(kept, Mapping):
            of |= {p.name: p.size if kept[p.name] == "all" else len(kept[p.name])
                   for p in there if p.name in kept}  # fmt: skip
        if not sum(of.values()):
            raise ParameterError(
                f"no spikes of {name or 'this run'} were recorded; record them, or "
                "{'rates': {'every_ms': 5.0}}."
            )
        return sum(of.values())

    def __repr__(self) -> str:
        rate = f"{self.rate_hz():.2f} Hz" if self.recorded["spikes"] != "none" else "none recorded"
        return (
            f"Run({self.key}, {self.network.model!r}, {self.network.neurons:,} neurons, "
            f"{self.duration_ms:g} ms, {len(self.spike_steps):,} spikes, {rate})"
        )


def content_key(network: Network, duration_ms: float, dt_ms: float, precision: str) -> str:
    """The key a run of this question has, before it is run: 32 hexadecimal digits."""
    question = {
        "engine": ENGINE_VERSION,
        "network": network.description(),
        "duration_ms": float(duration_ms),
        "dt_ms": float(dt_ms),
        "precision": precision,
    }
    text = json.dumps(question, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def versions() -> dict[str, str]:
    """The versions a result may depend on."""
    from importlib.metadata import version

    from hal9lib import __version__

    found = {"hal9lib": __version__, "engine": str(ENGINE_VERSION)}
    found["python"] = platform.python_version()
    return found | {package: version(package) for package in ("numpy", "numba", "llvmlite")}


def host() -> dict[str, Any]:
    """What kind of machine this is; nothing that names it or its user."""
    import os

    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count() or 1,
    }
