"""Every route the service has, read off the application itself so that none can be forgotten."""

from typing import Any

from fastapi import FastAPI

from hal9lib.service.app import create_app
from hal9lib.settings import read_settings

#: What stands for a parameter in a path.
EXAMPLES = {"key": "0123456789abcdef0123456789abcdef"}


def application(data: str) -> FastAPI:
    """The application as the service builds it; it is not started."""
    return create_app(
        read_settings(
            {
                "HAL9_STORE_URL": "postgresql://hal9:secret@127.0.0.1:1/nowhere",
                "HAL9_DATA": data,
                "JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api",
            }
        )
    )


def leaves(routes: Any) -> list[Any]:
    """The routes themselves, out of however many routers they are in."""
    found: list[Any] = []
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        found += leaves(inner) if inner else [route]
    return found


def methods_and_paths(app: FastAPI) -> list[tuple[str, str]]:
    """(method, path with examples in it) of every route."""
    pairs = set()
    for route in leaves(app.routes):
        path = route.path.format(**EXAMPLES)
        pairs |= {(method, path) for method in route.methods}
    return sorted(pairs)
