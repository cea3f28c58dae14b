"""A store behind the HAL9 service: what a user's kernel has, with their own login token."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from hal9lib.errors import (
    ParameterError,
    RunConflictError,
    RunNotFoundError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
)
from hal9lib.stores.base import FIND_COLUMNS, Store

ATTEMPTS = 4
#: The service, or what it needs, is away for a moment.
_AWAY = {502, 503, 504}
_LONGEST_WAIT_S = 10.0
_PARQUET = "application/vnd.apache.parquet"


class RemoteStore(Store):
    """Runs kept by a HAL9 service; any number of processes may use it.

    Saving is safe to repeat, since the same run has the same key; so a question that the service
    was too busy for, or that never reached it, is asked again a few times.

    Parameters
    ----------
    url : the service's address, such as ``http://127.0.0.1:8000/services/api``.
    token : a login token of the hub; it is sent to that address only.
    """

    def __init__(self, url: str, token: str, timeout_s: float = 60.0) -> None:
        self.url = url.rstrip("/")
        self.name = f"HAL9 service at {_shown(self.url)}"
        # A proxy for the world outside has no way to a service on this machine.
        local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = httpx.Client(
            headers={"Authorization": f"token {token}"},
            timeout=httpx.Timeout(timeout_s, connect=5.0),
            trust_env=not local,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _insert(self, record: Mapping[str, Any], spikes: bytes) -> bool:
        try:
            text = json.dumps(dict(record), allow_nan=False)
        except (TypeError, ValueError) as problem:
            raise ParameterError(f"run {record['key']} cannot be sent: {problem}.") from problem
        answer = self._ask(
            "POST",
            "/runs",
            data={"record": text},
            files={"spikes": ("spikes.parquet", spikes, _PARQUET)},
        )
        return answer.status_code == 201

    def _record(self, key: str) -> dict[str, Any]:
        return dict(self._json("GET", f"/runs/{key}"))

    def _spikes(self, record: Mapping[str, Any]) -> bytes:
        return self._ask("GET", f"/runs/{record['key']}/spikes").content

    def _find(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        asked = {name: value for name, value in question.items() if value is not None}
        rows = self._json("GET", "/runs", params=asked)["runs"]
        return [{name: row[name] for name in FIND_COLUMNS} for row in rows]

    def _delete(self, key: str) -> None:
        self._ask("DELETE", f"/runs/{key}")

    def _json(self, method: str, path: str, **options: Any) -> Any:
        answer = self._ask(method, path, **options)
        try:
            return answer.json()
        except ValueError as problem:
            raise StoreError(f"{self.name} gave an answer that cannot be read.") from problem

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                answer = self._client.request(method, self.url + path, **options)
            except httpx.TransportError as problem:
                if last or not _may_repeat(method, problem):
                    raise StoreUnavailableError(self._no_answer(problem)) from problem
                time.sleep(0.2 * 2**attempt)
                continue
            if last or not _passing(method, answer.status_code):
                break
            time.sleep(_wait_s(answer, attempt))
        if answer.is_success:
            return answer
        raise self._error(answer)

    def _no_answer(self, problem: Exception) -> str:
        if isinstance(problem, httpx.TimeoutException):
            return f"{self.name} took too long to answer; try again, or ask its operator."
        return f"{self.name} does not answer; is it running, and is the address right?"

    def _error(self, answer: httpx.Response) -> Exception:
        status, sentence = answer.status_code, _sentence(answer)
        if status == 401:
            return StoreAccessError(
                f"{self.name} does not know your login token; log in at the hub again and restart "
                "your server, or set JUPYTERHUB_API_TOKEN to a new one."
            )
        if status == 403:
            return StoreAccessError(f"{self.name} refuses: {sentence or 'no reason given.'}")
        if sentence is None:
            return StoreUnavailableError(
                f"{self.name} is not there: status {status} came from something else in its place."
            )
        if status == 404:
            return RunNotFoundError(sentence)
        if status == 409:
            return RunConflictError(sentence)
        if status == 422:
            return ParameterError(sentence)
        if status == 429 or status in _AWAY:
            return StoreUnavailableError(f"{self.name} cannot answer now: {sentence}")
        return StoreError(f"{self.name} refused with status {status}: {sentence}")


def _may_repeat(method: str, problem: httpx.TransportError) -> bool:
    """Whether asking again can do no harm: nothing was sent, or it changes nothing."""
    return isinstance(problem, httpx.ConnectError) or method == "GET"


def _passing(method: str, status: int) -> bool:
    """Whether the same question may be answered a moment later."""
    # A deletion that was cut short may have happened; asked again it would say "not found".
    return status == 429 or (status in _AWAY and method != "DELETE")


def _wait_s(answer: httpx.Response, attempt: int) -> float:
    told = answer.headers.get("Retry-After", "")
    if answer.status_code == 429 and told.isdecimal():
        return min(float(told), _LONGEST_WAIT_S)
    return 0.2 * 2.0**attempt


def _sentence(answer: httpx.Response) -> str | None:
    """The service's own words; None when it was not the service that answered."""
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return None


def _shown(url: str) -> str:
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
    return f"{parts.scheme}://{place}{parts.path}"
