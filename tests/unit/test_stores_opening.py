"""Which store an address, a setting or nothing at all opens."""

import re

import pytest

from hal9lib.errors import SettingsError, StoreError, StoreUnavailableError
from hal9lib.stores.duckdb_file import DuckDBStore
from hal9lib.stores.memory import MemoryStore
from hal9lib.stores.opening import duckdb_path, local_owner, open_store
from hal9lib.stores.remote import RemoteStore
from support.runs import a_run

NAMES = ("HAL9_STORE_URL", "HAL9_DATA", "HAL9_API_URL", "JUPYTERHUB_API_TOKEN")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_with_nothing_said_it_is_a_file_in_the_data_folder(tmp_path):
    with open_store() as store:
        assert isinstance(store, DuckDBStore)
        assert store.path == tmp_path / "data" / "local" / "hal9.duckdb"
        assert store.owner == local_owner()
        key = store.save(a_run())
    with open_store("duckdb://data/local/hal9.duckdb") as store:
        assert key in store


def test_the_data_folder_may_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HAL9_DATA", str(tmp_path / "elsewhere"))
    with open_store() as store:
        assert store.path == tmp_path / "elsewhere" / "hal9.duckdb"


def test_in_a_hub_it_is_the_service(monkeypatch):
    monkeypatch.setenv("HAL9_API_URL", "http://127.0.0.1:8000/services/api")
    assert isinstance(open_store(), DuckDBStore), "without a token nobody is logged in"
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "a-token")
    with open_store() as store:
        assert isinstance(store, RemoteStore)
        assert store.url == "http://127.0.0.1:8000/services/api"


def test_the_setting_comes_before_the_hub_and_the_argument_before_both(monkeypatch):
    monkeypatch.setenv("HAL9_API_URL", "http://127.0.0.1:8000/services/api")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "a-token")
    monkeypatch.setenv("HAL9_STORE_URL", "memory://")
    assert isinstance(open_store(), MemoryStore)
    assert isinstance(open_store("duckdb://here.duckdb"), DuckDBStore)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root:secret@db/x", "store address 'mysql://…' is not known. Known schemes:"),
        ("secret", "store address '…' is not known. Known schemes: duckdb, http, https, memory"),
        ("duckdb://", "a duckdb store needs a file; use duckdb:///absolute/path or"),
        ("duckdb:///folder/", "a duckdb store needs a file; use duckdb:///absolute/path or"),
        ("https://hal9.example", "a HAL9 service asks who you are: set JUPYTERHUB_API_TOKEN"),
        (
            "postgresql://u:secret@h:port/x",
            "the PostgreSQL address cannot be read; use postgresql",
        ),
    ],
)
def test_a_bad_address_is_told_without_its_secrets(url, said):
    with pytest.raises((SettingsError, StoreUnavailableError)) as caught:
        open_store(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_database_that_is_away_is_told_without_its_password():
    with pytest.raises(StoreUnavailableError) as caught:
        open_store("postgresql://hal9:secret@127.0.0.1:1/runs")
    assert str(caught.value) == (
        "PostgreSQL database runs at 127.0.0.1:1 does not let us in: Connection refused."
    )


def test_a_wrong_password_is_told_and_not_shown(postgres_url):
    wrong = re.sub(r"//hal9:[^@]*@", "//hal9:secret@", postgres_url)
    with pytest.raises(StoreUnavailableError) as caught:
        open_store(wrong)
    assert "does not let us in: FATAL:  password authentication failed for user" in str(
        caught.value
    )
    assert "secret" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/runs\.recordings cannot be made: .* Set HAL9_DATA"):
        open_store(f"duckdb://{tmp_path}/file/runs.duckdb")


def test_duckdb_addresses_are_relative_or_absolute():
    assert str(duckdb_path("duckdb://a.duckdb")) == "a.duckdb"
    assert str(duckdb_path("duckdb://a/b%20c.duckdb")) == "a/b c.duckdb"
    assert str(duckdb_path("duckdb:///a/b.duckdb")) == "/a/b.duckdb"
