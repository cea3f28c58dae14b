"""Exact propagators of a leaky membrane over one step (Rotter & Diesmann 1999).

doi:10.1007/s004220050570. Arguments are numbers or arrays of one shape, times in ms. Written so
that equal time constants of membrane and synapse are no special case for the caller.
"""

from typing import Any

import numpy as np


def mean_decay(tau_ms: Any, dt_ms: float) -> Any:
    """The mean of ``exp(-t / tau)`` over a step from 0 to dt."""
    return -np.expm1(-dt_ms / tau_ms) * tau_ms / dt_ms


def from_exponential(tau_ms: Any, tau_m_ms: Any, dt_ms: float) -> Any:
    """What ``exp(-s / tau)``, filtered by the membrane, has come to after a step, in ms.

    The integral of ``exp(-(dt - s) / tau_m) exp(-s / tau)`` over s from 0 to dt; divided by the
    capacitance it is the potential that a current of 1 at the step's beginning leaves.

    >>> bool(np.isclose(from_exponential(10.0, 10.0, 1.0), np.exp(-0.1)))
    True
    """
    slow = np.minimum(1.0 / tau_ms, 1.0 / tau_m_ms)
    apart = np.abs(1.0 / tau_ms - 1.0 / tau_m_ms) * dt_ms
    safe = np.where(apart == 0.0, 1.0, apart)
    return dt_ms * np.exp(-slow * dt_ms) * np.where(apart == 0.0, 1.0, -np.expm1(-safe) / safe)


def from_alpha(tau_ms: Any, tau_m_ms: Any, dt_ms: float) -> Any:
    """What ``s exp(-s / tau)``, filtered by the membrane, has come to after a step, in ms^2.

    >>> bool(np.isclose(from_alpha(10.0, 10.0, 1.0), 0.5 * np.exp(-0.1)))
    True
    """
    rate = 1.0 / tau_ms - 1.0 / tau_m_ms
    y = rate * dt_ms
    near = np.abs(y) < 0.01  # there the difference below loses digits, and the series has them
    series = 1.0 / 2.0 - y * (1.0 / 3.0 - y * (1.0 / 8.0 - y * (1.0 / 30.0 - y / 144.0)))
    far = np.exp(-dt_ms / tau_m_ms) - np.exp(-dt_ms / tau_ms) * (1.0 + y)
    return np.where(
        near,
        dt_ms**2 * np.exp(-dt_ms / tau_m_ms) * series,
        far / np.where(near, 1.0, rate) ** 2,
    )
