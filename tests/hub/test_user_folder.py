"""A user's notebooks: ours arrive, theirs stay."""

from pathlib import Path

import pytest

from hub_config.user_folder import prepare_user_folder


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / ".ipynb_checkpoints" / "01-first-checkpoint.ipynb").write_text("old")
    (folder / "data").mkdir()
    (folder / "01-first.ipynb").write_text("one")
    (folder / "data" / "table.csv").write_text("a,b")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_the_first_start_copies_all_but_checkpoints(ours: Path, home: Path) -> None:
    assert prepare_user_folder(home, ours) == ["01-first.ipynb", "data/table.csv"]
    assert (home / "notebooks" / "01-first.ipynb").read_text() == "one"
    assert not (home / "notebooks" / ".ipynb_checkpoints").exists()


def test_nothing_is_written_twice(ours: Path, home: Path) -> None:
    prepare_user_folder(home, ours)
    assert prepare_user_folder(home, ours) == []


def test_a_changed_notebook_is_never_overwritten(ours: Path, home: Path) -> None:
    prepare_user_folder(home, ours)
    (home / "notebooks" / "01-first.ipynb").write_text("mine")
    (ours / "01-first.ipynb").write_text("two")
    assert prepare_user_folder(home, ours) == []
    assert (home / "notebooks" / "01-first.ipynb").read_text() == "mine"


def test_a_file_that_was_there_before_us_is_never_overwritten(ours: Path, home: Path) -> None:
    (home / "notebooks").mkdir(parents=True)
    (home / "notebooks" / "01-first.ipynb").write_text("mine")
    assert prepare_user_folder(home, ours) == ["data/table.csv"]
    assert (home / "notebooks" / "01-first.ipynb").read_text() == "mine"


def test_an_untouched_notebook_follows_ours(ours: Path, home: Path) -> None:
    prepare_user_folder(home, ours)
    (ours / "01-first.ipynb").write_text("two")
    assert prepare_user_folder(home, ours) == ["01-first.ipynb"]
    assert (home / "notebooks" / "01-first.ipynb").read_text() == "two"


def test_a_new_notebook_appears(ours: Path, home: Path) -> None:
    prepare_user_folder(home, ours)
    (ours / "02-second.ipynb").write_text("new")
    assert prepare_user_folder(home, ours) == ["02-second.ipynb"]


def test_a_deleted_notebook_stays_deleted(ours: Path, home: Path) -> None:
    prepare_user_folder(home, ours)
    (home / "notebooks" / "01-first.ipynb").unlink()
    assert prepare_user_folder(home, ours) == []


def test_with_no_notebooks_there_is_an_empty_folder(tmp_path: Path, home: Path) -> None:
    assert prepare_user_folder(home, tmp_path / "none") == []
    assert (home / "notebooks").is_dir()
