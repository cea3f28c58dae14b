"""What a caller wants saved, looked at closely: a record cannot say what its spikes do not."""

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hal9lib.errors import ParameterError, StoreError
from hal9lib.network import MAX_NEURONS, MAX_SYNAPSES, Network
from hal9lib.run import ENGINE_VERSION, Run
from hal9lib.service.problems import loads_strict, sentence_of
from hal9lib.stores.base import MAX_NOTES, MAX_TAGS, check_tags
from hal9lib.stores.recordings import spikes_from_parquet, spikes_to_parquet
from hal9lib.stores.rows import to_utc

_HEX = r"^[0-9a-f]{32}$"
# Checking a description takes a time that grows with the square of these.
_MAX_PARTS = {"populations": 200, "projections": 1000, "drives": 1000}
_PART = 1_000_000

Label = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=200)]
Seconds = Annotated[float, Field(ge=0, le=1e9)]


class RunRecord(BaseModel):
    """A record as `hal9lib.run.Run.record` makes it, with tags and notes."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)

    key: Annotated[str, Field(pattern=_HEX)]
    spike_hash: Annotated[str, Field(pattern=_HEX)]
    model: Label
    seed: Annotated[int, Field(ge=0, le=2**64 - 1)]
    neurons: Annotated[int, Field(ge=1, le=MAX_NEURONS)]
    synapses: Annotated[int, Field(ge=0, le=MAX_SYNAPSES)]
    duration_ms: Annotated[float, Field(gt=0, le=1e9)]
    dt_ms: Annotated[float, Field(gt=0, le=100)]
    precision: Literal["float32", "float64"]
    threads: Annotated[int, Field(ge=1, le=4096)]
    spikes: Annotated[int, Field(ge=0)]
    rate_hz: Annotated[float, Field(ge=0)]
    rates_hz: dict[Label, float]
    wall_s: Seconds
    build_s: Seconds
    created: Annotated[str, Field(max_length=40)]
    versions: Annotated[dict[Label, Text], Field(max_length=50)]
    host: Annotated[dict[Label, Text | int], Field(max_length=50)]
    description: dict[str, Any]
    tags: Annotated[list[Label], Field(max_length=MAX_TAGS)] = []
    notes: Annotated[str, Field(max_length=MAX_NOTES)] = ""


def checked(text: str, parquet: bytes, max_spikes: int) -> tuple[dict[str, Any], bytes]:
    """The record and the recording to keep, if they belong together.

    Parameters
    ----------
    text : the record as JSON. parquet : the spikes, as they came.

    Returns the record, and the spikes written anew, so that nothing else that a Parquet file may
    hold is kept. Raises ParameterError naming what does not fit.
    """
    try:
        record = RunRecord.model_validate(loads_strict(text)).model_dump()
    except ValidationError as problem:
        raise ParameterError(sentence_of(problem.errors())) from problem
    record["tags"] = check_tags(record["tags"])
    _check_created(record["created"])
    try:
        steps, neurons = spikes_from_parquet(parquet, max_spikes)
    except StoreError as problem:
        raise ParameterError(f"spikes are not allowed: {problem}") from problem
    run = _run_of(record, steps, neurons)
    _check_spikes(run)
    _compare(record, derived(run))
    return record | {"description": run.network.description()}, spikes_to_parquet(steps, neurons)


def _run_of(
    record: dict[str, Any], steps: np.ndarray[Any, Any], neurons: np.ndarray[Any, Any]
) -> Run:
    description = record["description"]
    for part, most in _MAX_PARTS.items():
        found = description.get(part)
        if not isinstance(found, list) or len(found) > most:
            raise ParameterError(
                f"description.{part} is not allowed; use a list of at most {most:,}."
            )
    try:
        network = Network.from_description(description)
        network.check_step(record["dt_ms"])
    except (KeyError, TypeError, AttributeError, LookupError) as problem:
        raise ParameterError(f"description is not one of a network: {problem}.") from problem
    if not network.populations:
        raise ParameterError("description.populations is empty; a network has at least one.")
    if json.loads(json.dumps(network.description())) != description:
        raise ParameterError("description is not in its canonical form; use Network.description().")
    return Run(
        network=network,
        duration_ms=record["duration_ms"],
        dt_ms=record["dt_ms"],
        spike_steps=steps,
        spike_neurons=neurons,
        precision=record["precision"],
    )


def _check_spikes(run: Run) -> None:
    """Every spike within the run and the network, in order of step, then neuron."""
    steps, neurons = run.spike_steps, run.spike_neurons
    if not len(steps):
        return
    last = math.floor(run.duration_ms / run.dt_ms + 1e-6) - 1
    if steps.min() < 0 or steps.max() > last:
        raise ParameterError(f"a spike's step is not allowed; use 0 to {last:,}.")
    if neurons.min() < 0 or neurons.max() >= run.network.neurons:
        raise ParameterError(
            f"a spike's neuron is not allowed; use 0 to {run.network.neurons - 1:,}."
        )
    # All are within bounds, so no difference overflows. A neuron spikes once a step at most.
    forward = np.diff(steps)
    if (forward < 0).any() or (np.diff(neurons)[forward == 0] <= 0).any():
        raise ParameterError("spikes are not in order; sort them by step, then by neuron.")


def derived(run: Run) -> dict[str, Any]:
    """The fields of a record that follow from the description and the spikes.

    As `Run.record` has them, but in one pass over the spikes, however many populations there are.
    """
    network = run.network
    ends = np.cumsum([p.size for p in network.populations])
    counts = np.zeros(len(ends), np.int64)
    # In parts, as the groups of twenty million spikes would take more memory than the spikes.
    for start in range(0, len(run.spike_neurons), _PART):
        groups = np.searchsorted(ends, run.spike_neurons[start : start + _PART], side="right")
        counts += np.bincount(groups, minlength=len(ends))
    hz = 1e3 / run.duration_ms
    return {
        "key": run.key,
        "spike_hash": run.spike_hash,
        "model": network.model,
        "seed": network.seed,
        "neurons": network.neurons,
        "synapses": network.synapses,
        "spikes": len(run.spike_steps),
        "rate_hz": len(run.spike_steps) / network.neurons * hz,
        "rates_hz": {
            p.name: float(count) / p.size * hz
            for p, count in zip(network.populations, counts, strict=True)
        },
    }


def _compare(record: dict[str, Any], found: dict[str, Any]) -> None:
    for name, value in found.items():
        if not _same(record[name], value):
            raise ParameterError(
                f"{name} = {record[name]!r} does not follow from the description and the spikes, "
                f"which give {value!r} (engine version {ENGINE_VERSION})."
            )


def _same(claimed: Any, found: Any) -> bool:
    if isinstance(found, dict):
        return claimed.keys() == found.keys() and all(_same(claimed[k], found[k]) for k in found)
    if isinstance(found, float):
        return math.isclose(claimed, found, rel_tol=1e-9, abs_tol=1e-12)
    return bool(claimed == found)


def _check_created(created: str) -> None:
    latest = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    if to_utc(created) > latest:
        raise ParameterError(f"created = {created!r} is not allowed; it lies in the future.")
