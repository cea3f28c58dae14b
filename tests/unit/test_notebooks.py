"""What every notebook keeps to, read from its file. That its outputs are true is nbval's part."""

import ast
import configparser
import copy
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from run_notebooks import WIDGET, normalised  # noqa: E402 - a script beside the tests

PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IGNORED = "nbval-ignore-output"


@pytest.fixture(params=PATHS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def trees_of(notebook):
    return [ast.parse(cell.source) for cell in code_of(notebook)]


def test_there_are_notebooks_and_each_is_named_by_number_and_topic():
    assert len(PATHS) >= 3
    assert all(re.fullmatch(r"\d\d-[a-z0-9-]+\.ipynb", path.name) for path in PATHS)
    numbers = [path.name[:2] for path in PATHS]
    assert len(set(numbers)) == len(numbers), "two notebooks have one number"


def test_the_first_cell_says_question_source_time_and_memory(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    for part in ("**The question.**", "**The source.**", "**What it takes.**"):
        assert part in first.source
    assert re.search(r"doi\.org/10\.\d{4,}", first.source)
    takes = first.source.partition("**What it takes.**")[2]
    assert re.search(r"\d+ (seconds|minutes)", takes)
    assert re.search(r"\d+ (MB|GB)", takes)


def test_the_second_cell_holds_imports_seed_and_versions(notebook):
    second = notebook.cells[1]
    assert second.cell_type == "code"
    assert "import hal9lib as hal9" in second.source
    assert re.search(r"^SEEDS? = ", second.source, re.MULTILINE)
    assert "versions()" in second.source


def test_the_last_cell_says_what_was_found_and_what_would_refute_it(notebook):
    last = notebook.cells[-1]
    assert last.cell_type == "markdown"
    assert last.source.startswith("## What was found, and what would refute it")
    assert "**Refuted**" in last.source


def test_there_is_at_least_as_much_text_as_code(notebook):
    text = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert len(text) >= len(code_of(notebook)) > 0


def test_one_cell_in_ten_at_most_is_left_out_of_the_comparison(notebook):
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert set(tags) <= {IGNORED}, "no other tag is known"
    assert 10 * len(tags) <= len(notebook.cells)


def test_a_cell_that_is_left_out_claims_nothing(notebook):
    for cell in code_of(notebook):
        if IGNORED in cell.metadata.get("tags", []):
            assert not re.search(r"\bassert\b", cell.source)
            assert "version" in cell.source or "_s" in cell.source, "timings and versions alone"


def test_cells_are_short_and_definitions_shorter(notebook):
    for cell in code_of(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert 0 < len(lines) <= 10, cell.source
    for tree in trees_of(notebook):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                assert length <= 5, f"{node.name} has {length} lines; it belongs into hal9lib"
            assert not isinstance(node, ast.ClassDef), "a class belongs into hal9lib"


def test_no_cell_ends_with_a_semicolon(notebook):
    for cell in code_of(notebook):
        assert not cell.source.rstrip().endswith(";"), cell.source


def test_every_assert_says_what_it_claims_and_every_figure_has_one(notebook):
    asserts = [
        n for tree in trees_of(notebook) for n in ast.walk(tree) if isinstance(n, ast.Assert)
    ]
    assert all(node.msg is not None for node in asserts)
    figures = [
        output
        for cell in code_of(notebook)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert figures
    assert len(asserts) >= len(figures), "pictures are not compared: a claim stands beside each"


def test_it_was_run_once_from_top_to_bottom_without_errors(notebook):
    cells = code_of(notebook)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


def test_it_is_small_and_normalised(path, notebook):
    nbformat.validate(notebook)
    assert path.stat().st_size <= 200_000
    again = nbformat.writes(normalised(copy.deepcopy(notebook))) + "\n"
    assert again == path.read_text(encoding="utf-8"), "type: python tests/run_notebooks.py"
    assert WIDGET not in again


def test_nothing_in_it_names_a_machine_or_its_user(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/home/|/root/|/Users/|/tmp/|127\.0\.0\.1|localhost", text)


def test_the_reference_values_are_those_of_the_golden_files():
    notebook = nbformat.read(ROOT / "notebooks" / "03-brunel-regimes.ipynb", as_version=4)
    values = {
        node.targets[0].id: node.value
        for tree in trees_of(notebook)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    states = list(ast.literal_eval(values["STATES"]).values())
    golden = json.loads((ROOT / "tests" / "golden" / "brunel_nest.json").read_text())
    cases = {(case["g"], case["eta"]): case for case in golden["cases"]}
    for state, shown in zip(states, ast.literal_eval(values["NEST"].args[0]), strict=True):
        case = cases[state]
        assert shown[0] == pytest.approx(case["rate_E_hz"], abs=0.005)
        assert shown[1] == pytest.approx(case["cv_isi"], abs=0.0006)
        assert shown[2] == case["psth_peak_hz"]
    seeds = json.loads((ROOT / "tests" / "golden" / "brunel_nest_seeds.json").read_text())
    slow = next(p["runs"] for p in seeds["points"] if (p["g"], p["eta"]) == (4.5, 0.9))
    shown = ast.literal_eval(values["NEST_SLOW_HZ"].args[0])
    assert shown == pytest.approx([run["rate_E_hz"] for run in slow], abs=1e-9)


def test_the_sanitising_file_blurs_no_number_that_matters():
    path = ROOT / "tests" / "nbval_sanitize.cfg"
    config = configparser.ConfigParser()
    config.read_string(path.read_text(encoding="utf-8"))
    for section in config.sections():
        pattern = config[section]["regex"]
        for claim in ("37.84", "'SR': 667.5", "0.8656, 0.8656 to 0.9331", "1.012"):
            assert not re.search(pattern, claim), f"[{section}] blurs {claim}"
        before = path.read_text(encoding="utf-8").partition(f"[{section}]")[0]
        assert before.rstrip().splitlines()[-1].startswith("#"), f"[{section}] needs its reason"
