"""A source of Poisson spikes, at most one in a step.

Each step holds a spike with probability ``1 - exp(-rate dt)``, independently of all others: the
train of a Poisson process in which the spikes of one step count as one. That loses half of
``rate dt`` of the spikes, so more than 0.02 spikes a step, a loss of 1 %, are refused.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from hal9lib.errors import ParameterError
from hal9lib.neurons._model import NeuronModel
from hal9lib.neurons._parameters import Number, checked

#: The most spikes a step may be expected to hold.
MOST_PER_STEP = 0.02


def poisson_source(rate_hz: Number = 10.0) -> NeuronModel:
    """Poisson spikes, as input from outside in Brunel 2000 (doi:10.1023/A:1008925309027).

    At most one a step; it takes no input. For the sum of many trains, at thousands of spikes a
    second, use ``network.drive``, which counts them all.

    Parameters
    ----------
    rate_hz : mean rate, 0 or more: a number, a distribution, or an array with one a neuron.

    Raises
    ------
    ParameterError : the rate is not allowed, or too high for the time step of a simulation.

    Examples
    --------
    >>> poisson_source(20.0).parameters["rate_hz"]
    20.0
    >>> constants({"rate_hz": 500.0}, 0.1)
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: poisson_source.rate_hz = 500 is not allowed at dt_ms = 0.1, \
where a step would hold 0.05 spikes and one is sent at most; use 200 or less, a shorter step, or \
network.drive().
    """
    return NeuronModel(
        name="poisson_source",
        parameters=checked("poisson_source", {"rate_hz": rate_hz}, from_zero={"rate_hz"}),
        state={},
        constants=constants,
        step=step,
        max_dt_ms=math.inf,  # what limits the step is the rate; see constants
        voltage=None,
        receptors={},
    )


def constants(p: Mapping[str, Any], dt_ms: float) -> dict[str, Any]:
    """The probability of a spike in a step."""
    per_step = p["rate_hz"] * (1e-3 * dt_ms)
    most = float(np.max(per_step))
    if most > MOST_PER_STEP * (1.0 + 1e-12):
        raise ParameterError(
            f"poisson_source.rate_hz = {most / (1e-3 * dt_ms):g} is not allowed at "
            f"dt_ms = {dt_ms:g}, where a step would hold {most:g} spikes and one is sent at most; "
            f"use {MOST_PER_STEP / (1e-3 * dt_ms):g} or less, a shorter step, or network.drive()."
        )
    return {"probability": -np.expm1(-per_step)}


def step(random_uniform, probability):
    """One step: a spike or none."""
    return (random_uniform < probability,)
