""".env.example names every variable that HAL9 reads, sets none, and holds no secret."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_it_names_exactly_what_settings_reads():
    source = (ROOT / "hal9lib" / "settings.py").read_text()
    read = set(re.findall(r'"(HAL9_[A-Z_]+)"', source))
    named = set(re.findall(r"^#(HAL9_[A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert len(read) > 10
    assert named == read


def test_every_line_is_a_comment():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_what_is_secret_has_no_value():
    text = (ROOT / ".env.example").read_text()
    for name, value in re.findall(r"^#(HAL9_[A-Z_]+)=(.*)$", text, re.MULTILINE):
        if re.search("TOKEN|SECRET|PASSWORD", name):
            assert value == "", f"{name} shows a value"
