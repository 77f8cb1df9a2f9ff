"""Liveness, readiness and metrics."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.http.metrics import Metrics
from service.http.routes.dependencies import ServicePart

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="The process answers")
async def healthz() -> dict[str, str]:
    """Always ok while the process can answer at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="The stores answer, the worker lives, there is room")
def readyz(service: ServicePart) -> JSONResponse:
    """Says what is missing; 503 when the catalog does not answer or documents are missing from answers."""
    condition = service.ingest.watch.now()
    complete = condition.rebuilding == 0
    body = {
        "status": "ready" if complete else "incomplete",
        "missing": condition.missing(),
        "documents": service.ingest.catalog.documents.count_by_status(),
        "encoder": service.encoder.get() is not None,
        "worker_seconds": condition.worker_seconds,
        "waiting": condition.waiting,
        "waiting_seconds": condition.waiting_seconds,
        "free_bytes": condition.free_bytes,
        "rebuilding": condition.rebuilding,
    }
    return JSONResponse(body, 200 if complete else 503)


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def metrics(request: Request, service: ServicePart) -> Response:
    """Requests by route and status, their seconds, and documents by state."""
    counters: Metrics = request.app.state.metrics
    counters.set_documents(service.ingest.catalog.documents.count_by_status())
    return Response(generate_latest(counters.registry), media_type=CONTENT_TYPE_LATEST)
