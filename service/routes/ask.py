"""Search and answers."""

from typing import Any

from fastapi import APIRouter

from ingest.types import Scope
from service.auth import scope_for
from service.routes.dependencies import ServicePart
from service.schemas import AnswerRequest, ScopeFields, SearchReply, SearchRequest

router = APIRouter(prefix="/v1", tags=["ask"])


@router.post("/search", response_model=SearchReply, response_model_exclude_none=False, summary="Ranked pages")
def search(service: ServicePart, body: SearchRequest) -> dict[str, Any]:
    """Pages (or passages), best first, each with the part that fits."""
    return service.searcher.search(_scope(service, body), body.query, body.unit, body.limit, body.filter, body.explain)


@router.post("/answers", summary="Ask a question")
def answer(service: ServicePart, body: AnswerRequest) -> dict[str, Any]:
    """An answer in which every statement carries a citation the server has checked."""
    scope = _scope(service, body)
    found = service.answerer.answer(scope, body.question, body.mode, body.filter)
    service.records.keep(scope, found["id"], found)
    return found


@router.get("/answers/{answer_id}", summary="An answer given earlier")
def show(service: ServicePart, answer_id: str) -> dict[str, Any]:
    """The stored answer, as it went out."""
    return service.records.get(scope_for(), answer_id)


def _scope(service: ServicePart, body: ScopeFields) -> Scope:
    collection = body.collection
    if collection is not None:
        collection = service.ingest.catalog.collections.get(scope_for(), collection).id
    return scope_for(body.document_ids, collection)
