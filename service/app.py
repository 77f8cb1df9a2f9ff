"""Puts routes, errors and parts together into one application. Nothing registers itself; nothing runs on import."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio import create_task_group, to_thread
from fastapi import Depends, FastAPI
from starlette.routing import Route

from service.http import errors as http_errors
from service.http.authentication import Doorkeeper
from service.http.metrics import Metrics, MetricsMiddleware
from service.http.middleware.admission import AdmissionMiddleware, Shares
from service.http.middleware.body_limit import BodyLimitMiddleware
from service.http.middleware.hosts import allowed_hosts
from service.http.middleware.request_guard import RequestGuard
from service.http.routes import ask, collections, documents, events, export, health, pages, session, threads, usage
from service.http.routes.dependencies import find_caller
from service.mcp.errors import rpc_error
from service.mcp.server import PATH, McpDoor
from service.openai_api import chat, files, models
from service.openai_api.errors import PREFIX, openai_error
from service.openai_api.responses import routes as responses
from service.openai_api.stores import file_routes
from service.openai_api.stores import routes as stores
from service.ui import routes as ui_routes
from service.wiring import Service

MEBIBYTE = 1 << 20
DESCRIPTION = """Upload 10-Ks, contracts and papers; ask; get answers in which every statement carries a page
citation the server itself has checked against the stored page. Works without any language model."""


def _warm(service: Service) -> None:
    """Load what the first question needs, and tell the garbage collector that it is there to stay.

    Otherwise it looks through all of it again and again, and every open stream waits meanwhile.
    """
    service.warm()
    gc.collect()
    gc.freeze()


def create_app(
    build: Callable[[], Service], root_path: str = "", max_upload_mb: int = 512, *, warm: bool = False
) -> FastAPI:
    """The application; its parts are built when it starts, warm if wanted, and closed when it ends."""
    door = McpDoor()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service = build()
        app.state.service = service
        app.state.doorkeeper = Doorkeeper(service)
        app.state.hosts = allowed_hosts(service.settings.hosts, service.settings.host)
        try:
            async with door.opened(service), create_task_group() as beside:
                if warm:
                    beside.start_soon(to_thread.run_sync, _warm, service)
                yield
        finally:
            await service.aclose()

    app = FastAPI(
        title="Pincite",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(find_caller)],  # on every route, so that none is forgotten
    )
    app.root_path = root_path  # honoured whether the proxy strips the prefix or passes it on
    _guard(app, max_upload_mb)
    for module in (documents, pages, events, ask, export, threads, collections, usage, session, health, ui_routes):
        app.include_router(module.router)
    for surface in (files, stores, file_routes, responses, chat, models):
        app.include_router(surface.router)
    app.router.routes.append(Route(PATH, endpoint=door, methods=["POST"]))  # nothing is ever pushed: no GET
    return app


def _guard(app: FastAPI, max_upload_mb: int) -> None:
    """What every request passes, outermost last, and what every error becomes."""
    metrics = Metrics()
    app.state.metrics = metrics
    app.state.hosts = allowed_hosts("")  # until the settings are read
    app.add_middleware(BodyLimitMiddleware, max_bytes=(max_upload_mb + 1) * MEBIBYTE, inline_files=PREFIX)
    app.state.shares = Shares()
    app.add_middleware(AdmissionMiddleware)
    app.add_middleware(RequestGuard)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    http_errors.install(app, {PREFIX: openai_error, PATH: rpc_error})
