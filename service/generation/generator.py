"""Answers with a language model: pages of the chosen route before it, its reply grounded as it streams in.

Straight on, with two counted exceptions: evidence the model calls insufficient is widened once (Self-Route,
arXiv 2407.16833), and tools are called a bounded number of rounds. Knows no HTTP and no SDK; every part is an argument.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter, create_task_group, to_thread

from ingest.catalog import Catalog
from ingest.errors import PinciteError
from ingest.pages import Pages
from ingest.types import Scope
from service.citation.citations import Citer
from service.citation.evidence import Evidence, Proof
from service.contract.question import Ask, Event
from service.generation.attempt_state import Draft
from service.generation.model_request import Requests
from service.grounding.attribution import Attributor
from service.grounding.grounding import Grounder
from service.grounding.markup import Text
from service.http.serializers import citation_row
from service.llm.protocol import Finished, Llm, LlmRequest, ToolCall
from service.llm.spending import Spending
from service.prompting.pictures import illustrated
from service.prompting.prompts import Block, answer_prompt
from service.prompting.tools import ToolBox
from service.question.understand import Query
from service.question.vocabulary_files import Vocabulary
from service.retrieval.filters import PageFilter
from service.retrieval.retriever import Retriever
from service.routing.context import MAX_PICTURES, Context, Part
from service.routing.planner import PromptCache
from service.routing.router import Route

MAX_ROUNDS = 6  # of tool calls
STOPPED = {
    "length": "The model stopped at max_tokens ({most}); the answer may be cut.",
    "content_filter": "The provider's filter cut the model's reply off.",
    "refusal": "The model refused to answer.",
}


@dataclass
class Work:
    """One question on its way through the model, and how far it has come."""

    scope: Scope
    ask: Ask
    query: Query  # the question as it was understood, a follow-up made whole
    context: Context
    page_filter: PageFilter
    spending: Spending
    planned: Route
    wider: Callable[[str, float | None], Route | None]
    draft: Draft | None = None
    escalated_from: str | None = None

    @property
    def route(self) -> dict[str, Any]:
        """The route as it goes over the wire."""
        return {**self.planned.row(), **({"escalated_from": self.escalated_from} if self.escalated_from else {})}


@dataclass(frozen=True)
class Generator:
    """Turns evidence into a grounded answer with a model's help."""

    llm: Llm
    pages: Pages
    citer: Citer
    prompt_cache: PromptCache
    catalog: Catalog
    retriever: Retriever
    vocabulary: Vocabulary
    requests: Requests
    own_tools: bool

    async def events(self, work: Work) -> AsyncGenerator[Event]:
        """The model's answer as it comes about; `work.draft` holds it at the end."""
        while True:
            work.draft = draft = await to_thread.run_sync(self._draft, work)
            yield Event("evidence", {"mode": draft.mode, "documents": [_part_row(part) for part in draft.parts]})
            async with aclosing(self._written(work, draft, shown=not work.ask.verify)) as written:
                async for event in written:
                    yield event
            wider = await to_thread.run_sync(self._wider, work, draft)
            if wider is None:
                break
            work.planned, work.escalated_from = wider, draft.mode
            yield Event("route", work.route)
        if work.ask.verify and not draft.asked_for and draft.raw:
            async with aclosing(self._checked(work, draft)) as checked:
                async for event in checked:
                    yield event

    def _wider(self, work: Work, draft: Draft) -> Route | None:
        """The next larger mode for a draft that lacks evidence: once, and while the rest of the ceiling allows it."""
        if not draft.insufficient or draft.asked_for or work.escalated_from is not None:
            return None
        budget = work.spending.budget
        wider = work.wider(draft.mode, budget.left_usd)
        return wider if wider is not None and budget.affords(wider.worst_usd) else None

    async def _checked(self, work: Work, draft: Draft) -> AsyncGenerator[Event]:
        """The draft read once more against its citations; as it is, with a warning, when that would cost too much."""
        checking = draft.check()
        if not await to_thread.run_sync(self.requests.affordable, checking, draft, work.spending):
            draft.warnings.append("The self-check was left out: it might have passed the budget or the model's window.")
            for event in await self._shown(draft, [Text(draft.prose)], draft.statements, work.ask.strict, True):
                yield event
            return
        before = draft.raw
        await to_thread.run_sync(draft.restart, checking, self._grounder(work, draft.evidence, draft.toolbox))
        async with aclosing(self._written(work, draft, shown=True)) as written:
            async for event in written:
                yield event
        await to_thread.run_sync(draft.keep_object, before)

    def _draft(self, work: Work) -> Draft:
        """Read the pages of a route's mode and put the prompt together."""
        mode, ask = work.planned.mode, work.ask
        evidence = Evidence()
        blocks = []
        for part in work.context.of(mode):
            pages = self.pages.pages(part.document, part.numbers)
            alias = evidence.add(part.document, pages)
            blocks.append(Block(alias, part.document, tuple(pages)))
        toolbox = ToolBox(
            work.scope, self.retriever, self.pages, self.catalog, self.vocabulary, evidence, work.page_filter
        )
        if mode == "full":
            self.prompt_cache.record(work.spending.model.name, tuple(block.document.content for block in blocks))
        prompt = answer_prompt(ask, blocks, self.own_tools)
        aliases = {block.document.id: block.alias for block in blocks}
        pictures = work.context.pictures(mode)
        messages, warnings = illustrated(prompt.messages, pictures, self.pages, aliases)
        parts, grounder = work.context.of(mode), self._grounder(work, evidence, toolbox)
        draft = Draft(ask, mode, parts, evidence, toolbox, prompt, self.own_tools, grounder, messages)
        draft.warnings += [*warnings, *(_unseen(part) for part in parts if part.unseen)]
        return draft

    def _grounder(self, work: Work, evidence: Evidence, toolbox: ToolBox) -> Grounder:
        names = (document.name for document in evidence.documents.values())
        attributor = Attributor(evidence, self.pages.tables, work.query, self.vocabulary)
        known = " ".join([work.ask.question, *names])
        return Grounder(evidence, toolbox.calculations, work.ask.strict, known, attributor.find)

    async def _written(self, work: Work, draft: Draft, shown: bool) -> AsyncGenerator[Event]:
        """Have the model write, run the tools it calls, and ground what it says."""
        for round_number in range(MAX_ROUNDS + 1):
            with_tools = round_number < MAX_ROUNDS
            request = await to_thread.run_sync(self.requests.next, draft, work.spending, with_tools)
            async with aclosing(self._reply(work, draft, request, shown)) as reply:
                async for event in reply:
                    yield event
            calls = draft.finished.tool_calls if draft.finished is not None else ()
            own = [call for call in calls if call.name in ToolBox.names]
            draft.asked_for = tuple(call for call in calls if call.name not in ToolBox.names)
            if not own or draft.asked_for:
                break
            if draft.said:  # what was said before a call is a paragraph of its own
                for event in await self._said(draft, "\n\n", work.ask.strict, shown):
                    yield event
            draft.called(own, await self._results(draft, own))
        pieces, statements = await to_thread.run_sync(draft.end)
        for event in await self._shown(draft, pieces, statements, work.ask.strict, shown):
            yield event

    async def _reply(self, work: Work, draft: Draft, request: LlmRequest, shown: bool) -> AsyncGenerator[Event]:
        """One call: its text as it comes, what it cost, and `draft.finished` at its end."""
        draft.said, draft.finished = "", None
        yield work.spending.expecting(request.input_tokens or 0, request.max_tokens)
        try:
            async with aclosing(self.llm.stream(request)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Finished):
                        draft.finished = piece
                        continue
                    draft.said += piece.text
                    for event in await self._said(draft, piece.text, work.ask.strict, shown):
                        yield event
        except PinciteError:
            yield work.spending.broke_off()
            raise
        assert draft.finished is not None
        yield work.spending.add(draft.finished)
        if draft.finished.reason in STOPPED:
            draft.warnings.append(STOPPED[draft.finished.reason].format(most=request.max_tokens))

    async def _said(self, draft: Draft, text: str, strict: bool, shown: bool) -> list[Event]:
        # where only proved sentences go out, quotes are looked for meanwhile: not in the loop all answers share
        pieces, statements = await to_thread.run_sync(draft.take, text) if strict else draft.take(text)
        return await self._shown(draft, pieces, statements, strict, shown)

    async def _shown(
        self, draft: Draft, pieces: Sequence[Any], statements: Sequence[Any], strict: bool, shown: bool
    ) -> list[Event]:
        """What may be shown by now: prose as it comes, or whole proved sentences where only those may go out."""
        if not shown:
            return []
        if strict:
            said = [statement.text + statement.separator for statement in statements]
        else:
            said = [piece.text for piece in pieces if isinstance(piece, Text)]
        events = [Event("delta", {"text": text}) for text in said if text]
        fresh = draft.grounder.citations[draft.cited :]
        draft.cited += len(fresh)
        for proof in fresh:
            events.append(Event("citation", await to_thread.run_sync(self.citation, draft, proof)))
        return events

    def citation(self, draft: Draft, proof: Proof) -> dict[str, Any]:
        """A proof as it goes over the wire; made once, since its boxes are drawn in a process many answers share."""
        if proof.place not in draft.rows:
            draft.rows[proof.place] = citation_row(self.citer.cite(proof.document, proof.located, proof.quote))
        return draft.rows[proof.place]

    async def _results(self, draft: Draft, calls: Sequence[ToolCall]) -> dict[str, str]:
        """Run tool calls side by side; each result is text for the model."""
        results: dict[str, str] = {}
        one_at_a_time = CapacityLimiter(1)  # the evidence they add to is shared

        async def run(call: ToolCall) -> None:
            found = await to_thread.run_sync(draft.toolbox.run, call.name, call.arguments, limiter=one_at_a_time)
            results[call.id] = found.text

        async with create_task_group() as group:
            for call in calls:
                group.start_soon(run, call)
        return results


def _unseen(part: Part) -> str:
    return (
        f"{part.unseen} page(s) of {part.document.name} without text were not shown to the model: "
        f"it is shown {MAX_PICTURES} pictures at the most."
    )


def _part_row(part: Part) -> dict[str, Any]:
    return {
        "document_id": part.document.id,
        "document_name": part.document.name,
        "pages": list(part.numbers),
        "scores": list(part.scores),
        "tokens": part.tokens,
    }
