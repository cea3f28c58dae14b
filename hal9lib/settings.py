"""The only reader of environment variables: what each means, its default, what is allowed."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from hal9lib.errors import SettingsError

STORE_SCHEMES = ("duckdb", "http", "https", "memory", "postgresql")


@dataclass(frozen=True)
class Settings:
    """One reading of the environment. Secrets do not show in its repr."""

    data: Path
    cache: Path
    store_url: str | None = field(repr=False)
    hub_database_url: str | None = field(repr=False)
    api_url: str | None
    hub_token: str | None = field(repr=False)
    hub_api_url: str | None
    service_name: str | None
    service_prefix: str
    api_port: int
    dashboards_port: int
    cookie_secret: str | None = field(repr=False)
    threads: int | None
    public_url: str | None

    @property
    def recordings(self) -> Path:
        """Where Parquet recordings lie."""
        return self.data / "recordings"


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """The settings as the environment has them now.

    Raises SettingsError naming the variable, its value and what is allowed.

    >>> read_settings({"HAL9_STORE_URL": "postgre://x"})
    Traceback (most recent call last):
    ...
    hal9lib.errors.SettingsError: HAL9_STORE_URL has value 'postgre://…', not a store URL. \
Known schemes: duckdb, http, https, memory, postgresql.
    """
    env = dict(os.environ) if environ is None else environ
    data = Path(env.get("HAL9_DATA") or "data/local").expanduser()
    return Settings(
        data=data,
        cache=_cache_folder(env),
        store_url=_store_url(env),
        hub_database_url=env.get("HAL9_HUB_DATABASE_URL") or None,
        api_url=env.get("HAL9_API_URL") or None,
        hub_token=env.get("JUPYTERHUB_API_TOKEN") or None,
        hub_api_url=env.get("JUPYTERHUB_API_URL") or None,
        service_name=env.get("JUPYTERHUB_SERVICE_NAME") or None,
        service_prefix=env.get("JUPYTERHUB_SERVICE_PREFIX") or "/",
        api_port=_port(env, "HAL9_API_PORT"),
        dashboards_port=_port(env, "HAL9_DASHBOARDS_PORT"),
        cookie_secret=env.get("HAL9_COOKIE_SECRET") or None,
        threads=_threads(env),
        public_url=env.get("JUPYTERHUB_PUBLIC_URL") or None,
    )


@dataclass(frozen=True)
class HubSettings:
    """What the hub is told by whoever starts it. Secrets do not show in its repr."""

    data: Path
    secrets: Path
    public_port: int
    hub_port: int
    proxy_port: int
    api_port: int
    dashboards_port: int
    database_url: str = field(repr=False)
    cookie_secret: str = field(repr=False)
    proxy_token: str = field(repr=False)
    api_token: str = field(repr=False)
    dashboards_token: str = field(repr=False)
    culler_token: str = field(repr=False)


def read_hub_settings(environ: dict[str, str] | None = None) -> HubSettings:
    """The hub's settings, all of which must be set: none has a default.

    Raises SettingsError naming the variable that is missing.

    >>> read_hub_settings({})
    Traceback (most recent call last):
    ...
    hal9lib.errors.SettingsError: HAL9_DATA is not set. The hub is started by `./hal9 up`, \
which sets it.
    """
    env = dict(os.environ) if environ is None else environ
    return HubSettings(
        data=Path(_required(env, "HAL9_DATA")),
        secrets=Path(_required(env, "HAL9_SECRETS")),
        public_port=_port(env, "HAL9_PORT"),
        hub_port=_port(env, "HAL9_HUB_PORT"),
        proxy_port=_port(env, "HAL9_PROXY_API_PORT"),
        api_port=_port(env, "HAL9_API_PORT"),
        dashboards_port=_port(env, "HAL9_DASHBOARDS_PORT"),
        database_url=_required(env, "HAL9_HUB_DATABASE_URL"),
        cookie_secret=_required(env, "HAL9_COOKIE_SECRET"),
        proxy_token=_required(env, "CONFIGPROXY_AUTH_TOKEN"),
        api_token=_required(env, "HAL9_API_TOKEN"),
        dashboards_token=_required(env, "HAL9_DASHBOARDS_TOKEN"),
        culler_token=_required(env, "HAL9_CULLER_TOKEN"),
    )


def _required(env: dict[str, str], name: str) -> str:
    if not env.get(name):
        raise SettingsError(f"{name} is not set. The hub is started by `./hal9 up`, which sets it.")
    return env[name]


def inherited_environment(*, without: tuple[str, ...] = ()) -> dict[str, str]:
    """A copy of this process's environment for a child, less the names in `without`.

    >>> "PATH" in inherited_environment(), "PATH" in inherited_environment(without=("PATH",))
    (True, False)
    """
    return {name: value for name, value in os.environ.items() if name not in without}


def _cache_folder(env: dict[str, str]) -> Path:
    if env.get("HAL9_CACHE"):
        return Path(env["HAL9_CACHE"]).expanduser()
    base = env.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "hal9"


def _store_url(env: dict[str, str]) -> str | None:
    url = env.get("HAL9_STORE_URL")
    if not url:
        return None
    scheme = urlsplit(url).scheme
    if scheme not in STORE_SCHEMES:
        # Only the scheme is shown: the rest of a store URL may hold a password.
        raise SettingsError(
            f"HAL9_STORE_URL has value '{scheme}://…', not a store URL. "
            f"Known schemes: {', '.join(STORE_SCHEMES)}."
        )
    return url


def _port(env: dict[str, str], name: str) -> int:
    text = env.get(name) or "0"
    if not text.isdecimal() or int(text) > 65535:
        raise SettingsError(f"{name} has value {text!r}; use a port from 0 to 65535.")
    return int(text)


def _threads(env: dict[str, str]) -> int | None:
    text = env.get("HAL9_THREADS")
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise SettingsError(f"HAL9_THREADS has value {text!r}; use a whole number from 1 to 1024.")
    return int(text)
