"""The comparison itself: HAL9 runs, exports, NEST runs the same, and a case holds or does not."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from hal9lib.bench import environments
from hal9lib.engine.simulation import Simulation
from hal9lib.errors import ParameterError, SimulationError
from hal9lib.run import host, versions
from hal9lib.verify.cases import CASES, Case
from hal9lib.verify.comparison import (
    Spikes,
    compare_distributions,
    compare_spikes,
    compare_weights,
    statistics,
)
from hal9lib.verify.export import exported, late_steps
from hal9lib.verify.report import outcome

SCRIPT = Path(__file__).parent / "run_nest.py"
#: Below this many spikes or changed weights a comparison says nothing.
LEAST = 100


def verify(
    names: Sequence[str],
    say: Callable[[str], None],
    *,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Compare the named cases, all if none is named, with NEST; one JSON-able object.

    Parameters
    ----------
    say : is told what is being done. keep : a folder for what both sides were given and gave.

    Raises ParameterError for a case there is not, PlatformError where NEST cannot be installed,
    SimulationError where its script fails.
    """
    known = {case.name: case for case in CASES}
    for name in names:
        if name not in known:
            raise ParameterError(f"{name!r} is no case; known: {', '.join(known)}.")
    python = environments.python_of(environments.PEERS["nest"], say)
    found: dict[str, Any] = {"against": "nest", "cases": {}}
    for name in names or known:
        say(f"{name} …")
        record = found["cases"][name] = compare(known[name], python, keep)
        say(f"{name}: {outcome(record)}.")
    found["holds"] = all(case["holds"] for case in found["cases"].values())
    found |= {"versions": dict(versions()), "host": host()}
    found["created"] = datetime.now(UTC).isoformat(timespec="seconds")
    return found


def compare(case: Case, python: Path, keep: Path | None = None) -> dict[str, Any]:
    """One case's record; ``holds`` says whether its tolerance was kept."""
    pairs = [_both(case, seed, python, keep) for seed in range(1, case.seeds + 1)]
    if case.kind == "spikes":
        record = compare_spikes(pairs[0]["ours"], pairs[0]["theirs"], case.within_steps)
        enough, holds = min(record["spikes"]) >= LEAST, record["agree"] >= case.agree
        if record["first_difference"]:
            record["first_difference"]["time_ms"] = round(
                (record["first_difference"]["step"] + 1) * case.dt_ms, 6
            )
    elif case.kind == "weights":
        record = compare_weights(*(pairs[0][name] for name in ("ours", "theirs", "before")))
        enough = record["changed"] >= LEAST
        holds = record["largest_difference"] <= case.apart
    else:
        record, enough, holds = _distributions(case, pairs)
    return {
        "kind": case.kind,
        "what": case.what,
        "neurons": pairs[0]["neurons"],
        "synapses": pairs[0]["synapses"],
        "duration_ms": case.duration_ms,
        "dt_ms": case.dt_ms,
        "tolerance": {"within_steps": case.within_steps, "agree": case.agree, "apart": case.apart},
        "reason": case.reason,
        "nest": pairs[0]["version"],
        **record,
        "enough": bool(enough),
        "holds": bool(enough and holds),
    }


def _distributions(case: Case, pairs: list[dict[str, Any]]) -> tuple[dict[str, Any], bool, bool]:
    steps = round(case.duration_ms / case.dt_ms)
    sides = [
        [statistics(pair[side], pair["neurons"], steps, case.dt_ms) for pair in pairs]
        for side in ("ours", "theirs")
    ]
    found = compare_distributions(*sides)
    enough = min(len(pair[side].steps) for pair in pairs for side in ("ours", "theirs")) >= LEAST
    rate = found["rate_hz mean"]  # an interval too wide to miss anything is no agreement
    near = max(abs(end) for end in rate["interval_99"]) <= case.apart * rate["values"][1]
    holds = near and all(one["holds"] for one in found.values())
    return {"seeds": case.seeds, "distributions": found}, enough, holds


def _both(case: Case, seed: int, python: Path, keep: Path | None) -> dict[str, Any]:
    """What HAL9 and NEST give for one seed."""
    network = case.network(seed)
    with Simulation(network, dt_ms=case.dt_ms, precision="float64") as simulation:
        task, arrays = exported(simulation)
        late = late_steps(simulation)
        simulation.advance(case.duration_ms)
        steps, cells = simulation.take_spikes()
        task |= {"kind": case.kind, "seed": seed, "duration_ms": case.duration_ms}
        result: dict[str, Any] = {"neurons": network.neurons}
        result["synapses"] = sum(len(v) for k, v in arrays.items() if k.startswith("sources_"))
        if case.kind == "weights":
            plastic = [bool(p.rules) for p in network.projections].index(True)
            task["plastic"] = plastic
            arrays |= {"spike_steps": steps + 1, "spike_neurons": cells}
            after = simulation.weights(plastic).weights
            result |= {"ours": after, "before": arrays[f"weights_{plastic}"]}
        else:
            result["ours"] = Spikes(steps.astype(np.int64) - late[cells], cells.astype(np.int64))
    answer = _run_nest(case.name, seed, task, arrays, python, keep)
    result["version"] = str(answer["version"])
    if case.kind == "weights":
        return result | {"theirs": answer["weights"]}
    # A cell whose spikes are late has not sent those of the last step yet.
    last = round(case.duration_ms / case.dt_ms) - late[answer["neurons"]]
    inside = answer["steps"] < last
    return result | {"theirs": Spikes(answer["steps"][inside], answer["neurons"][inside])}


def _run_nest(
    name: str,
    seed: int,
    task: Mapping[str, Any],
    arrays: Mapping[str, Any],
    python: Path,
    keep: Path | None,
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hal9-verify-") as made:
        folder = Path(made) if keep is None else keep / f"{name}-{seed}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "task.json").write_text(json.dumps(task, indent=1))
        np.savez(folder / "task.npz", **arrays)
        done = subprocess.run(
            [str(python), str(SCRIPT), str(folder)],
            capture_output=True,
            text=True,
            check=False,
            cwd=made,
            env=environments.child_environment() | {"TMPDIR": made},
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
            raise SimulationError(f"NEST's script failed on {name} and said: {said}")
        with np.load(folder / "nest.npz") as file:
            return dict(file)
