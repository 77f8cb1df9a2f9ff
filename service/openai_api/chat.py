"""Chat completions over documents, streamed or not; citations ride as an extra key, for this form has no place for
them: its only annotations are web addresses."""

import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from ingest.catalog import new_id
from ingest.errors import PinciteError
from ingest.types import Scope
from service.answering.recorded import EventStream, answered
from service.contract.question import Ask, Event
from service.http.errors import status_of
from service.http.presence import cancel_on_disconnect
from service.http.routes.dependencies import ServicePart
from service.openai_api.composition import Composition, tool_calls
from service.openai_api.conversation import read_conversation
from service.openai_api.errors import PREFIX, error_object
from service.openai_api.questions import (
    FileSearch,
    ask_of,
    files_of,
    model_name,
    reach_of,
    read_schema,
    read_tools,
)
from service.openai_api.stores.search import our_filter
from service.openai_api.streaming import begin, ended
from service.openai_api.wire import ChatCreate, refuse
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/chat/completions", tags=["openai"])
log = logging.getLogger("pincite.openai")


@dataclass(frozen=True)
class Head:
    """What every chunk of one completion repeats."""

    id: str
    created: int
    model: str

    def object(self, kind: str, choices: list[dict[str, Any]], **rest: Any) -> dict[str, Any]:
        """A completion or a chunk of one."""
        head = {"id": self.id, "object": kind, "created": self.created, "model": self.model}
        return {**head, "choices": choices, **rest}


@router.post("", summary="Ask in the form of chat completions", response_model=None)
async def create(service: ServicePart, request: Request, body: ChatCreate) -> dict[str, Any] | StreamingResponse:
    """An answer from the files of the messages, the vector stores named, or everything visible."""
    scope, ask = await run_in_threadpool(_prepare, service, body)
    events = answered(service, scope, ask)
    first = await begin(events, ask)
    head = Head(new_id("chatcmpl"), int(time.time()), model_name(body, first.data))
    composition = Composition(ask.schema is not None)
    if body.stream:
        usage_wanted = bool((body.stream_options or {}).get("include_usage"))
        return EventStream(_lines(events, _chunks(head, composition, events, usage_wanted)))
    return await cancel_on_disconnect(request, _whole(head, composition, events))


def _prepare(service: Service, body: ChatCreate) -> tuple[Scope, Ask]:
    refuse({"n": body.n is not None and body.n != 1}, "one answer is given to a question.")
    refuse({"functions": body.functions}, "use tools.")
    refuse({"stop": body.stop, "logit_bias": body.logit_bias}, "it would cut citations apart.")
    sound = any(kind != "text" for kind in body.modalities or ())
    refuse({"logprobs": body.logprobs, "modalities": sound, "audio": body.audio}, "answers are text with citations.")
    conversation = read_conversation(body.messages)
    search, functions = read_tools(body.tools)
    if search is None and (body.vector_store_ids or body.filters):
        search = FileSearch(tuple(body.vector_store_ids or ()), our_filter(body.filters))
    files = files_of(service, conversation)
    named = search if search and search.stores else None
    schema = read_schema(body.response_format, "json_schema")
    sampling = {
        "max_tokens": body.max_completion_tokens or body.max_tokens,
        "frequency_penalty": body.frequency_penalty,
        "presence_penalty": body.presence_penalty,
        "seed": body.seed,
    }
    reach = reach_of(service, named, files)
    return reach.scope(), ask_of(body, conversation, search, functions, schema, sampling)


async def _whole(head: Head, composition: Composition, events: AsyncIterator[Event]) -> dict[str, Any]:
    body: Mapping[str, Any] = {}
    async for event in events:
        _take(composition, event)
        if event.kind == "done":
            body = event.data
    composition.finish(body)
    calls = tool_calls(body)
    message: dict[str, Any] = {"role": "assistant", "content": composition.text or None, "refusal": None}
    if calls:
        message["tool_calls"] = [_call(call) for call in calls]
    message["citations"] = composition.annotations
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}
    extra = {"route": body.get("route"), "answer_id": body.get("id")}
    return head.object("chat.completion", [choice], usage=_usage(body), **extra)


async def _chunks(
    head: Head, composition: Composition, events: AsyncIterator[Event], usage_wanted: bool
) -> AsyncIterator[dict[str, Any]]:
    """Chunks as they come; the last one with a choice carries citations and route as extra keys."""
    kind = "chat.completion.chunk"
    yield head.object(kind, [_choice({"role": "assistant", "content": ""})])
    body: Mapping[str, Any] = {}
    async for event in events:
        if text := _take(composition, event):
            yield head.object(kind, [_choice({"content": text})])
        if event.kind == "done":
            body = event.data
    rest, _late = composition.finish(body)
    if rest:
        yield head.object(kind, [_choice({"content": rest})])
    calls = tool_calls(body)
    if calls:
        yield head.object(kind, [_choice({"tool_calls": [{"index": i, **_call(c)} for i, c in enumerate(calls)]})])
    extra = {"citations": composition.annotations, "route": body.get("route"), "answer_id": body.get("id")}
    yield head.object(kind, [_choice({}, "tool_calls" if calls else "stop")], **extra)
    if usage_wanted:
        yield head.object(kind, [], usage=_usage(body))


def _take(composition: Composition, event: Event) -> str:
    """Take an event; returns the text that goes out with it."""
    if event.kind == "delta":
        return composition.delta(event.data["text"])
    if event.kind == "citation":
        composition.citation(event.data)
    return ""


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _call(call: Mapping[str, str]) -> dict[str, Any]:
    function = {"name": call["name"], "arguments": call["arguments"]}
    return {"id": call["id"], "type": "function", "function": function}


def _usage(body: Mapping[str, Any]) -> dict[str, Any]:
    usage = body.get("usage", {})
    taken, given = int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0))
    details = {"cached_tokens": int(usage.get("cached_tokens", 0))}
    total = {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}
    return {**total, "prompt_tokens_details": details}


async def _lines(events: AsyncIterator[Event], chunks: AsyncIterator[dict[str, Any]]) -> AsyncGenerator[bytes]:
    try:
        async with ended(events), ended(chunks):
            async for chunk in chunks:
                yield _line(chunk)
    except PinciteError as error:  # the status has gone out already, so the error travels as a chunk
        yield _line({"error": error_object(status_of(type(error)), error.code, error.message)})
    except Exception:  # named edge: the stream is all the client sees
        log.exception("a completion broke off")
        yield _line({"error": error_object(500, "internal", "Something unexpected happened.")})
        raise
    else:
        yield format_sse_event(data_str="[DONE]")


def _line(chunk: dict[str, Any]) -> bytes:
    return format_sse_event(data_str=json.dumps(chunk, ensure_ascii=False))
