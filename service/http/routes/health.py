"""Liveness, readiness and metrics."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.http.metrics import Metrics
from service.http.routes.dependencies import ServicePart

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="The process answers")
async def healthz() -> dict[str, str]:
    """Always ok while the process can answer at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="The stores answer")
def readyz(service: ServicePart) -> dict[str, object]:
    """Raises 503 when the catalog does not answer; says whether vectors are in use yet."""
    counts = service.ingest.catalog.documents.count_by_status()
    return {"status": "ready", "documents": counts, "encoder": service.encoder.get() is not None}


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def metrics(request: Request, service: ServicePart) -> Response:
    """Requests by route and status, their seconds, and documents by state."""
    counters: Metrics = request.app.state.metrics
    counters.set_documents(service.ingest.catalog.documents.count_by_status())
    return Response(generate_latest(counters.registry), media_type=CONTENT_TYPE_LATEST)
