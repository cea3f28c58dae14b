"""The results page is made from its figures alone, and says what was missed."""

import json
import platform
import re

import pytest

from hal9lib.bench import cases, page
from hal9lib.bench.cases import CASES, Target
from hal9lib.errors import ParameterError

BRUNEL = {
    "model": "brunel", "threads": 2, "wall_per_model_s": 0.5, "walls_per_model_s": [0.4, 0.5, 0.9],
    "synaptic_events_per_s": 1.2e9, "limit_events_per_s": 2e9, "share_of_limit": 0.6,
    "rate_hz": 37.5, "build_s": 0.25, "peak_rss_mb": 200.0, "two_against_one": 1.5,
    "neurons_alone_wall_per_model_s": 0.15, "free_cores": [1.9, 1.2],
    "nest_ratio": 25.0, "rate_tolerance": 0.05,
    "peers": {"nest": {"wall_per_model_s": 12.5, "rate_hz": 45.0, "versions": {"nest": "3.10.0"},
                       "variants": [{"wall_per_model_s": 12.5, "threads": 2, "homogeneous": True},
                                    {"wall_per_model_s": 20.0, "threads": 1,
                                     "homogeneous": False}],
                       "stopped": [{"threads": 2, "homogeneous": False, "after_s": 180.0}]}},
    "rates_agree": {"nest": False},
}  # fmt: skip
STARTUP = {"import_s": 0.004, "first_spike_warm_s": 0.7, "first_spike_cold_s": 12.0}


@pytest.fixture
def records():
    return {
        "brunel 12,500 x 1,250": page._stamped(BRUNEL),
        "potjans, full scale": page._stamped({"missing": "no model is called potjans"}),
        "startup": page._stamped(STARTUP),
    }


def test_the_page_shows_each_figure_and_what_was_missed(records):
    text = page.render(records)
    row = next(line for line in text.splitlines() if line.startswith("| brunel 12,500 x 1,250, 2"))
    assert row == (
        "| brunel 12,500 x 1,250, 2 threads | 0.5 [0.4, 0.9] | 1,200 | 60 % of 2,000 | 12.5 (25) "
        "| – | 37.50 | 0.25 | 200 | 1.50 |"
    )
    header = next(line for line in text.splitlines() if line.startswith("| Case | HAL9"))
    assert header.count("|") == row.count("|")
    assert "| ≥ 0.7 of the limit | 0.6 | **missed by 1.2 times** |" in text
    assert "| ≥ 20 times NEST | 25 |  |" in text
    assert "| ≥ 20 times Brian2 | – | not measured |" in text
    assert "| potjans, full scale | ≤ 3000 MB | – | no model is called potjans |" in text
    assert "≤ 10 s to the first spike, empty cache | 12 | **missed by 1.2 times** |" in text
    assert "NEST fires at 45.00 Hz, HAL9 at 37.50: further apart than the 5 % allowed." in text
    assert "12.5 on 2 with one weight a kind, 20 on 1; stopped after 180 s on 2." in text
    assert "neurons and drives alone take 0.15; its events at the limit would take 0.3;" in text
    assert "The machine was busy: 1.2 cores free." in text


def test_the_page_names_processor_versions_command_and_date_and_no_machine(records):
    text = page.render(records)
    assert records["startup"]["date"] in text
    assert page.COMMAND in text
    assert "nest 3.10.0" in text
    assert "numba" in text
    assert " cores, " in text
    assert not re.search(rf"\b{re.escape(platform.node())}\b", text)


def test_only_what_is_named_is_measured_and_the_rest_kept(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(page, "measure_case", lambda case, _: asked.append(case.name) or BRUNEL)
    monkeypatch.setattr(page, "measure_startup", lambda: STARTUP)
    path = tmp_path / "engine.md"
    page.write_page(path, str, ["startup"])
    page.write_page(path, str, ["brunel 12,500", "stdp"])
    assert asked == ["brunel 12,500 x 1,250", "stdp"]
    kept = json.loads((tmp_path / "engine.json").read_text())
    assert set(kept) == {"startup", "brunel 12,500 x 1,250", "stdp"}
    assert path.read_text() == page.render(kept)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["engine.json", "engine.md"]


def test_an_interrupt_keeps_the_cases_before_it(tmp_path, monkeypatch):
    def measure_case(case, say):
        if case.name.startswith("brunel 100"):
            raise KeyboardInterrupt
        return BRUNEL

    monkeypatch.setattr(page, "measure_case", measure_case)
    with pytest.raises(KeyboardInterrupt):
        page.write_page(tmp_path / "engine.md", str)
    assert set(json.loads((tmp_path / "engine.json").read_text())) == {"brunel 12,500 x 1,250"}


@pytest.mark.parametrize(
    ("path", "only", "text"),
    [
        ("engine.txt", [], "use a file ending in .md in a folder there is"),
        ("no/such/engine.md", [], "use a file ending in .md in a folder there is"),
        ("engine.md", ["growth"], "--only = 'growth' is no case; known: brunel 12,500 x 1,250, "),
    ],
)
def test_a_wrong_page_is_refused(tmp_path, path, only, text):
    with pytest.raises(ParameterError, match=text):
        page.write_page(tmp_path / path, str, only)
    assert list(tmp_path.iterdir()) == []


def test_every_target_is_a_figure_that_a_case_gives():
    given = set(BRUNEL) | {"us_per_step", "brian2_ratio"}
    for case in CASES:
        for target in case.targets:
            assert target.figure in given, f"{case.name}: {target.figure}"
            if target.figure.endswith("_ratio"):
                assert target.figure.removesuffix("_ratio") in case.peers
    assert len({case.name for case in CASES}) == len(CASES) >= 10


def test_a_target_is_a_bound():
    least, most = Target("x", "times", 20.0), Target("x", "MB", 450.0, at_least=False)
    assert least.met(20.0)
    assert most.met(450.0)
    assert least.missed_by(10.0) == 2.0
    assert most.missed_by(900.0) == 2.0
    assert least.missed_by(30.0) == 1.0


def test_a_model_that_is_not_there_leaves_a_record(monkeypatch):
    monkeypatch.setattr(cases, "measure", None)
    case = cases.Case("x", "no_such_model")
    assert cases.measure_case(case, str) == {"missing": "no model is called no_such_model"}


def test_a_case_has_its_own_threads_and_measures_aside_only_where_it_says(monkeypatch):
    asked = []

    def measure(model, arguments, *, threads, repeats, neurons_alone=False, **more):
        asked.append((threads, neurons_alone))
        return {"wall_per_model_s": 2.0 / threads}

    monkeypatch.setattr(cases, "measure", measure)
    record = cases.measure_case(cases.Case("x", "brunel", peers=(), threads=1), str)
    assert asked == [(1, False), (2, False), (1, True)]
    assert record["two_against_one"] == 2.0
    asked.clear()
    assert cases.measure_case(cases.Case("x", "brunel", peers=(), aside=False), str) == {
        "wall_per_model_s": 1.0
    }
    assert asked == [(2, False)]
