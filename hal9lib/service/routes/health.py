"""How the platform is, now and over the last hour."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from hal9lib.service.health import INTERVAL_S, sentence
from hal9lib.service.problems import Problem

router = APIRouter(prefix="/health", tags=["health"])


@router.get("", response_model=None, responses={503: {"description": "A component has failed"}})
async def health(request: Request) -> dict[str, Any] | Response:
    """The newest look at service, PostgreSQL, hub, worker, disk and memory; 503 if one failed."""
    sample = await request.app.state.monitor.fresh()
    if sample["state"] == "failed":
        return Problem(503, sentence(sample), **sample)
    return sample


@router.get("/history")
async def history(
    request: Request, after: Annotated[float, Query(ge=0, allow_inf_nan=False)] = 0.0
) -> dict[str, Any]:
    """The looks of the last hour, oldest first; with `after` (s since 1970) only later ones."""
    samples = request.app.state.monitor.history(after)
    return {"interval_s": INTERVAL_S, "samples": [_brief(sample) for sample in samples]}


def _brief(sample: dict[str, Any]) -> dict[str, Any]:
    """A sample without the details of what was well: an hour has 720 of them."""
    parts = [
        part if part["state"] != "ok" else part | {"detail": ""} for part in sample["components"]
    ]
    return sample | {"components": parts}
