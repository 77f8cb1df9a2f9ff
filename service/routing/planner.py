"""Understands a question, finds pages, sums up what each mode would send, and has the router decide. Spends nothing.

Knows the stored token counts and the table of models; never talks to a model.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from ingest.types import Scope
from service.contract.question import Mode, Question
from service.grounding.schema_wrap import response_format
from service.llm.models import ModelTable
from service.llm.payload import payload_tokens, tool_tokens
from service.prompting.prompts import answer_prompt
from service.prompting.tools_offered import tools_for
from service.question.understand import Query, understand
from service.question.vocabulary_files import Vocabulary
from service.retrieval.filters import ListedPages, PageFilter
from service.retrieval.found import Found
from service.retrieval.retriever import Retriever
from service.routing.context import Context, ContextBuilder
from service.routing.router import MODEL_MODES, Escalate, Route, RouteInputs, escalate, plan_route

CANDIDATES = 24  # ranked pages that sections are chosen around
CACHE_SECONDS = 300.0  # how long providers keep a prompt's prefix at the least
FIFTH = 4


@dataclass(frozen=True)
class Planned:
    """A question with its pages, its context and its route."""

    query: Query
    found: Found
    context: Context
    scope: Scope  # with a filter, the documents it lets through
    page_filter: PageFilter
    route: Route
    daily_usd: float | None  # what the caller's key may still spend today, or None without a budget


@dataclass
class PromptCache:
    """Which documents were sent whole a short while ago, so that their prefix lies in the provider's cache."""

    clock: Callable[[], float] = time.monotonic
    _sent: dict[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)

    def record(self, model: str, contents: tuple[str, ...]) -> None:
        """These were sent now."""
        self._sent = {key: at for key, at in self._sent.items() if self.clock() - at < CACHE_SECONDS}
        self._sent[model, contents] = self.clock()

    def is_warm(self, model: str, contents: tuple[str, ...]) -> bool:
        """Whether they were sent within the cache's life."""
        return self.clock() - self._sent.get((model, contents), -CACHE_SECONDS) < CACHE_SECONDS


@dataclass(frozen=True)
class Planner:
    """Plans answers. `model_name` is the default model, empty when none is configured."""

    retriever: Retriever
    context_builder: ContextBuilder
    vocabulary: Vocabulary
    models: ModelTable
    model_name: str
    tokenizer: str
    count: Callable[[str], int]
    max_tokens: int
    own_tools: bool
    remaining_usd: Callable[[Scope], float | None]
    prompt_cache: PromptCache

    def plan(self, scope: Scope, question: Question, text: str) -> Planned:
        """Find pages for a question and decide its route; `text` is the question with what a follow-up refers to."""
        query = understand(text, self.vocabulary)
        limit = max(CANDIDATES, question.max_pages or 0)
        found = self.retriever.evidence(scope, query, limit, conditions=question.filter)
        if question.bounded:
            found = bounded(found, question.max_pages, question.min_score)
        if question.filter is not None:  # of equal contents the copy that passes is meant from here on
            scope = replace(scope, documents=tuple(document.id for document in found.documents), collection=None)
        context = Context((), (), ())
        daily = self.remaining_usd(scope)
        model = self.models.get(question.model or self.model_name) if self.model_name else None
        if model is not None and question.mode != Mode.EXTRACTIVE:
            sees = model.vision and question.images is not False
            context = self.context_builder.gather(found, sees=sees, most=question.max_pages)
        budgets = [each for each in (question.budget_usd, daily) if each is not None]
        contents = tuple(part.document.content for part in context.full)
        warm = model is not None and self.prompt_cache.is_warm(model.name, contents)
        inputs = RouteInputs(
            mode=question.mode,
            intent=query.intent,
            tokens={mode: context.tokens(mode) for mode in MODEL_MODES},
            max_tokens=int(question.sampling.get("max_tokens") or self.max_tokens),
            confidence=confidence(found),
            model=model,
            tokenizer=self.tokenizer,
            warm={Mode.FULL: context.tokens(Mode.FULL)} if warm else {},
            base_tokens=self._base_tokens(question, context) if model is not None else {},
            budget_usd=min(budgets, default=None),
            max_latency_s=question.max_latency_s,
            bounded=question.bounded,
        )
        return Planned(query, found, context, scope, found.page_filter, plan_route(inputs), daily)

    def escalation(self, planned: Planned) -> Escalate:
        """What to do when a mode's evidence did not suffice and so much of the ceiling is left."""
        return partial(escalate, planned.route)

    def _base_tokens(self, question: Question, context: Context) -> dict[Mode, int]:
        """Tokens of all that a mode sends beside pages: rules, examples, history, question, tools, schema, pictures."""
        schema = question.schema
        form = response_format(schema) if schema is not None else question.sampling.get("response_format")
        shared = payload_tokens(answer_prompt(question, (), self.own_tools).messages, self.count, (), form)
        return {
            mode: shared
            + tool_tokens(tools_for(question, mode, self.own_tools), self.count)
            + sum(picture.tokens for picture in context.pictures(mode))
            for mode in MODEL_MODES
        }


def bounded(found: Found, max_pages: int | None, min_score: float) -> Found:
    """The first pages of a search, none worse than this share of the best one's score."""
    best = max((hit.score for hit in found.hits), default=0.0)
    hits = tuple(hit for hit in found.hits[:max_pages] if hit.score >= min_score * best)
    listed = ListedPages(frozenset((hit.document.content, hit.page) for hit in hits))  # for every mode, and for tools
    parts = tuple(
        replace(part, hits=tuple(hit for hit in part.hits if listed.allows(hit.document.content, hit.page)))
        for part in found.parts
    )
    return replace(found, hits=hits, parts=parts, page_filter=listed)


def confidence(found: Found) -> float:
    """How clearly the best page stands out: the share of its score that the fifth page lacks, 0 to 1.

    What speaks for its whole document alone, such as its company, lets no page stand out.
    """
    if not found.hits or found.hits[0].score <= found.hits[0].of_document:
        return 0.0
    best, common = found.hits[0].score, found.hits[0].of_document
    fifth = found.hits[min(FIFTH, len(found.hits) - 1)].score if len(found.hits) > 1 else common
    return max(0.0, min(1.0, (best - fifth) / (best - common)))
