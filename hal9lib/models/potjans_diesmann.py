"""The cortical microcircuit of Potjans & Diesmann 2014, full scale (doi:10.1093/cercor/bhs358).

Below one square millimetre of early sensory cortex: four layers, each with an excitatory and an
inhibitory population. Sizes, probabilities (table 5), in-degrees from outside, weights and delays
are the paper's; where it leaves something open, as in its authors' implementation, which is part
of NEST (``pynest/examples/Potjans_2014``): how weights and delays are drawn, how a smaller network
is made, and the initial potentials. Different here: Poisson input arrives without a delay, which
changes nothing since it has no beginning; and delays of more than five standard deviations above
the mean, 3e-7 of all, are drawn again.
"""

import math
from typing import Any

import numpy as np

from hal9lib import checks, connectivity, neurons
from hal9lib.distributions import normal
from hal9lib.errors import ParameterError
from hal9lib.network import Network

NAMES = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
SIZES = np.array([20_683, 5_834, 21_915, 5_479, 4_850, 1_065, 14_395, 2_948])
#: That at least one synapse leads from a neuron (column) to another (row).
PROBABILITIES = np.array(
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
        [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
    ]
)
EXTERNAL_INDEGREES = np.array([1_600, 1_500, 2_100, 1_900, 2_000, 1_900, 2_900, 2_100])
EXTERNAL_HZ = 8.0
#: Of one full-scale run of the reference: they say what input a smaller network lacks.
RATES_HZ = np.array([0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829])
#: Initial potentials: mean and standard deviation of a normal distribution, in mV.
INITIAL_MV = {
    "original": [(-58.0, 10.0)] * 8,
    "optimised": [
        (-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94),
        (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46), (-61.43, 4.48),
    ],
}  # fmt: skip
CAPACITANCE_PF, TAU_M_MS, TAU_SYNAPSE_MS = 250.0, 10.0, 0.5
PSP_MV, INHIBITION = 0.15, -4.0
#: The current whose potential has its peak at PSP_MV.
_RATIO = TAU_M_MS / TAU_SYNAPSE_MS
_PEAK = _RATIO ** (-1.0 / (_RATIO - 1.0)) - _RATIO ** (-_RATIO / (_RATIO - 1.0))
CURRENT_PA = PSP_MV * CAPACITANCE_PF * (1.0 / TAU_SYNAPSE_MS - 1.0 / TAU_M_MS) / _PEAK


def potjans_diesmann(
    scale: float = 1.0,
    indegree_scale: float | None = None,
    initial: str = "optimised",
    seed: int = 1,
) -> Network:
    """The cortical microcircuit (doi:10.1093/cercor/bhs358), 77,169 neurons, 0.3 G synapses.

    Parameters
    ----------
    scale : how many neurons of each population, as a share; above 0, at most 1.
    indegree_scale : how many synapses onto each, as a share; above 0, at most 1, as `scale` if
        left out. Weights then grow by its inverse root and a current makes up for the mean, so
        that rates are about those of the full network; correlations are not.
    initial : potentials at time 0: ``optimised`` for each population, which spares the network a
        burst at the start, or ``original``, one distribution for all.
    seed : 0 to 2^64 - 1.

    Examples
    --------
    >>> network = potjans_diesmann()
    >>> network.neurons, network.synapses
    (77169, 298880970)
    >>> potjans_diesmann(scale=0.1).neurons
    7717
    """
    share = checks.number("scale", scale, low=0.0, high=1.0, open_low=True)
    degree_share = share if indegree_scale is None else indegree_scale
    degree_share = checks.number("indegree_scale", degree_share, low=0.0, high=1.0, open_low=True)
    if initial not in INITIAL_MV:
        raise ParameterError(f"initial = {initial} is not allowed; use {' or '.join(INITIAL_MV)}.")
    network = Network(seed=seed, model="potjans_diesmann")
    pairs = np.outer(SIZES, SIZES)
    synapses = np.log1p(-PROBABILITIES) / np.log1p(-1.0 / pairs)
    sizes = np.maximum(1, np.rint(SIZES * share)).astype(int)
    populations = [
        network.add(_cell(row, synapses, degree_share, INITIAL_MV[initial][row]), size, name)
        for row, (name, size) in enumerate(zip(NAMES, sizes.tolist(), strict=True))
    ]
    totals = np.rint(synapses * share * degree_share).astype(int)
    root = math.sqrt(degree_share)
    for row, target in enumerate(populations):
        for column, source in enumerate(populations):
            if totals[row, column]:
                network.connect(
                    source, target, connectivity.fixed_total_number(int(totals[row, column])),
                    weight_pa=_spread(_weight_pa(row, column) / root, 0.1),
                    delay_ms=_delay_ms(column),
                )  # fmt: skip
        inputs = round(float(EXTERNAL_INDEGREES[row]) * degree_share)
        network.drive(target, rate_hz=EXTERNAL_HZ * inputs, weight_pa=CURRENT_PA / root)
    return network


def _cell(row: int, synapses: Any, degree_share: float, initial_mv: tuple[float, float]) -> Any:
    """A population's neurons, with the current that a smaller in-degree makes necessary."""
    means = np.array([_weight_pa(row, column) for column in range(len(NAMES))])
    inputs_pa_hz = (means * synapses[row] / SIZES[row] * RATES_HZ).sum()
    inputs_pa_hz += CURRENT_PA * EXTERNAL_INDEGREES[row] * EXTERNAL_HZ
    lacking = (1.0 - math.sqrt(degree_share)) * TAU_SYNAPSE_MS * 1e-3
    return neurons.lif_exp(
        capacitance_pf=CAPACITANCE_PF, tau_m_ms=TAU_M_MS, tau_excitatory_ms=TAU_SYNAPSE_MS,
        tau_inhibitory_ms=TAU_SYNAPSE_MS, threshold_mv=-50.0, reset_mv=-65.0, rest_mv=-65.0,
        refractory_ms=2.0, current_pa=float(lacking * inputs_pa_hz),
        initial_v_mv=normal(*initial_mv),
    )  # fmt: skip


def _weight_pa(row: int, column: int) -> float:
    """The mean weight from one population onto another; that from L4E onto L23E is doubled."""
    if column % 2:
        return INHIBITION * CURRENT_PA
    return CURRENT_PA * (2.0 if (NAMES[row], NAMES[column]) == ("L23E", "L4E") else 1.0)


def _spread(mean: float, share: float) -> Any:
    """Normal, cut where it would change its sign."""
    sd = abs(mean) * share
    return normal(mean, sd, low=0.0) if mean > 0.0 else normal(mean, sd, high=0.0)


def _delay_ms(column: int) -> Any:
    """Normal, cut at the time step of 0.1 ms; 1.5 ms on average or, of inhibition, 0.75 ms."""
    mean = 0.75 if column % 2 else 1.5
    return normal(mean, 0.5 * mean, low=0.1, high=mean + 5.0 * 0.5 * mean)
