"""An answer's events on their way out: stored when it is whole, and paid for however they end.

Knows no wire and nothing of how answers come about.

What an answer cost is read off its UsageReported events. Each says what the answer has cost so far, not since the last
one, so the last one seen is the bill; whoever spends money sends one before the money is spent (with the call's
estimate) and one after. An answer that fails or whose client goes away is billed with the last one it sent.
"""

import time
from asyncio import CancelledError
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from anyio import CancelScope, to_thread

from ingest.catalog import new_id
from ingest.types import Scope
from service.answering.answerer import Answers
from service.contract.answer import Answer, RouteTaken, Usage
from service.contract.events import Done, Event, RouteDecided, UsageReported
from service.contract.question import Question
from service.records import DayHold, LedgerEntry, Records
from service.records.answer_json import answer_json


@dataclass
class _Bill:
    """What the events so far say of an answer's cost."""

    id: str = ""
    route: RouteTaken | None = None
    usage: Usage | None = None
    started: float = field(default_factory=time.monotonic)

    def note(self, event: Event) -> None:
        """Remember what an event says of route and cost."""
        if isinstance(event, RouteDecided):
            self.route = event.route
        elif isinstance(event, UsageReported):
            self.usage = event.usage
        elif isinstance(event, Done):
            self.id = event.answer.id
            self.route, self.usage = event.answer.route, event.answer.usage

    def entry(self, status: str) -> LedgerEntry:
        """The row for the ledger."""
        usage = self.usage or Usage()
        return LedgerEntry(
            id=self.id or new_id("use"),
            mode=self.route.mode.value if self.route is not None else "unknown",
            model=self.route.model if self.route is not None else None,
            calls=usage.calls,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=Decimal(str(round(usage.cost_usd, 9))),
            seconds=usage.seconds or round(time.monotonic() - self.started, 3),
            status=status,
        )


@dataclass(frozen=True)
class RecordedAnswers:
    """Answers that are stored and paid for: what every door sends on."""

    answerer: Answers
    records: Records

    def events(self, scope: Scope, question: Question, thread: str | None = None) -> AsyncGenerator[Event]:
        """The events of a question's answer."""
        hold = self.records.budget.hold(scope)
        return self.kept(scope, self.answerer.events(scope, question, hold), thread, hold)

    async def kept(
        self, scope: Scope, events: AsyncIterator[Event], thread: str | None = None, hold: DayHold | None = None
    ) -> AsyncGenerator[Event]:
        """The same events; the whole answer is stored before its Done goes out, so that its id can be looked up.

        With a thread the answer names it and is stored at its end. One ledger row is written per answer: with Done, or,
        for an answer that fails or is given up after a UsageReported, when its events end. Only then is the hold on the
        daily budget released, so that money is counted at every moment, as held or as spent.
        """
        bill, status = _Bill(), "failed"
        try:
            async for event in events:
                bill.note(event)
                if isinstance(event, Done):
                    event = Done(replace(event.answer, thread=thread))
                    await to_thread.run_sync(self._store, scope, event.answer, bill)
                    status = "done"
                    if hold is not None:
                        await to_thread.run_sync(hold.release)
                yield event
        except (CancelledError, GeneratorExit):  # the client went away
            status = "done" if status == "done" else "cancelled"
            raise
        finally:
            with CancelScope(shield=True):
                await self._end(scope, events, bill if status != "done" else None, status, hold)

    def _store(self, scope: Scope, answer: Answer, bill: _Bill) -> None:
        self.records.keep(scope, answer.id, answer_json(answer), answer.thread)
        self.records.ledger.add(scope, bill.entry("done"))

    async def _end(
        self, scope: Scope, events: AsyncIterator[Event], bill: _Bill | None, status: str, hold: DayHold | None
    ) -> None:
        """Bill what has not been billed, end the source, give the rest of the day's money back."""
        try:
            if bill is not None and bill.usage is not None:
                await to_thread.run_sync(self.records.ledger.add, scope, bill.entry(status))
        finally:
            if isinstance(events, AsyncGenerator):
                await events.aclose()
            if hold is not None:
                await to_thread.run_sync(hold.release)
