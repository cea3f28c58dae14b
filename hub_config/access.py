"""Who may do what: users → roles → scopes, as data that the hub's configuration hands on.

Two custom scopes decide at the API and the dashboards: `custom:hal9:read` (look) and
`custom:hal9:write` (save, delete, steer; includes read). Nothing is allowed that is not listed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

READ, WRITE = "custom:hal9:read", "custom:hal9:write"
API, DASHBOARDS, CULLER = "api", "dashboards", "idle-culler"

CUSTOM_SCOPES: dict[str, dict[str, Any]] = {
    READ: {"description": "See runs, the live simulation and the state of the platform"},
    WRITE: {
        "description": "Save and delete own runs, steer the live simulation",
        "subscopes": [READ],
    },
}

#: The users of one machine, each with what they may; see `access` for what that comes to.
LOCAL_USERS = {"researcher": WRITE, "viewer": READ}


def use_service(name: str) -> str:
    """The scope without which the hub does not show a user to a service.

    >>> use_service("api")
    'access:services!service=api'
    """
    return f"access:services!service={name}"


def allowed_users(users: Mapping[str, str]) -> set[str]:
    """Who may log in: exactly those who were given a scope; with nobody configured, nobody."""
    return set(users)


def roles(users: Mapping[str, str]) -> list[dict[str, Any]]:
    """JupyterHub's `load_roles` for these users (name → scope) and for the services.

    A role without members gives nobody anything. Raises ValueError for a scope that is not ours.
    """
    unknown = sorted(set(users.values()) - CUSTOM_SCOPES.keys())
    if unknown:
        raise ValueError(f"scope {unknown[0]!r} is not one of {', '.join(CUSTOM_SCOPES)}")
    return [
        _members("hal9-writers", users, WRITE),
        _members("hal9-readers", users, READ),
        {
            # The platform asks its own API whether it is well; it changes nothing.
            "name": "hal9-probe",
            "scopes": [use_service(API), READ],
            "services": [API],
        },
        {
            # What the culler's manual names, and no more: it cannot read what users do.
            "name": "hal9-culler",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": [CULLER],
        },
    ]


def _members(role: str, users: Mapping[str, str], scope: str) -> dict[str, Any]:
    return {
        "name": role,
        "scopes": [scope, use_service(API), use_service(DASHBOARDS)],
        "users": sorted(name for name, given in users.items() if given == scope),
    }


def server_token_scopes() -> list[str]:
    """What a kernel's token asks for; the hub gives of it only what its user has."""
    own_server = ["users:activity!user", "access:servers!server"]
    return [*own_server, use_service(API), READ, WRITE]


def dashboards_token_scopes() -> list[str]:
    """What the dashboards may do in a viewer's name; the hub gives what that viewer has."""
    return [use_service(DASHBOARDS), use_service(API), READ, WRITE]


def services(
    tokens: Mapping[str, str], ports: Mapping[str, int], address: str = "127.0.0.1"
) -> Sequence[dict[str, Any]]:
    """JupyterHub's `services`: started by the supervisor, known to the hub by url and token."""
    return [
        {
            "name": API,
            "url": f"http://{address}:{ports[API]}",
            "api_token": tokens[API],
            # It takes tokens, not browsers: no login through it, no entry in the hub's menu.
            "display": False,
            "oauth_client_allowed_scopes": [],
        },
        {
            "name": DASHBOARDS,
            "url": f"http://{address}:{ports[DASHBOARDS]}",
            "api_token": tokens[DASHBOARDS],
            "oauth_client_allowed_scopes": dashboards_token_scopes(),
            # Ours, on the same machine: no page that asks whether it is to be trusted.
            "oauth_no_confirm": True,
        },
        {"name": CULLER, "api_token": tokens[CULLER]},
    ]
