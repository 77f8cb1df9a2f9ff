"""Refuses request bodies that are too large or come too slowly, in the path's own error shape.

A stated length is refused before anything is read; a body without one is counted as it comes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from service.http.errors import Fault, error_reply

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
MAX_JSON_BYTES = 8 << 20
MAX_PAUSE = 60.0  # seconds between two pieces of a body


class BodyLimitMiddleware:
    """Plain ASGI, so that streams pass through untouched.

    `max_bytes` holds for uploads: forms, and JSON on paths under `inline_files`, where bodies carry files.
    """

    def __init__(self, app: Any, max_bytes: int, inline_files: str, max_pause: float = MAX_PAUSE) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._inline_files = inline_files
        self._max_pause = max_pause

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass the request on unless it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit(scope, headers)
        detail = f"The request is larger than the limit of {limit} bytes."
        stated = headers.get("content-length", "")
        if stated.isdecimal() and int(stated[:20]) > limit:
            await error_reply(scope, Fault(413, "file_too_large", detail))(scope, receive, send)
            return
        received, complete = 0, False

        async def counting() -> Any:
            nonlocal received, complete
            message = await (receive() if complete else self._in_time(receive))
            complete = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, detail)
            return message

        await self._app(scope, counting, send)

    def _limit(self, scope: Any, headers: Headers) -> int:
        upload = headers.get("content-type", "").startswith("multipart/")
        inline = self._inline_files in scope["path"]
        return self._max_bytes if upload or inline else min(MAX_JSON_BYTES, self._max_bytes)

    async def _in_time(self, receive: Receive) -> Any:
        try:
            return await asyncio.wait_for(receive(), self._max_pause)
        except TimeoutError as error:
            raise HTTPException(408, f"Nothing of the request came for {self._max_pause:.0f} seconds.") from error
