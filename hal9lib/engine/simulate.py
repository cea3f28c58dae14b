"""The one call that turns a description into a run."""

import sys
import time
from typing import Any

from hal9lib.engine.simulation import Simulation, steps_of
from hal9lib.network import Network
from hal9lib.run import Run

#: Progress is shown after at most this many ms of model time.
_CHUNK_MS = 100.0


def simulate(
    network: Network,
    duration_ms: float,
    *,
    dt_ms: float = 0.1,
    threads: int | None = None,
    precision: str = "float32",
    progress: bool | None = None,
) -> Run:
    """Simulate a network from time 0 and return the run.

    Parameters
    ----------
    duration_ms : model time; a whole number of steps.
    dt_ms : the time step. threads : workers, None for one a free core; the spikes are the same.
    precision : ``float32`` or ``float64``, of the neurons' state.
    progress : show a bar; None shows one in a terminal or notebook when it takes over a second.

    Returns
    -------
    Run : spikes in order of time and neuron, with everything that says where they came from.

    Raises
    ------
    ParameterError : a value is not allowed. SimulationError : memory is short.
    KeyboardInterrupt : on Ctrl-C, within a fraction of a second.

    Examples
    --------
    >>> import hal9lib as hal9
    >>> network = hal9.models.brunel(neurons=1_000, indegree=100, seed=9)
    >>> hal9.simulate(network, 100).spike_hash == hal9.simulate(network, 100, threads=2).spike_hash
    True
    """
    steps = steps_of("duration_ms", duration_ms, network.check_step(dt_ms))
    with Simulation(network, dt_ms=dt_ms, threads=threads, precision=precision) as simulation:
        started = time.perf_counter()
        _advance_with_progress(simulation, steps, progress)
        wall_s = time.perf_counter() - started
        spike_steps, spike_neurons = simulation.take_spikes()
        return Run(
            network=simulation.network,
            duration_ms=float(duration_ms),
            dt_ms=float(dt_ms),
            spike_steps=spike_steps,
            spike_neurons=spike_neurons,
            precision=precision,
            threads=simulation.threads,
            wall_s=wall_s,
            build_s=simulation.build_s,
        )


def _advance_with_progress(simulation: Simulation, steps: int, progress: bool | None) -> None:
    chunk = max(1, round(_CHUNK_MS / simulation.dt_ms))
    with _bar(steps * simulation.dt_ms, progress) as bar:
        done = 0
        while done < steps:
            now = min(chunk, steps - done)
            simulation.advance(now * simulation.dt_ms)
            done += now
            bar.update(now * simulation.dt_ms)


def _bar(total_ms: float, progress: bool | None) -> Any:
    from tqdm.auto import tqdm

    shown = progress if progress is not None else (sys.stderr.isatty() or _in_notebook())
    return tqdm(
        total=round(total_ms, 6),
        unit="ms",
        desc="simulating",
        disable=not shown,
        delay=0.0 if progress else 1.0,
        bar_format="{desc} {percentage:3.0f}% |{bar}| {n:.0f}/{total:.0f} ms, {remaining} left",
    )


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    if shell is None:
        return False
    running = shell.get_ipython()
    return running is not None and running.__class__.__name__ == "ZMQInteractiveShell"
