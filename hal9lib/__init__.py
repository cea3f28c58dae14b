"""HAL9: networks of neurons that organise themselves, simulated, measured and kept.

>>> import hal9lib as hal9
>>> network = hal9.models.brunel(neurons=1_000, indegree=100, seed=9)
>>> run = hal9.simulate(network, duration_ms=200)
>>> print(f"{run.rate_hz('E'):.1f} Hz")
66.0 Hz
"""

import importlib
from typing import Any

__version__ = "0.1.0"

#: Public name -> the module that holds it; loaded at first use, so that the import stays light.
_LAZY = {
    "avalanches": "hal9lib.avalanche",
    "layer_symbols": "hal9lib.symbols",
    "phases_from_spikes": "hal9lib.phases",
    "Network": "hal9lib.network",
    "Run": "hal9lib.run",
    "Simulation": "hal9lib.engine.simulation",
    "simulate": "hal9lib.engine.simulate",
    "read_stream": "hal9lib.stores.streams",
    "sweep": "hal9lib.sweeps.sweep",
    "open_store": "hal9lib.stores.opening",
    "uniform": "hal9lib.distributions",
    "normal": "hal9lib.distributions",
    "lognormal": "hal9lib.distributions",
    "exponential": "hal9lib.distributions",
}
_PACKAGES = (
    "bench",
    "connectivity",
    "errors",
    "measures",
    "models",
    "neurons",
    "nulls",
    "plasticity",
    "plots",
    "positions",
    "stores",
    "widgets",
)
__all__ = ["__version__", *sorted((*_LAZY, *_PACKAGES))]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    if name in _PACKAGES:
        return importlib.import_module(f"hal9lib.{name}")
    raise AttributeError(f"module 'hal9lib' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return list(__all__)
