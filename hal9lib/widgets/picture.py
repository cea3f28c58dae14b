"""A frame → an SVG picture of raster and rates. Its cost depends on the frame's size alone."""

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hal9lib.palette import INK, MUTED, PAPER, RULE, colours_of, lighter

WIDTH, HEIGHT = 760, 410
_LEFT, _RIGHT = 84, 744
_RASTER_TOP, _RASTER_BOTTOM = 14, 264
_RATES_TOP, _RATES_BOTTOM = 286, 362
_SHADES = 16
_LINE = 15  # height of a line of text


def picture_of(frame: Mapping[str, Any]) -> bytes:
    """The picture of a frame (see `hal9lib.jobs.frames`), as UTF-8 encoded SVG.

    Above, time runs to the right and each row stands for neighbouring neurons, darker where more
    of them fired; below are the populations' rates.
    """
    populations = frame["populations"]
    colours = colours_of([p["name"] for p in populations])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="4" fill="{PAPER}"/>',
        _raster(frame, [colours[p["name"]] for p in populations]),
        *_bands(frame, colours),
        *_time_axis(frame),
        *_rates(frame, colours),
        "</svg>",
    ]
    return "\n".join(parts).encode()


def _raster(frame: Mapping[str, Any], colours: Sequence[str]) -> str:
    rows, columns = frame["raster"]["rows"], frame["raster"]["columns"]
    counts = np.frombuffer(base64.b64decode(frame["raster"]["counts"]), np.uint8)
    counts = counts.reshape(rows, columns)
    fired = counts[counts > 0]
    full = max(1.0, float(np.percentile(fired, 99.5))) if len(fired) else 1.0
    shades = np.ceil((counts / full) ** 0.8 * (_SHADES - 1)).clip(0, _SHADES - 1).astype(np.uint8)
    band = np.zeros(rows, np.uint8)
    for number, population in enumerate(frame["populations"]):
        first = population["first_row"]
        band[first : first + population["rows"]] = number % _SHADES
    palette = [
        lighter(colours[number % len(colours)], 1.0 - shade / (_SHADES - 1))
        for number in range(_SHADES)
        for shade in range(_SHADES)
    ]
    data = base64.b64encode(png(band[:, None] * _SHADES + shades, palette)).decode("ascii")
    return (
        f'<image x="{_LEFT}" y="{_RASTER_TOP}" width="{_RIGHT - _LEFT}" '
        f'height="{_RASTER_BOTTOM - _RASTER_TOP}" preserveAspectRatio="none" '
        f'style="image-rendering: pixelated" href="data:image/png;base64,{data}"/>'
    )


def _bands(frame: Mapping[str, Any], colours: Mapping[str, str]) -> list[str]:
    """Each population's name and rate beside its rows, and a line between two of them."""
    height = (_RASTER_BOTTOM - _RASTER_TOP) / frame["raster"]["rows"]
    parts = []
    for population in frame["populations"]:
        top = _RASTER_TOP + population["first_row"] * height
        middle = top + population["rows"] * height / 2.0
        if population["first_row"]:
            parts.append(_line(_LEFT, top, _RIGHT, top, RULE))
        lines = [population["name"][:10], f"{population['rate_hz']:.1f} Hz"]
        # A thin band has room for one line of text, or for none.
        shown = lines[: int(population["rows"] * height // (0.8 * _LINE))]
        for number, text in enumerate(shown):
            y = middle + 4 + (number - (len(shown) - 1) / 2.0) * _LINE
            parts.append(_text(_LEFT - 8, y, text, colours[population["name"]], "end"))
    parts.append(_line(_LEFT, _RASTER_TOP, _LEFT, _RASTER_BOTTOM, MUTED))
    return parts


def _time_axis(frame: Mapping[str, Any]) -> list[str]:
    """Ticks at whole fifths of the window, which move with it; none before time 0."""
    window_ms, now_ms = frame["window_ms"], frame["time_ms"]
    step_ms = window_ms / 5.0
    first = max(0, int(np.ceil((now_ms - window_ms) / step_ms - 1e-9)))
    parts = [_line(_LEFT, _RATES_BOTTOM, _RIGHT, _RATES_BOTTOM, MUTED)]
    for number in range(first, int(np.floor(now_ms / step_ms + 1e-9)) + 1):
        x = _across(number * step_ms, frame)
        parts.append(_line(x, _RATES_BOTTOM, x, _RATES_BOTTOM + 4, MUTED))
        parts.append(_text(x, _RATES_BOTTOM + 17, f"{number * step_ms / 1e3:.1f}", MUTED, "middle"))
    parts.append(_text((_LEFT + _RIGHT) / 2, HEIGHT - 12, "time (s)", INK, "middle"))
    return parts


def _rates(frame: Mapping[str, Any], colours: Mapping[str, str]) -> list[str]:
    rates = frame["rates"]
    names = [p["name"] for p in frame["populations"]]
    top_hz = _ceiling(max((max(rates[name], default=0.0) for name in names), default=0.0))
    middle = (_RATES_TOP + _RATES_BOTTOM) / 2
    parts = [
        _line(_LEFT, _RATES_TOP, _LEFT, _RATES_BOTTOM, MUTED),
        _line(_LEFT - 4, _RATES_TOP, _LEFT, _RATES_TOP, MUTED),
        _text(_LEFT - 8, _RATES_TOP + 4, f"{top_hz:g}", MUTED, "end"),
        _text(_LEFT - 8, _RATES_BOTTOM + 4, "0", MUTED, "end"),
        _text(_LEFT - 8, middle + 4, "rate (Hz)", INK, "end"),
    ]
    x = [_across(time_ms, frame) for time_ms in rates["time_ms"]]
    for number, name in enumerate(names):
        y = [_RATES_BOTTOM - (_RATES_BOTTOM - _RATES_TOP) * hz / top_hz for hz in rates[name]]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        if number == 0 and x:
            # An area, so that it still shows where the next one runs on top of it.
            ends = f"{x[0]:.1f},{_RATES_BOTTOM} {points} {x[-1]:.1f},{_RATES_BOTTOM}"
            parts.append(f'<polygon points="{ends}" fill="{lighter(colours[name], 0.72)}"/>')
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colours[name]}" stroke-width="1.2"/>'
        )
    return parts


def png(pixels: NDArray[np.uint8], palette: Sequence[str]) -> bytes:
    """(height, width) numbers of colours, and up to 256 colours ``#rrggbb``, as a PNG file."""
    height, width = pixels.shape
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with its filter, 0 for none
    rows[:, 1:] = pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", bytes.fromhex("".join(colour[1:] for colour in palette))),
        (b"IDAT", zlib.compress(rows.tobytes(), 6)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _across(time_ms: float, frame: Mapping[str, Any]) -> float:
    share = 1.0 - (frame["time_ms"] - time_ms) / frame["window_ms"]
    return _LEFT + share * (_RIGHT - _LEFT)


def _ceiling(value: float) -> float:
    """The next of 10, 20, 50, 100, … at or above a rate, so that the axis keeps still."""
    value = max(value, 10.0)
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - 1e-12)))


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" fill="none"/>'


def _text(x: float, y: float, text: str, colour: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{escape(text)}</text>'
