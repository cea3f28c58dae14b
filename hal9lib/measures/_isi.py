"""What measures of inter-spike intervals share: a value of each neuron, and their mean."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib import checks
from hal9lib.errors import ParameterError
from hal9lib.measures._against import against
from hal9lib.measures._intervals import clipped, mean_interval
from hal9lib.nulls._null import Null
from hal9lib.result import Result
from hal9lib.spike_trains import SpikeTrains

#: (spikes, fewest intervals) → (kinds, neurons) each neuron's value, NaN where it has too few
#: intervals; the last kind is free of bias, and may be the only one.
OfEach = Callable[[SpikeTrains, int], NDArray[np.float64]]


def mean_over_neurons(
    measure: str,
    trains: SpikeTrains,
    of_each: OfEach,
    min_intervals: int,
    null: Null | None,
    details: Mapping[str, Any] = MappingProxyType({}),
) -> Result:
    """The mean of an interval measure over neurons with at least `min_intervals`.

    The interval is that of the mean without bias; where a biased value lies outside, it reaches
    to that.
    """
    low = checks.whole(f"{measure}.min_intervals", min_intervals, low=2, high=2**40)
    refuse_spikes_twice(measure, trains)
    every = of_each(trains, low)
    used = ~np.isnan(every[0])
    values, unbiased = every[0, used], every[-1, used]
    if len(values) == 0:
        raise ParameterError(
            f"{measure}: no neuron has {low} intervals ({low + 1} spikes) in the window; "
            "use a longer window, or a network that fires more."
        )

    def statistic(surrogate: SpikeTrains) -> float:
        found = of_each(surrogate, low)[0]
        found = found[~np.isnan(found)]
        return float(found.mean()) if len(found) else np.nan

    value = float(values.mean())
    compared = against(measure, null, "spikes", trains, statistic, value, "both")
    intervals = int((np.diff(trains.starts)[used] - 1).sum())
    own: dict[str, Any] = {"neurons": len(values), "intervals": intervals}
    own |= {"without_bias": float(unbiased.mean())} if len(every) > 1 else {}
    return Result(
        value=value,
        unit="1",
        interval=clipped(mean_interval(unbiased), value) if len(values) > 1 else None,
        null=compared.null,
        p=compared.p,
        measure=measure,
        method="95 % t over neurons" + (", without bias" if len(every) > 1 else ""),
        details=own | dict(details) | dict(compared.details),
        arrays={"neurons": np.flatnonzero(used), "values": values} | dict(compared.arrays),
    )


def refuse_spikes_twice(measure: str, trains: SpikeTrains) -> None:
    """Raise ParameterError where a neuron has two spikes at one time: an interval of 0."""
    twice = (np.diff(trains.times_ms) == 0.0) & (np.diff(trains.neurons) == 0)
    if twice.any():
        neuron = int(trains.neurons[int(np.argmax(twice))])
        raise ParameterError(
            f"{measure}.spike_times_ms holds a spike of neuron {neuron} twice; use each spike once."
        )
