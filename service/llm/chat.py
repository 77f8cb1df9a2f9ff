"""Chat Completions: a request as the body of a call, and the events of a reply as text and tool calls.

Works on plain dicts; knows neither SDK nor network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import LlmGarbled
from service.llm.protocol import LlmRequest, LlmUsage, ToolCall

Event = Mapping[str, Any]
LIMIT_NAMES = ("max_completion_tokens", "max_tokens")


def chat_body(request: LlmRequest, limit_name: str) -> dict[str, Any]:
    """Everything of the body but model, messages and stream.

    OpenAI and Azure want `max_completion_tokens`; Ollama and others silently ignore it and want `max_tokens`.
    """
    body: dict[str, Any] = {key: value for key, value in request.sampling.items() if value is not None}
    for name in LIMIT_NAMES:
        body.pop(name, None)
    body |= {limit_name: request.max_tokens, "stream_options": {"include_usage": True}}
    if request.tools:
        body["tools"] = list(request.tools)
        if request.tool_choice is not None:
            body["tool_choice"] = request.tool_choice
    if request.response_format is not None:
        body["response_format"] = request.response_format
    return body


@dataclass
class _Call:
    id: str
    name: str = ""
    arguments: str = ""


@dataclass
class ChatReader:
    """Gathers what the events of one reply say."""

    reason: str | None = None
    usage: LlmUsage | None = None
    calls: list[_Call] = field(default_factory=list)
    refused: bool = False
    _at: dict[int, _Call] = field(default_factory=dict)

    def feed(self, event: Event) -> tuple[str, str]:
        """Text to pass on, and what else the model wrote: reasoning, a piece of a tool call."""
        usage = event.get("usage")
        if usage is not None:
            self.usage = _usage(usage)
        choices = event.get("choices")
        if not isinstance(choices, list) or not all(isinstance(choice, Mapping) for choice in choices):
            if usage is not None:
                return "", ""
            raise LlmGarbled("The language model's endpoint sent an event that is no part of a chat completion.")
        text, other = "", ""
        for choice in choices[:1]:
            self.reason = choice.get("finish_reason") or self.reason
            delta = choice.get("delta") or {}
            if delta.get("refusal"):
                self.refused = True
            text += str(delta.get("content") or delta.get("refusal") or "")
            other += str(delta.get("reasoning_content") or delta.get("reasoning") or "")
            other += "".join(self._gather(piece) for piece in delta.get("tool_calls") or ())
        return text, other

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls asked for, in order."""
        return tuple(ToolCall(call.id, call.name, call.arguments) for call in self.calls)

    @property
    def end(self) -> str | None:
        """Why the reply ended, or None while it has not."""
        if self.reason is None:
            return None
        if self.refused and self.reason == "stop":
            return "refusal"
        # some servers say "stop" or "function_call" where tools are called
        return "tool_calls" if self.calls and self.reason in ("stop", "function_call") else self.reason

    def _gather(self, piece: Mapping[str, Any]) -> str:
        index, identity = int(piece.get("index") or 0), piece.get("id")
        call = self._at.get(index)
        # some servers give every call the index 0; another id is another call
        if call is None or (identity and call.id != identity):
            call = _Call(str(identity or f"call_{len(self.calls)}"))
            self._at[index] = call
            self.calls.append(call)
        function = piece.get("function") or {}
        call.name += str(function.get("name") or "")
        arguments = str(function.get("arguments") or "")
        call.arguments += arguments
        return str(function.get("name") or "") + arguments


def _usage(usage: Any) -> LlmUsage:
    try:
        cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
        return LlmUsage(int(usage["prompt_tokens"]), int(cached), int(usage["completion_tokens"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise LlmGarbled("The language model's endpoint sent a usage without token counts.") from error
