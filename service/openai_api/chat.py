"""Chat completions over documents, streamed or not; citations ride as an extra key, for this form has no place for
them: its only annotations are web addresses."""

import json
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from ingest.catalog import new_id
from ingest.errors import PinciteError
from ingest.types import Scope
from service.contract.answer import Answer, Content, Finish, ToolCall, Usage
from service.contract.caller import Caller
from service.contract.events import CitationFound, Delta, Done, Event
from service.contract.question import Question
from service.http.errors import status_of
from service.http.event_stream import EventStream
from service.http.free_json import JsonRoute
from service.http.presence import cancel_on_disconnect
from service.http.routes.dependencies import CallerPart, ServicePart
from service.openai_api.composition import Composition
from service.openai_api.conversation import read_conversation
from service.openai_api.errors import PREFIX, error_object
from service.openai_api.questions import (
    FileSearch,
    files_of,
    model_name,
    question_of,
    reach_of,
    read_schema,
    read_tools,
)
from service.openai_api.shapes import truth
from service.openai_api.stores.search import our_filter
from service.openai_api.streaming import begin, ended
from service.openai_api.wire import ChatCreate, refuse
from service.records.answer_json import route_json
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/chat/completions", tags=["openai"], route_class=JsonRoute)
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
async def create(
    service: ServicePart, caller: CallerPart, request: Request, body: ChatCreate
) -> dict[str, Any] | StreamingResponse:
    """An answer from the files of the messages, the vector stores named, or everything visible."""
    scope, question = await _prepare(service, caller, body)
    events = service.answers.events(scope, question)
    first = await begin(events, question)
    head = Head(new_id("chatcmpl"), int(time.time()), model_name(body, first))
    composition = Composition(structured=question.schema is not None)
    if body.stream:
        usage_wanted = bool((body.stream_options or {}).get("include_usage"))
        return EventStream(_lines(events, _chunks(head, composition, events, usage_wanted=usage_wanted)))
    return await cancel_on_disconnect(request, _whole(head, composition, events))


async def _prepare(service: Service, caller: Caller, body: ChatCreate) -> tuple[Scope, Question]:
    refuse({"n": body.n is not None and body.n != 1}, "one answer is given to a question.")
    refuse({"functions": body.functions}, "use tools.")
    refuse({"stop": body.stop, "logit_bias": body.logit_bias}, "it would cut citations apart.")
    sound = any(kind != "text" for kind in body.modalities or ())
    refuse({"logprobs": body.logprobs, "modalities": sound, "audio": body.audio}, "answers are text with citations.")
    conversation = read_conversation(body.messages)
    search, functions = read_tools(body.tools)
    if search is None and (body.vector_store_ids or body.filters):
        search = FileSearch(tuple(body.vector_store_ids or ()), our_filter(body.filters))
    files = await files_of(service, caller, conversation)
    named = search if search and search.stores else None
    schema = read_schema(body.response_format, "json_schema")
    sampling = {
        "max_tokens": body.max_completion_tokens or body.max_tokens,
        "frequency_penalty": body.frequency_penalty,
        "presence_penalty": body.presence_penalty,
        "seed": body.seed,
    }
    reach = await run_in_threadpool(reach_of, service, caller, named, files)
    return reach.scope(caller), question_of(body, conversation, search, functions, schema, sampling)


async def _whole(head: Head, composition: Composition, events: AsyncIterator[Event]) -> dict[str, Any]:
    answer: Answer | None = None
    async for event in events:
        _take(composition, event)
        if isinstance(event, Done):
            answer = event.answer
    assert answer is not None  # a stream that breaks off raises
    composition.finish(answer.content)
    calls = answer.content.tool_calls
    message: dict[str, Any] = {"role": "assistant", "content": composition.text or None, "refusal": None}
    if calls:
        message["tool_calls"] = [_call(call) for call in calls]
    message["citations"] = composition.annotations
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish_reason(answer.content)}
    return head.object("chat.completion", [choice], usage=_usage(answer.usage), **_extra(answer))


async def _chunks(
    head: Head, composition: Composition, events: AsyncIterator[Event], *, usage_wanted: bool
) -> AsyncIterator[dict[str, Any]]:
    """Chunks as they come; the last one with a choice carries citations and route as extra keys."""
    kind = "chat.completion.chunk"
    yield head.object(kind, [_choice({"role": "assistant", "content": ""})])
    answer: Answer | None = None
    async for event in events:
        if text := _take(composition, event):
            yield head.object(kind, [_choice({"content": text})])
        if isinstance(event, Done):
            answer = event.answer
    assert answer is not None  # a stream that breaks off raises
    rest, _late = composition.finish(answer.content)
    if rest:
        yield head.object(kind, [_choice({"content": rest})])
    calls = answer.content.tool_calls
    if calls:
        yield head.object(kind, [_choice({"tool_calls": [{"index": i, **_call(c)} for i, c in enumerate(calls)]})])
    extra = {"citations": composition.annotations, **_extra(answer)}
    yield head.object(kind, [_choice({}, _finish_reason(answer.content))], **extra)
    if usage_wanted:
        yield head.object(kind, [], usage=_usage(answer.usage))


def _take(composition: Composition, event: Event) -> str:
    """Take an event; returns the text that goes out with it."""
    if isinstance(event, Delta):
        return composition.delta(event.text)
    if isinstance(event, CitationFound):
        composition.citation(event.citation)
    return ""


def _extra(answer: Answer) -> dict[str, Any]:
    return {"route": route_json(answer.route), "answer_id": answer.id, **truth(answer.content)}


def _finish_reason(content: Content) -> str:
    """How the model's reply ended, in this form's words."""
    if content.tool_calls:
        return "tool_calls"
    return content.finish.value if content.finish in (Finish.LENGTH, Finish.CONTENT_FILTER) else "stop"


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _usage(usage: Usage) -> dict[str, Any]:
    taken, given = usage.input_tokens, usage.output_tokens
    total = {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}
    return {**total, "prompt_tokens_details": {"cached_tokens": usage.cached_tokens}}


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
