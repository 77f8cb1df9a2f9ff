"""Liveness, readiness and metrics."""

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.http.metrics import Metrics
from service.http.routes.dependencies import DoorkeeperPart, ServicePart
from service.wiring import Service

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="The process answers")
async def healthz() -> dict[str, str]:
    """Always ok while the process can answer at all."""
    return {"status": "ok"}


@router.get("/readyz", summary="The stores answer, the worker lives, there is room")
async def readyz(service: ServicePart, doorkeeper: DoorkeeperPart) -> JSONResponse:
    """Says what is missing; 503 when the catalog does not answer or documents are missing from answers."""
    body, complete = await run_in_threadpool(_condition, service)
    if await doorkeeper.required():
        del body["documents"]  # counted over all tenants, and this route asks for no key
    return JSONResponse(body, 200 if complete else 503)


def _condition(service: Service) -> tuple[dict[str, object], bool]:
    condition = service.ingest.watch.now()
    complete = condition.rebuilding == 0
    body: dict[str, object] = {
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
    return body, complete


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def metrics(request: Request, service: ServicePart) -> Response:
    """Requests by route and status, their seconds, and documents by state."""
    counters: Metrics = request.app.state.metrics
    counters.set_documents(service.ingest.catalog.documents.count_by_status())
    return Response(generate_latest(counters.registry), media_type=CONTENT_TYPE_LATEST)
