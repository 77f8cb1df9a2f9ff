"""Answers with a language model: pages of the chosen route before it, its reply grounded as it streams in.

Straight on, with two counted exceptions: evidence the model calls insufficient is widened once (Self-Route,
arXiv 2407.16833), and tools are called a bounded number of rounds. Knows no HTTP and no SDK; every part is an argument.
"""

import base64
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter, create_task_group, to_thread

from ingest.catalog import Catalog
from ingest.errors import BudgetExceeded
from ingest.pages import Pages
from ingest.types import PageKind, Scope
from service.asking import Ask, Event
from service.budget import Budget, worst_case
from service.citing import Citer
from service.drafting import Draft
from service.evidence import Evidence, Proof
from service.grounding import Grounder
from service.llm import Finished, Llm, LlmRequest, TextDelta, ToolCall
from service.markup import Text
from service.material import MOST_PICTURES, Material, Part
from service.model_tools import ToolBox
from service.models import ModelInfo, cost
from service.payload import payload_tokens
from service.planning import Warmth
from service.prompts import Block, answer_prompt, suspicious
from service.retrieve import Retriever
from service.router import Route
from service.views import citation_row
from service.vocabulary_files import Vocabulary

MOST_ROUNDS = 6  # of tool calls

PICTURE_DPI = 96
PASSED_ON = ("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed")


@dataclass
class Spending:
    """What an answer has cost so far."""

    model: ModelInfo
    budget: Budget
    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False
    cost_usd: float = 0.0

    def expecting(self, input_tokens: int, max_tokens: int) -> Event:
        """What the answer will have cost if the next call costs its worst: said before the money is spent."""
        worst = self.cost_usd + worst_case(self.model, input_tokens, max_tokens)
        return Event("usage", {**self.row(), "input_tokens": self.input_tokens + input_tokens, "cost_usd": worst})

    def add(self, finished: Finished) -> Event:
        """A call is over: what it really cost."""
        usage = finished.usage
        self.calls += finished.tries
        self.input_tokens += usage.input_tokens
        self.cached_tokens += usage.cached_tokens
        self.output_tokens += usage.output_tokens
        self.estimated = self.estimated or usage.estimated
        self.cost_usd = max(
            self.cost_usd + cost(self.model, usage.input_tokens, usage.cached_tokens, usage.output_tokens),
            self.budget.spent_usd,  # tries that broke off are charged, too
        )
        return Event("usage", self.row())

    def row(self) -> dict[str, Any]:
        """The `usage` of an answer."""
        return {
            "input_tokens": self.input_tokens,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": round(self.cost_usd, 9),
            "calls": self.calls,
            "estimated": self.estimated,
        }


@dataclass
class Work:
    """One question on its way through the model, and how far it has come."""

    scope: Scope
    ask: Ask
    material: Material
    only: Collection[tuple[str, int]] | None
    spending: Spending
    planned: Route
    wider: Callable[[str], Route | None]
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
    warmth: Warmth
    catalog: Catalog
    retriever: Retriever
    vocabulary: Vocabulary
    count: Callable[[str], int]
    max_tokens: int
    own_tools: bool

    async def events(self, work: Work) -> AsyncIterator[Event]:
        """The model's answer as it comes about; `work.draft` holds it at the end."""
        while True:
            work.draft = draft = await to_thread.run_sync(self._draft, work)
            yield Event("evidence", {"mode": draft.mode, "documents": [_part_row(part) for part in draft.parts]})
            async for event in self._written(work, draft, shown=not work.ask.verify):
                yield event
            may_widen = draft.insufficient and not draft.asked_for and work.escalated_from is None
            wider = work.wider(draft.mode) if may_widen else None
            if wider is None:
                break
            work.planned, work.escalated_from = wider, draft.mode
            yield Event("route", work.route)
        if work.ask.verify and not draft.asked_for and draft.raw and work.ask.schema is None:
            await to_thread.run_sync(draft.restart, self._grounder(work, draft.evidence, draft.toolbox))
            async for event in self._written(work, draft, shown=True):
                yield event

    def _draft(self, work: Work) -> Draft:
        """Read the pages of a route's mode and put the prompt together."""
        mode, ask = work.planned.mode, work.ask
        evidence = Evidence()
        blocks, warnings = [], []
        for part in work.material.of(mode):
            pages = [self.pages.page(part.document, number) for number in part.numbers]
            alias = evidence.add(part.document, pages)
            blocks.append(Block(alias, part.document, tuple(pages)))
            warnings += [_warning(part, page.number, kinds) for page in pages if (kinds := suspicious(page.text))]
        toolbox = ToolBox(work.scope, self.retriever, self.pages, self.catalog, self.vocabulary, evidence, work.only)
        if mode == "full":
            self.warmth.note(work.spending.model.name, tuple(block.document.content for block in blocks))
        prompt = answer_prompt(ask, blocks, self.own_tools)
        messages = self._illustrated(work, blocks, prompt.messages)
        parts, grounder = work.material.of(mode), self._grounder(work, evidence, toolbox)
        return Draft(ask, mode, parts, evidence, toolbox, prompt, self.own_tools, grounder, messages, warnings=warnings)

    def _grounder(self, work: Work, evidence: Evidence, toolbox: ToolBox) -> Grounder:
        names = (document.name for document in evidence.documents.values())
        return Grounder(evidence, toolbox.calculations, work.ask.strict, " ".join([work.ask.question, *names]))

    def _illustrated(self, work: Work, blocks: Sequence[Block], messages: Sequence[Any]) -> list[Any]:
        """The messages, with pictures of pages that hardly have text when the model can see."""
        seen = [(block, page) for block in blocks for page in block.pages if page.kind is not PageKind.TEXT]
        if not work.spending.model.vision or work.ask.images is False or not seen:
            return list(messages)
        content: list[dict[str, Any]] = [{"type": "text", "text": messages[-1]["content"]}]
        for block, page in seen[:MOST_PICTURES]:
            data = base64.b64encode(self.pages.png(block.document, page.number, PICTURE_DPI)).decode()
            content.append({"type": "text", "text": f"Picture of page {page.number} of {block.alias}:"})
            content.append({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}})
        return [*messages[:-1], {**messages[-1], "content": content}]

    async def _written(self, work: Work, draft: Draft, shown: bool) -> AsyncIterator[Event]:
        """Have the model write, run the tools it calls, and ground what it says."""
        for round_number in range(MOST_ROUNDS + 1):
            text, finished = "", None
            request = await to_thread.run_sync(self._request, work, draft, round_number < MOST_ROUNDS)
            yield work.spending.expecting(request.input_tokens or 0, request.max_tokens)
            async for piece in self.llm.stream(request):
                if isinstance(piece, Finished):
                    finished = piece
                    continue
                text += piece.text
                for event in await self._said(draft, piece, work.ask.strict, shown):
                    yield event
            assert finished is not None
            yield work.spending.add(finished)
            if finished.reason == "length":
                draft.warnings.append(f"The model stopped at max_tokens ({request.max_tokens}); the answer may be cut.")
            own = [call for call in finished.tool_calls if call.name in ToolBox.names]
            draft.asked_for = tuple(call for call in finished.tool_calls if call.name not in ToolBox.names)
            if not own or draft.asked_for:
                break
            draft.called(text, own, await self._results(draft, own))
        pieces, statements = await to_thread.run_sync(draft.end)
        for event in await self._shown(draft, pieces, statements, work.ask.strict, shown):
            yield event

    def _request(self, work: Work, draft: Draft, with_tools: bool) -> LlmRequest:
        ask, model = work.ask, work.spending.model
        tools = draft.tools if with_tools else ask.tools
        wanted = ask.sampling.get("max_tokens") or self.max_tokens
        tokens = payload_tokens(draft.messages, self.count, tools, draft.response_format)
        room = min(int(wanted), model.max_out, max(1, model.window - tokens))
        if tokens >= model.window:
            raise BudgetExceeded(
                f"The call needs {tokens:,} tokens and {model.name} takes {model.window:,}; ask for fewer documents, "
                "or use mode 'retrieval'."
            )
        return LlmRequest(
            model,
            tuple(draft.messages),
            tuple(tools),
            ask.tool_choice if tools else None,
            draft.response_format,
            room,
            {name: value for name, value in ask.sampling.items() if name in PASSED_ON and value is not None},
            ask.max_latency_s,
            work.spending.budget,
            tokens,
        )

    async def _said(self, draft: Draft, piece: TextDelta, strict: bool, shown: bool) -> list[Event]:
        pieces, statements = draft.take(piece.text)
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
            events.append(Event("citation", await to_thread.run_sync(self.citation, proof)))
        return events

    def citation(self, proof: Proof) -> dict[str, Any]:
        """A proof as it goes over the wire."""
        return citation_row(self.citer.cite(proof.document, proof.located, proof.quote))

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


def _part_row(part: Part) -> dict[str, Any]:
    return {
        "document_id": part.document.id,
        "document_name": part.document.name,
        "pages": list(part.numbers),
        "tokens": part.tokens,
    }


def _warning(part: Part, number: int, kinds: Sequence[str]) -> str:
    return (
        f"Page {number} of {part.document.name} holds text that reads like instructions to a model "
        f"({', '.join(kinds)}); it was treated as text."
    )
