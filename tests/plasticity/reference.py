"""What the papers' formulas give, written out: sums over pairs of spikes in float64, no traces.

Everything here takes the steps in which spikes arrive at the synapse and in which its target
spikes; of a step that has both, the arrival counts as the first. It shares nothing with the rules.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

Steps = Sequence[int]


def pair_stdp(
    weight, arrivals: Steps, spikes: Steps, dt_ms, *, largest, rate, asymmetry, mu_plus, mu_minus,
    tau_plus, tau_minus, nearest=False,
) -> float:  # fmt: skip
    """Guetig et al. 2003, equation 1 and 2, for w in [0, largest]."""
    w = weight / largest
    for step, is_arrival in _in_order(arrivals, spikes):
        if is_arrival:
            sum_ = _sum(step, [s for s in spikes if s < step], dt_ms, tau_minus, nearest)
            w = max(w - asymmetry * rate * w**mu_minus * sum_, 0.0)
        else:
            sum_ = _sum(step, [s for s in arrivals if s <= step], dt_ms, tau_plus, nearest)
            w = min(w + rate * (1.0 - w) ** mu_plus * sum_, 1.0)
    return w * largest


def power_law_stdp(
    weight, arrivals: Steps, spikes: Steps, dt_ms, *, reference, rate, asymmetry, mu, tau_plus,
    tau_minus, nearest=False,
) -> float:  # fmt: skip
    """Morrison, Aertsen & Diesmann 2007, the power law of potentiation."""
    w = weight
    for step, is_arrival in _in_order(arrivals, spikes):
        if is_arrival:
            sum_ = _sum(step, [s for s in spikes if s < step], dt_ms, tau_minus, nearest)
            w = max(w - rate * asymmetry * w * sum_, 0.0)
        else:
            sum_ = _sum(step, [s for s in arrivals if s <= step], dt_ms, tau_plus, nearest)
            w = w + rate * reference * (w / reference) ** mu * sum_
    return w


def triplet_stdp(
    weight, arrivals: Steps, spikes: Steps, dt_ms, *, unit, a2_plus, a3_plus, a2_minus, a3_minus,
    tau_plus, tau_minus, tau_x, tau_y, largest=math.inf, nearest=False,
) -> float:  # fmt: skip
    """Pfister & Gerstner 2006: a sum over pairs and over triplets of spikes."""
    w = weight
    for step, is_arrival in _in_order(arrivals, spikes):
        posts, pres = [s for s in spikes if s < step], [s for s in arrivals if s < step]
        if is_arrival:
            pairs = _sum(step, posts, dt_ms, tau_minus, nearest)
            w -= unit * a2_minus * pairs
            w -= unit * a3_minus * pairs * _sum(step, pres, dt_ms, tau_x, nearest)
            w = max(w, 0.0)
        else:
            pairs = _sum(step, [s for s in arrivals if s <= step], dt_ms, tau_plus, nearest)
            w += unit * a2_plus * pairs
            w += unit * a3_plus * pairs * _sum(step, posts, dt_ms, tau_y, nearest)
            w = min(w, largest)
    return w


def inhibitory_stdp(
    weight, arrivals: Steps, spikes: Steps, dt_ms, *, rate, rho_hz, tau, largest=math.inf
) -> float:
    """Vogels et al. 2011: a symmetric window over all pairs, and a constant at arrivals."""
    w = weight
    for step, is_arrival in _in_order(arrivals, spikes):
        if is_arrival:
            w += rate * _sum(step, [s for s in spikes if s < step], dt_ms, tau, False)
            w -= rate * 2.0 * (rho_hz / 1000.0) * tau
        else:
            w += rate * _sum(step, [s for s in arrivals if s <= step], dt_ms, tau, False)
        w = min(max(w, 0.0), largest)
    return w


def short_term(arrivals: Steps, dt_ms, *, use, tau_recovery, tau_facilitation) -> list[float]:
    """The share of the weight that each arrival delivers: Markram et al. 1998, equations 2 and 3.

    Their u_n and R_n are the values *at* spike n: from one spike to the next
    u' = u exp(-T / tau_f) (1 - U) + U and R' = R (1 - u) exp(-T / tau_r) + 1 - exp(-T / tau_r).
    """
    u, r, delivered, before = use, 1.0, [], None
    for step in sorted(arrivals):
        if before is not None:
            interval = (step - before) * dt_ms
            left = math.exp(-interval / tau_recovery)
            faded = math.exp(-interval / tau_facilitation) if tau_facilitation else 0.0
            r = r * (1.0 - u) * left + 1.0 - left
            u = u * faded * (1.0 - use) + use
        delivered.append(u * r)
        before = step
    return delivered


def scaled(weight, spikes: Steps, dt_ms, intervals: Steps, *, target_hz, gain, integral_gain, tau,
           interval_ms) -> float:  # fmt: skip
    """van Rossum et al. 2000, equation 3: one step of the exponential of it at each interval."""
    w, integral = weight, 0.0
    for step in intervals:
        seen = [s for s in spikes if s < step]
        rate_hz = 1000.0 / tau * _sum(step, seen, dt_ms, tau, False)
        integral += (target_hz - rate_hz) * interval_ms / 1000.0
        slope = gain * (target_hz - rate_hz) + integral_gain * integral
        w *= math.exp(slope * interval_ms / 1000.0)
    return w


def _in_order(arrivals: Steps, spikes: Steps) -> Iterator[tuple[int, bool]]:
    events = [(s, 0, True) for s in arrivals] + [(s, 1, False) for s in spikes]
    return ((step, is_arrival) for step, _, is_arrival in sorted(events))


def _sum(now: int, earlier: Steps, dt_ms: float, tau_ms: float, nearest: bool) -> float:
    """The sum of exp(-age / tau) over earlier spikes, or of the latest one alone."""
    if nearest and earlier:
        earlier = [max(earlier)]
    ages = (now - np.array(earlier, np.float64)) * dt_ms
    return float(np.exp(-ages / tau_ms).sum())
