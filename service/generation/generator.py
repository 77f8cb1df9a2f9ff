"""Answers with a language model: pages of the chosen route before it, its reply grounded as it streams in.

Straight on, with two counted exceptions: evidence the model calls insufficient is escalated to more of it once
(Self-Route, arXiv 2407.16833), and tools are called a bounded number of rounds. Knows no HTTP and no SDK.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from anyio import CapacityLimiter, create_task_group, to_thread

from ingest.errors import PinciteError
from service.citation.citations import Citer
from service.citation.evidence import Proof
from service.contract.answer import Citation, Content, RouteTaken
from service.contract.events import (
    CitationFound,
    Delta,
    DocumentRead,
    Event,
    EvidenceGathered,
    RouteDecided,
    UsageReported,
)
from service.generation.attempt_state import Attempt, Outgoing
from service.generation.model_request import Requests
from service.generation.preparation import Preparation, Task
from service.generation.to_answer import written_content
from service.llm.protocol import Finished, Llm, LlmRequest, ToolCall
from service.prompting.tools import ToolResult
from service.routing.context import Part
from service.routing.router import Route

MAX_ROUNDS = 6  # of tool calls


@dataclass(frozen=True)
class Written:
    """The end of what a model writes: what the answer says, and the route it came by."""

    content: Content
    route: RouteTaken


@dataclass(frozen=True)
class Generator:
    """Turns evidence into a grounded answer with a model's help."""

    llm: Llm
    citer: Citer
    requests: Requests
    preparation: Preparation

    async def events(self, task: Task) -> AsyncGenerator[Event | Written]:
        """The model's answer as it comes about; the last item is the whole of it."""
        taken = task.route.taken()
        while True:
            attempt = await to_thread.run_sync(self.preparation.attempt, task, taken.mode)
            read = tuple(_document_read(part) for part in attempt.inputs.parts)
            yield EvidenceGathered(taken.mode, documents=read)
            async with aclosing(self._written(task, attempt)) as written:
                async for event in written:
                    yield event
            larger = None
            if taken.escalated_from is None and attempt.insufficient and not attempt.asked_for:
                larger = await to_thread.run_sync(_larger, task, attempt)
            if larger is None:
                break
            taken = larger.taken(escalated_from=taken.mode)
            yield RouteDecided(taken)
        if task.question.verify and not attempt.asked_for and attempt.raw:
            checking = await to_thread.run_sync(self._checking, task, attempt)
            async with aclosing(self._checked(task, attempt, checking)) as checked:
                async for event in checked:
                    yield event
            attempt = checking or attempt
        content = await to_thread.run_sync(written_content, attempt, partial(self._citation, attempt))
        yield Written(content, taken)

    def _checking(self, task: Task, attempt: Attempt) -> Attempt | None:
        """The attempt that reads a draft against its citations; None when it would cost too much."""
        messages = attempt.check_messages()
        if not self.requests.affordable(messages, attempt, task.spending):
            return None
        inputs = attempt.inputs
        return attempt.checking(messages, self.preparation.grounder(task, inputs.evidence, attempt.calculations))

    async def _checked(self, task: Task, draft: Attempt, checking: Attempt | None) -> AsyncGenerator[Event]:
        """The draft read once more against its citations, or as it is, with a warning."""
        if checking is None:
            for event in await self._events(draft, draft.unchecked()):
                yield event
            return
        async with aclosing(self._written(task, checking)) as written:
            async for event in written:
                yield event
        await to_thread.run_sync(checking.keep_object, draft.raw)

    async def _written(self, task: Task, attempt: Attempt) -> AsyncGenerator[Event]:
        """Have the model write, run the tools it calls, and ground what it says."""
        for round_number in range(MAX_ROUNDS + 1):
            attempt.tools_exhausted = round_number == MAX_ROUNDS
            request = await to_thread.run_sync(
                partial(self.requests.next, attempt, task.spending, with_tools=not attempt.tools_exhausted)
            )
            async with aclosing(self._reply(task, attempt, request)) as reply:
                async for event in reply:
                    yield event
            calls = attempt.own_calls()
            if not calls:
                break
            if attempt.said:  # what was said before a call is a paragraph of its own
                for event in await self._said(attempt, "\n\n"):
                    yield event
            attempt.called(calls, await _results(attempt, calls))
        for event in await self._events(attempt, await to_thread.run_sync(attempt.end)):
            yield event

    async def _reply(self, task: Task, attempt: Attempt, request: LlmRequest) -> AsyncGenerator[Event]:
        """One call: its text as it comes, and what it cost."""
        attempt.begin_reply()
        finished: Finished | None = None
        yield UsageReported(task.spending.expecting(request.input_tokens or 0, request.max_tokens))
        try:
            async with aclosing(self.llm.stream(request)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Finished):
                        finished = piece
                        continue
                    attempt.said += piece.text
                    for event in await self._said(attempt, piece.text):
                        yield event
        except PinciteError:
            yield UsageReported(task.spending.broke_off())
            raise
        assert finished is not None
        yield UsageReported(task.spending.add(finished))
        attempt.end_reply(finished, request.max_tokens)

    async def _said(self, attempt: Attempt, text: str) -> list[Event]:
        # sentences are judged against tables meanwhile: not in the loop all answers share
        slow = attempt.policy.grounds_first or bool(text.strip())
        return await self._events(attempt, await to_thread.run_sync(attempt.take, text) if slow else attempt.take(text))

    async def _events(self, attempt: Attempt, outgoing: Outgoing) -> list[Event]:
        events: list[Event] = [Delta(text) for text in outgoing.texts]
        for proof in outgoing.proofs:
            events.append(CitationFound(await to_thread.run_sync(self._citation, attempt, proof)))
        return events

    def _citation(self, attempt: Attempt, proof: Proof) -> Citation:
        """The citation of a proof; made once, since its boxes are drawn in a process many answers share."""
        if proof.place not in attempt.citations:
            attempt.citations[proof.place] = self.citer.cite(proof.document, proof.located, proof.quote)
        return attempt.citations[proof.place]


def _larger(task: Task, attempt: Attempt) -> Route | None:
    """The route with the next larger mode, while the rest of the ceiling allows it."""
    budget = task.spending.budget
    larger = task.escalate(attempt.inputs.mode, budget.left_usd)
    return larger if larger is not None and budget.affords(larger.worst_usd) else None


async def _results(attempt: Attempt, calls: Sequence[ToolCall]) -> dict[str, ToolResult]:
    """Run tool calls side by side; each result is text for the model."""
    results: dict[str, ToolResult] = {}
    one_at_a_time = CapacityLimiter(1)  # the evidence they add to is shared

    async def run(call: ToolCall) -> None:
        toolbox = attempt.inputs.toolbox
        results[call.id] = await to_thread.run_sync(toolbox.run, call.name, call.arguments, limiter=one_at_a_time)

    async with create_task_group() as group:
        for call in calls:
            group.start_soon(run, call)
    return results


def _document_read(part: Part) -> DocumentRead:
    return DocumentRead(part.document.id, part.document.name, tuple(part.numbers), tuple(part.scores), part.tokens)
