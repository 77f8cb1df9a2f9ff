"""Streams that end their source when they end: an answer given up by its client must stop, and be paid for, at once.

Knows HTTP's event format and nothing of what is sent.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CancelScope
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ingest.errors import PinciteError
from service.asking import Ask, Event
from service.openai_api.questions import require_model


class EventStream(StreamingResponse):
    """Server-sent lines; their source is closed however the stream ends."""

    def __init__(self, lines: AsyncGenerator[bytes]) -> None:
        headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
        super().__init__(lines, media_type="text/event-stream", headers=headers)
        self._source = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines until they end or the client goes away."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._source.aclose()


@asynccontextmanager
async def ended(source: AsyncIterator[Any]) -> AsyncIterator[None]:
    """Close a source at the end of the block, if it can be closed."""
    try:
        yield
    finally:
        with CancelScope(shield=True):
            await _close(source)


async def begin(events: AsyncIterator[Event], ask: Ask) -> Event:
    """The first event; what fails up to here is an ordinary error and not yet a stream."""
    first = await anext(events)
    try:
        require_model(ask, first)
    except PinciteError:
        await _close(events)
        raise
    return first


async def _close(source: AsyncIterator[Any]) -> None:
    if isinstance(source, AsyncGenerator):
        await source.aclose()
