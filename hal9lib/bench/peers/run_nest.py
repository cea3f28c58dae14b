"""NEST's side of the comparison: ``python run_nest.py TASK.json RESULT.json``.

Runs in NEST's own environment and imports nothing of hal9lib. The names of the numbers are those of
parameters.py. ``homogeneous`` synapses keep one weight for all of a kind instead of one each.
"""

import json
import random
import resource
import sys
import time
from pathlib import Path

import nest
import numpy as np


def main(task, result):
    """Build, run up to the first spike and through the warm-up, then time each window."""
    numbers = task["parameters"]
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.resolution = numbers["dt_ms"]
    nest.local_num_threads = task["threads"]
    nest.rng_seed = task["seed"]
    started = time.perf_counter()
    recorded = MODELS[task["model"]](numbers, task["homogeneous"])
    nest.Prepare()
    built = time.perf_counter()
    warmed_ms = 0.0
    while warmed_ms < task["warm_ms"]:
        nest.Run(1.0)
        warmed_ms += 1.0
        if nest.local_spike_counter:  # spikes of the last Run
            break
    first_spike = time.perf_counter()
    if warmed_ms < task["warm_ms"]:
        nest.Run(task["warm_ms"] - warmed_ms)
    walls_s, spikes, readings_s = [], [], []
    for _ in range(task["repeats"]):
        begun = time.perf_counter()
        sent, reading_s = run_window(task["window_ms"], recorded, numbers.get("weights_every_ms"))
        # What its Python interface takes to hand out weights is told apart from simulating.
        walls_s.append(time.perf_counter() - begun - reading_s)
        spikes.append(sent)
        readings_s.append(reading_s)
    nest.Cleanup()
    found = {
        "build_s": built - started,
        "first_spike_s": first_spike - started,
        "walls_s": walls_s,
        "spikes": spikes,
        "readings_s": readings_s,
        "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "synapses": counted_synapses(),
        "versions": {"nest": nest.__version__, "python": sys.version.split()[0]},
    }
    Path(result).write_text(json.dumps(found))


def run_window(window_ms, recorded, every_ms):
    """One timed window: (spikes, seconds spent reading the weights that are to be recorded)."""
    if not recorded:
        nest.Run(window_ms)
        return nest.local_spike_counter, 0.0
    spikes, reading_s, kept = 0, 0.0, []
    for _ in range(round(window_ms / every_ms)):
        nest.Run(every_ms)
        spikes += nest.local_spike_counter
        begun = time.perf_counter()
        kept.append(np.array(recorded.get("weight")))
        reading_s += time.perf_counter() - begun
    return spikes, reading_s


def counted_synapses():
    """Synapses among the neurons: all connections less those of devices."""
    return int(nest.num_connections) - len(nest.GetConnections(source=devices())) - recorders()


def devices():
    """The generators."""
    return nest.GetNodes({"element_type": "stimulator"})


def recorders():
    """How many connections lead to recorders."""
    found = nest.GetNodes({"element_type": "recorder"})
    return len(nest.GetConnections(target=found)) if len(found) else 0


def brunel(numbers, homogeneous):
    """Delta synapses, one Poisson train a neuron."""
    cells = delta_cells(numbers)
    excite, inhibit = static_kinds(numbers, "mv", homogeneous)
    drive(numbers["drive_hz"], cells, excite)
    wire(numbers, cells, excite, inhibit)


def brunel_stdp(numbers, homogeneous):
    """The same cells; every synapse from an excitatory neuron is plastic."""
    cells = delta_cells(numbers, tau_minus=numbers["tau_minus_ms"])
    excite, inhibit = static_kinds(numbers, "mv", homogeneous)
    drive(numbers["drive_hz"], cells, excite)
    plastic = plastic_kind(numbers, "mv", homogeneous)
    wire(numbers, cells, plastic, inhibit)


def vogels_abbott_cuba(numbers, homogeneous):
    """Exponential currents; in pA and pF their ratio is the mV over ms of the definition."""
    cells = nest.Create("iaf_psc_exp", numbers["neurons"], {
        "tau_m": numbers["tau_m_ms"], "C_m": numbers["tau_m_ms"], "E_L": numbers["rest_mv"],
        "tau_syn_ex": numbers["tau_e_ms"], "tau_syn_in": numbers["tau_i_ms"],
        "V_th": numbers["threshold_mv"], "V_reset": numbers["reset_mv"],
        "t_ref": numbers["refractory_ms"],
    })  # fmt: skip
    cells.V_m = nest.random.uniform(*numbers["initial_v_mv"])
    wire(numbers, cells, *static_kinds(numbers, "mv", homogeneous))


def vogels_abbott_coba(numbers, homogeneous):
    """Exponential conductances, NEST's adaptive solver."""
    cells = nest.Create("iaf_cond_exp", numbers["neurons"], {
        "C_m": numbers["capacitance_pf"], "g_L": numbers["leak_ns"], "E_L": numbers["rest_mv"],
        "tau_syn_ex": numbers["tau_e_ms"], "tau_syn_in": numbers["tau_i_ms"],
        "E_ex": numbers["reversal_e_mv"], "E_in": numbers["reversal_i_mv"],
        "V_th": numbers["threshold_mv"], "V_reset": numbers["reset_mv"],
        "t_ref": numbers["refractory_ms"],
    })  # fmt: skip
    cells.V_m = nest.random.normal(*numbers["initial_v_mv"])
    cells.g_ex = nest.random.normal(*numbers["initial_e_ns"])
    cells.g_in = nest.random.normal(*numbers["initial_i_ns"])
    wire(numbers, cells, *static_kinds(numbers, "ns", homogeneous))


def izhikevich_2003(numbers, _homogeneous):
    """Izhikevich's cells with the paper's two half steps, noise, uniform weights."""
    size, excitatory = numbers["neurons"], numbers["excitatory"]
    cells = nest.Create("izhikevich", size, {
        "consistent_integration": False, "V_th": numbers["spike_mv"],
        "V_m": numbers["initial_v_mv"],
    })  # fmt: skip
    e_cells, i_cells = cells[:excitatory], cells[excitatory:]
    r_e, r_i = uniform_numbers(excitatory), uniform_numbers(size - excitatory)
    e_cells.set({"a": 0.02, "b": 0.2})
    e_cells.c = [-65.0 + 15.0 * r * r for r in r_e]
    e_cells.d = [8.0 - 6.0 * r * r for r in r_e]
    i_cells.set({"c": -65.0, "d": 2.0})
    i_cells.a = [0.02 + 0.08 * r for r in r_i]
    i_cells.b = [0.25 - 0.05 * r for r in r_i]
    for group, noise in ((e_cells, numbers["noise_e"]), (i_cells, numbers["noise_i"])):
        source = nest.Create("noise_generator", params={"std": noise, "dt": numbers["dt_ms"]})
        nest.Connect(source, group)
    delay = {"delay": numbers["delay_ms"]}
    excite = {"weight": nest.random.uniform(0.0, numbers["weight_e"])} | delay
    inhibit = {"weight": nest.random.uniform(numbers["weight_i"], 0.0)} | delay
    wire(numbers, cells, excite, inhibit)


def adex_stdp(numbers, homogeneous):
    """NEST's own adaptive exponential neuron, mixed delays, STDP on E to E, which it returns."""
    size, excitatory = numbers["neurons"], numbers["excitatory"]
    cells = nest.Create("aeif_cond_exp", size, {
        "C_m": numbers["capacitance_pf"], "g_L": numbers["leak_ns"], "E_L": numbers["rest_mv"],
        "V_th": numbers["threshold_mv"], "Delta_T": numbers["slope_mv"],
        "V_peak": numbers["spike_mv"], "V_reset": numbers["reset_mv"],
        "t_ref": numbers["refractory_ms"], "tau_w": numbers["tau_w_ms"], "a": numbers["a_ns"],
        "b": numbers["b_pa"], "tau_syn_ex": numbers["tau_e_ms"],
        "tau_syn_in": numbers["tau_i_ms"], "E_ex": numbers["reversal_e_mv"],
        "E_in": numbers["reversal_i_mv"], "tau_minus": numbers["tau_minus_ms"],
    })  # fmt: skip
    cells.V_m = nest.random.uniform(*numbers["initial_v_mv"])
    first, last = numbers["delay_ms"]
    steps = round((last - first) / numbers["dt_ms"]) + 1
    mixed = {"delay": first + numbers["dt_ms"] * nest.random.uniform_int(steps)}
    weight = {"weight": numbers["weight_e_ns"]}
    plastic = plastic_kind(numbers, "ns", homogeneous) | mixed | weight
    source = nest.Create("poisson_generator", params={"rate": numbers["drive_hz"]})
    nest.Connect(source, cells, syn_spec={"weight": numbers["drive_weight_ns"], "delay": first})
    e_cells, i_cells = cells[:excitatory], cells[excitatory:]
    from_e, from_i = indegree(numbers["from_e"]), indegree(numbers["from_i"])
    nest.Connect(e_cells, e_cells, from_e, plastic)
    nest.Connect(e_cells, i_cells, from_e, weight | mixed)
    nest.Connect(i_cells, cells, from_i, {"weight": -numbers["weight_i_ns"]} | mixed)
    nest.Connect(cells, nest.Create("spike_recorder"))
    return nest.GetConnections(source=e_cells, synapse_model=plastic["synapse_model"])


def delta_cells(numbers, **more):
    """Leaky cells that a spike lifts by its weight in mV."""
    cells = nest.Create("iaf_psc_delta", numbers["neurons"], {
        "tau_m": numbers["tau_m_ms"], "C_m": numbers["tau_m_ms"], "E_L": 0.0,
        "V_th": numbers["threshold_mv"], "V_reset": numbers["reset_mv"],
        "t_ref": numbers["refractory_ms"],
    } | more)  # fmt: skip
    cells.V_m = nest.random.uniform(*numbers["initial_v_mv"])
    return cells


def static_kinds(numbers, unit, homogeneous):
    """(excitatory, inhibitory) synapses of constant weight."""
    kinds = []
    for name in ("e", "i"):
        values = {
            "weight": signed_weight(numbers, name, unit),
            "delay": numbers["delay_ms"],
        }
        if homogeneous:
            nest.CopyModel("static_synapse_hom_w", f"constant_{name}", values)
            kinds.append({"synapse_model": f"constant_{name}"})
        else:
            kinds.append({"synapse_model": "static_synapse"} | values)
    return kinds


def signed_weight(numbers, name, unit):
    """A weight with the sign that NEST gives inhibition, of a conductance too."""
    size = abs(numbers[f"weight_{name}_{unit}"])
    return -size if name == "i" else size


def plastic_kind(numbers, unit, homogeneous):
    """Additive pair STDP; `homogeneous` keeps the rule's numbers once for all synapses."""
    model = "stdp_synapse_hom" if homogeneous else "stdp_synapse"
    largest = numbers["largest_weight"]
    nest.CopyModel(model, "plastic", {
        "tau_plus": numbers["tau_plus_ms"], "lambda": numbers["potentiation"] / largest,
        "alpha": numbers["depression"] / numbers["potentiation"],
        "mu_plus": 0.0, "mu_minus": 0.0, "Wmax": largest,
    })  # fmt: skip
    spec = {"synapse_model": "plastic", "weight": signed_weight(numbers, "e", unit)}
    mixed = isinstance(numbers["delay_ms"], list)
    return spec if mixed else spec | {"delay": numbers["delay_ms"]}


def drive(rate_hz, cells, kind):
    """An independent Poisson train onto each neuron."""
    source = nest.Create("poisson_generator", params={"rate": rate_hz})
    nest.Connect(source, cells, syn_spec=kind)


def wire(numbers, cells, excite, inhibit):
    """Fixed in-degrees from both kinds of neurons, or all to all."""
    e_cells, i_cells = cells[: numbers["excitatory"]], cells[numbers["excitatory"] :]
    all_to_all = numbers.get("all_to_all", False)
    from_e = "all_to_all" if all_to_all else indegree(numbers["from_e"])
    from_i = "all_to_all" if all_to_all else indegree(numbers["from_i"])
    nest.Connect(e_cells, cells, from_e, excite)
    nest.Connect(i_cells, cells, from_i, inhibit)


def indegree(count):
    """So many synapses onto each neuron, self-connections and multiple ones allowed."""
    return {"rule": "fixed_indegree", "indegree": count}


def uniform_numbers(count):
    """Numbers from 0 to 1 that spread the cells' parameters."""
    generator = random.Random(1)  # noqa: S311 (no secret)
    return [generator.random() for _ in range(count)]


MODELS = {
    function.__name__: function
    for function in (
        brunel, brunel_stdp, vogels_abbott_cuba, vogels_abbott_coba, izhikevich_2003, adex_stdp,
    )
}  # fmt: skip

if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2])
