"""Waits for a document to get somewhere, by looking at the catalog. Knows no HTTP."""

import asyncio
import time
from collections.abc import Iterator

from fastapi.concurrency import run_in_threadpool

from ingest.catalog import Catalog
from ingest.errors import DocumentNotFound
from ingest.types import READABLE, SETTLED, Document, Scope

POLL_SECONDS = 0.15
MAX_POLL_SECONDS = 1.0
LOOKS_PER_SIGN_OF_LIFE = 100


async def wait_for_status(
    catalog: Catalog, document: Document, seconds: float, *, searchable: bool
) -> tuple[Document, bool]:
    """The document once it is settled (or searchable), or as it is when the time is up; and whether it got there.

    Only the looks at the catalog run in a thread, and they grow rarer: whoever waits holds nothing that others need.
    """
    wanted = (*SETTLED, *READABLE) if searchable else SETTLED
    deadline = time.monotonic() + seconds
    pause = POLL_SECONDS
    while True:
        document = await run_in_threadpool(catalog.documents.get, Scope(document.tenant), document.id)
        if document.status in wanted:
            return document, True
        if time.monotonic() >= deadline:
            return document, False
        await asyncio.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(pause * 1.2, MAX_POLL_SECONDS)


def changes(catalog: Catalog, scope: Scope, document_id: str) -> Iterator[list[Document | None]]:
    """Looks at a document until it is settled: each time its new state, if it has one; None when it was deleted."""
    last: Document | None = None
    while True:
        try:
            document = catalog.documents.get(scope, document_id)
        except DocumentNotFound:
            yield [None]
            return
        changed = last is None or (document.status, document.progress) != (last.status, last.progress)
        last = document
        yield [document] if changed else []
        if document.status in SETTLED:
            return


def all_changes(catalog: Catalog, scope: Scope) -> Iterator[list[Document | None]]:
    """Looks at all documents in scope, for ever: each time those with a new state; None as a sign of life."""
    known: dict[str, tuple[object, object]] = {}
    quiet = 0
    while True:
        news: list[Document | None] = []
        for document in catalog.documents.select(scope):
            state = (document.status, document.progress)
            if known.get(document.id) != state:
                known[document.id] = state
                news.append(document)
        quiet = 0 if news else quiet + 1
        if quiet >= LOOKS_PER_SIGN_OF_LIFE:
            quiet = 0
            news.append(None)
        yield news
