"""Server-sent progress of documents. The streams are asynchronous: a waiting client must not hold a thread."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ingest.types import Document
from service.http.routes.dependencies import CallerPart, ServicePart
from service.http.serializers import document_row
from service.http.waiting import POLL_SECONDS, all_changes, changes

router = APIRouter(prefix="/v1", tags=["events"])


def _existing(service: ServicePart, caller: CallerPart, document_id: str) -> Document:
    """The document, looked up before the stream begins, so that an unknown id is a 404 and not an empty stream."""
    return service.ingest.catalog.documents.get(caller.scope, document_id)


@router.get("/documents/{document_id}/events", response_class=EventSourceResponse, summary="Progress of a document")
async def document_events(
    service: ServicePart, caller: CallerPart, document: Annotated[Document, Depends(_existing)]
) -> AsyncIterator[ServerSentEvent]:
    """One event per change until the document is ready, partial, failed or deleted."""
    async for batch in _polled(changes(service.ingest.catalog, caller.scope, document.id)):
        for state in batch:
            if state is None:
                yield ServerSentEvent(event="deleted", data={"id": document.id})
            else:
                yield ServerSentEvent(event="document", data=document_row(state))


@router.get("/events", response_class=EventSourceResponse, summary="Progress of all documents")
async def events(service: ServicePart, caller: CallerPart) -> AsyncIterator[ServerSentEvent]:
    """One stream for every document of the caller; it does not end by itself."""
    async for batch in _polled(all_changes(service.ingest.catalog, caller.scope)):
        for state in batch:
            if state is None:
                yield ServerSentEvent(comment="still here")
            else:
                yield ServerSentEvent(event="document", data=document_row(state))


async def _polled(looks: Iterator[list[Document | None]]) -> AsyncIterator[list[Document | None]]:
    """Each look at the catalog runs in a thread; the waiting in between does not."""
    while (batch := await run_in_threadpool(next, looks, END)) is not END:
        yield batch
        await asyncio.sleep(POLL_SECONDS)


END: list[Document | None] = []  # its identity marks the end; an empty look is another list
