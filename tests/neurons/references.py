"""Neurons in continuous time: SciPy's solver at a tight tolerance, spikes where it crosses."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

#: (time in ms, what is added to the state then)
Jump = tuple[float, Sequence[float]]


@dataclass
class Solution:
    """Spike times in ms, and the state as a function of time, piece by piece."""

    times_ms: np.ndarray
    pieces: list

    def at(self, times_ms: np.ndarray) -> np.ndarray:
        """(variables, times): the state, at a jump or a reset that of just before it."""
        ends = np.array([piece.t[-1] for piece in self.pieces])
        places = np.minimum(np.searchsorted(ends, times_ms - 1e-9), len(ends) - 1)
        found = [self.pieces[k].sol(t) for k, t in zip(places, times_ms, strict=True)]
        return np.array(found).T


def solved(
    slope: Callable,
    state: Sequence[float],
    duration_ms: float,
    jumps: Sequence[Jump] = (),
    crossing: Callable | None = None,
    reset: Callable | None = None,
) -> Solution:
    """Integrate ``dy/dt = slope(t, y)``; at a crossing of zero the state becomes ``reset(y)``."""
    state, now, spikes, pieces = np.array(state, float), 0.0, [], []
    if crossing is not None:
        crossing.terminal = True
    for end, jump in [*jumps, (duration_ms, np.zeros(len(state)))]:
        while now < end - 1e-12:
            piece = solve_ivp(
                slope, (now, end), state, method="DOP853", rtol=1e-10, atol=1e-10, max_step=2.0,
                events=crossing, dense_output=True,
            )  # fmt: skip
            assert piece.success
            pieces.append(piece)
            now, state = piece.t[-1], piece.y[:, -1].copy()
            if piece.status == 1:
                spikes.append(now)
                state = reset(state)
        state = state + np.asarray(jump)
    return Solution(np.array(spikes), pieces)


def lif_cond_exp(p, duration_ms, jumps=()) -> Solution:
    """(v, g_e, g_i) of the conductance-based LIF neuron, without refractory period."""

    def slope(_t, y):
        v, g_e, g_i = y
        current = p["leak_ns"] * (p["rest_mv"] - v) + p["current_pa"]
        current += g_e * (p["reversal_excitatory_mv"] - v)
        current += g_i * (p["reversal_inhibitory_mv"] - v)
        decays = (-g_e / p["tau_excitatory_ms"], -g_i / p["tau_inhibitory_ms"])
        return [current / p["capacitance_pf"], *decays]

    def crossing(_t, y):
        return y[0] - p["threshold_mv"]

    return solved(
        slope, [p["initial_v_mv"], 0.0, 0.0], duration_ms, jumps, crossing,
        lambda y: np.array([p["reset_mv"], *y[1:]]),
    )  # fmt: skip


def adex(p, duration_ms, jumps=()) -> Solution:
    """(y, w, s_e, s_i) of AdEx, with conductances where `p` has reversal potentials.

    The potential is v = threshold - slope ln y, since y falls to zero evenly where v goes to
    infinity; `adex_v` gives it.
    """
    with_conductances = "reversal_excitatory_mv" in p
    rate = p["leak_ns"] / p["capacitance_pf"]

    def slope(_t, state):
        y, w, s_e, s_i = state
        v = adex_v(p, y)
        current = -p["leak_ns"] * (v - p["rest_mv"]) - w + p["current_pa"]
        if with_conductances:
            current += s_e * (p["reversal_excitatory_mv"] - v)
            current += s_i * (p["reversal_inhibitory_mv"] - v)
        else:
            current += s_e + s_i
        dy = -max(y, 0.0) / p["slope_mv"] * current / p["capacitance_pf"] - rate
        dw = (p["a_ns"] * (v - p["rest_mv"]) - w) / p["tau_w_ms"]
        return [dy, dw, -s_e / p["tau_excitatory_ms"], -s_i / p["tau_inhibitory_ms"]]

    def y_of(v):
        return math.exp((p["threshold_mv"] - v) / p["slope_mv"])

    def crossing(_t, state):
        return state[0] - y_of(p["peak_mv"])

    def reset(state):
        return np.array([y_of(p["reset_mv"]), state[1] + p["b_pa"], *state[2:]])

    crossing.direction = -1
    initial = [y_of(p["initial_v_mv"]), p["initial_w_pa"], 0.0, 0.0]
    return solved(slope, initial, duration_ms, jumps, crossing, reset)


def adex_v(p, y):
    """The potential in mV of a state y of `adex`."""
    return p["threshold_mv"] - p["slope_mv"] * np.log(np.maximum(y, 1e-300))


def izhikevich(p, duration_ms, jumps=()) -> Solution:
    """(v, u) of the simple model."""

    def slope(_t, y):
        v, u = y
        dv = 0.04 * v * v + p["linear"] * v + p["constant"] - u + p["current"]
        return [dv, p["a"] * (p["b"] * (v - p["pivot_mv"]) - p["leak"] * u)]

    def crossing(_t, y):
        return y[0] - 30.0

    crossing.direction = 1
    return solved(
        slope, [p["initial_v_mv"], p["initial_u"]], duration_ms, jumps, crossing,
        lambda y: np.array([p["c_mv"], y[1] + p["d"]]),
    )  # fmt: skip


def order(errors: Sequence[float]) -> float:
    """The order of convergence of errors at steps each half the one before: the slope in log2."""
    return -np.polyfit(np.arange(len(errors)), np.log2(errors), 1)[0]
