"""The live simulation: watching it, steering it."""

from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from hal9lib.service.auth import Identity, caller
from hal9lib.stores.postgres_live import MAX_FACTOR, LiveBoard

router = APIRouter(prefix="/live", tags=["live"])

Factor = Annotated[float, Field(ge=0, le=MAX_FACTOR)]


class Command(BaseModel):
    """What shall change; what is left out stays. Drive and inhibition: 1 is as described."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)

    action: Literal["start", "pause", "reset"] | None = None
    drive: Factor | None = None
    inhibition: Factor | None = None


async def board_of(request: Request) -> LiveBoard:
    """The board of this service."""
    return request.app.state.board


Board = Annotated[LiveBoard, Depends(board_of)]


@router.get("")
def read_live(
    board: Board,
    identity: Annotated[Identity, Depends(caller)],
    after: Annotated[int | None, Query(ge=-1, le=2**62)] = None,
) -> Response:
    """The desired state, the worker, and the newest frame unless its number is `after`."""
    if identity.kind == "user":
        # Nobody else's look keeps the simulation going: the platform's own probes look too.
        board.note_watched()
    # The frame passes through as text; reading and writing it again would cost more than it.
    return Response(board.newest_json(after), media_type="application/json")


@router.post("/commands")
def command(
    request: Request,
    board: Board,
    identity: Annotated[Identity, Depends(caller)],
    wanted: Command,
) -> dict[str, Any]:
    """Start, pause or reset it, set drive or inhibition; returns the desired state after that."""
    changes = wanted.model_dump(exclude_none=True)
    desired = board.command(changes, identity.owner)
    request.app.state.metrics.commands.inc()
    structlog.get_logger().info("live_command", user=identity.owner, command=changes)
    return {"desired": desired}


@router.get("/commands")
def read_commands(board: Board, limit: Annotated[int, Query(ge=1, le=100)] = 100) -> dict[str, Any]:
    """Who steered it last, newest first."""
    return {"commands": board.commands(limit)}
