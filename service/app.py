"""Puts routes, errors and parts together into one application. Nothing registers itself; nothing runs on import."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio import create_task_group, to_thread
from fastapi import FastAPI
from starlette.routing import Route

from service.http import errors as http_errors
from service.http.body_limit import BodyLimitMiddleware
from service.http.metrics import Metrics, MetricsMiddleware
from service.http.routes import ask, collections, documents, events, export, health, pages, threads, ui, usage
from service.mcp.server import McpDoor
from service.openai_api import chat, files, models
from service.openai_api.responses import routes as responses
from service.openai_api.stores import file_routes
from service.openai_api.stores import routes as stores
from service.wiring import Service

MEBIBYTE = 1 << 20
THREADS = 120  # uploads that wait hold a thread each, and must not keep others from being answered
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
    build: Callable[[], Service], root_path: str = "", max_upload_mb: int = 512, warm: bool = False
) -> FastAPI:
    """The application; its parts are built when it starts, warm if wanted, and closed when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        service = build()
        app.state.service = service
        try:
            async with door.opened(service), create_task_group() as beside:
                if warm:
                    beside.start_soon(to_thread.run_sync, _warm, service)
                yield
        finally:
            await service.aclose()

    metrics = Metrics()
    door = McpDoor()
    app = FastAPI(
        title="Pincite",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.metrics = metrics
    app.root_path = root_path  # honoured whether the proxy strips the prefix or passes it on
    app.add_middleware(BodyLimitMiddleware, most_bytes=(max_upload_mb + 1) * MEBIBYTE)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    http_errors.install(app)
    for module in (documents, pages, events, ask, export, threads, collections, usage, health, ui):
        app.include_router(module.router)
    for surface in (files, stores, file_routes, responses, chat, models):
        app.include_router(surface.router)
    app.router.routes.append(Route("/mcp", endpoint=door, methods=["POST"]))  # nothing is ever pushed: no GET
    return app
