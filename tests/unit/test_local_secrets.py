"""Secrets are made once, differ, and are refused where others can read them."""

import os
import stat
from pathlib import Path

import pytest

from hal9lib.errors import PlatformError
from hal9lib.local.secrets import NAMES, prepare_secrets

USERS = ["researcher", "viewer"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    made.mkdir(mode=0o700)
    return made


def test_every_secret_is_its_owners_alone(folder: Path) -> None:
    prepare_secrets(folder, USERS)
    files = sorted(folder.iterdir())
    assert len(files) == len(NAMES) + len(USERS)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_no_two_secrets_are_the_same_in_one_place_or_in_two(tmp_path: Path) -> None:
    values = []
    for name in ("a", "b"):
        place = tmp_path / name
        place.mkdir(mode=0o700)
        prepare_secrets(place, USERS)
        values += [file.read_text() for file in place.iterdir()]
    assert len(set(values)) == len(values) == 2 * (len(NAMES) + len(USERS))


def test_a_second_start_finds_the_same_secrets(folder: Path) -> None:
    first = prepare_secrets(folder, USERS)["password-researcher"]
    assert prepare_secrets(folder, USERS)["password-researcher"] == first


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o620])
def test_a_secret_others_can_open_is_refused_with_the_way_out(folder: Path, mode: int) -> None:
    prepare_secrets(folder, USERS)
    file = folder / "password-viewer"
    file.chmod(mode)
    with pytest.raises(PlatformError, match=rf"{file} has mode {mode:o}, .*chmod 600 {file}"):
        prepare_secrets(folder, USERS)


def test_a_folder_others_can_list_is_refused(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(PlatformError, match=rf"has mode 755.*chmod 700 {folder}"):
        prepare_secrets(folder, USERS)


def test_an_empty_secret_is_refused_not_used(folder: Path) -> None:
    prepare_secrets(folder, USERS)
    (folder / "token-api").write_text("\n")
    with pytest.raises(PlatformError, match=r"token-api is empty. Delete the file"):
        prepare_secrets(folder, USERS)


def test_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    prepare_secrets(folder, USERS)
    elsewhere = tmp_path / "elsewhere"
    os.replace(folder / "proxy", elsewhere)
    (folder / "proxy").symlink_to(elsewhere)
    with pytest.raises(PlatformError, match="proxy is a link; secrets are plain files"):
        prepare_secrets(folder, USERS)


def test_secrets_do_not_show_in_a_repr(folder: Path) -> None:
    kept = prepare_secrets(folder, USERS)
    assert kept["proxy"] not in repr(kept)
