"""An answer's events on their way out: kept when done, paid for however they end, and sent as server-sent events.

Knows HTTP's event format and nothing of how answers come about.

What an answer cost is read off its `usage` events. Each says what the answer has cost so far, not since the last one,
so the last one seen is the bill; whoever spends money sends one before the money is spent (with the call's estimate)
and one after. An answer that fails or whose client goes away is billed with the last one it sent.
"""

import json
import logging
import time
from asyncio import CancelledError
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from anyio import CancelScope
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from ingest.catalog import new_id
from ingest.errors import PinciteError
from ingest.types import Scope
from service.contract.question import Ask, Event
from service.records import DayHold, LedgerEntry
from service.wiring import Service

log = logging.getLogger("pincite.answers")


@dataclass
class _Bill:
    """What the events so far say of an answer's cost."""

    id: str = ""
    route: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, Any] | None = None
    started: float = field(default_factory=time.monotonic)

    def note(self, event: Event) -> None:
        """Remember what an event says of route and cost."""
        if event.kind == "route":
            self.route = event.data
        elif event.kind == "usage":
            self.usage = event.data
        elif event.kind == "done":
            self.id = event.data["id"]
            self.route, self.usage = event.data["route"], event.data["usage"]

    def entry(self, status: str) -> LedgerEntry:
        """The row for the ledger."""
        usage = self.usage or {}
        return LedgerEntry(
            id=self.id or new_id("use"),
            mode=self.route.get("mode", "unknown"),
            model=self.route.get("model"),
            calls=usage.get("calls", 0),
            input_tokens=usage.get("input_tokens", 0),
            cached_tokens=usage.get("cached_tokens", 0),
            output_tokens=usage.get("output_tokens", 0),
            cost_usd=Decimal(str(usage.get("cost_usd", 0))),
            seconds=usage.get("seconds") or round(time.monotonic() - self.started, 3),
            status=status,
        )


def answered(service: Service, scope: Scope, ask: Ask, thread: str | None = None) -> AsyncGenerator[Event]:
    """The events of a question's answer, stored and paid for: what every door sends on."""
    hold = service.records.budget.hold(scope)
    return kept(service, scope, service.answerer.events(scope, ask, hold), thread, hold)


async def kept(
    service: Service,
    scope: Scope,
    events: AsyncIterator[Event],
    thread: str | None = None,
    hold: DayHold | None = None,
) -> AsyncGenerator[Event]:
    """The same events; the whole answer is stored before its `done` goes out, so that its id can be looked up.

    With a thread the answer names it and is stored at its end. One ledger row is written per answer: with `done`, or,
    for an answer that fails or is given up after a `usage` event, when its events end. Only then is the hold on the
    daily budget released, so that money is counted at every moment, as held or as spent.
    """
    bill, status = _Bill(), "failed"
    release = hold.release if hold is not None else _nothing
    try:
        async for event in events:
            bill.note(event)
            if event.kind == "done":
                body = event.data if thread is None else {**event.data, "thread": thread}
                event = Event("done", body)
                await run_in_threadpool(service.records.keep, scope, body["id"], body, thread)
                await run_in_threadpool(service.records.ledger.add, scope, bill.entry("done"))
                status = "done"
                await run_in_threadpool(release)
            yield event
    except (CancelledError, GeneratorExit):  # the client went away
        status = "done" if status == "done" else "cancelled"
        raise
    finally:
        with CancelScope(shield=True):
            try:
                if status != "done" and bill.usage is not None:
                    await run_in_threadpool(service.records.ledger.add, scope, bill.entry(status))
            finally:
                if isinstance(events, AsyncGenerator):
                    await events.aclose()
                await run_in_threadpool(release)


def _nothing() -> None:
    """What there is to release without a hold."""


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
        yield _line(Event("error", {"code": error.code, "detail": error.message, "retry": error.retry}))
    except Exception:  # named edge: the stream is all the client sees
        log.exception("an answer broke off")
        yield _line(Event("error", {"code": "internal", "detail": "Something unexpected happened.", "retry": False}))
        raise


def _line(event: Event) -> bytes:
    return format_sse_event(event=event.kind, data_str=json.dumps(event.data, ensure_ascii=False))
