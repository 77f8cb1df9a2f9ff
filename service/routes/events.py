"""Server-sent progress of documents."""

from collections.abc import Iterator

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from service.auth import scope_for
from service.routes.dependencies import ServicePart
from service.views import document_row
from service.waiting import all_changes, changes

router = APIRouter(prefix="/v1", tags=["events"])


def _known(service: ServicePart, document_id: str) -> None:
    """Not found is said before the stream begins: afterwards the status has gone out."""
    service.ingest.catalog.documents.get(scope_for(), document_id)


@router.get(
    "/documents/{document_id}/events",
    response_class=EventSourceResponse,
    summary="Progress of a document",
    dependencies=[Depends(_known)],
)
def document_events(service: ServicePart, document_id: str) -> Iterator[ServerSentEvent]:
    """One event per change until the document is ready, partial, failed or deleted."""
    for document in changes(service.ingest.catalog, scope_for(), document_id):
        if document is None:
            yield ServerSentEvent(event="deleted", data={"id": document_id})
        else:
            yield ServerSentEvent(event="document", data=document_row(document))


@router.get("/events", response_class=EventSourceResponse, summary="Progress of all documents")
def events(service: ServicePart) -> Iterator[ServerSentEvent]:
    """One stream for every document of the caller; it does not end by itself."""
    for document in all_changes(service.ingest.catalog, scope_for()):
        if document is None:
            yield ServerSentEvent(comment="still here")
        else:
            yield ServerSentEvent(event="document", data=document_row(document))
