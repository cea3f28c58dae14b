"""The last hour as small drawings: how long a part took, and how it was.

States differ in height as well as in colour; a minute that nobody looked at is left open.
"""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from dashboards.words import milliseconds, nice_above

HOUR_S = 3_600.0
WIDTH, HEIGHT = 300, 44
_STRIP = {"ok": (5, "good"), "degraded": (9, "warn"), "failed": (14, "bad")}
_WORST = ("ok", "degraded", "failed")

#: (time, state, latency in ms or None) of one component at one look.
Look = tuple[float, str, float | None]


def sparkline(looks: Sequence[Look], now_s: float, bins: int = 120) -> Markup:
    """Latency over the last hour: the highest in each half minute."""
    measured = [(t, ms) for t, _, ms in looks if ms is not None and t > now_s - HOUR_S]
    if not measured:
        return Markup('<div class="spark none">Nothing measured in the last hour.</div>')
    times, values = np.array(measured).T
    column = np.clip(((times - now_s + HOUR_S) / HOUR_S * bins).astype(int), 0, bins - 1)
    highest = np.full(bins, np.nan)
    np.fmax.at(highest, column, values)
    top = nice_above(float(values.max()))
    middle, most = milliseconds(float(np.median(values))), milliseconds(float(values.max()))
    words = f"median {middle}, highest {most}"
    return Markup(
        '<p class="scale soft">{words}</p>'
        '<svg class="spark" viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" '
        'aria-label="Latency in the last hour: {words}">'
        '<path class="floor" d="M0 {f}H{w}"/><path d="{path}"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, f=HEIGHT - 0.5, words=words, path=_path(highest, top))


def strip(looks: Sequence[Look], now_s: float, minutes: int = 60) -> Markup:
    """One mark a minute: the worst state seen in it."""
    worst: dict[int, int] = {}
    for time_s, state, _ in looks:
        minute = int((time_s - now_s + HOUR_S) // 60)
        if 0 <= minute < minutes and state in _WORST:
            worst[minute] = max(worst.get(minute, 0), _WORST.index(state))
    step = WIDTH / minutes
    marks = []
    for minute in range(minutes):
        height, tone = _STRIP[_WORST[worst[minute]]] if minute in worst else (2, "none")
        x = f"{minute * step + 0.5:.1f}"
        mark = Markup('<rect class="{}" x="{}" y="{}" width="{:.1f}" height="{}"/>')
        marks.append(mark.format(tone, x, 14 - height, step - 1, height))
    ill = sum(1 for state in worst.values() if state)
    words = f"{len(worst)} of the last {minutes} minutes were looked at, {ill} not well"
    return Markup(
        '<svg class="strip" viewBox="0 0 {} 14" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>'
    ).format(WIDTH, words, Markup("").join(marks))


def _path(values: np.ndarray, top: float) -> str:
    """An SVG path through the values that are there, broken where none is."""
    parts, pen = [], "M"
    for number, value in enumerate(values):
        if np.isnan(value):
            pen = "M"
            continue
        x = (number + 0.5) * WIDTH / len(values)
        y = HEIGHT - 2 - (HEIGHT - 4) * value / top
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        # A lone value is drawn as a short dash, else it would not be seen.
        if pen == "M":
            parts.append(f"h{0.6 * WIDTH / len(values):.1f}")
        pen = "L"
    return "".join(parts)
