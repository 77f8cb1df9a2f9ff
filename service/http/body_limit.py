"""Refuses request bodies over a size, in the path's own error shape: FastAPI's own limit answers in plain text.

A stated length is refused before anything is read; a body without one is counted as it comes.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from service.http.errors import error_reply

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class BodyLimitMiddleware:
    """Plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: Any, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._detail = f"The request is larger than the limit of {most_bytes} bytes."

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass the request on unless it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > self._most_bytes:
            await error_reply(scope, 413, "file_too_large", self._detail)(scope, receive, send)
            return
        received = 0

        async def counting() -> Any:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most_bytes:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, counting, send)
