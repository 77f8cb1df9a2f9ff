"""What an answer says and how it came about, as frozen data. Each wire has its own serializer; this knows none.

Statements, parts, figures and calculations refer to each other and to citations by their index in the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ingest.types import Rectangle, Span
from service.contract.question import Mode


class Verification(StrEnum):
    """How a quote was found on its page."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    FUZZY = "fuzzy"
    MOVED = "moved"
    FAILED = "failed"


class Finish(StrEnum):
    """How the writing of an answer ended."""

    COMPLETE = "complete"
    LENGTH = "length"
    CONTENT_FILTER = "content_filter"
    REFUSAL = "refusal"
    TOOLS_EXHAUSTED = "tools_exhausted"
    EMPTY = "empty"
    NOT_JSON = "not_json"
    FALLBACK = "fallback"


@dataclass(frozen=True)
class Citation:
    """A checked reference to a page. `cited_text` is the page's own text at `span`, byte for byte.

    Of a quote that runs over a page's end `continued` holds the spans on the pages that follow; their texts stand in
    `cited_text` behind form feeds.
    """

    document_id: str
    document_name: str
    cited_text: str
    quote: str | None
    page: int
    page_label: str | None
    section: str | None
    span: Span
    rectangles: tuple[Rectangle, ...]
    verification: Verification
    continued: tuple[tuple[int, Span], ...] = ()
    struck: str | None = None  # why words of the span are not in force: they are struck through on the page

    @property
    def end_page(self) -> int:
        """The page behind the last one quoted from."""
        return (self.continued[-1][0] if self.continued else self.page) + 1


@dataclass(frozen=True)
class Statement:
    """A sentence or row of the answer. Flags are `name` or `name:detail`; `confidence` is from 0 to 1."""

    text: str
    citations: tuple[int, ...] = ()
    supported: bool = True
    flags: tuple[str, ...] = ()
    confidence: float | None = None
    document_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operand:
    """A value a calculation uses, as the page shows it; `citation` is the index of the one that shows it."""

    name: str
    value: str | None
    unit: str | None
    scale: int | None
    citation: int


@dataclass(frozen=True)
class Calculation:
    """A recorded calculation, whoever worked it out."""

    name: str
    expression: str
    operands: tuple[Operand, ...]
    result: Decimal
    unit: str | None
    scale: int


@dataclass(frozen=True)
class Figure:
    """A reported figure: `value` as printed, without grouping; `caption` is the heading of its table."""

    label: str
    segment: str | None
    period: str | None
    value: str | None
    unit: str | None
    scale: int | None
    document_id: str
    citation: int
    caption: str | None = None


@dataclass(frozen=True)
class Part:
    """One of several questions in a message, with the statements that answer it or the reason why none does."""

    question: str
    answered: bool
    statements: tuple[int, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Nearest:
    """A passage shown as nearest where nothing answers; it is no answer."""

    statement: str
    citation: int


@dataclass(frozen=True)
class Warning:
    """Something the reader of an answer should know; `code` is stable, `page` the page it is about."""

    code: str
    message: str
    page: int | None = None


@dataclass(frozen=True)
class ToolCall:
    """A call of one of the caller's own tools the answer ends with; `arguments` is JSON as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Value:
    """A value of the caller's schema with its citations, or None with the reason."""

    value: Any
    citations: tuple[int, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Structured:
    """The object of the caller's schema, and its values by JSON pointer."""

    object: Any
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Content:
    """What an answer says. `insufficient` is whether a model called its evidence so; None where there was no model."""

    text: str
    answered: bool
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    figures: tuple[Figure, ...] = ()
    parts: tuple[Part, ...] = ()
    warnings: tuple[Warning, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    finish: Finish = Finish.COMPLETE
    unsupported: int = 0
    insufficient: bool | None = None
    structured: Structured | None = None
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True)
class PageHit:
    """A ranked page in few words."""

    document_id: str
    document_name: str
    page: int
    score: float


@dataclass(frozen=True)
class Considered:
    """A mode with what it would send and cost; `cost_usd` is the likely price, `worst_usd` what it may not pass."""

    mode: Mode
    tokens: int
    cost_usd: float
    worst_usd: float
    seconds: float
    fits: bool
    why_not: str | None = None


@dataclass(frozen=True)
class RouteTaken:
    """How an answer came about, and what was weighed; `model` is its name, None without one."""

    mode: Mode
    reason: str
    considered: tuple[Considered, ...] = ()
    model: str | None = None
    model_known: bool | None = None
    tokenizer: str | None = None
    escalated_from: Mode | None = None


@dataclass(frozen=True)
class Usage:
    """What an answer has cost so far, all calls together. `estimated` and `seconds` are None where they are unknown."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    calls: int = 0
    estimated: bool | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Searched:
    """What was looked through: counts of the documents in scope and their pages, and the pages that fit best."""

    documents: int = 0
    pages: int = 0
    nearest: tuple[PageHit, ...] = ()
    lexical_only: bool = False


@dataclass(frozen=True)
class Answer:
    """A whole answer. `resolved_question` is a follow-up made whole, None where the question stood by itself."""

    id: str
    question: str
    content: Content
    route: RouteTaken
    usage: Usage
    searched: Searched = field(default_factory=Searched)
    not_yet_searchable: tuple[str, ...] = ()
    resolved_question: str | None = None
    thread: str | None = None


@dataclass(frozen=True)
class Plan:
    """The route a question would take; `budget_usd` is what the caller's key may still spend today."""

    route: RouteTaken
    budget_usd: float | None
    documents: int
    not_yet_searchable: tuple[str, ...] = ()
