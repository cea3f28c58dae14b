"""Who the caller is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from hal9lib.service.auth import READ, WRITE, Identity, caller

router = APIRouter(tags=["me"])


@router.get("/me")
async def me(identity: Annotated[Identity, Depends(caller)]) -> dict[str, Any]:
    """Who the token says you are, and what you may do here."""
    return {
        "name": identity.name,
        "kind": identity.kind,
        "owner": identity.owner,
        "may_read": identity.may(READ),
        "may_write": identity.may(WRITE),
        "scopes": sorted(identity.scopes),
    }
