"""One guard before every route: who may be called under which name, from which page, with how large headers.

Plain ASGI, so that streams pass through untouched. Knows no route; errors go out in the path's own shape.
"""

from typing import Any

from starlette.datastructures import Headers, MutableHeaders

from service.http.errors import Fault, error_reply
from service.http.middleware.hosts import AllowedHosts

MAX_HEADER_BYTES = 32 * 1024
MAX_HEADERS = 100
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REPLY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class RequestGuard:
    """Refuses foreign names, foreign pages and oversized headers; adds the headers every reply carries."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on unless it is refused."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in REPLY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _refusal(scope, scope["app"].state.hosts)
        if refusal is None:
            await self._app(scope, receive, guarded)
        else:
            await error_reply(scope, refusal)(scope, receive, guarded)


def _refusal(scope: Any, hosts: AllowedHosts) -> Fault | None:
    """Why a request is refused; None when it may pass."""
    raw = scope["headers"]
    if len(raw) > MAX_HEADERS or sum(len(name) + len(value) for name, value in raw) > MAX_HEADER_BYTES:
        said = f"A request may carry {MAX_HEADERS} headers and {MAX_HEADER_BYTES} bytes of them."
        return Fault(431, "headers_too_large", said)
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not hosts.knows(host):
        said = (
            f"This server is not called {host[:200]!r}: PINCITE_HOSTS lists the names it answers to besides loopback."
        )
        return Fault(421, "host_not_allowed", said)
    if scope["method"] in SAFE_METHODS:
        return None
    origin = headers.get("origin")
    foreign = origin is not None and not hosts.is_own(origin, host)
    if foreign or headers.get("sec-fetch-site") == "cross-site":
        return Fault(403, "foreign_origin", "A page of another site may not send requests here.")
    return None
