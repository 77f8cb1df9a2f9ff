"""A Response and its output items as plain values, in the fields OpenAI's client reads. Pure."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from service.contract.answer import ToolCall, Usage
from service.openai_api.conversation import Message
from service.openai_api.wire import ResponseCreate


def response_object(body: ResponseCreate, response_id: str, model: str, instructions: str | None) -> dict[str, Any]:
    """A response that has just begun."""
    return {
        "id": response_id,
        "object": "response",
        "created_at": int(time.time()),
        "completed_at": None,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": instructions,
        "max_output_tokens": body.max_output_tokens,
        "metadata": body.metadata or {},
        "model": model,
        "output": [],
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "previous_response_id": body.previous_response_id,
        "reasoning": {"effort": None, "summary": None},
        "service_tier": None,
        "store": body.store is not False,
        "temperature": body.temperature,
        "text": body.text or {"format": {"type": "text"}},
        "tool_choice": body.tool_choice or "auto",
        "tools": body.tools,
        "top_p": body.top_p,
        "truncation": "disabled",
        "usage": None,
        "user": body.user,
    }


def response_usage(usage: Usage) -> dict[str, Any]:
    """Tokens as the Responses API counts them."""
    taken, given = usage.input_tokens, usage.output_tokens
    return {
        "input_tokens": taken,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": given,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": taken + given,
    }


def text_part(text: str, annotations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The text of a message with its annotations."""
    return {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}


def message_item(item_id: str, status: str, content: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The message of a response."""
    return {"id": item_id, "type": "message", "role": "assistant", "status": status, "content": list(content)}


def search_item(item_id: str, status: str, query: str, results: Any = None) -> dict[str, Any]:
    """The search a response has made."""
    return {"id": item_id, "type": "file_search_call", "status": status, "queries": [query], "results": results}


def function_item(item_id: str, call: ToolCall, status: str, arguments: str) -> dict[str, Any]:
    """A call of one of the caller's own functions."""
    return {
        "id": item_id,
        "type": "function_call",
        "call_id": call.id,
        "name": call.name,
        "arguments": arguments,
        "status": status,
    }


def input_items(response_id: str, messages: Sequence[Message], files: Sequence[str]) -> list[dict[str, Any]]:
    """An input as it is kept: files sent along are named by the ids they got, their bytes are not repeated."""
    stem = response_id.removeprefix("resp_")
    items: list[dict[str, Any]] = []
    for number, message in enumerate(messages):
        kind = "output_text" if message.role == "assistant" else "input_text"
        content: list[dict[str, Any]] = [{"type": kind, "text": message.text}] if message.text else []
        if kind == "output_text":
            content = [{**part, "annotations": []} for part in content]
        item = {"id": f"msg_{stem}_{number}", "type": "message", "role": message.role, "status": "completed"}
        items.append({**item, "content": content})
    if items and files:
        items[-1]["content"].extend({"type": "input_file", "file_id": key} for key in files)
    return items
