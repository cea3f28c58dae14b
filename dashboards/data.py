"""The API, asked as the user who looks: what they may not see, they are not shown.

Every answer is either what was asked for or one of three problems a page can put in words:
the login is over, the login does not reach that far, or the API is out of reach.
"""

import asyncio
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from dashboards.auth import Viewer
from hal9lib.errors import Hal9Error, StoreError

TIMEOUT_S = 10.0


class ApiError(Hal9Error):
    """The API did not give what was asked; the text is a sentence for the page."""


class LoggedOutError(ApiError):
    """The login behind a page is over."""


class NotAllowedError(ApiError):
    """The login does not allow it."""


class NotFoundError(ApiError):
    """There is nothing of this name, or not for this user."""


class Api:
    """The routes a page needs. One client serves all pages; each call names its viewer."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/") + "/",
            timeout=TIMEOUT_S,
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
            # The API is next door; a proxy meant for the world would only see the token.
            trust_env=False,
        )

    async def live(self, viewer: Viewer, after: int) -> dict[str, Any]:
        """The live simulation's state, and its frame if newer than number `after`."""
        return await self._json(viewer, "GET", "live", params={"after": after})

    async def command(self, viewer: Viewer, command: dict[str, Any]) -> dict[str, Any]:
        """Steer the live simulation; returns the desired state after that."""
        return (await self._json(viewer, "POST", "live/commands", json=command))["desired"]

    async def health(self, viewer: Viewer) -> dict[str, Any]:
        """The state of every part, now; a failed part comes with status 503 and is no problem."""
        answer = await self._ask(viewer, "GET", "health", allowed=(200, 503))
        sample = _read(answer)
        if "components" not in sample:
            raise _problem(answer)
        return sample

    async def health_history(self, viewer: Viewer, after_s: float) -> list[dict[str, Any]]:
        """The looks at all parts in the last hour, later than `after_s`, oldest first."""
        answer = await self._json(viewer, "GET", "health/history", params={"after": after_s})
        return answer["samples"]

    async def metrics(self, viewer: Viewer) -> str:
        """The service's metrics in Prometheus' text format."""
        return (await self._ask(viewer, "GET", "metrics")).text

    async def runs(self, viewer: Viewer, limit: int, offset: int = 0) -> list[dict[str, Any]]:
        """Saved runs, newest first."""
        query = {"limit": limit, "offset": offset}
        return (await self._json(viewer, "GET", "runs", params=query))["runs"]

    async def run(self, viewer: Viewer, key: str) -> dict[str, Any]:
        """One saved run's record."""
        return await self._json(viewer, "GET", f"runs/{key}")

    async def spikes(self, viewer: Viewer, key: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """One saved run's spikes: (steps, neurons)."""
        from hal9lib.stores.recordings import spikes_from_parquet

        answer = await self._ask(viewer, "GET", f"runs/{key}/spikes")
        try:
            # Unpacking takes long enough to make other pages wait.
            return await asyncio.to_thread(spikes_from_parquet, answer.content)
        except StoreError as problem:
            raise ApiError("The recording cannot be read.") from problem

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()

    async def _json(self, viewer: Viewer, method: str, path: str, **options: Any) -> Any:
        return _read(await self._ask(viewer, method, path, **options))

    async def _ask(
        self,
        viewer: Viewer,
        method: str,
        path: str,
        allowed: tuple[int, ...] = (200, 201, 202, 204),
        **options: Any,
    ) -> httpx.Response:
        headers = {"Authorization": f"token {viewer.token}"}
        try:
            answer = await self._client.request(method, path, headers=headers, **options)
        except httpx.HTTPError as problem:
            raise ApiError("The API does not answer.") from problem
        if answer.status_code in allowed:
            return answer
        raise _problem(answer)


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as problem:
        raise ApiError("The API's answer cannot be read.") from problem


def _problem(answer: httpx.Response) -> ApiError:
    try:
        sentence = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        sentence = ""
    if sentence:
        sentence = sentence[0].upper() + sentence[1:]
    if answer.status_code == 401:
        return LoggedOutError("You are logged out.")
    if answer.status_code == 403:
        return NotAllowedError(sentence or "Your login does not allow this.")
    if answer.status_code == 404:
        return NotFoundError(sentence or "There is nothing of this name.")
    if answer.status_code in (502, 503, 504) and not sentence:
        return ApiError("The API does not answer.")
    return ApiError(sentence or f"The API answered with status {answer.status_code}.")
