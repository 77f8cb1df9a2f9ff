"""Search and answers."""

from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ingest.types import Scope
from service.answer import fold
from service.asking import Ask, Turn
from service.auth import scope_for
from service.conversation import continued
from service.event_stream import kept, streamed
from service.routes.dependencies import ServicePart
from service.schemas import AnswerRequest, ScopeFields, SearchReply, SearchRequest

router = APIRouter(prefix="/v1", tags=["ask"])


@router.post("/search", response_model=SearchReply, response_model_exclude_none=False, summary="Ranked pages")
def search(service: ServicePart, body: SearchRequest) -> dict[str, Any]:
    """Pages (or passages), best first, each with the part that fits."""
    return service.searcher.search(_scope(service, body), body.query, body.unit, body.limit, body.filter, body.explain)


@router.post("/answers", summary="Ask a question", response_model=None)
async def answer(service: ServicePart, body: AnswerRequest) -> dict[str, Any] | StreamingResponse:
    """An answer in which every statement carries a citation the server has checked."""
    scope, history = await run_in_threadpool(_place, service, body)
    events = service.answerer.events(scope, Ask(body.question, body.mode, body.filter, history=history))
    if body.stream:
        return await streamed(kept(service, scope, events, body.thread))
    return await fold(kept(service, scope, events, body.thread))


@router.get("/answers/{answer_id}", summary="An answer given earlier")
def show(service: ServicePart, answer_id: str) -> dict[str, Any]:
    """The stored answer, as it went out."""
    return service.records.get(scope_for(), answer_id)


def _place(service: ServicePart, body: AnswerRequest) -> tuple[Scope, tuple[Turn, ...]]:
    """Which documents a question is put to, and what was said before it."""
    scope = _scope(service, body)
    return continued(service, body.thread, scope) if body.thread is not None else (scope, ())


def _scope(service: ServicePart, body: ScopeFields) -> Scope:
    collection = body.collection
    if collection is not None:
        collection = service.ingest.catalog.collections.get(scope_for(), collection).id
    return scope_for(body.document_ids, collection)
