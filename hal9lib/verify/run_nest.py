"""NEST's side: ``python run_nest.py FOLDER`` reads task.json and task.npz, writes nest.npz.

Runs in NEST's own environment and imports nothing of hal9lib. Where a delay's place matters (NEST
puts it into the dendrite, HAL9 into the axon) the spikes of HAL9's run are shown to the synapses
between relays, and what comes back is the weights; else the network is run, and its spikes come.
"""

import json
import sys
from pathlib import Path

import nest
import numpy as np


def main(folder):
    """Do what the task says."""
    task = json.loads(Path(folder, "task.json").read_text())
    with np.load(Path(folder, "task.npz")) as file:
        arrays = dict(file)
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.resolution = task["dt_ms"]
    nest.rng_seed = task["seed"]
    found = weights(task, arrays) if task["kind"] == "weights" else spikes(task, arrays)
    np.savez(Path(folder, "nest.npz"), **found, version=nest.__version__)


def spikes(task, arrays):
    """The network's spikes: (steps, neurons), each with the step that ends at its time."""
    dt_ms = task["dt_ms"]
    made = [
        nest.Create(p["model"], p["size"], p["fixed"]) for p in task["populations"]
    ]  # before any device, so that the numbers have no gap
    for index, (population, cells) in enumerate(zip(task["populations"], made, strict=True)):
        for name in population["arrays"]:
            values = np.broadcast_to(arrays[f"{name}_{index}"], population["size"])
            cells.set({name: values.tolist()})
        if population["model"] == "parrot_neuron":
            play(cells, arrays[f"replay_steps_{index}"], arrays[f"replay_neurons_{index}"], dt_ms)
    number = made[0][0].global_id
    for index, kind in enumerate(task["projections"]):
        spec = {"synapse_model": kind["model"]} | kind["parameters"]
        connect(arrays, index, number, dt_ms, spec)
    for drive in task["drives"]:
        source = nest.Create("poisson_generator", params={"rate": drive["rate_hz"]})
        cells = nest.NodeCollection(
            list(range(number + drive["first"], number + drive["first"] + drive["size"]))
        )
        nest.Connect(source, cells, syn_spec={"weight": drive["weight"], "delay": dt_ms})
    total = sum(population["size"] for population in task["populations"])
    recorder = nest.Create("spike_recorder", params={"time_in_steps": True})
    nest.Connect(nest.NodeCollection(list(range(number, number + total))), recorder)
    nest.Simulate(task["duration_ms"])
    events = recorder.get("events")
    return {"steps": np.array(events["times"]) - 1, "neurons": np.array(events["senders"]) - number}


def connect(arrays, index, number, dt_ms, spec):
    """One synapse for each entry of a projection's arrays."""
    if not len(arrays[f"sources_{index}"]):
        return
    nest.Connect(
        arrays[f"sources_{index}"].astype(np.int64) + number,
        arrays[f"targets_{index}"].astype(np.int64) + number,
        "one_to_one",
        spec | {
            "weight": arrays[f"weights_{index}"],
            "delay": np.round(arrays[f"delays_{index}"] * dt_ms, 6),
        },
    )  # fmt: skip


def play(relays, steps, neurons, dt_ms):
    """Let each relay send its spikes; its generator is one step ahead."""
    generators = nest.Create("spike_generator", len(relays))
    for one in range(len(relays)):
        times = np.round(steps[neurons == one] * dt_ms, 6)
        generators[one].set({"spike_times": times.tolist()})
    nest.Connect(generators, relays, "one_to_one", {"delay": dt_ms})


def weights(task, arrays):
    """The weight of each plastic synapse after the spikes of HAL9's run."""
    dt_ms, index = task["dt_ms"], task["plastic"]
    kind = task["projections"][index]
    sources, targets = arrays[f"sources_{index}"], arrays[f"targets_{index}"]
    # A relay for each source and delay spikes one step after the arrival, which takes NEST's
    # shortest dendrite, one step, off again.
    ends, place = np.unique(
        np.stack([sources, arrays[f"delays_{index}"]]), axis=1, return_inverse=True
    )
    place = place.reshape(-1)
    before = nest.Create("parrot_neuron", ends.shape[1])
    cells = np.unique(targets)
    after = nest.Create("parrot_neuron", len(cells), kind["target"])
    steps, neurons = arrays["spike_steps"], arrays["spike_neurons"]
    trains = [steps[neurons == source] + delay + 1 for source, delay in ends.T]
    play(before, np.concatenate(trains), np.repeat(np.arange(len(trains)), list(map(len, trains))),
         dt_ms)  # fmt: skip
    seen = np.isin(neurons, cells)
    play(after, steps[seen], np.searchsorted(cells, neurons[seen]), dt_ms)
    sample = {"weight": float(arrays[f"weights_{index}"][0])}  # of the sign of the largest one
    nest.CopyModel(kind["model"], "plastic", kind["parameters"] | sample)
    pre_ids = before[0].global_id + place
    post_ids = after[0].global_id + np.searchsorted(cells, targets)
    nest.Connect(pre_ids, post_ids, "one_to_one", {
        "synapse_model": "plastic", "weight": arrays[f"weights_{index}"],
        "delay": np.full(len(sources), dt_ms), "receptor_type": np.full(len(sources), 1),
    })  # fmt: skip
    nest.Simulate(task["duration_ms"] + 100.0)
    found = nest.GetConnections(synapse_model="plastic").get(["source", "target", "weight"])
    order = np.lexsort((found["target"], found["source"]))
    ours = np.lexsort((post_ids, pre_ids))
    result = np.empty(len(sources))
    result[ours] = np.array(found["weight"])[order]
    return {"weights": result}


if __name__ == "__main__":
    main(sys.argv[1])
