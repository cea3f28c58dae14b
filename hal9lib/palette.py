"""The colours of every figure and page: one calm set that colour-blind readers can tell apart.

Blue and burnt orange differ in hue for every common kind of colour blindness, and in lightness for
a grey print. Everything else is a grey, so that colour always means a population.
"""

from collections.abc import Sequence

EXCITATORY = "#1f6391"
INHIBITORY = "#d4692a"
#: For populations that are neither, in this order.
OTHERS = ("#4f8f73", "#8b6aa8", "#b58a1f", "#5b6b78")

INK = "#1f2933"  # text
MUTED = "#5f6c78"  # labels, axes
RULE = "#d5dbe1"  # thin lines
PAPER = "#ffffff"
GOOD, WARNING, BAD = "#2f7d5b", "#b7791f", "#b3362b"  # states, never populations

_LIGHTER = 0.28


def colours_of(names: Sequence[str]) -> dict[str, str]:
    """A colour for each population, by name: blues for E, oranges for I, others in turn.

    A second E (as in ``L23E``, ``L4E``) is a lighter blue than the first.

    >>> colours_of(["E", "I"]) == {"E": EXCITATORY, "I": INHIBITORY}
    True
    >>> colours_of(["L4E", "L5E", "cells"])["cells"] == OTHERS[0]
    True
    """
    seen = {"E": 0, "I": 0, "other": 0}
    colours: dict[str, str] = {}
    for name in names:
        kind = _kind(name)
        if kind == "other":
            colours[name] = OTHERS[seen[kind] % len(OTHERS)]
        else:
            base = EXCITATORY if kind == "E" else INHIBITORY
            colours[name] = lighter(base, _LIGHTER * (seen[kind] % 3))
        seen[kind] += 1
    return colours


def lighter(colour: str, share: float) -> str:
    """`colour` mixed with `share` (0 to 1) of white, as ``#rrggbb``.

    >>> lighter("#000000", 0.5)
    '#808080'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)


def _kind(name: str) -> str:
    lowered = name.strip().lower()
    if lowered.startswith("exc") or name.strip().endswith("E"):
        return "E"
    if lowered.startswith("inh") or name.strip().endswith("I"):
        return "I"
    return "other"
