"""Numbers, times and states in words; every state has a sign and a word, never colour alone."""

import math
import time
from dataclasses import dataclass

from markupsafe import Markup

#: The shape says the same as the word and the colour.
_SIGNS = {
    "good": '<circle cx="8" cy="8" r="7"/><path d="M4.8 8.3l2.2 2.2 4.2-4.6" class="cut"/>',
    "idle": '<circle cx="8" cy="8" r="7"/><path d="M6.2 5.2v5.6M9.8 5.2v5.6" class="cut"/>',
    "busy": '<circle cx="8" cy="8" r="7"/><path d="M8 4.4v3.9l2.6 1.5" class="cut"/>',
    "warn": '<path d="M8 1l7.4 13.5H.6z"/><path d="M8 6v4M8 12v.6" class="cut"/>',
    "bad": '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/>'
    '<path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" class="cut"/>',
}


@dataclass(frozen=True)
class State:
    """One word about how something is, with its tone (a key of the signs) and a sentence."""

    tone: str
    word: str
    sentence: str = ""

    def pill(self) -> Markup:
        """The word with its sign."""
        return Markup('<span class="state {}">{}<b>{}</b></span>').format(
            self.tone, sign(self.tone), self.word
        )


def sign(tone: str) -> Markup:
    """The sign of a tone, drawn."""
    drawn = Markup(_SIGNS[tone])  # noqa: S704 - a constant of this file
    return Markup('<svg class="sign {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>').format(
        tone, drawn
    )


def whole(number: float) -> str:
    """A whole number with its thousands apart.

    >>> whole(12345.6)
    '12,346'
    """
    return f"{round(number):,}"


def short(number: float) -> str:
    """A number of about three digits.

    >>> [short(x) for x in (0, 0.0421, 1.534, 27.12, 341.4, 12_345.6)]
    ['0', '0.042', '1.53', '27.1', '341', '12,346']
    """
    size = abs(number)
    if size >= 100 or not number:
        return whole(number)
    return f"{number:.{1 if size >= 10 else 2 if size >= 1 else 3}f}"


def ago(seconds: float) -> str:
    """How long ago, to one unit.

    >>> [ago(x) for x in (0.4, 12, 89, 4_000, 90_000, 400_000)]
    ['just now', '12 s ago', '1 min ago', '1 h ago', '1 day ago', '4 days ago']
    """
    if seconds < 1.5:
        return "just now"
    return f"{span(seconds)} ago"


def span(seconds: float) -> str:
    """A length of time, to one unit.

    >>> [span(x) for x in (0.25, 59, 61, 7_300, 200_000)]
    ['0 s', '59 s', '1 min', '2 h', '2 days']
    """
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3_600:
        return f"{int(seconds // 60)} min"
    if seconds < 86_400:
        return f"{int(seconds // 3_600)} h"
    days = int(seconds // 86_400)
    return f"{days} day{'s' if days > 1 else ''}"


def clock(moment_s: float, offset_min: float) -> str:
    """The time of day where the viewer is.

    Parameters
    ----------
    moment_s : seconds since 1970.
    offset_min : minutes to add to UTC.

    >>> clock(0.0, 60)
    '01:00:00'
    """
    return time.strftime("%H:%M:%S", time.gmtime(moment_s + 60 * offset_min))


def day(moment_s: float, offset_min: float) -> str:
    """Date and time where the viewer is.

    >>> day(0.0, 0)
    '1 Jan 1970, 00:00'
    """
    there = time.gmtime(moment_s + 60 * offset_min)
    return f"{there.tm_mday} {time.strftime('%b %Y, %H:%M', there)}"


def size(bytes_: float) -> str:
    """A number of bytes.

    >>> [size(x) for x in (512, 20_480, 3.4e9)]
    ['512 B', '20.5 kB', '3.4 GB']
    """
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(bytes_) < 1_000 or unit == "TB":
            return f"{bytes_:.0f} {unit}" if unit == "B" else f"{bytes_:.3g} {unit}"
        bytes_ /= 1_000
    raise AssertionError("the loop returns")


def milliseconds(value_ms: float) -> str:
    """A time that may be far below or above a second.

    >>> [milliseconds(x) for x in (0.02, 3.21, 870.0, 4_200.0)]
    ['under 0.1 ms', '3.21 ms', '870 ms', '4.20 s']
    """
    if value_ms < 0.1:
        return "under 0.1 ms"
    return f"{short(value_ms)} ms" if value_ms < 1_000 else f"{short(value_ms / 1e3)} s"


def nice_above(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, … that is not below `value`.

    >>> [nice_above(x) for x in (0.5, 1, 7, 38, 210)]
    [0.5, 1.0, 8.0, 40.0, 300.0]
    """
    if value <= 0:
        return 1.0
    base = 10.0 ** math.floor(math.log10(value))
    return next(m * base for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if m * base >= value * (1 - 1e-9))


def steady_top(previous: float, value: float) -> float:
    """The end of an axis that holds `value` and keeps still while it can.

    >>> steady_top(50.0, 38.0), steady_top(50.0, 60.0), steady_top(50.0, 5.0)
    (50.0, 60.0, 5.0)
    """
    if previous > 0 and 0.3 * previous <= value <= previous:
        return previous
    return nice_above(value)
