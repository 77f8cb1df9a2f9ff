"""An answer's events as server-sent events of the native API, closed however the stream ends."""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from anyio import CancelScope
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from ingest.errors import PinciteError
from service.contract.events import Event, Failed
from service.http.serializers import event_row

log = logging.getLogger("pincite.answers")


async def streamed(events: AsyncGenerator[Event]) -> StreamingResponse:
    """A response that sends each event as it comes. What fails before the first event is an ordinary error."""
    first = await anext(events)
    return EventStream(_lines(first, events), events)


class EventStream(StreamingResponse):
    """Server-sent lines; they and their sources are closed however the stream ends, not when the garbage collector
    comes by: an answer given up by its client must stop, and be paid for, at once."""

    def __init__(self, lines: AsyncGenerator[bytes], *sources: AsyncGenerator[Any]) -> None:
        headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
        super().__init__(lines, media_type="text/event-stream", headers=headers)
        self._ending: tuple[AsyncGenerator[Any], ...] = (lines, *sources)

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Send the lines until they end or the client goes away."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                for generator in self._ending:
                    await generator.aclose()


async def _lines(first: Event, rest: AsyncIterator[Event]) -> AsyncGenerator[bytes]:
    yield _line(first)
    try:
        async for event in rest:
            yield _line(event)
    except PinciteError as error:  # the status has gone out already, so the error travels as an event
        yield _line(Failed(error.code, error.message, error.retry))
    except Exception:  # named edge: the stream is all the client sees
        log.exception("an answer broke off")
        yield _line(Failed("internal", "Something unexpected happened.", retry=False))
        raise


def _line(event: Event) -> bytes:
    kind, data = event_row(event)
    return format_sse_event(event=kind, data_str=json.dumps(data, ensure_ascii=False))
