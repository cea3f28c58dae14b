"""The benchmark models in numbers: what HAL9's own model file and every peer's script mean.

Units are in the names. ``excitatory`` is how many neurons, numbered first, excite; ``from_e`` and
``from_i`` are synapses onto each neuron, drawn with self-connections and multiple ones.
``rate_tolerance`` is how far a peer's mean rate may lie from HAL9's, relative: the networks are
drawn by different random numbers, the windows are short, and the small ones fluctuate.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hal9lib.errors import ParameterError


def brunel(neurons: int = 12_500, indegree: int = 1_250, g: float = 5.0, eta: float = 2.0) -> dict:
    """Brunel 2000, model A (doi:10.1023/A:1008925309027): one Poisson train a neuron."""
    from_e = indegree * 4 // 5
    weight_mv = 100.0 / from_e
    return _size(neurons, from_e, indegree - from_e) | {
        "tau_m_ms": 20.0, "threshold_mv": 20.0, "reset_mv": 10.0, "refractory_ms": 2.0,
        "initial_v_mv": [0.0, 20.0], "weight_e_mv": weight_mv, "weight_i_mv": -g * weight_mv,
        "delay_ms": 1.5, "drive_hz": eta * 20.0 / (weight_mv * 20.0) * 1e3,
        "drive_weight_mv": weight_mv, "dt_ms": 0.1, "rate_tolerance": 0.05,
    }  # fmt: skip


def brunel_stdp(neurons: int = 10_000) -> dict:
    """Brunel's cell with 100 plastic and 25 static synapses, additive all-to-all pair STDP.

    At an arrival the weight falls by ``depression * x_post``, at a spike of the target it rises by
    ``potentiation * x_pre``; each trace is raised by 1 at a spike, and the weight stays between 0
    and ``largest_weight``.
    """
    largest_mv, rate, alpha = 0.3, 0.01, 1.05
    cell = brunel(neurons, 125, eta=1.2) | {"weight_e_mv": 0.1, "weight_i_mv": -0.5}
    return cell | {
        "drive_hz": 1.2 * 20.0 / (0.1 * 20.0) * 1e3, "drive_weight_mv": 0.1,
        "tau_plus_ms": 20.0, "tau_minus_ms": 20.0, "potentiation": rate * largest_mv,
        "depression": alpha * rate * largest_mv, "largest_weight": largest_mv,
    }  # fmt: skip


def vogels_abbott_cuba(neurons: int = 4_000) -> dict:
    """Vogels & Abbott 2005 with currents, benchmark 2 of Brette et al. 2007, in-degree fixed.

    doi:10.1523/JNEUROSCI.3508-05.2005, doi:10.1007/s10827-007-0038-6. Weights are what a spike adds
    to the decaying current, in mV (times the membrane's resistance).
    """
    return _size(neurons, 64, 16) | {
        "tau_m_ms": 20.0, "tau_e_ms": 5.0, "tau_i_ms": 10.0, "rest_mv": -49.0,
        "threshold_mv": -50.0, "reset_mv": -60.0, "refractory_ms": 5.0,
        "initial_v_mv": [-60.0, -50.0], "weight_e_mv": 1.62, "weight_i_mv": -9.0,
        "delay_ms": 0.1, "dt_ms": 0.1, "rate_tolerance": 0.15,
    }  # fmt: skip


def vogels_abbott_coba(neurons: int = 4_000) -> dict:
    """The same wiring with conductances, benchmark 1 of Brette et al. 2007.

    doi:10.1007/s10827-007-0038-6. Initial values are (mean, standard deviation) of a normal
    distribution.
    """
    return _size(neurons, 64, 16) | {
        "capacitance_pf": 200.0, "leak_ns": 10.0, "tau_e_ms": 5.0, "tau_i_ms": 10.0,
        "rest_mv": -60.0, "threshold_mv": -50.0, "reset_mv": -60.0, "refractory_ms": 5.0,
        "reversal_e_mv": 0.0, "reversal_i_mv": -80.0, "weight_e_ns": 6.0, "weight_i_ns": 67.0,
        "initial_v_mv": [-65.0, 5.0], "initial_e_ns": [40.0, 15.0], "initial_i_ns": [200.0, 120.0],
        "delay_ms": 0.1, "dt_ms": 0.1, "rate_tolerance": 0.15,
    }  # fmt: skip


def izhikevich_2003(neurons: int = 1_000, indegree: int | None = None) -> dict:
    """Izhikevich 2003 (doi:10.1109/TNN.2003.820440); all-to-all unless an in-degree is given.

    With r uniform from 0 to 1, one for each neuron, an excitatory cell has a = 0.02, b = 0.2,
    c = -65 + 15 r^2, d = 8 - 6 r^2, an inhibitory one a = 0.02 + 0.08 r, b = 0.25 - 0.05 r,
    c = -65, d = 2. Weights are uniform from 0 to ``weight_e`` or ``weight_i``: the paper's 0.5 and
    -1 times 1,000 over the in-degree.
    """
    indegree = neurons if indegree is None else indegree
    from_e = indegree * 4 // 5
    return _size(neurons, from_e, indegree - from_e) | {
        "all_to_all": indegree == neurons, "weight_e": 500.0 / indegree,
        "weight_i": -1_000.0 / indegree, "noise_e": 5.0, "noise_i": 2.0, "initial_v_mv": -65.0,
        "spike_mv": 30.0, "delay_ms": 1.0, "dt_ms": 1.0, "rate_tolerance": 0.15,
    }  # fmt: skip


def adex_stdp(neurons: int = 10_000) -> dict:
    """Adaptive exponential neurons with conductances, mixed delays and STDP on E to E.

    The cell is Brette & Gerstner 2005 (doi:10.1152/jn.00686.2005), spike detection at 0 mV; 160
    excitatory and 40 inhibitory synapses, delays uniform over the range, on the grid of steps; one
    Poisson train a neuron onto the excitatory conductance. STDP as in `brunel_stdp`, in nS. All
    spikes are recorded, and every plastic weight at the end of each ``weights_every_ms``; float64.
    """
    weight_ns = 2.0
    largest_ns, rate, alpha = 3.0 * weight_ns, 0.01, 1.05
    return _size(neurons, 160, 40) | {
        "capacitance_pf": 281.0, "leak_ns": 30.0, "rest_mv": -70.6, "threshold_mv": -50.4,
        "slope_mv": 2.0, "spike_mv": 0.0, "reset_mv": -70.6, "refractory_ms": 2.0,
        "tau_w_ms": 144.0, "a_ns": 4.0, "b_pa": 80.5, "tau_e_ms": 5.0, "tau_i_ms": 10.0,
        "reversal_e_mv": 0.0, "reversal_i_mv": -80.0, "initial_v_mv": [-70.6, -50.6],
        "weight_e_ns": weight_ns, "weight_i_ns": 20.0, "drive_hz": 5_000.0,
        "drive_weight_ns": weight_ns, "delay_ms": [0.5, 3.0], "tau_plus_ms": 20.0,
        "tau_minus_ms": 20.0, "potentiation": rate * largest_ns,
        "depression": alpha * rate * largest_ns, "largest_weight": largest_ns,
        "weights_every_ms": 500.0, "precision": "float64", "dt_ms": 0.1, "rate_tolerance": 0.1,
    }  # fmt: skip


MODELS: dict[str, Callable[..., dict]] = {
    function.__name__: function
    for function in (
        brunel, brunel_stdp, vogels_abbott_cuba, vogels_abbott_coba, izhikevich_2003, adex_stdp,
    )
}  # fmt: skip


def definition(model: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a model for the arguments that its HAL9 model was made with.

    Raises ParameterError for a model or an argument that the peers' scripts do not know.

    >>> definition("brunel", {"neurons": 1_000, "indegree": 100})["weight_e_mv"]
    1.25
    >>> definition("brunel", {"tau_m_ms": 10.0})
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: tau_m_ms cannot be given to a peer's brunel; \
it has neurons, indegree, g, eta.
    """
    if model not in MODELS:
        raise ParameterError(
            f"{model} has no definition for the peers; those that have: {', '.join(MODELS)}."
        )
    known = inspect.signature(MODELS[model]).parameters
    given = {name: value for name, value in arguments.items() if name != "seed"}
    for name in given:
        if name not in known:
            raise ParameterError(
                f"{name} cannot be given to a peer's {model}; it has {', '.join(known)}."
            )
    return MODELS[model](**given)


def settings_of(model: str) -> dict[str, Any]:
    """How a model is measured: time step, precision, and how often its weights are recorded.

    >>> settings_of("izhikevich_2003")
    {'dt_ms': 1.0, 'precision': 'float32', 'weights_every_ms': None}
    """
    numbers = MODELS[model]() if model in MODELS else {}
    usual = {"dt_ms": 0.1, "precision": "float32", "weights_every_ms": None}
    return {name: numbers.get(name, value) for name, value in usual.items()}


def _size(neurons: int, from_e: int, from_i: int) -> dict:
    """How many neurons, and synapses onto each."""
    return {
        "neurons": neurons, "excitatory": neurons * 4 // 5, "from_e": from_e, "from_i": from_i,
        "synapses": neurons * (from_e + from_i),
    }  # fmt: skip
