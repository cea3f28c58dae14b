"""Settings: what each variable may be, and that secrets do not show."""

from pathlib import Path

import pytest

from hal9lib.errors import SettingsError
from hal9lib.settings import read_settings

SECRETS = {
    "HAL9_STORE_URL": "postgresql://hal9:secret@db/runs",
    "JUPYTERHUB_API_TOKEN": "secret-token",
    "HAL9_COOKIE_SECRET": "secret-cookie",
    "HAL9_HUB_DATABASE_URL": "postgresql://hub:secret@db/hub",
}


def test_with_nothing_set():
    settings = read_settings({})
    assert settings.data == Path("data/local")
    assert settings.recordings == Path("data/local/recordings")
    assert settings.cache == Path("~/.cache/hal9").expanduser()
    assert settings.service_prefix == "/"
    assert (settings.api_port, settings.dashboards_port, settings.threads) == (0, 0, None)
    for name in ("store_url", "api_url", "hub_token", "hub_api_url", "cookie_secret", "public_url"):
        assert getattr(settings, name) is None


def test_an_empty_variable_is_one_that_is_not_set():
    assert read_settings(dict.fromkeys(SECRETS, "")) == read_settings({})


def test_folders_may_begin_at_home():
    settings = read_settings({"HAL9_DATA": "~/d", "HAL9_CACHE": "~/c"})
    assert (settings.data, settings.cache) == (Path.home() / "d", Path.home() / "c")
    assert read_settings({"XDG_CACHE_HOME": "/x"}).cache == Path("/x/hal9")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "HAL9_STORE_URL",
            "sqlite:///x",
            "HAL9_STORE_URL has value 'sqlite://…', not a store URL.",
        ),
        ("HAL9_STORE_URL", "secret", "HAL9_STORE_URL has value '://…', not a store URL. Known"),
        ("HAL9_API_PORT", "http", "HAL9_API_PORT has value 'http'; use a port from 0 to 65535."),
        ("HAL9_API_PORT", "65536", "HAL9_API_PORT has value '65536'; use a port from 0 to 65535."),
        ("HAL9_DASHBOARDS_PORT", "-1", "HAL9_DASHBOARDS_PORT has value '-1'; use a port"),
        ("HAL9_THREADS", "0", "HAL9_THREADS has value '0'; use a whole number from 1 to 1024."),
        ("HAL9_THREADS", "two", "HAL9_THREADS has value 'two'; use a whole number from 1 to 1024."),
    ],
)
def test_a_bad_value_names_the_variable_and_what_is_allowed(name, value, said):
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    assert str(caught.value).startswith(said)
    assert "secret" not in str(caught.value)


def test_secrets_do_not_show():
    settings = read_settings(SECRETS)
    assert settings.hub_token == "secret-token"
    assert "secret" not in repr(settings)
