"""Search and answers."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ingest.types import Scope
from service.answering.conversation import continued
from service.contract.answer import Answer
from service.contract.caller import Caller
from service.contract.events import collect
from service.contract.question import Mode, Question, Turn
from service.http.answer_schemas import AnswerModel
from service.http.event_stream import streamed
from service.http.free_json import JsonRoute
from service.http.presence import cancel_on_disconnect
from service.http.requests import AnswerRequest, ScopeFields, SearchRequest
from service.http.routes.dependencies import CallerPart, ServicePart
from service.http.schemas import SearchReply
from service.http.serializers import model_row
from service.records.answer_json import answer_json, plan_json
from service.wiring import Service

router = APIRouter(prefix="/v1", tags=["ask"], route_class=JsonRoute)
SAMPLING = (
    "temperature",
    "top_p",
    "max_tokens",
    "frequency_penalty",
    "presence_penalty",
    "seed",
    "response_format",
)


@router.post("/search", response_model=SearchReply, response_model_exclude_none=False, summary="Ranked pages")
def search(service: ServicePart, caller: CallerPart, body: SearchRequest) -> dict[str, Any]:
    """Pages (or passages), best first, each with the part that fits."""
    return service.searcher.search(
        _scope(service, caller, body), body.query, body.unit, body.limit, body.filter, explain=body.explain
    )


@router.post("/answers", summary="Ask a question", response_model=None, responses={200: {"model": AnswerModel}})
async def answer(
    service: ServicePart, caller: CallerPart, request: Request, body: AnswerRequest
) -> dict[str, Any] | StreamingResponse:
    """An answer in which every statement carries a citation the server has checked."""
    scope, question = await run_in_threadpool(_asked, service, caller, body)
    events = service.answers.events(scope, question, body.thread)
    if body.stream:
        return await streamed(events)
    whole: Answer = await cancel_on_disconnect(request, collect(events))
    return answer_json(whole)


@router.post("/answers/plan", summary="What an answer would cost")
async def plan(service: ServicePart, caller: CallerPart, body: AnswerRequest) -> dict[str, Any]:
    """The route that would be taken, with its reason and price; spends nothing."""
    return plan_json(await service.answerer.plan(*await run_in_threadpool(_asked, service, caller, body)))


@router.get("/models", summary="Language models and their prices")
def models(service: ServicePart) -> dict[str, Any]:
    """The table of models; `default` is null while none is configured."""
    names = dict.fromkeys([*([service.default_model] if service.default_model else []), *service.models.names])
    return {"default": service.default_model, "models": [model_row(service.models.get(name)) for name in names]}


@router.get("/answers/{answer_id}", summary="An answer given earlier")
def show(service: ServicePart, caller: CallerPart, answer_id: str) -> dict[str, Any]:
    """The stored answer, as it went out."""
    return service.records.get(caller.scope, answer_id)


def _asked(service: Service, caller: Caller, body: AnswerRequest) -> tuple[Scope, Question]:
    """Which documents a question is put to, and how it is to be answered."""
    scope, history = _place(service, caller, body)
    sampling = {name: getattr(body, name) for name in SAMPLING if getattr(body, name) is not None}
    question = Question(
        body.question,
        mode=Mode(body.mode),
        filter=body.filter,
        model=body.model,
        persona=body.persona,
        instructions=body.instructions,
        examples=tuple(Turn(example.question, example.answer) for example in body.examples),
        history=history,
        verify=body.verify,
        strict=body.strict,
        schema=body.json_schema,
        tools=tuple(body.tools),
        tool_choice=body.tool_choice,
        budget_usd=body.budget_usd,
        max_latency_s=body.max_latency_s,
        images=body.images,
        sampling=sampling,
    )
    return scope, question


def _place(service: Service, caller: Caller, body: AnswerRequest) -> tuple[Scope, tuple[Turn, ...]]:
    """Which documents a question is put to, and what was said before it."""
    scope = _scope(service, caller, body)
    return continued(service.records.threads, body.thread, scope) if body.thread is not None else (scope, ())


def _scope(service: Service, caller: Caller, body: ScopeFields) -> Scope:
    collection = body.collection
    if collection is not None:
        collection = service.ingest.catalog.collections.get(caller.scope, collection).id
    return caller.within(body.document_ids, collection)
