"""environment.yml (conda, Binder) names what pyproject.toml names, and nothing else."""

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Package index -> conda-forge, where the two have different names for one thing.
CONDA_NAMES = {"duckdb": "python-duckdb"}


def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text())


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def as_conda(requirement):
    name, floor = requirement.split(">=")
    return f"{CONDA_NAMES.get(name, name)}>={floor}"


def test_it_names_the_library_and_the_notebook_extra_with_the_same_floors():
    named = project()
    wanted = [*named["dependencies"], *named["optional-dependencies"]["notebook"]]
    packages = [item for item in environment()["dependencies"] if isinstance(item, str)]
    own = ["pip", f"python{named['requires-python']}"]
    assert len(wanted) > 8
    assert sorted(packages) == sorted([*map(as_conda, wanted), *own])


def test_the_project_itself_is_the_only_thing_pip_adds():
    pip = [item["pip"] for item in environment()["dependencies"] if isinstance(item, dict)]
    assert pip == [["-e ."]]


def test_channels_are_names():
    assert environment()["channels"] == ["conda-forge", "nodefaults"]
