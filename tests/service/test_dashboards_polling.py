"""The question all pages share: asked for those who look, as them, and for nobody else."""

import asyncio
from collections import Counter

import pytest

from dashboards.auth import Viewer
from dashboards.data import ApiError, LoggedOutError, NotAllowedError
from dashboards.polling import News, SharedPoll

ADA = Viewer("ada", frozenset(), "token-a")
BEA = Viewer("bea", frozenset(), "token-b")


class Api:
    """Counts who asks; can be told to refuse or to fail."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Exception] = {}
        self.value = 0

    async def ask(self, viewer: Viewer, last: int | None) -> int:
        self.asked.append(viewer.name)
        await asyncio.sleep(0)
        if viewer.name in self.answers:
            raise self.answers[viewer.name]
        self.value += 1
        return self.value


@pytest.fixture
def api() -> Api:
    return Api()


async def until(true) -> None:
    for _ in range(2_000):
        if true():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it did not come about")


def heard_by(poll: SharedPoll, viewer: Viewer) -> tuple[list[News], object]:
    heard: list[News] = []
    return heard, poll.join(viewer, heard.append)


def test_all_are_told_the_same_and_each_token_takes_its_turn(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        to_ada, leave_ada = heard_by(poll, ADA)
        to_bea, leave_bea = heard_by(poll, BEA)
        await until(lambda: len(api.asked) > 40)
        leave_ada(), leave_bea()
        asked = Counter(api.asked)
        assert abs(asked["ada"] - asked["bea"]) <= 2
        told = [[n.value for n in heard] for heard in (to_ada, to_bea)]
        assert set(told[0][2:-2]) <= set(told[1])
        assert len(told[0]) > 30, "each is told what was asked as the other"

    asyncio.run(run())


def test_a_newcomer_is_told_nothing_before_their_own_token_was_accepted(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        to_ada, _ = heard_by(poll, ADA)
        await until(lambda: len(to_ada) > 3)
        api.answers["bea"] = NotAllowedError("Your login does not allow this.")
        to_bea, _ = heard_by(poll, BEA)
        known = len(to_ada)
        await until(lambda: len(to_ada) > known + 5)
        assert [n.value for n in to_bea] == [None]
        assert isinstance(to_bea[0].problem, NotAllowedError)
        assert poll.members == 1
        assert api.asked.count("bea") == 1

    asyncio.run(run())


def test_a_login_that_ends_ends_its_own_pages_only(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        to_ada, _ = heard_by(poll, ADA)
        other_tab, _ = heard_by(poll, ADA)
        to_bea, _ = heard_by(poll, BEA)
        await until(lambda: min(len(to_ada), len(other_tab), len(to_bea)) > 3)
        api.answers["ada"] = LoggedOutError("You are logged out.")
        await until(lambda: poll.members == 1)
        known = len(to_bea)
        await until(lambda: len(to_bea) > known + 5)
        for heard in (to_ada, other_tab):
            assert isinstance(heard[-1].problem, LoggedOutError)
            assert heard[-1].value is None
        assert all(n.problem is None for n in to_bea)

    asyncio.run(run())


def test_a_failure_is_told_with_its_time_and_the_last_answer_and_ends(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        to_ada, _ = heard_by(poll, ADA)
        await until(lambda: len(to_ada) > 3)
        api.answers["ada"] = ApiError("The API does not answer.")
        await until(lambda: to_ada[-1].problem is not None)
        first = to_ada[-1]
        count = len(to_ada)
        await until(lambda: len(to_ada) > count + 3)
        assert to_ada[-1].since == first.since is not None
        assert to_ada[-1].value == api.value
        api.answers.clear()
        await until(lambda: to_ada[-1].problem is None)
        assert to_ada[-1].since is None

    asyncio.run(run())


def test_a_newcomer_during_a_failure_is_not_shown_the_old_answer(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        to_ada, _ = heard_by(poll, ADA)
        await until(lambda: len(to_ada) > 3)
        api.answers = {name: ApiError("The API does not answer.") for name in ("ada", "bea")}
        to_bea, _ = heard_by(poll, BEA)
        await until(lambda: len(to_bea) > 3)
        assert {n.value for n in to_bea} == {None}
        assert to_ada[-1].value == api.value

    asyncio.run(run())


def test_with_nobody_looking_nothing_is_asked_and_nothing_is_kept(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        _, leave = heard_by(poll, ADA)
        await until(lambda: len(api.asked) > 3)
        leave()
        await asyncio.sleep(0.05)
        asked = len(api.asked)
        await asyncio.sleep(0.05)
        assert len(api.asked) == asked
        assert poll.members == 0
        api.answers["bea"] = ApiError("The API does not answer.")
        to_bea, _ = heard_by(poll, BEA)
        await until(lambda: to_bea)
        assert to_bea[0].value is None, "what was known before is forgotten"

    asyncio.run(run())


def test_what_is_known_to_have_changed_is_told_at_once(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 60.0)
        to_ada, _ = heard_by(poll, ADA)
        await until(lambda: to_ada)
        asked = len(api.asked)
        poll.amend(lambda value: value + 1_000)
        assert to_ada[-1].value > 1_000
        await until(lambda: len(api.asked) > asked)

    asyncio.run(run())


def test_an_error_nobody_foresaw_does_not_end_the_polling(api):
    async def run() -> None:
        poll = SharedPoll(api.ask, 0.001)
        to_ada, _ = heard_by(poll, ADA)
        await until(lambda: len(to_ada) > 3)
        api.answers["ada"] = KeyError("frame")
        await until(lambda: to_ada[-1].problem is not None)
        assert "could not be used" in str(to_ada[-1].problem)
        api.answers.clear()
        await until(lambda: to_ada[-1].problem is None)

    asyncio.run(run())
