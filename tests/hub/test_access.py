"""Who may do what, as a truth table over the rules alone; the first row is nobody."""

import pytest

from hub_config import access
from hub_config.access import READ, WRITE, use_service

USE_API, USE_DASHBOARDS = use_service("api"), use_service("dashboards")

#: configured users, who asks, may log in, what they may
TABLE = [
    ({}, "researcher", False, set()),
    ({}, "", False, set()),
    ({}, "admin", False, set()),
    ({"ada": READ}, "bob", False, set()),
    ({"ada": READ}, "ADA", False, set()),
    ({"ada": READ}, "ada", True, {READ, USE_API, USE_DASHBOARDS}),
    ({"ada": WRITE}, "ada", True, {WRITE, USE_API, USE_DASHBOARDS}),
    ({"ada": WRITE, "bob": READ}, "bob", True, {READ, USE_API, USE_DASHBOARDS}),
    (access.LOCAL_USERS, "researcher", True, {WRITE, USE_API, USE_DASHBOARDS}),
    (access.LOCAL_USERS, "viewer", True, {READ, USE_API, USE_DASHBOARDS}),
    (access.LOCAL_USERS, "root", False, set()),
]


@pytest.mark.parametrize(("users", "who", "may_log_in", "scopes"), TABLE)
def test_truth_table(users: dict[str, str], who: str, may_log_in: bool, scopes: set[str]) -> None:
    assert (who in access.allowed_users(users)) is may_log_in
    held = [role["scopes"] for role in access.roles(users) if who in role.get("users", [])]
    assert {scope for given in held for scope in given} == scopes


def test_a_scope_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match=r"scope 'admin:users' is not one of custom:hal9:read"):
        access.roles({"ada": "admin:users"})


def test_no_role_gives_an_administrators_scope() -> None:
    scopes = {scope for role in access.roles(access.LOCAL_USERS) for scope in role["scopes"]}
    assert scopes
    assert not {scope for scope in scopes if scope.startswith(("admin", "proxy", "shares", "self"))}


def test_only_the_write_scope_implies_another() -> None:
    implied = {name: scope.get("subscopes", []) for name, scope in access.CUSTOM_SCOPES.items()}
    assert implied == {READ: [], WRITE: [READ]}


def test_a_kernel_asks_for_no_more_than_its_user_could_have() -> None:
    own = {"users:activity!user", "access:servers!server"}
    assert set(access.server_token_scopes()) == own | {USE_API, READ, WRITE}


def test_each_service_has_a_token_of_its_own_and_listens_here() -> None:
    tokens = {"api": "a", "dashboards": "b", "idle-culler": "c"}
    services = access.services(tokens, {"api": 1, "dashboards": 2})
    assert [service["api_token"] for service in services] == ["a", "b", "c"]
    assert [service.get("url") for service in services] == [
        "http://127.0.0.1:1",
        "http://127.0.0.1:2",
        None,
    ]
