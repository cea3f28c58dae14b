"""Habits that keep the source readable: short files, documented names, one reader of settings."""

import ast
import re

import pytest

from support.source_tree import ROOT, modules, tree_of

FILE_LINES = 300
FUNCTION_LINES = 40
KERNEL_LINES = 60
#: "path" or "path::function" where a limit does not hold: the reason.
LONGER: dict[str, str] = {}

FAMILIES = ("neurons", "connectivity", "plasticity", "measures", "nulls", "models")
#: Public in a plug-in's file because the engine takes their source into its loop.
GIVEN_TO_THE_ENGINE = {"constants", "step", "partners", "on_pre", "on_post", "on_interval"}
#: The doors, whose words go to the person at the terminal.
MAY_PRINT = ("hal9lib.cli", "hal9lib.commands.")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_lines(function):
    """A function's lines without its docstring: what has to be understood."""
    total = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        total -= first.end_lineno - first.lineno + 1
    return total


def functions_of(tree):
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


def public_names(tree):
    """(name, node) of the public functions and classes of a module, and public methods."""
    for node in tree.body:
        if isinstance(node, (*Function.__args__, ast.ClassDef)) and node.name[0] != "_":
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Function) and inner.name[0] != "_":
                        yield f"{node.name}.{inner.name}", inner


def overrides(name, tree):
    """Whether Class.method is one a base class in another file documents."""
    if "." not in name:
        return False
    owner = next(n for n in tree.body if getattr(n, "name", "") == name.split(".")[0])
    return bool(owner.bases)


def sources():
    for module, path in modules().items():
        yield module, path, tree_of(path)


def assert_none(problems):
    assert not problems, f"{len(problems)} found:\n" + "\n".join(problems)


def test_files_and_functions_are_short():
    problems = []
    for module, path, tree in sources():
        lines = (ROOT / path).read_text().count("\n")
        if lines > FILE_LINES and str(path) not in LONGER:
            problems.append(f"{path} has {lines} lines; {FILE_LINES} at most")
        limit = KERNEL_LINES if module.endswith("kernels") else FUNCTION_LINES
        for function in functions_of(tree):
            length, name = own_lines(function), f"{path}::{function.name}"
            if length > limit and name not in LONGER:
                problems.append(f"{name} has {length} lines; {limit} at most")
    assert_none(problems)


def test_exemptions_are_still_needed():
    lengths = {}
    for _module, path, tree in sources():
        lengths[str(path)] = (ROOT / path).read_text().count("\n"), FILE_LINES
        for function in functions_of(tree):
            lengths[f"{path}::{function.name}"] = own_lines(function), FUNCTION_LINES
    for name in LONGER:
        length, limit = lengths.get(name, (0, 0))
        assert length > limit, f"{name} needs no exemption any more"


def test_every_public_name_says_what_it_is():
    problems = []
    for _module, path, tree in sources():
        if not ast.get_docstring(tree):
            problems.append(f"{path} does not say what it is")
        for name, node in public_names(tree):
            if not (ast.get_docstring(node) or overrides(name, tree)):
                problems.append(f"{path}: {name} has no docstring")
    assert_none(problems)


def members():
    for module in modules():
        names = module.split(".")
        if len(names) == 3 and names[1] in FAMILIES and names[2][0] != "_":
            yield module


@pytest.mark.parametrize("module", list(members()))
def test_a_plug_in_is_one_documented_function_with_an_example(module):
    name = module.rpartition(".")[2]
    tree = tree_of(modules()[module])
    functions = {n.name: n for n in tree.body if isinstance(n, Function) and n.name[0] != "_"}
    assert functions.keys() - GIVEN_TO_THE_ENGINE == {name}, f"{module}: one public function"
    text = ast.get_docstring(functions[name]) or ""
    whole = (ast.get_docstring(tree) or "") + text
    assert ">>>" in text, f"{module}.{name} has no example"
    arguments = [*functions[name].args.args, *functions[name].args.kwonlyargs]
    unexplained = [a.arg for a in arguments if a.arg not in text]
    assert not unexplained, f"{module}.{name} does not explain {', '.join(unexplained)}"
    assert re.search(r"doi:|doi\.org|Source", whole), f"{module} names no source"


def test_the_families_have_members():
    assert {module.split(".")[1] for module in members()} >= {"neurons", "connectivity", "models"}


def test_only_settings_reads_the_environment():
    problems = []
    names = {"environ", "environb", "getenv", "putenv"}
    for module, path, tree in sources():
        for node in ast.walk(tree):
            read = isinstance(node, ast.Attribute) and node.attr in names
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                read = any(alias.name in names for alias in node.names)
            if read and module != "hal9lib.settings":
                problems.append(f"{path}:{node.lineno} reads the environment; settings.py does")
    assert_none(problems)


def test_the_library_does_not_print():
    problems = []
    for module, path, tree in sources():
        for node in ast.walk(tree):
            prints = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
            if prints and not module.startswith(MAY_PRINT):
                problems.append(f"{path}:{node.lineno} prints")
    assert_none(problems)


def test_no_star_imports_and_no_errors_swallowed_whole():
    problems = []
    for _module, path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                problems.append(f"{path}:{node.lineno} imports *")
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                problems.append(f"{path}:{node.lineno} catches everything")
    assert_none(problems)
