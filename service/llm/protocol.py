"""A language model as the rest of the service sees it: a request, and the stream that comes back.

Plain data and one protocol. Knows no SDK, no prompt and no document; `llm_client.py` holds the real thing.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from service.llm.budget import Budget
from service.llm.models import ModelInfo

Message = Mapping[str, Any]


@dataclass(frozen=True)
class LlmUsage:
    """Tokens of a call; `estimated` when the server did not say and we counted."""

    input_tokens: int
    cached_tokens: int
    output_tokens: int
    estimated: bool = False


@dataclass(frozen=True)
class LlmRequest:
    """One call. Messages, tools, tool_choice and response_format are in Chat Completions form.

    `sampling` is passed on as it is (temperature, top_p, seed …). `budget`, when given, is drawn on by every try.
    `input_tokens` is the payload's count when the caller has it already. `timeout_s` bounds the wait for the first
    words of each try.
    """

    model: ModelInfo
    messages: tuple[Message, ...] = field(repr=False)
    tools: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    tool_choice: Any = None
    response_format: Mapping[str, Any] | None = field(default=None, repr=False)
    max_tokens: int = 1024
    sampling: Mapping[str, Any] = field(default_factory=dict)
    timeout_s: float | None = None
    budget: Budget | None = field(default=None, repr=False)
    input_tokens: int | None = None


@dataclass(frozen=True)
class TextDelta:
    """A piece of the reply's text."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """A tool the model wants run; `arguments` is JSON as the model wrote it, perhaps not valid."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Finished:
    """The end of a reply: `stop`, `length`, `tool_calls`, `content_filter` or `refusal`; and how many tries it took."""

    reason: str
    usage: LlmUsage
    tool_calls: tuple[ToolCall, ...] = ()
    tries: int = 1


class Llm(Protocol):
    """Something that answers a request piece by piece; the last piece is `Finished`."""

    def stream(self, request: LlmRequest) -> AsyncGenerator[TextDelta | Finished]:
        """Send the request. Closing the iterator, or cancelling, closes the upstream response."""
        ...

    async def aclose(self) -> None:
        """Give connections back."""
        ...
