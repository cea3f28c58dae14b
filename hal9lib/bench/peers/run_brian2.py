"""Brian2's side of the comparison: ``python run_brian2.py TASK.json RESULT.json``.

Runs in Brian2's own environment and imports nothing of hal9lib. The names of the numbers are those
of parameters.py. Brian2 writes a C++ program, which is compiled and run; with more than one thread
it has OpenMP. The windows are further calls of the program's own network, so that they cost no
second compilation, each timed by Brian2's own clock.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import brian2 as b2
import numpy as np
from brian2 import Hz, ms


def main(task, result):
    """Write, compile and run the program; read back what it wrote between the windows."""
    numbers = task["parameters"]
    with tempfile.TemporaryDirectory(prefix="brian2-") as folder:
        stamps = Path(folder, "stamps.txt")
        started = time.time()
        prepare(task, folder)
        objects = MODELS[task["model"]](numbers, np.random.default_rng(task["seed"]))
        spikes = b2.SpikeMonitor(objects[0], record="weights_every_ms" in numbers)
        network = b2.Network(*objects, spikes)
        network.run(1.0 * ms)
        insert_windows(task, network, spikes, stamps)
        described = time.time()
        b2.device.build(directory=folder, compile=True, run=False, debug=False)
        compiled = time.time()
        b2.device.run(folder, with_output=False, run_args=[])
        rows = [line.split() for line in stamps.read_text().splitlines()]
        if "weights_every_ms" in numbers and not objects[-1].weight[:].size:
            raise RuntimeError("no weight was recorded")
    counts = [int(count) for _, _, count in rows]
    # Its children are the program and the compiler.
    everyone = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    found = {
        "build_s": float(rows[0][0]) - started - (compiled - described),
        "compile_s": compiled - described,
        "first_spike_s": float(rows[1][0]) - started,
        "walls_s": [float(wall) for _, wall, _ in rows[3:]],
        "spikes": np.diff(counts[2:]).tolist(),
        "peak_rss_bytes": max(resource.getrusage(who).ru_maxrss for who in everyone) * 1024,
        "synapses": sum(len(o) for o in objects if isinstance(o, b2.Synapses)),
        "versions": {"brian2": b2.__version__, "python": sys.version.split()[0]},
    }
    Path(result).write_text(json.dumps(found))


def prepare(task, folder):
    """Brian2's fastest documented settings: C++ for this processor, OpenMP where asked for."""
    b2.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-march=native", "-ffast-math"]
    b2.prefs.codegen.cpp.headers += ["<chrono>", "<fstream>"]
    b2.set_device("cpp_standalone", directory=folder, build_on_run=False)
    threads = task["threads"]
    b2.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    b2.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
    b2.seed(task["seed"])
    b2.defaultclock.dt = task["parameters"]["dt_ms"] * ms


def insert_windows(task, network, spikes, stamps):
    """After the first ms: on to the first spike, the rest of the warm-up, then the windows."""
    count = b2.device.get_array_name(spikes.variables["N"]) + "[0]"
    stamp = (
        "brian_stamp << std::fixed << std::chrono::duration<double>("
        "std::chrono::system_clock::now().time_since_epoch()).count() << ' ' "
        f"<< Network::_last_run_time << ' ' << {count} << std::endl;"
    )

    def run(seconds):
        return f"{network.name}.run({seconds!r}, NULL, 10.0);"

    warm = "brian_warm_s - 0.001 * brian_ms > 1e-9"
    lines = [
        f'std::ofstream brian_stamp("{stamps}");',
        f"const double brian_warm_s = {task['warm_ms'] * 1e-3!r}; int brian_ms = 1;",
        stamp,
        f"while ({count} == 0 && {warm}) {{ {run(0.001)} brian_ms++; }}",
        stamp,
        f"if ({warm}) {network.name}.run(brian_warm_s - 0.001 * brian_ms, NULL, 10.0);",
        stamp,
    ]
    lines += [run(task["window_ms"] * 1e-3), stamp] * task["repeats"]
    for line in lines:
        b2.device.insert_code("main", line)


def brunel(numbers, rng):
    """Delta synapses, one Poisson train a neuron."""
    cells = delta_cells(numbers)
    excite = synapses(cells, "v_post += weight", numbers, "e", "mv", rng)
    inhibit = synapses(cells, "v_post += weight", numbers, "i", "mv", rng)
    return [cells, drive(cells, "v", numbers, "mv"), excite, inhibit]


def brunel_stdp(numbers, rng):
    """The same cells; every synapse from an excitatory neuron is plastic."""
    cells = delta_cells(numbers)
    excite = plastic(cells, "v", numbers, "mv", rng)
    inhibit = synapses(cells, "v_post += weight", numbers, "i", "mv", rng)
    return [cells, drive(cells, "v", numbers, "mv"), excite, inhibit]


def vogels_abbott_cuba(numbers, rng):
    """Exponential currents, exact integration."""
    cells = b2.NeuronGroup(
        numbers["neurons"],
        """dv/dt = (rest - v + ge + gi) / tau_m : 1 (unless refractory)
        dge/dt = -ge / tau_e : 1
        dgi/dt = -gi / tau_i : 1""",
        threshold="v > threshold", reset="v = reset", refractory="refractory",
        method="exact", namespace=quantities(numbers),
    )  # fmt: skip
    uniform(cells, numbers)
    excite = synapses(cells, "ge_post += weight", numbers, "e", "mv", rng)
    inhibit = synapses(cells, "gi_post += weight", numbers, "i", "mv", rng)
    return [cells, excite, inhibit]


def vogels_abbott_coba(numbers, rng):
    """Exponential conductances, exponential Euler."""
    cells = b2.NeuronGroup(
        numbers["neurons"],
        """dv/dt = (leak * (rest - v) + ge * (reversal_e - v) + gi * (reversal_i - v))
                   / (capacitance * ms) : 1 (unless refractory)
        dge/dt = -ge / tau_e : 1
        dgi/dt = -gi / tau_i : 1""",
        threshold="v > threshold", reset="v = reset", refractory="refractory",
        method="exponential_euler", namespace=quantities(numbers),
    )  # fmt: skip
    for name, key in (("v", "initial_v_mv"), ("ge", "initial_e_ns"), ("gi", "initial_i_ns")):
        mean, spread = numbers[key]
        setattr(cells, name, f"{mean!r} + {spread!r} * randn()")
    excite = synapses(cells, "ge_post += weight", numbers, "e", "ns", rng)
    inhibit = synapses(cells, "gi_post += weight", numbers, "i", "ns", rng)
    return [cells, excite, inhibit]


def izhikevich_2003(numbers, rng):
    """Izhikevich's cells with the paper's two half steps, noise, uniform weights."""
    size, excitatory = numbers["neurons"], numbers["excitatory"]
    cells = b2.NeuronGroup(
        size,
        """v : 1
        u : 1
        current : 1
        a : 1 (constant)
        b : 1 (constant)
        c : 1 (constant)
        d : 1 (constant)
        noise : 1 (constant)""",
        threshold="v >= spike", reset="v = c; u += d", namespace=quantities(numbers),
    )  # fmt: skip
    r, e = rng.random(size), np.arange(size) < excitatory
    cells.a, cells.b = np.where(e, 0.02, 0.02 + 0.08 * r), np.where(e, 0.2, 0.25 - 0.05 * r)
    cells.c, cells.d = np.where(e, -65 + 15 * r * r, -65.0), np.where(e, 8 - 6 * r * r, 2.0)
    cells.noise = np.where(e, numbers["noise_e"], numbers["noise_i"])
    cells.v = numbers["initial_v_mv"]
    cells.u = "b * v"
    cells.run_regularly(
        """current += noise * randn()
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        u += a * (b * v - u)
        current = 0""",
        dt=numbers["dt_ms"] * ms, when="groups",
    )  # fmt: skip
    wired = []
    for kind in ("e", "i"):
        synapse = b2.Synapses(cells, cells, "weight : 1", on_pre="current_post += weight")
        # What arrives in a step counts in the next one: a step less, as everywhere else.
        connect(synapse, numbers | {"delay_ms": numbers["delay_ms"] - numbers["dt_ms"]}, kind, rng)
        synapse.weight = f"{numbers[f'weight_{kind}']!r} * rand()"
        wired.append(synapse)
    return [cells, *wired]


def adex_stdp(numbers, rng):
    """The neuron from its equations (Euler), mixed delays, STDP on E to E, weights recorded."""
    cells = b2.NeuronGroup(
        numbers["neurons"],
        """dv/dt = (leak * (rest - v) + leak * slope * exp((v - threshold) / slope) - w
                   + ge * (reversal_e - v) + gi * (reversal_i - v))
                   / (capacitance * ms) : 1 (unless refractory)
        dw/dt = (a * (v - rest) - w) / tau_w : 1
        dge/dt = -ge / tau_e : 1
        dgi/dt = -gi / tau_i : 1""",
        threshold="v > spike", reset="v = reset; w += b", refractory="refractory",
        method="euler", namespace=quantities(numbers),
    )  # fmt: skip
    uniform(cells, numbers)
    excitatory = numbers["excitatory"]
    learning = plastic(cells, "ge", numbers, "ns", rng, onto=(0, excitatory))
    rest = (excitatory, numbers["neurons"])
    excite = synapses(cells, "ge_post += weight", numbers, "e", "ns", rng, onto=rest)
    inhibit = synapses(cells, "gi_post += weight", numbers, "i", "ns", rng)
    every = numbers["weights_every_ms"] * ms
    record = b2.StateMonitor(learning, "weight", record=True, dt=every)
    return [cells, drive(cells, "ge", numbers, "ns"), learning, excite, inhibit, record]


def quantities(numbers):
    """The numbers as an equation's namespace: times with their unit, the rest bare."""
    named = {}
    for key, value in numbers.items():
        name, _, unit = key.rpartition("_")
        if unit in ("ms", "mv", "ns", "pa", "pf") and not isinstance(value, list):
            named[name] = value * ms if unit == "ms" else value
    return named


def delta_cells(numbers):
    """Leaky cells that a spike lifts by its weight in mV, exact integration."""
    cells = b2.NeuronGroup(
        numbers["neurons"], "dv/dt = -v / tau_m : 1 (unless refractory)",
        threshold="v >= threshold", reset="v = reset", refractory="refractory",
        method="exact", namespace=quantities(numbers),
    )  # fmt: skip
    uniform(cells, numbers)
    return cells


def uniform(cells, numbers):
    """Initial potentials, uniform over their range."""
    low, high = numbers["initial_v_mv"]
    cells.v = f"{low!r} + {high - low!r} * rand()"


def drive(cells, variable, numbers, unit):
    """An independent train onto each neuron, as many sources as it has excitatory synapses."""
    count, weight = numbers["from_e"], numbers[f"drive_weight_{unit}"]
    rate = numbers["drive_hz"] / count * Hz
    return b2.PoissonInput(cells, variable, N=count, rate=rate, weight=weight)


def synapses(cells, on_pre, numbers, kind, unit, rng, onto=None):
    """Synapses of one constant weight."""
    weight = numbers[f"weight_{kind}_{unit}"]
    made = b2.Synapses(cells, cells, on_pre=on_pre, namespace={"weight": weight})
    connect(made, numbers, kind, rng, onto)
    return made


def plastic(cells, variable, numbers, unit, rng, onto=None):
    """Additive all-to-all pair STDP with event-driven traces."""
    made = b2.Synapses(
        cells, cells,
        """weight : 1
        dbefore/dt = -before / tau_plus : 1 (event-driven)
        dafter/dt = -after / tau_minus : 1 (event-driven)""",
        on_pre=f"""{variable}_post += weight
        before += 1
        weight = clip(weight - depression * after, 0, largest_weight)""",
        on_post="""after += 1
        weight = clip(weight + potentiation * before, 0, largest_weight)""",
        namespace=quantities(numbers) | {
            name: numbers[name] for name in ("depression", "potentiation", "largest_weight")
        },
    )  # fmt: skip
    connect(made, numbers, "e", rng, onto)
    made.weight = numbers[f"weight_e_{unit}"]
    return made


def connect(made, numbers, kind, rng, onto=None):
    """Fixed in-degrees from one kind of neurons (or all to all), and delays."""
    size, excitatory = numbers["neurons"], numbers["excitatory"]
    low, high = (0, excitatory) if kind == "e" else (excitatory, size)
    targets = np.arange(*(onto or (0, size)), dtype=np.int32)
    if numbers.get("all_to_all"):
        sources = np.arange(low, high, dtype=np.int32)
        made.connect(i=np.repeat(sources, len(targets)), j=np.tile(targets, len(sources)))
    else:
        j = np.repeat(targets, numbers[f"from_{kind}"])
        made.connect(i=rng.integers(low, high, len(j), dtype=np.int32), j=j)
    delay = numbers["delay_ms"]
    if isinstance(delay, list):
        steps = round((delay[1] - delay[0]) / numbers["dt_ms"]) + 1
        first = round(delay[0] / numbers["dt_ms"])
        made.pre.delay = f"({first} + int(rand() * {steps})) * {numbers['dt_ms']!r} * ms"
    else:
        made.pre.delay = delay * ms


MODELS = {
    function.__name__: function
    for function in (
        brunel, brunel_stdp, vogels_abbott_cuba, vogels_abbott_coba, izhikevich_2003, adex_stdp,
    )
}  # fmt: skip

if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2])
