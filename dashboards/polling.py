"""One question to the API, asked at a steady pace for all who look, and for nobody else.

Fifty people who watch the live network see the same frames. So one loop in this process asks,
with each viewer's own token in turn, and hands the answer to all. Access stays with the API:
a newcomer is asked for first and shown nothing until the API has accepted their own token, and
a token it refuses ends its page within one turn. With nobody looking, nothing is asked.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from dashboards.auth import Viewer
from dashboards.data import ApiError, LoggedOutError, NotAllowedError

T = TypeVar("T")
log = logging.getLogger("hal9.dashboards")


@dataclass(frozen=True)
class News(Generic[T]):
    """What a page is told: the newest answer, and what is wrong since when, if anything is."""

    value: T | None
    problem: ApiError | None = None
    since: float | None = None


@dataclass
class _Member(Generic[T]):
    viewer: Viewer
    deliver: Callable[[News[T]], None]
    accepted: bool = field(default=False)


class SharedPoll(Generic[T]):
    """Asks `ask` every `every_s` seconds, with the tokens of those who joined, in turn.

    Parameters
    ----------
    ask : takes a viewer and the last answer (None at first), returns the new one.
    """

    def __init__(self, ask: Callable[[Viewer, T | None], Awaitable[T]], every_s: float) -> None:
        self._ask = ask
        self._every_s = every_s
        self._members: list[_Member[T]] = []
        self._task: asyncio.Task[None] | None = None
        self._now = asyncio.Event()
        self._value: T | None = None
        self._since: float | None = None

    @property
    def members(self) -> int:
        """How many pages are being told."""
        return len(self._members)

    def join(self, viewer: Viewer, deliver: Callable[[News[T]], None]) -> Callable[[], None]:
        """Tell `deliver` from now on; returns what ends it. To be called on the event loop."""
        member = _Member(viewer, deliver)
        self._members.insert(0, member)
        self._now.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

        def leave() -> None:
            if member in self._members:
                self._members.remove(member)

        return leave

    def amend(self, change: Callable[[T], T]) -> None:
        """Tell all at once what is known to have changed, and ask again."""
        if self._value is not None and self._since is None:
            self._value = change(self._value)
            self._tell(News(self._value))
        self._now.set()

    async def _run(self) -> None:
        while self._members:
            self._now.clear()
            started = time.monotonic()
            await self._turn(self._members[0])
            rest = self._every_s - (time.monotonic() - started)
            try:
                await asyncio.wait_for(self._now.wait(), max(0.01, rest))
            except TimeoutError:
                continue
        self._task = None
        self._value = None
        self._since = None

    async def _turn(self, member: _Member[T]) -> None:
        try:
            value = await self._ask(member.viewer, self._value)
        except (LoggedOutError, NotAllowedError) as problem:
            self._refuse(member, problem)
            return
        except ApiError as problem:
            self._fail(member, problem)
            return
        except Exception:  # a page must say that something is wrong, whatever it is
            log.exception("an answer of the API could not be used")
            self._fail(member, ApiError("The API's answer could not be used."))
            return
        if member in self._members:
            self._members.remove(member)
            self._members.append(member)
        member.accepted = True
        self._value, self._since = value, None
        self._tell(News(value))

    def _refuse(self, member: _Member[T], problem: ApiError) -> None:
        """End every page of this login."""
        refused = [m for m in self._members if m.viewer.token == member.viewer.token]
        self._members = [m for m in self._members if m not in refused]
        for one in refused:
            one.deliver(News(None, problem, time.time()))

    def _fail(self, member: _Member[T], problem: ApiError) -> None:
        """Say what is wrong and since when; the last answer stays, marked as old."""
        if member in self._members:
            self._members.remove(member)
            self._members.append(member)
        self._since = self._since or time.time()
        for one in list(self._members):
            one.deliver(News(self._value if one.accepted else None, problem, self._since))

    def _tell(self, news: News[T]) -> None:
        for one in list(self._members):
            if one.accepted:
                one.deliver(news)
