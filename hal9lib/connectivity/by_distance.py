"""Pairs are connected the more likely, the nearer they are.

The distance-dependent rule of Senk et al. 2022 (doi:10.1371/journal.pcbi.1010086), in one to three
dimensions. What is not near is not asked: neurons are looked up in a grid, and the cost is that of
the synapses.
"""

from functools import lru_cache
from typing import Any

from hal9lib import checks
from hal9lib.connectivity._distance import Kernel, layout
from hal9lib.connectivity._distance_kernels import HELPERS, near_partners
from hal9lib.connectivity._drawing import flag
from hal9lib.connectivity._model import Connectivity
from hal9lib.errors import ParameterError

#: Kernel -> where it is cut off, in scales: beyond lies less than 1 synapse in a million.
CUTOFF = {"gaussian": 6.5, "exponential": 20.0, "radius": 1.0}


def by_distance(
    kernel: str,
    scale: float,
    peak: float = 1.0,
    period: Any = None,
    self_connections: bool = True,
) -> Connectivity:
    """Each pair with a probability of its distance d (doi:10.1371/journal.pcbi.1010086).

    Both populations have positions, which give the unit of `scale` and `period`. A pair has at
    most one synapse.

    Parameters
    ----------
    kernel : ``gaussian``: peak * exp(-d^2 / (2 scale^2)), 0 beyond 6.5 scales;
        ``exponential``: peak * exp(-d / scale), 0 beyond 20 scales;
        ``radius``: peak where d is `scale` at most, 0 beyond.
    scale : above 0.
    peak : probability at distance 0, above 0 and at most 1.
    period : length after which space repeats itself, one for all axes or one for each (None where
        it does not); d is then the shorter way round.
    self_connections : whether a neuron may be its own source, where both populations are one.

    Examples
    --------
    Of 100 neurons on a ring, 1 apart, each reaches those up to 3 away, itself included.

    >>> import hal9lib as hal9
    >>> network = hal9.Network()
    >>> ring = network.add(hal9.neurons.lif(), 100, positions=[[float(i)] for i in range(100)])
    >>> rule = by_distance("radius", scale=3.0, period=100.0)
    >>> _ = network.connect(ring, ring, rule, weight_mv=0.1, delay_ms=1.0)
    >>> network.synapses
    700
    """
    form = _kernel(kernel, scale, peak)
    period = _lengths(period)
    self_connections = flag("by_distance.self_connections", self_connections)

    @lru_cache(maxsize=8)
    def between(source: Any, target: Any) -> tuple[float, int]:
        without_self = source is target and not self_connections
        return layout(form, source, target, period).expected(without_self)

    @lru_cache(maxsize=1)  # asked for by every thread that builds
    def data(source: Any, target: Any) -> Any:
        return layout(form, source, target, period).data()

    return Connectivity(
        name="by_distance",
        parameters={
            "kernel": kernel,
            "scale": form.scale,
            "peak": form.peak,
            "period": period,
            "self_connections": self_connections,
        },
        partners=near_partners,
        arguments=(float(form.kind), form.peak, form.scale, form.cutoff, float(self_connections)),
        max_degree=lambda n_sources, _n_targets: n_sources,
        check=lambda _n_sources, _n_targets, _same_population: None,
        data=data,
        between=between,
        helpers=HELPERS,
    )


def _kernel(kernel: Any, scale: Any, peak: Any) -> Kernel:
    if not isinstance(kernel, str) or kernel not in CUTOFF:
        raise ParameterError(
            f"by_distance.kernel = {kernel!r} is not allowed; use one of {', '.join(CUTOFF)}."
        )
    scale = checks.number("by_distance.scale", scale, low=0.0, open_low=True)
    peak = checks.number("by_distance.peak", peak, low=0.0, high=1.0, open_low=True)
    return Kernel(list(CUTOFF).index(kernel), peak, scale, CUTOFF[kernel] * scale)


def _lengths(period: Any) -> list[float | None] | None:
    if period is None:
        return None
    given = list(period) if isinstance(period, list | tuple) else [period]
    if not 1 <= len(given) <= 3:
        raise ParameterError(
            f"by_distance.period = {period!r} is not allowed; use one to three lengths."
        )
    return [
        None if p is None else checks.number("by_distance.period", p, low=0.0, open_low=True)
        for p in given
    ]
