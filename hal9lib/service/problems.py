"""Errors as the caller sees them: a status, a sentence, the request's id; no more than that."""

import errno
import json
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from hal9lib.errors import (
    Hal9Error,
    ParameterError,
    RunConflictError,
    RunNotFoundError,
    StoreAccessError,
    StoreError,
    StoreUnavailableError,
)
from hal9lib.stores import tracing

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SENTENCES = {
    404: "there is nothing at this address; /openapi.json lists what there is.",
    405: "this address does not take that method; /openapi.json lists what it takes.",
}
_RETRY = {"Retry-After": "5"}


class Problem(JSONResponse):
    """An error as ``application/problem+json``."""

    media_type = "application/problem+json"

    def __init__(
        self,
        status: int,
        sentence: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        content = {"error": sentence, "request_id": tracing.request_id.get(), **more}
        super().__init__(content, status_code=status, headers=dict(headers or {}))


def install_handlers(app: FastAPI) -> None:
    """Have `app` answer every error it knows as a `Problem`."""
    app.add_exception_handler(Hal9Error, on_hal9_error)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_error)


def on_hal9_error(_request: Request, error: Exception) -> Problem:
    """One of HAL9's own errors: its sentence, unless that speaks of the inside."""
    if isinstance(error, ParameterError):
        return Problem(422, str(error))
    if isinstance(error, RunNotFoundError):
        return Problem(404, str(error))
    if isinstance(error, RunConflictError):
        return Problem(409, str(error))
    if isinstance(error, StoreAccessError):
        return Problem(403, str(error))
    structlog.get_logger().error("store", error=str(error), exc_info=error)
    if isinstance(error, StoreUnavailableError):
        return Problem(503, "the store does not answer; try again in a moment.", _RETRY)
    if isinstance(error, StoreError) and _is_full(error):
        return Problem(507, "the store's disk is full; nothing was kept. Tell the operator.")
    return Problem(500, "the store failed; the log tells the operator why under this request_id.")


def on_validation_error(_request: Request, error: Exception) -> Problem:
    """What the caller sent cannot be used: which field, its value, what is allowed."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return Problem(422, sentence_of(error.errors()))


def on_http_error(_request: Request, error: Exception) -> Problem:
    """An address or a method that is not there, a body that cannot be read."""
    assert isinstance(error, HTTPException)  # noqa: S101
    sentence = _SENTENCES.get(error.status_code, str(error.detail))
    return Problem(error.status_code, sentence, error.headers)


def sentence_of(errors: Any) -> str:
    """The first few complaints of pydantic as one line.

    >>> sentence_of([{"loc": ("query", "limit"), "input": 0, "type": "greater_than_equal",
    ...               "msg": "Input should be greater than or equal to 1"}])
    'limit = 0 is not allowed: input should be greater than or equal to 1.'
    """
    return " ".join(_complaint(error) for error in list(errors)[:3])


def _complaint(error: Mapping[str, Any]) -> str:
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
    name, said = ".".join(place) or "the body", str(error["msg"])
    said = said[:1].lower() + said[1:].rstrip(".")
    if error["type"] == "missing":
        return f"{name} is missing."
    if error["type"] == "json_invalid":
        return f"the body is no JSON: {said}."
    return f"{name} = {_shown(error.get('input'))} is not allowed: {said}."


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _is_full(error: StoreError) -> bool:
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in _FULL


def loads_strict(text: str | bytes) -> Any:
    """JSON without what JSON has not: NaN, Infinity, numbers beyond a float.

    Raises ParameterError.

    >>> loads_strict('{"x": NaN}')
    Traceback (most recent call last):
    ...
    hal9lib.errors.ParameterError: NaN is not allowed in JSON; use a finite number.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, ParameterError):
            raise
        raise ParameterError(f"the text is no JSON: {problem}.") from problem


def _refuse(name: str) -> Any:
    raise ParameterError(f"{name} is not allowed in JSON; use a finite number.")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _refuse(text[:40])
    return value
