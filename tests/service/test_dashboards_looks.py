"""The pages' look, as far as numbers hold it: one palette, contrast, nothing from elsewhere."""

import re

import pytest

from dashboards.page import ASSETS
from hal9lib import palette

STYLE = (ASSETS / "style.css").read_text()
VARIABLES = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", STYLE))


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("variable", "constant"),
    [
        ("ink", "INK"),
        ("muted", "MUTED"),
        ("rule", "RULE"),
        ("paper", "PAPER"),
        ("good", "GOOD"),
        ("warn", "WARNING"),
        ("bad", "BAD"),
    ],
)
def test_the_pages_use_the_palette(variable, constant):
    assert VARIABLES[variable] == getattr(palette, constant).lower()


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "ground"),
        ("muted", "paper"),
        ("muted", "ground"),
        ("bar-ink", "bar"),
        ("bar-soft", "bar"),
    ],
)
def test_text_can_be_read(text, ground):
    assert contrast(VARIABLES[text], VARIABLES[ground]) >= 4.5


@pytest.mark.parametrize("mark", ["good", "warn", "bad"])
def test_signs_can_be_seen(mark):
    assert contrast(VARIABLES[mark], VARIABLES["paper"]) >= 3.0
    assert contrast(VARIABLES["accent"], VARIABLES["bar"]) >= 3.0


@pytest.mark.parametrize("path", sorted(ASSETS.iterdir()), ids=lambda path: path.name)
def test_no_file_names_another_place(path):
    text = path.read_text()
    assert len(text) > 100
    named = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"')]*", text)
    assert [address for address in named if not address.endswith("www.w3.org/2000/svg")] == []
    assert "@import" not in text
