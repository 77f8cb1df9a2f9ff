"""What a caller asks, as frozen data: the question and how it is to be answered. Knows no HTTP and no model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MODES = ("auto", "full", "sections", "retrieval", "extractive")


@dataclass(frozen=True)
class Turn:
    """An earlier question of the conversation with its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Ask:
    """A question with everything its answer depends on; the scope is passed beside it.

    `sampling` holds what is passed through to the model unchanged (temperature, top_p, max_tokens, seed …).
    `schema` is a JSON Schema the answer's values must follow; `tools` are the caller's own, passed through.
    `most_pages` and `least_score`, a share of the best page's score, bound the pages that are found and may be read.
    """

    question: str
    mode: str = "auto"
    filter: Mapping[str, Any] | None = None
    model: str | None = None
    persona: str = "general"
    instructions: str | None = None
    examples: tuple[Turn, ...] = ()
    history: tuple[Turn, ...] = ()
    verify: bool = False
    strict: bool = False
    schema: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: Any = None
    budget_usd: float | None = None
    max_latency_s: float | None = None
    images: bool | None = None
    most_pages: int | None = None
    least_score: float = 0.0
    sampling: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bounded(self) -> bool:
        """Whether only so many, or only so good, pages may be read."""
        return self.most_pages is not None or self.least_score > 0


@dataclass(frozen=True)
class Event:
    """One step of an answer: `route`, `evidence`, `delta`, `citation`, `usage`, `done`, `error`.

    A `usage` says what the answer has cost so far, all calls together; the last one seen is what is billed.
    """

    kind: str
    data: dict[str, Any]
