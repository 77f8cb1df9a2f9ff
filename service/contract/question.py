"""What a caller asks, as frozen data: the question and how it is to be answered. Knows no HTTP and no model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How an answer may come about; `auto` leaves the choice to the router."""

    AUTO = "auto"
    FULL = "full"
    SECTIONS = "sections"
    RETRIEVAL = "retrieval"
    EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation with its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Question:
    """What was asked, with everything the answer depends on; the scope is passed beside it.

    `sampling` holds what is passed through to the model unchanged (temperature, top_p, max_tokens, seed …).
    `schema` is a JSON Schema the answer's values must follow; `tools` are the caller's own, passed through.
    `strict` leaves unsupported sentences out, `mark_unsupported` marks them in the text.
    `max_pages` and `min_score`, a share of the best page's score, bound the pages that are found and may be read.
    """

    text: str
    mode: Mode = Mode.AUTO
    filter: Mapping[str, Any] | None = None
    model: str | None = None
    persona: str = "general"
    instructions: str | None = None
    examples: tuple[Turn, ...] = ()
    history: tuple[Turn, ...] = ()
    verify: bool = False
    strict: bool = False
    mark_unsupported: bool = False
    schema: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: Any = None
    budget_usd: float | None = None
    max_latency_s: float | None = None
    images: bool | None = None
    max_pages: int | None = None
    min_score: float = 0.0
    sampling: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bounded(self) -> bool:
        """Whether only so many, or only so good, pages may be read."""
        return self.max_pages is not None or self.min_score > 0
