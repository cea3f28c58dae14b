"""HAL9 beside its peers: the same definition, step, warm-up and window, the fastest variant counts.

NEST runs with synapses of a weight each and with one weight a kind, Brian2 with OpenMP and without,
both on one thread and on as many as HAL9 had.
"""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from hal9lib.bench import environments
from hal9lib.bench.environments import Peer
from hal9lib.bench.peers.parameters import definition
from hal9lib.errors import SimulationError

#: Models whose every weight is drawn: one weight a kind cannot describe them.
_WEIGHT_EACH = ("izhikevich_2003",)


def against(
    found: Mapping[str, Any],
    peers: Sequence[Peer],
    say: Callable[[str], None],
    *,
    window_ms: float | None = None,
    repeats: int = 1,
    threads: Sequence[int] | None = None,
    limit_s: float | None = None,
) -> dict[str, Any]:
    """`found` (of `hal9lib.bench.measure`) with ``peers``, ``ratios`` and ``rates_agree``.

    Parameters
    ----------
    say : is told what is being done.
    window_ms, repeats : a peer's windows, one of HAL9's own length if left out.
    threads : numbers of threads to try, one and HAL9's own if left out.
    limit_s : a variant that takes longer is stopped and does not count; it stays under ``stopped``.

    A ratio is a peer's value over HAL9's: above 1 HAL9 is faster, or smaller.

    Raises ParameterError for a model no peer has, PlatformError where a peer cannot be installed,
    SimulationError where its script fails.
    """
    numbers = definition(found["model"], found["arguments"])
    tried = sorted({1, found["threads"]} if threads is None else set(threads))
    common = {
        "model": found["model"],
        "parameters": numbers,
        "warm_ms": found["warm_ms"],
        "window_ms": found["window_ms"] if window_ms is None else window_ms,
        "repeats": repeats,
        "seed": 1,
    }
    result = dict(found) | {"peers": {}, "ratios": {}, "rates_agree": {}}
    for peer in peers:
        best = _fastest(peer, common, tried, limit_s, say)
        result["peers"][peer.name] = best
        result["ratios"][peer.name] = _ratios(best, found)
        apart = abs(best["rate_hz"] - found["rate_hz"])
        result["rates_agree"][peer.name] = apart <= numbers["rate_tolerance"] * found["rate_hz"]
    result["rate_tolerance"] = numbers["rate_tolerance"]
    return result


def _fastest(
    peer: Peer,
    common: Mapping[str, Any],
    threads: Sequence[int],
    limit_s: float | None,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """A peer's fastest variant, with all of them under ``variants``."""
    python = environments.python_of(peer, say)
    variants, stopped = [], []
    for options in _variants(peer, common["model"], threads):
        say(f"{peer.title}: {common['model']}, {_words(options)} …")
        task = dict(common) | options
        answer = _run_script(python, peer, task, limit_s)
        if answer is None:
            stopped.append(options | {"after_s": limit_s})
            say(f"{peer.title}: stopped after {limit_s:g} s.")
        else:
            variants.append(_fields(task, answer))
    if not variants:
        raise SimulationError(
            f"{peer.title} did not finish {common['model']} in {limit_s:g} s; "
            "give it a shorter window."
        )
    best = min(variants, key=lambda one: one["wall_per_model_s"])
    return best | {"variants": variants, "stopped": stopped}


def _variants(peer: Peer, model: str, threads: Sequence[int]) -> list[dict[str, Any]]:
    one_weight = [False]
    if peer.name == "nest" and model not in _WEIGHT_EACH:
        one_weight = [False, True]
    return [{"threads": t, "homogeneous": one} for t in threads for one in one_weight]


def _words(options: Mapping[str, Any]) -> str:
    count = options["threads"]
    one_weight = ", one weight a kind" if options["homogeneous"] else ""
    return f"{count} thread{'s' if count > 1 else ''}{one_weight}"


def _run_script(
    python: Path, peer: Peer, task: Mapping[str, Any], limit_s: float | None
) -> dict[str, Any] | None:
    """A script's answer, or None where it took longer than `limit_s`."""
    with tempfile.TemporaryDirectory(prefix="hal9-bench-") as folder:
        question, answer = Path(folder, "task.json"), Path(folder, "result.json")
        question.write_text(json.dumps(task))
        child = subprocess.Popen(
            [str(python), str(peer.script), str(question), str(answer)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environments.child_environment(task["threads"]) | {"TMPDIR": folder},
            start_new_session=True,  # so that what it starts is stopped with it
        )
        try:
            _, errors = child.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(child)
        if child.returncode or not answer.is_file():
            said = (errors.strip().splitlines() or ["nothing"])[-1]
            raise SimulationError(
                f"{peer.title}'s script ended with status {child.returncode} on {task['model']} "
                f"and said: {said}"
            )
        return json.loads(answer.read_text())


def _end(child: subprocess.Popen[str]) -> None:
    """End a script and the programs it started, if they are still there; Ctrl-C comes here too."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()


def _fields(task: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """A script's answer in the fields that HAL9's own measurement has."""
    numbers, model_s = task["parameters"], task["window_ms"] * 1e-3
    walls = [wall / model_s for wall in answer["walls_s"]]
    speeds = [
        spikes * numbers["synapses"] / numbers["neurons"] / wall
        for spikes, wall in zip(answer["spikes"], answer["walls_s"], strict=True)
    ]
    rates = [spikes / numbers["neurons"] / model_s for spikes in answer["spikes"]]
    fields = {
        "threads": task["threads"],
        "homogeneous": task["homogeneous"],
        "window_ms": task["window_ms"],
        "neurons": numbers["neurons"],
        "synapses": answer["synapses"],
        "build_s": round(answer["build_s"], 4),
        "first_spike_s": round(answer["first_spike_s"], 4),
        "wall_per_model_s": round(median(walls), 5),
        "walls_per_model_s": [round(wall, 5) for wall in walls],
        "rate_hz": round(sum(rates) / len(rates), 3),
        "synaptic_events_per_s": round(median(speeds)),
        "peak_rss_mb": round(answer["peak_rss_bytes"] / 1e6, 1),
        "versions": answer["versions"],
    }
    if "compile_s" in answer:
        fields["compile_s"] = round(answer["compile_s"], 2)
    if any(answer.get("readings_s", [])):
        fields["readings_s"] = [round(reading, 3) for reading in answer["readings_s"]]
    return fields


def _ratios(peer: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, float]:
    names = ("wall_per_model_s", "build_s", "first_spike_s", "peak_rss_mb")
    return {name: round(peer[name] / ours[name], 3) for name in names if ours[name] > 0.0}
