"""What answers have cost."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from service.http.routes.dependencies import CallerPart, ServicePart

router = APIRouter(prefix="/v1", tags=["usage"])


@router.get("/usage", summary="Answers, tokens and cost by day")
def usage(service: ServicePart, caller: CallerPart, days: Annotated[int, Query(ge=1, le=366)] = 30) -> dict[str, Any]:
    """Sums of the last days (UTC, today included) for the caller's key, and what is spent of today's budget."""
    return service.records.usage(caller.scope, days)
