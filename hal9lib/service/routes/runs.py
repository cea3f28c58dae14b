"""Saved runs: one's own, and those that are public."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse

from hal9lib.service import records
from hal9lib.service.auth import Identity, caller
from hal9lib.stores.base import MAX_PAGE
from hal9lib.stores.postgres import PostgresStore

PARQUET = "application/vnd.apache.parquet"

router = APIRouter(prefix="/runs", tags=["runs"])


async def own_store(
    request: Request, identity: Annotated[Identity, Depends(caller)]
) -> PostgresStore:
    """The store as the caller sees it: the owner is who asks, whatever the request says."""
    store: PostgresStore = request.app.state.store
    return store.for_owner(identity.owner)


OwnStore = Annotated[PostgresStore, Depends(own_store)]


@router.get("")
def find_runs(
    store: OwnStore,
    model: str | None = None,
    owner: str | None = None,
    tag: str | None = None,
    since: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> dict[str, Any]:
    """The runs you may see that match, newest first, a page of them."""
    rows = store.page(model=model, owner=owner, tag=tag, since=since, limit=limit, offset=offset)
    return {"runs": rows, "limit": limit, "offset": offset}


@router.post("", status_code=201)
async def save_run(
    request: Request,
    response: Response,
    store: OwnStore,
    record: Annotated[str, Form(description="The run's record as JSON")],
    spikes: Annotated[UploadFile, File(description="Its spikes as Parquet: step, neuron (int32)")],
) -> dict[str, str]:
    """Save a run as yours: 201, or 200 if you had saved it before."""
    state = request.app.state

    def keep() -> tuple[str, bool]:
        checked, parquet = records.checked(record, spikes.file.read(), state.limits.spikes)
        return checked["key"], store.save_record(checked, parquet)

    key, new = await anyio.to_thread.run_sync(keep, limiter=state.uploads)
    if new:
        state.metrics.saved.inc()
    else:
        response.status_code = 200
    return {"key": key}


@router.get("/{key}")
def read_run(store: OwnStore, key: str) -> dict[str, Any]:
    """A run's record: what was simulated, and what came out in numbers."""
    return store.record(key)


@router.get("/{key}/spikes", response_class=FileResponse)
def read_spikes(store: OwnStore, key: str) -> FileResponse:
    """A run's spikes as a Parquet file with the columns step and neuron (int32)."""
    path = store.spikes_file(key)
    return FileResponse(path, media_type=PARQUET, filename=f"{path.name[:32]}.parquet")


@router.delete("/{key}", status_code=204)
def delete_run(request: Request, store: OwnStore, key: str) -> None:
    """Delete a run of your own."""
    store.delete(key)
    request.app.state.metrics.deleted.inc()
