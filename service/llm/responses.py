"""The Responses form: a request in Chat Completions form translated for it, and its events read.

Works on plain dicts; knows neither SDK nor network.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import BadRequest, LlmGarbled
from service.llm.errors import fault
from service.llm.protocol import LlmRequest, LlmUsage, Message, ToolCall

Event = Mapping[str, Any]
FOREIGN = ("seed", "frequency_penalty", "presence_penalty", "stop")
LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
REASONS = {"max_output_tokens": "length", "content_filter": "content_filter"}


def responses_body(request: LlmRequest) -> dict[str, Any]:
    """Everything of the body but model, input and stream. Nothing is kept at the endpoint (`store: false`)."""
    sampling = {key: value for key, value in request.sampling.items() if value is not None and key not in LIMITS}
    foreign = [key for key in FOREIGN if key in sampling]
    if foreign:
        raise BadRequest(f"The Responses form has no {', '.join(foreign)}; leave it out or set PINCITE_LLM_API=chat.")
    body: dict[str, Any] = {"max_output_tokens": request.max_tokens, "store": False}
    effort = sampling.pop("reasoning_effort", None)
    if effort is not None:
        body["reasoning"] = {"effort": effort}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        if request.tool_choice is not None:
            body["tool_choice"] = _choice(request.tool_choice)
    if request.response_format is not None:
        body["text"] = {"format": _format(request.response_format)}
    return sampling | body


def responses_input(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """Messages as input items; tool calls and their results are items of their own."""
    return [item for message in messages for item in _items(message)]


def _items(message: Message) -> Iterator[dict[str, Any]]:
    role, content = message["role"], message.get("content")
    if role == "tool":
        yield {"type": "function_call_output", "call_id": message["tool_call_id"], "output": _text(content)}
        return
    if content:
        yield {"role": role, "content": _text(content) if role == "assistant" else _parts(content)}
    for call in message.get("tool_calls") or ():
        function = call["function"]
        yield {
            "type": "function_call",
            "call_id": call["id"],
            "name": function["name"],
            "arguments": function["arguments"],
        }


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "".join(str(part.get("text", "")) for part in content)


def _parts(content: Any) -> Any:
    if isinstance(content, str):
        return content
    return [_part(part) for part in content]


def _part(part: Mapping[str, Any]) -> dict[str, Any]:
    if part["type"] == "image_url":
        picture = part["image_url"]
        return {"type": "input_image", "image_url": picture["url"], "detail": picture.get("detail", "auto")}
    return {"type": "input_text", "text": part["text"]}


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    if tool.get("type") != "function":
        return dict(tool)
    return {"type": "function", "strict": False, "parameters": {}, **tool["function"]}


def _choice(choice: Any) -> Any:
    if isinstance(choice, Mapping) and "function" in choice:
        return {"type": "function", "name": choice["function"]["name"]}
    return choice


def _format(wanted: Mapping[str, Any]) -> dict[str, Any]:
    if wanted.get("type") == "json_schema":
        return {"type": "json_schema", **wanted["json_schema"]}
    return dict(wanted)


@dataclass
class ResponsesReader:
    """Gathers what the events of one response say."""

    reason: str | None = None
    usage: LlmUsage | None = None
    calls: list[ToolCall] = field(default_factory=list)
    refused: bool = False

    def feed(self, event: Event) -> tuple[str, str]:
        """Text to pass on, and what else the model wrote: reasoning, a piece of a tool call."""
        kind = event.get("type")
        if not isinstance(kind, str):
            raise LlmGarbled("The language model's endpoint sent an event that is no part of a response.")
        if kind in ("response.output_text.delta", "response.refusal.delta"):
            self.refused = self.refused or kind == "response.refusal.delta"
            return str(event.get("delta") or ""), ""
        if kind.endswith(".delta"):
            return "", str(event.get("delta") or "")
        if kind == "response.output_item.done":
            self._gather(event.get("item") or {})
        elif kind in ("response.completed", "response.incomplete"):
            self._close(event.get("response") or {})
        elif kind == "response.failed":
            error = (event.get("response") or {}).get("error") or {}
            raise fault(None, error.get("code"), str(error.get("message") or "the response failed"))
        elif kind == "error":
            raise fault(None, event.get("code"), str(event.get("message") or "the response failed"))
        return "", ""

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls asked for, in order."""
        return tuple(self.calls)

    @property
    def end(self) -> str | None:
        """Why the response ended, or None while it has not."""
        if self.reason == "stop" and self.calls:
            return "tool_calls"
        return "refusal" if self.reason == "stop" and self.refused else self.reason

    def _gather(self, item: Mapping[str, Any]) -> None:
        if item.get("type") == "function_call":
            self.calls.append(ToolCall(str(item["call_id"]), str(item["name"]), str(item["arguments"])))

    def _close(self, response: Mapping[str, Any]) -> None:
        why = (response.get("incomplete_details") or {}).get("reason")
        self.reason = REASONS.get(why, "length") if why else "stop"
        usage = response.get("usage")
        if usage is None:
            return
        try:
            cached = (usage.get("input_tokens_details") or {}).get("cached_tokens") or 0
            self.usage = LlmUsage(int(usage["input_tokens"]), int(cached), int(usage["output_tokens"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise LlmGarbled("The language model's endpoint sent a usage without token counts.") from error
