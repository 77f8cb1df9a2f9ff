"""Counts and times requests for Prometheus. The only importer of its client besides the route that prints them."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ingest.types import Status

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


log = logging.getLogger("pincite.access")


class Metrics:
    """One registry per app, so that two apps in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "pincite_requests", "HTTP requests", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram("pincite_request_seconds", "Seconds per request", ["route"], registry=self.registry)
        self._documents = Gauge("pincite_documents", "Documents by state", ["status"], registry=self.registry)

    def set_documents(self, counts: dict[str, int]) -> None:
        """Say how many documents are in which state."""
        for status in Status:
            self._documents.labels(status.value).set(counts.get(status.value, 0))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one finished request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class MetricsMiddleware:
    """Times every HTTP request; plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: Any, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass the request on and note its status and time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), 500

        async def noting(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.monotonic() - started
            route = getattr(scope.get("route"), "path", "other")  # the template, never the raw path: few series
            self._metrics.observe(scope["method"], route, status, seconds)
            # without the query: it may hold words of a document or of a question
            path = scope.get("raw_path", b"").partition(b"?")[0].decode("ascii", "replace")[:300]
            log.info("%s %s %d %.0f ms", scope["method"], path, status, seconds * 1000)
