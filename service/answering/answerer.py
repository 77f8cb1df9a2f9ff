"""One question, all the way: understand, retrieve, route, then a model's answer or quotes. A stream of typed events.

The reply that is not streamed collects the same stream. Asynchronous at this edge only: the parts it calls are plain
functions run in threads. Knows no wire; every part arrives as an argument.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from anyio import to_thread

from ingest.catalog import new_id
from ingest.errors import LlmBrokenOff, LlmGarbled, LlmTimedOut, LlmUnavailable, PinciteError
from ingest.types import Scope
from service.contract.answer import Answer, Content, Finish, PageHit, Plan, RouteTaken, Searched, Usage, Warning
from service.contract.events import (
    CitationFound,
    Delta,
    Done,
    Event,
    EvidenceGathered,
    RouteDecided,
    UsageReported,
    collect,
)
from service.contract.question import Mode, Question
from service.extractive.extractive import Extractive
from service.extractive.to_answer import spoken
from service.generation.generator import Generator, Written
from service.generation.preparation import Task
from service.llm.budget import Budget, DayReservation
from service.llm.spending import Spending
from service.question.follow_up import resolve
from service.question.vocabulary_files import Vocabulary
from service.retrieval.found import Found
from service.retrieval.signals import Hit
from service.routing.planner import Planned, Planner
from service.routing.router import Route

# a model that cannot answer now; one that refuses the key or the request is the operator's to know
FAILED = (LlmUnavailable, LlmTimedOut, LlmBrokenOff, LlmGarbled)
NEAREST = 5  # pages told with every answer


class Answers(Protocol):
    """Whatever answers a question step by step; `day_reservation` covers its cost."""

    def events(
        self, scope: Scope, question: Question, day_reservation: DayReservation | None = None
    ) -> AsyncIterator[Event]:
        """The answer as it comes about; Done carries it whole."""
        ...


@dataclass(frozen=True)
class _Made:
    """The end of either way of answering: what is said, and how it came about."""

    content: Content
    route: RouteTaken
    usage: Usage


@dataclass(frozen=True)
class Answerer:
    """Answers questions over a scope; without a `generator` by quoting alone."""

    planner: Planner
    extractive: Extractive
    generator: Generator | None
    vocabulary: Vocabulary

    async def events(
        self, scope: Scope, question: Question, day_reservation: DayReservation | None = None
    ) -> AsyncGenerator[Event]:
        """The answer as it comes about; Done carries it whole. `day_reservation` covers its cost."""
        started = time.monotonic()
        resolved, planned = await self._planned(scope, question)
        if planned.route.model is None or self.generator is None:
            steps = self._quoted(planned)
        else:
            steps = self._answered(self.generator, self._task(question, planned, day_reservation), planned)
        made: _Made | None = None
        async with aclosing(steps):
            async for step in steps:
                if isinstance(step, _Made):
                    made = step
                else:
                    yield step
        assert made is not None  # either way ends with it
        usage = replace(made.usage, seconds=round(time.monotonic() - started, 3))
        yield UsageReported(usage)
        yield Done(
            Answer(
                id=new_id("ans"),
                question=question.text,
                content=made.content,
                route=made.route,
                usage=usage,
                searched=_searched(planned.found),
                not_yet_searchable=planned.found.not_yet_searchable,
                resolved_question=resolved if resolved != question.text else None,
            )
        )

    async def answer(self, scope: Scope, question: Question) -> Answer:
        """The whole answer at once."""
        return await collect(self.events(scope, question))

    async def plan(self, scope: Scope, question: Question) -> Plan:
        """What would be done and what it would cost; spends nothing."""
        _resolved, planned = await self._planned(scope, question)
        found = planned.found
        return Plan(planned.route.taken(), planned.daily_usd, len(found.documents), found.not_yet_searchable)

    async def _planned(self, scope: Scope, question: Question) -> tuple[str, Planned]:
        resolved = await to_thread.run_sync(resolve, question.text, question.history, self.vocabulary)
        return resolved, await to_thread.run_sync(self.planner.plan, scope, question, resolved)

    async def _quoted(self, planned: Planned) -> AsyncGenerator[Event | _Made]:
        route = planned.route.taken()
        yield RouteDecided(route)
        first = planned.found.hits[: self.extractive.evidence_pages]
        yield EvidenceGathered(Mode.EXTRACTIVE, pages=tuple(_page_hit(hit) for hit in first))
        quoted = await to_thread.run_sync(self.extractive.quote, planned.found)
        sent: set[int] = set()
        for text, citations in spoken(quoted.content):
            yield Delta(text + "\n")
            for index in citations:
                if index not in sent:
                    sent.add(index)
                    yield CitationFound(quoted.content.citations[index])
        yield _Made(quoted.content, replace(route, reason=f"{route.reason}; {quoted.reason}"), Usage())

    async def _answered(self, generator: Generator, task: Task, planned: Planned) -> AsyncGenerator[Event | _Made]:
        """The model's answer; where the mode was left to us and the model fails, quotes in its place, which say so."""
        said = ""
        try:
            async with aclosing(self._generated(generator, task)) as steps:
                async for step in steps:
                    said = step.text if isinstance(step, Delta) else said
                    yield step
        except FAILED as error:
            question = task.question
            if question.mode != Mode.AUTO or question.schema is not None or question.tools:
                raise
            failure = error
        else:
            return
        if said:
            yield Delta("\n\n")  # what the model had said by then has gone out
        async with aclosing(self._quoted(planned)) as steps:
            async for step in steps:
                yield _in_place(step, failure, task.spending.usage) if isinstance(step, _Made) else step

    async def _generated(self, generator: Generator, task: Task) -> AsyncGenerator[Event | _Made]:
        await to_thread.run_sync(task.spending.budget.begin, task.route.worst_usd)
        yield RouteDecided(task.route.taken())
        async with aclosing(generator.events(task)) as steps:
            async for step in steps:
                yield _Made(step.content, step.route, task.spending.usage) if isinstance(step, Written) else step

    def _task(self, question: Question, planned: Planned, day_reservation: DayReservation | None) -> Task:
        assert planned.route.model is not None
        budget = Budget(question.budget_usd, planned.daily_usd, day_reservation)
        escalate = self.planner.escalation(planned) if question.mode == Mode.AUTO else _no_escalation
        spending = Spending(planned.route.model, budget)
        return Task(
            planned.scope,
            question,
            planned.query,
            planned.context,
            planned.page_filter,
            spending,
            planned.route,
            escalate,
        )


def _in_place(made: _Made, failure: PinciteError, usage: Usage) -> _Made:
    """Quotes as the answer in place of a model that failed: with what the model has cost, and a warning."""
    warning = Warning(
        "fallback_extractive", f"The language model failed, so this is quoted without it: {failure.message}"
    )
    content = replace(made.content, finish=Finish.FALLBACK, warnings=(warning, *made.content.warnings))
    route = replace(made.route, mode=Mode.EXTRACTIVE, reason=f"{made.route.reason}; the model failed ({failure.code})")
    return _Made(content, route, usage)


def _no_escalation(_mode: Mode, _left_usd: float | None) -> Route | None:
    return None


def _searched(found: Found) -> Searched:
    return Searched(
        documents=len(found.documents),
        pages=sum(document.pages or 0 for document in found.documents),
        nearest=tuple(_page_hit(hit) for hit in found.hits[:NEAREST]),
        lexical_only=found.lexical_only,
    )


def _page_hit(hit: Hit) -> PageHit:
    return PageHit(hit.document.id, hit.document.name, hit.page, hit.score)
