"""Who asks too often is told to wait, and for how long; others are not."""

import pytest

from hal9lib.service.limits import Buckets, Rate
from support.hub_standin import ACCESS, READ, WRITE


def test_too_many_writes_of_one_user_are_refused_and_nobody_elses(caller, name):
    busy, other = (caller(ACCESS, WRITE, user=f"{name}-{who}") for who in ("busy", "other"))
    statuses = []
    # A hundred at once are allowed, 20 a second after that; what the commands say does not matter.
    while len(statuses) < 2000 and 429 not in statuses:
        answer = busy.post("/live/commands", json={})
        statuses.append(answer.status_code)
    assert statuses.count(422) >= 100
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["error"] == "you ask more often than is allowed; wait 1 s."
    assert busy.get("/me").status_code == 200, "reading has a measure of its own"
    assert other.post("/live/commands", json={}).status_code == 422


def test_too_many_unknown_tokens_from_one_address_are_refused(anonymous, caller):
    # The proxy in front names the caller's address; only this one's measure is used up.
    here = {"X-Forwarded-For": "203.0.113.7"}
    statuses = []
    while len(statuses) < 200 and 429 not in statuses:
        token = f"guess-number-{len(statuses):04d}"
        answer = anonymous.get("/me", headers=here | {"Authorization": f"token {token}"})
        statuses.append(answer.status_code)
    assert statuses.count(401) >= 20
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 3
    assert "too many tokens from your address were not known to the hub" in answer.json()["error"]
    known = caller(ACCESS, READ)
    assert known.get("/me").status_code == 200
    assert known.get("/me", headers=here).status_code == 200, "a known token is still let in"


@pytest.mark.parametrize(("wait_s", "taken"), [(0.0, 0), (0.5, 1), (10.0, 3)])
def test_a_bucket_fills_again_up_to_its_size(wait_s, taken):
    now = [0.0]
    buckets = Buckets(Rate(per_s=2.0, burst=3.0), clock=lambda: now[0])
    assert [buckets.take("ada") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert buckets.take("bob") == 0.0
    now[0] = wait_s
    assert [buckets.take("ada") for _ in range(4)].count(0.0) == taken


def test_names_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(Buckets, "MAX_NAMES", 10)
    buckets = Buckets(Rate(per_s=1.0, burst=1.0))
    for number in range(100):
        buckets.take(f"name-{number}")
    assert len(buckets._left) == 10
