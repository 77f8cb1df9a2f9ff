"""Responses as they are kept: by id, with what a later one needs to go on from them. Knows no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import AnswerNotFound
from ingest.types import Scope
from service.contract.question import Turn
from service.openai_api.questions import Reach
from service.wiring import Service

KIND = "response"
MAX_CHAIN = 50


@dataclass(frozen=True)
class Before:
    """What a response goes on from: earlier turns, files sent along, the documents last asked."""

    turns: tuple[Turn, ...] = ()
    files: tuple[str, ...] = ()
    reach: Reach = Reach()


def keep_response(
    service: Service,
    scope: Scope,
    response: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    said: Before,
) -> None:
    """Store a response as long as an answer is stored, with what `said` last: one turn, its files, its documents."""
    (turn,), reach = said.turns, said.reach
    documents = None if reach.documents is None else list(reach.documents)
    body = {
        "response": dict(response),
        "question": turn.question,
        "answer": turn.answer,
        "input": list(items),
        "files": list(said.files),
        "documents": documents,
        "collection": reach.collection,
    }
    service.records.objects.put(scope, KIND, str(response["id"]), body, expires=True)


def find_response(service: Service, scope: Scope, response_id: str) -> dict[str, Any]:
    """A stored response with its input; raises AnswerNotFound."""
    body = service.records.objects.get(scope, KIND, response_id)
    if body is None:
        raise AnswerNotFound(f"There is no response {response_id!r}; responses are kept for a limited time.")
    return body


def drop_response(service: Service, scope: Scope, response_id: str) -> None:
    """Remove a response and the answer it shows."""
    response = find_response(service, scope, response_id)["response"]
    if response.get("answer_id"):
        service.records.drop(scope, response["answer_id"])
    service.records.objects.drop(scope, KIND, response_id)


def before(service: Service, scope: Scope, response_id: str | None) -> Before:
    """The conversation up to and with a response; its beginning may have been deleted since."""
    if response_id is None:
        return Before()
    body = find_response(service, scope, response_id)
    documents = None if body["documents"] is None else tuple(body["documents"])
    reach = Reach(documents, body["collection"])
    turns: list[Turn] = []
    found: Mapping[str, Any] | None = body
    while found is not None and len(turns) < MAX_CHAIN:
        turns.append(Turn(found["question"], found["answer"]))
        earlier = found["response"].get("previous_response_id")
        found = service.records.objects.get(scope, KIND, earlier) if earlier else None
    return Before(tuple(reversed(turns)), _living(service, scope, body["files"]), reach)


def _living(service: Service, scope: Scope, files: Sequence[str]) -> tuple[str, ...]:
    living = {document.id for document in service.ingest.catalog.documents.select(scope)} if files else set()
    return tuple(key for key in files if key in living)
