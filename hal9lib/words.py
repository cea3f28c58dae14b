"""The parts of a network's description in plain words, for a terminal and for a page."""

import base64
from collections.abc import Mapping
from typing import Any

#: Keyword of a weight -> its unit as it is written.
UNITS = {"weight_mv": " mV", "weight_pa": " pA", "weight_ns": " nS", "weight": ""}
#: What the parameters of a distribution that may be cut are called.
BOUNDS = ("low", "high")


def projection(part: Mapping[str, Any]) -> str:
    """What leads from one population to another.

    >>> projection({"connectivity": {"name": "all_to_all", "parameters": {}},
    ...             "weight_pa": {"normal": [88.0, 9.0, 0.0]}, "delay_ms": 1.5,
    ...             "receptor": "excitatory_pa"})
    'all_to_all(), normal(88, 9, low=0) pA onto excitatory_pa, delay 1.5 ms'
    """
    rules = " and ".join(called(rule) for rule in part.get("plasticity", ()))
    plastic = f", plastic: {rules}" if rules else ""
    delay = f"delay {value(part['delay_ms'])} ms"
    return f"{called(part['connectivity'])}, {weight(part)}, {delay}{plastic}"


def drive(part: Mapping[str, Any]) -> str:
    """A Poisson train onto each neuron of a population.

    >>> drive({"rate_hz": 12_800.0, "weight_mv": 0.1})
    'Poisson, 12,800 Hz, 0.1 mV'
    """
    return f"Poisson, {part['rate_hz']:,.10g} Hz, {weight(part)}"


def weight(part: Mapping[str, Any]) -> str:
    """What a spike adds, its unit, and to which receptor where there are several."""
    keyword = next(name for name in UNITS if name in part)
    named = f" onto {part['receptor']}" if "receptor" in part else ""
    bare = "weight " if keyword == "weight" else ""
    return f"{bare}{value(part[keyword])}{UNITS[keyword]}{named}"


def called(plugin: Mapping[str, Any]) -> str:
    """A plug-in as it would be called.

    >>> called({"name": "lif", "parameters": {"tau_m_ms": 20.0}})
    'lif(tau_m_ms=20)'
    """
    given = plugin["parameters"].items()
    return f"{plugin['name']}({', '.join(f'{name}={value(v)}' for name, v in given)})"


def value(given: Any) -> str:
    """A parameter: a number, a distribution, how many values are given, or what else it is.

    >>> value({"normal": [1.5, 0.75, None, 5.25]}), value({"values": [1.0, 2.0]}), value(1e5)
    ('normal(1.5, 0.75, high=5.25)', '2 values', '100,000')
    """
    if isinstance(given, Mapping):
        return _values(given) if "values" in given else _drawn(given)
    if isinstance(given, bool) or not isinstance(given, int | float):
        return str(given)
    return f"{given:,.10g}"


def _drawn(given: Mapping[str, Any]) -> str:
    kind, numbers = next(iter(given.items()), ("", []))
    if len(given) != 1 or not isinstance(numbers, list):
        return "{" + ", ".join(f"{name}: {value(v)}" for name, v in given.items()) + "}"
    first = {"exponential": 1}.get(kind, 2)
    shown = [value(number) for number in numbers[:first]]
    bounds = zip(BOUNDS, numbers[first:], strict=False)
    shown += [f"{name}={value(bound)}" for name, bound in bounds if bound is not None]
    return f"{kind}({', '.join(shown)})"


def _values(given: Mapping[str, Any]) -> str:
    held = given["values"]
    if isinstance(held, str):
        size = 4 if given.get("dtype") == "<f4" else 8
        return f"{len(base64.b64decode(held)) // size:,} values"
    return f"{len(held):,} values"
