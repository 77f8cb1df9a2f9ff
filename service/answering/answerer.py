"""One question, all the way: understand, retrieve, route, then a model's answer or quotes. A stream of typed events.

The reply that is not streamed folds the same stream. Asynchronous at this edge only: the parts it calls are plain
functions run in threads. Knows nothing of HTTP; every part arrives as an argument.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio import to_thread

from ingest.catalog import new_id
from ingest.types import Scope
from service.contract.question import Ask, Event
from service.extractive.extractive import Extractive
from service.generation.generator import Generator, Work
from service.generation.to_answer import written_body
from service.http.serializers import hit_row
from service.llm.budget import Budget, DayReservation
from service.llm.spending import Spending
from service.question.follow_up import resolve
from service.question.vocabulary_files import Vocabulary
from service.retrieval.found import Found
from service.routing.planner import Planned, Planner
from service.routing.router import Route

NEAREST = 5


@dataclass(frozen=True)
class Answerer:
    """Answers questions over a scope; without a `generator` by quoting alone."""

    planner: Planner
    extractive: Extractive
    generator: Generator | None
    vocabulary: Vocabulary

    async def events(
        self, scope: Scope, ask: Ask, day_reservation: DayReservation | None = None
    ) -> AsyncGenerator[Event]:
        """The answer as it comes about; the `done` event carries it whole. `day_reservation` covers its cost."""
        started = time.monotonic()
        resolved = await to_thread.run_sync(resolve, ask.question, ask.history, self.vocabulary)
        planned = await to_thread.run_sync(self.planner.plan, scope, ask, resolved)
        if planned.route.model is None or self.generator is None:
            body: dict[str, Any] = {}
            async for event in self._quoted(planned):
                body = event.data if event.kind == "done" else body
                if event.kind != "done":
                    yield event
        else:
            work = self._work(ask, planned, day_reservation)
            await to_thread.run_sync(work.spending.budget.begin, planned.route.worst_usd)
            yield Event("route", planned.route.row())
            async with aclosing(self.generator.events(work)) as written:
                async for event in written:
                    yield event
            assert work.draft is not None
            cite = partial(self.generator.citation, work.draft)
            body = await to_thread.run_sync(written_body, work.draft, cite)
            body["route"] = work.route
            body["usage"] = work.spending.row()
        body = _whole(body, ask, resolved, planned.found)
        body["usage"]["seconds"] = round(time.monotonic() - started, 3)
        yield Event("usage", body["usage"])
        yield Event("done", body)

    async def answer(self, scope: Scope, ask: Ask) -> dict[str, Any]:
        """The whole answer at once."""
        return await fold(self.events(scope, ask))

    async def plan(self, scope: Scope, ask: Ask) -> dict[str, Any]:
        """What would be done and what it would cost; spends nothing."""
        resolved = await to_thread.run_sync(resolve, ask.question, ask.history, self.vocabulary)
        planned = await to_thread.run_sync(self.planner.plan, scope, ask, resolved)
        return {
            "route": planned.route.row(),
            "budget_usd": planned.daily_usd,
            "documents": len(planned.found.documents),
            "not_yet_searchable": list(planned.found.not_yet_searchable),
        }

    async def _quoted(self, planned: Planned) -> AsyncIterator[Event]:
        route = planned.route.row()
        yield Event("route", route)
        first = planned.found.hits[: self.extractive.evidence_pages]
        yield Event("evidence", {"mode": "extractive", "pages": [hit_row(hit) for hit in first]})
        quoted = await to_thread.run_sync(self.extractive.quote, planned.found)
        body = quoted.body(planned.found)
        sent: set[int] = set()
        for statement in body["statements"]:
            yield Event("delta", {"text": statement["text"] + "\n"})
            for index in statement["citations"]:
                if index not in sent:
                    sent.add(index)
                    yield Event("citation", body["citations"][index])
        body["route"] = {**route, "reason": f"{route['reason']}; {quoted.draft.reason}"}
        body["usage"] = {"input_tokens": 0, "cached_tokens": 0, "output_tokens": 0, "cost_usd": 0.0, "calls": 0}
        yield Event("done", body)

    def _work(self, ask: Ask, planned: Planned, day_reservation: DayReservation | None) -> Work:
        assert planned.route.model is not None
        budget = Budget(ask.budget_usd, planned.daily_usd, day_reservation)
        wider = self.planner.wider(planned) if ask.mode == "auto" else _nothing_wider
        spending = Spending(planned.route.model, budget)
        return Work(
            planned.scope, ask, planned.query, planned.context, planned.page_filter, spending, planned.route, wider
        )


async def fold(events: AsyncIterator[Event]) -> dict[str, Any]:
    """The whole answer: the data of the `done` event."""
    body: dict[str, Any] = {}
    async for event in events:
        if event.kind == "done":
            body = event.data
    return body


def _nothing_wider(_mode: str, _left_usd: float | None) -> Route | None:
    return None


def _whole(body: dict[str, Any], ask: Ask, resolved: str, found: Found) -> dict[str, Any]:
    """What every answer says, whoever wrote it."""
    return {
        "id": new_id("ans"),
        "question": ask.question,
        **({"resolved_question": resolved} if resolved != ask.question else {}),
        "unsupported": 0,
        "calculations": [],
        "warnings": [],
        **body,
        "searched": {
            "documents": len(found.documents),
            "pages": sum(document.pages or 0 for document in found.documents),
            "nearest": [hit_row(hit) for hit in found.hits[:NEAREST]],
            "lexical_only": found.lexical_only,
        },
        "not_yet_searchable": list(found.not_yet_searchable),
    }
