"""An answer's events on their way out: kept when done, and sent as server-sent events.

Knows HTTP's event format and nothing of how answers come about.
"""

import json
import logging
from collections.abc import AsyncIterator

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from ingest.errors import PinciteError
from ingest.types import Scope
from service.asking import Event
from service.wiring import Service

log = logging.getLogger("pincite.answers")


async def kept(service: Service, scope: Scope, events: AsyncIterator[Event]) -> AsyncIterator[Event]:
    """The same events; the whole answer is stored before its `done` goes out, so that its id can be looked up."""
    async for event in events:
        if event.kind == "done":
            await run_in_threadpool(service.records.keep, scope, event.data["id"], event.data)
        yield event


async def streamed(events: AsyncIterator[Event]) -> StreamingResponse:
    """A response that sends each event as it comes. What fails before the first event is an ordinary error."""
    first = await anext(events)
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
    return StreamingResponse(_lines(first, events), media_type="text/event-stream", headers=headers)


async def _lines(first: Event, rest: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    yield _line(first)
    try:
        async for event in rest:
            yield _line(event)
    except PinciteError as error:  # the status has gone out already, so the error travels as an event
        yield _line(Event("error", {"code": error.code, "detail": error.message, "retry": error.retry}))
    except Exception:  # named edge: the stream is all the client sees
        log.exception("an answer broke off")
        yield _line(Event("error", {"code": "internal", "detail": "Something unexpected happened.", "retry": False}))
        raise


def _line(event: Event) -> bytes:
    return format_sse_event(event=event.kind, data_str=json.dumps(event.data, ensure_ascii=False))
