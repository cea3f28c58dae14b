"""The doctor: well on a fresh place, and each illness named with its cure."""

import socket
from pathlib import Path

import pytest

from hal9lib.local import doctor, doctor_platform
from hal9lib.local.folders import Folders, prepare_folders
from hal9lib.local.secrets import prepare_secrets


def table(data: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = doctor.main(data)
    return code, capsys.readouterr().out


def test_a_fresh_place_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = table(tmp_path / "data", capsys)
    assert code == 0
    assert "Nothing is wrong." in shown
    assert not (tmp_path / "data").exists()
    for check in doctor.CHECKS:
        assert f" {check.name} " in shown


def test_a_shared_secret_fails_with_the_line_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = prepare_folders(tmp_path / "data")
    prepare_secrets(folders.secrets, ["viewer"])
    (folders.secrets / "password-viewer").chmod(0o644)
    code, shown = table(folders.data, capsys)
    assert code == 1
    assert f"FAIL  secrets      others can read {folders.secrets / 'password-viewer'}" in shown
    assert f"-> chmod -R go= {folders.secrets}" in shown
    assert f"1 of {len(doctor.CHECKS)} checks failed." in shown


def test_a_setting_that_cannot_be_used_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAL9_STORE_URL", "postgre://me:hidden@host/db")
    code, shown = table(tmp_path / "data", capsys)
    assert code == 1
    assert "HAL9_STORE_URL has value 'postgre://…', not a store URL" in shown
    assert "hidden" not in shown


def test_a_taken_port_is_a_warning_with_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        monkeypatch.setattr(doctor_platform, "USUAL_PORT", taken)
        found = doctor_platform.port(Folders(tmp_path / "data"))
    assert found.grade == "warn"
    assert found.mend == f"./hal9 up --port {taken + 1}"
