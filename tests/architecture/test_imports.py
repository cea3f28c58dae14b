"""Imports point one way, and each heavy library has one place (see hal9lib/DECISIONS.md)."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from functools import cache

import pytest

from support.source_tree import PACKAGES, ROOT, imports_of, modules, tree_of

#: Part -> the parts, or single modules, it may import besides itself.
#: `hal9lib` alone is its version and public names.
MAY_IMPORT = {
    "errors": "",
    "syntax": "",
    "rng": "",
    "palette": "",
    "words": "",
    "settings": "errors",
    "checks": "errors",
    "family": "errors",
    "result": "errors",
    "values": "errors",
    "distributions": "checks errors values",
    "positions": "checks errors",
    # A function of a researcher's own is read and checked apart from what it is for.
    "own": "checks distributions errors syntax values",
    "neurons": "checks distributions errors family own rng",
    # Of the engine a rule knows the arithmetic that it is compiled with.
    "connectivity": "checks distributions errors family rng hal9lib.engine.mathematics",
    "plasticity": "checks distributions errors family own rng",
    "jit": "",
    "extras": "errors",
    "arrays": "errors",
    "graph": "arrays errors extras",
    "spike_trains": "arrays checks errors jit",
    "symbols": "arrays checks errors spike_trains",
    "phases": "checks errors spike_trains",
    "avalanche": "arrays",
    "nulls": "arrays checks errors family graph jit spike_trains",
    # Of the nulls a measure knows what a member is (_null), and no member.
    "measures": "arrays avalanche checks errors extras family graph jit nulls result spike_trains",
    "calibration": "avalanche errors extras family graph jit measures nulls result spike_trains",
    "logs": "",
    # A description names its models and rules, and finds them by name when it is read back.
    "parts": "checks connectivity distributions errors neurons plasticity",
    "part_checks": "checks connectivity distributions errors neurons parts plasticity",
    "network": "checks connectivity distributions errors neurons part_checks parts plasticity",
    # What is recorded, and files that are whole or not there: the engine and the stores use both.
    "recording": "checks errors network",
    # A run's figure and graph are made on request, by those who know how.
    "run": "checks errors hal9lib network plots hal9lib.engine.links",
    "plots": "checks errors graph jobs palette result run",
    # Of the families the engine knows what a member is (_model), and no member.
    "engine": "checks connectivity distributions errors extras network neurons part_checks parts "
    "plasticity recording rng run settings syntax hal9lib.stores.stream_tables "
    "hal9lib.stores.stream_writer hal9lib.stores.streams",
    "models": "checks connectivity distributions errors family network neurons parts plasticity "
    "rng",
    "sweeps": "checks engine errors network result run",
    "stores": "checks errors family network recording run settings",
    "jobs": "checks engine errors logs models network run settings stores",
    "widgets": "checks engine errors jobs models network palette plots result run settings",
    "bench": "checks engine errors models network run settings",
    "verify": "bench connectivity distributions engine errors models network neurons parts "
    "plasticity run",
    "service": "checks errors hal9lib network run settings stores",
    "local": "checks errors settings stores",
    "commands": "bench calibration checks engine errors hal9lib local models network run settings "
    "stores verify words",
    "cli": "commands errors hal9lib",
    # Data comes from the API; of the library, what reads a recording and folds a raster.
    "dashboards": "checks errors logs palette settings hal9lib.jobs.frames "
    "hal9lib.stores.recordings words",
    "hub_config": "checks errors settings",
}

#: Library -> the modules (by the beginning of their names) that may import it.
ONLY_IN = {
    "psycopg": ("hal9lib.stores.postgres", "hal9lib.stores.migrations", "hal9lib.local"),
    "psycopg_pool": ("hal9lib.stores.postgres",),
    "duckdb": ("hal9lib.stores",),
    "numba": ("hal9lib.engine", "hal9lib.jit"),
    "llvmlite": ("hal9lib.engine",),
    "panel": ("dashboards",),
    "bokeh": ("dashboards",),
    "tornado": ("dashboards", "hub_config"),
    "jupyterhub": ("dashboards", "hub_config"),
    "fastapi": ("hal9lib.service",),
    "starlette": ("hal9lib.service",),
    "uvicorn": ("hal9lib.service",),
    "structlog": ("hal9lib.service", "hal9lib.jobs"),
    "prometheus_client": ("hal9lib.service", "dashboards"),
    "matplotlib": ("hal9lib.plots",),
    "ipywidgets": ("hal9lib.widgets",),
}

#: Imported without being named in pyproject.toml: part of a library that is named there.
PART_OF = {
    "PIL": "matplotlib",
    "anyio": "fastapi",
    "jinja2": "panel",
    "llvmlite": "numba",
    "markupsafe": "panel",
    "psycopg_pool": "psycopg",
    "pydantic": "fastapi",
    "starlette": "fastapi",
    "tornado": "jupyterhub",
    "traitlets": "jupyterhub",
}

#: Beginning of a module's name -> the extras it may rely on besides the library's own needs.
EXTRAS = {
    "hal9lib": "notebook",  # inside functions only, see below
    "hal9lib.jobs": "service",
    "hal9lib.local": "service hub local",
    "hal9lib.service": "service",
    "hal9lib.stores.migrations": "service",
    "hal9lib.stores.postgres": "service",
    "dashboards": "dashboards",
    "hub_config": "hub",
}
#: Modules that cannot be imported with `pip install hal9lib` alone.
NEED_EXTRAS = (
    "hal9lib.jobs.worker",
    "hal9lib.local",
    "hal9lib.plots",
    "hal9lib.service",
    "hal9lib.stores.migrations",
    "hal9lib.stores.postgres",
    "hal9lib.widgets",
)

#: Scripts that run in an environment of their own, which they say how to make.
OWN_ENVIRONMENT = ("hal9lib.bench.peers.run_", "hal9lib.verify.run_nest")

#: Kernels import numpy, numba and what goes into the same generated module, no more.
KERNELS_MAY = {"numpy", "numba", "hal9lib.rng", "hal9lib.engine.intrinsics"} | {
    "hal9lib.engine.mathematics"
}


def part_of(module):
    """`hal9lib.engine.build` belongs to `engine`, `dashboards.live` to `dashboards`."""
    names = module.split(".")
    return names[1] if names[0] == "hal9lib" and len(names) > 1 else names[0]


def is_ours(name):
    return name.split(".")[0] in PACKAGES


def third_party(names):
    tops = {name.split(".")[0] for name in names if not is_ours(name)}
    return {top for top in tops if top not in sys.stdlib_module_names and top != "__future__"}


def begins_with(module, beginnings):
    return module.startswith(beginnings)


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_there_is_something_to_look_at():
    assert len(modules()) > 60
    assert "hal9lib.network" in imports_of("hal9lib.engine.simulation")
    assert "numpy" in imports_of("hal9lib.engine.drive_kernels")


def test_imports_point_one_way():
    problems = []
    for module in modules():
        part = part_of(module)
        if module == "hal9lib":  # the public names, each loaded when it is asked for
            continue
        assert part in MAY_IMPORT, f"{part} is a new part: say in MAY_IMPORT what it may import"
        allowed = {part, *MAY_IMPORT[part].split()}
        for name in sorted(imports_of(module)):
            if is_ours(name) and not {part_of(name), name} & allowed:
                problems.append(f"{module} may not import {name}")
    assert not problems, "\n".join(problems)


def test_the_engine_imports_no_particular_model_or_rule():
    families = ("neurons", "connectivity", "plasticity")
    for module in modules():
        if part_of(module) == "engine":
            members = {name for name in imports_of(module) if part_of(name) in families}
            wrong = {name for name in members if not name.split(".")[-1].startswith("_")}
            assert not wrong, f"{module} imports {', '.join(sorted(wrong))}"


def test_measures_import_no_particular_null():
    for module in modules():
        if part_of(module) == "measures":
            wrong = {name for name in imports_of(module) if part_of(name) == "nulls"}
            assert wrong <= {"hal9lib.nulls._null"}, f"{module} imports {', '.join(sorted(wrong))}"


def test_a_kernel_calls_kernels_of_its_own_file_only():
    """Numba's cache looks at one file: an edit of a kernel in another would not be seen."""
    found = 0
    for module, path in modules().items():
        tree = tree_of(path)
        foreign = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and is_ours(node.module or "")
            for alias in node.names
        }
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            if "kernel" in {getattr(d, "id", "") for d in function.decorator_list}:
                used = {n.id for part in function.body for n in ast.walk(part)
                        if isinstance(n, ast.Name)}  # fmt: skip
                assert not used & foreign, f"{module}.{function.name} uses {used & foreign}"
                found += 1
    assert found >= 0


def test_kernels_import_numpy_and_numba_only():
    kernels = {m for m in modules() if begins_with(m, ("hal9lib.engine.",)) and "kernels" in m}
    assert len(kernels) > 4
    for module in kernels:
        wrong = imports_of(module) - KERNELS_MAY - kernels
        assert not wrong, f"{module} imports {', '.join(sorted(wrong))}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_library_has_its_place(library):
    for module in modules():
        tops = {name.split(".")[0] for name in imports_of(module)}
        if library in tops:
            assert begins_with(module, ONLY_IN[library]), f"{module} imports {library}"


def extras_for(module):
    """The extras a module may rely on: those of the longest beginning of its name in EXTRAS."""
    fitting = [beginning for beginning in EXTRAS if module.startswith(beginning)]
    return EXTRAS[max(fitting, key=len)].split()


@cache
def distribution(library):
    """The names, as pyproject.toml spells them, under which a library may be installed."""
    library = PART_OF.get(library, library)
    found = _installed().get(library, [library])
    return {name.lower().replace("_", "-") for name in found}


@cache
def _installed():
    return importlib.metadata.packages_distributions()


def test_every_library_that_is_imported_is_declared_for_its_part(project):
    problems = []
    for module in modules():
        if begins_with(module, OWN_ENVIRONMENT):
            continue
        lines = list(project["dependencies"]) if module.startswith(("hal9lib", "dash")) else []
        for extra in extras_for(module):
            lines += project["optional-dependencies"][extra]
        declared = {re.split(r"[\[<>=~ ;]", line)[0].lower().replace("_", "-") for line in lines}
        for library in sorted(third_party(imports_of(module))):
            if not distribution(library) & declared:
                problems.append(f"{module} imports {library}, declared in no extra it may need")
    assert not problems, "\n".join(problems)


def test_the_library_alone_needs_no_extra(project):
    """At import time; a function may ask for an extra and name it when it is missing."""
    base = {re.split(r"[\[<>=]", text)[0] for text in project["dependencies"]} | {"llvmlite"}
    for module, path in modules().items():
        if not module.startswith("hal9lib") or begins_with(module, NEED_EXTRAS + OWN_ENVIRONMENT):
            continue
        at_import = [n for n in tree_of(path).body if isinstance(n, ast.Import | ast.ImportFrom)]
        names = set()
        for node in at_import:
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif not node.level and node.module:
                names.add(node.module)
        wrong = third_party(names) - base
        assert not wrong, f"{module} cannot be imported without {', '.join(sorted(wrong))}"


def test_importing_the_library_loads_nothing_heavy():
    heavy = ("numba", "pandas", "duckdb", "matplotlib", "scipy", "httpx", "psycopg", "panel")
    code = (
        "import sys, hal9lib; dir(hal9lib); "
        f"print(hal9lib.__version__, [n for n in {heavy} if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(maxsplit=1)[1].strip() == "[]"
