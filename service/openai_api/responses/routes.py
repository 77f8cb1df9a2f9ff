"""Responses: create (streamed or not), show, delete, input items, token count."""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from ingest.catalog import new_id
from ingest.errors import BadRequest, PinciteError
from service.contract.caller import Caller
from service.contract.events import Event, EvidenceGathered
from service.contract.question import Question, Turn
from service.http.event_stream import EventStream
from service.http.free_json import JsonRoute
from service.http.presence import cancel_on_disconnect
from service.http.routes.dependencies import CallerPart, ServicePart
from service.openai_api.conversation import Conversation, read_conversation
from service.openai_api.errors import PREFIX
from service.openai_api.listing import Listing, ListingPart
from service.openai_api.questions import (
    FileSearch,
    Reach,
    files_of,
    model_name,
    question_of,
    reach_of,
    read_schema,
    read_tools,
)
from service.openai_api.responses.events import ResponseWriter, Step
from service.openai_api.responses.objects import input_items, response_object
from service.openai_api.responses.stored_responses import Before, before, drop_response, find_response, keep_response
from service.openai_api.responses.token_count import count_tokens
from service.openai_api.search_results import pages_read, search_results
from service.openai_api.streaming import begin, ended
from service.openai_api.wire import ResponseCreate, TokenCount, refuse
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/responses", tags=["openai"], route_class=JsonRoute)
log = logging.getLogger("pincite.openai")
RESULTS = "file_search_call.results"
INCLUDABLE = (RESULTS, "message.output_text.logprobs", "reasoning.encrypted_content")


@dataclass(frozen=True)
class Prepared:
    """A request read, its files searchable: everything needed to answer."""

    caller: Caller
    body: ResponseCreate
    conversation: Conversation
    files: tuple[str, ...]
    reach: Reach
    search: FileSearch | None
    question: Question


@router.post("", summary="Ask in the form of the Responses API", response_model=None)
async def create(
    service: ServicePart, caller: CallerPart, request: Request, body: ResponseCreate
) -> dict[str, Any] | StreamingResponse:
    """An answer whose annotations are checked page citations."""
    prepared = await _prepare(service, caller, body)
    events = service.answers.events(prepared.reach.scope(caller), prepared.question)
    first = await begin(events, prepared.question)
    steps = _steps(service, prepared, first, events)
    if body.stream:
        return EventStream(_lines(steps))
    return await cancel_on_disconnect(request, _last(steps))


@router.post("/input_tokens", summary="Count the tokens of an input")
async def input_tokens(service: ServicePart, caller: CallerPart, body: TokenCount) -> dict[str, Any]:
    """Tokens of the text, of the conversation so far and of files sent along, whole."""
    return {"object": "response.input_tokens", "input_tokens": await count_tokens(service, caller, body)}


@router.get("/{response_id}", summary="A response given earlier")
def show(service: ServicePart, caller: CallerPart, response_id: str, *, stream: bool = False) -> dict[str, Any]:
    """The stored response, as it went out."""
    if stream:
        raise BadRequest("A stored response is not streamed again: leave stream out.")
    response: dict[str, Any] = find_response(service, caller.scope, response_id)["response"]
    return response


@router.delete("/{response_id}", summary="Delete a response")
def delete(service: ServicePart, caller: CallerPart, response_id: str) -> dict[str, Any]:
    """Remove it and the answer it shows; responses that go on from it no longer see it, nor what came before."""
    drop_response(service, caller.scope, response_id)
    return {"id": response_id, "object": "response.deleted", "deleted": True}


@router.get("/{response_id}/input_items", summary="The input of a response")
def list_input(
    service: ServicePart,
    caller: CallerPart,
    response_id: str,
    listing: ListingPart,
    _include: Annotated[list[str] | None, Query(alias="include[]")] = None,
) -> dict[str, Any]:
    """Its messages; files sent along are named by the ids they got."""
    items = find_response(service, caller.scope, response_id)["input"]
    return Listing(listing.after, listing.before, listing.limit, listing.order).of(items)


async def _prepare(service: Service, caller: Caller, body: ResponseCreate) -> Prepared:
    once = "every request is answered while it waits"
    refuse({"background": body.background, "conversation": body.conversation, "prompt": body.prompt}, once)
    unknown = [name for name in body.include or () if name not in INCLUDABLE]
    if unknown:
        raise BadRequest(f"include {unknown[0]!r} is not supported here: use {RESULTS}.")
    earlier = await run_in_threadpool(before, service, caller.scope, body.previous_response_id)
    conversation = read_conversation(body.input, earlier.turns, body.instructions)
    search, functions = read_tools(body.tools)
    files = await files_of(service, caller, conversation, earlier.files)
    reach = await run_in_threadpool(reach_of, service, caller, search, files, earlier.reach)
    schema = read_schema((body.text or {}).get("format"), None)
    question = question_of(body, conversation, search, functions, schema, {"max_tokens": body.max_output_tokens})
    return Prepared(caller, body, conversation, files, reach, search, question)


async def _steps(
    service: Service, prepared: Prepared, first: Event, events: AsyncIterator[Event]
) -> AsyncIterator[Step]:
    """The steps of a response; it is kept before its last step goes out, so that its id can be looked up."""
    body, search = prepared.body, prepared.search
    model = model_name(body, first)
    response = response_object(body, new_id("resp"), model, body.instructions)
    structured = prepared.question.schema is not None
    writer = ResponseWriter(response, prepared.question.text, searched=search is not None, structured=structured)
    async with ended(events):
        for step in writer.opening():
            yield step
        async for event in events:
            if isinstance(event, EvidenceGathered) and search is not None and RESULTS in (body.include or ()):
                pages = pages_read(event)
                writer.results = await run_in_threadpool(
                    search_results, service, prepared.caller, pages, search.max_pages, search.min_score
                )
            for step in writer.take(event):
                if step["type"] in ("response.completed", "response.incomplete"):
                    await run_in_threadpool(_keep, service, prepared, writer)
                yield step


def _keep(service: Service, prepared: Prepared, writer: ResponseWriter) -> None:
    """Keep the response; or, where it is not to be stored, let go of the answer it shows as well."""
    if prepared.body.store is False:
        if writer.answer is not None:
            service.records.drop(prepared.caller.scope, writer.answer.id)
        return
    turn = Turn(prepared.question.text, writer.composition.text)
    items = input_items(writer.response["id"], prepared.conversation.messages, prepared.files)
    said = Before((turn,), prepared.files, prepared.reach)
    keep_response(service, prepared.caller.scope, writer.response, items, said)


async def _last(steps: AsyncIterator[Step]) -> dict[str, Any]:
    """The response as the last of its steps shows it."""
    response: dict[str, Any] = {}
    async for step in steps:
        response = step.get("response", response)
    return response


async def _lines(steps: AsyncIterator[Step]) -> AsyncGenerator[bytes]:
    last: Step = {}
    try:
        async with ended(steps):
            async for step in steps:
                last = {**last, **step}
                yield _line(step)
    except PinciteError as error:  # the status has gone out already, so the error travels as an event
        yield _line(_failure(last, error.message))
    except Exception:  # named edge: the stream is all the client sees
        log.exception("a response broke off")
        yield _line(_failure(last, "Something unexpected happened."))
        raise


def _failure(last: Step, message: str) -> Step:
    error = {"code": "server_error", "message": message}
    response = {**last.get("response", {}), "status": "failed", "error": error}
    return {"type": "response.failed", "sequence_number": last.get("sequence_number", -1) + 1, "response": response}


def _line(step: Step) -> bytes:
    return format_sse_event(event=step["type"], data_str=json.dumps(step, ensure_ascii=False))
