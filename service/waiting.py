"""Waits for a document to get somewhere, by looking at the catalog. Knows no HTTP."""

import time
from collections.abc import Iterator

from ingest.catalog import Catalog
from ingest.errors import DocumentNotFound
from ingest.types import READABLE, SETTLED, Document, Scope

POLL_SECONDS = 0.15


def wait_for_status(catalog: Catalog, document: Document, seconds: float, searchable: bool) -> tuple[Document, bool]:
    """The document once it is settled (or searchable), or as it is when the time is up; and whether it got there."""
    wanted = (*SETTLED, *READABLE) if searchable else SETTLED
    deadline = time.monotonic() + seconds
    while True:
        document = catalog.documents.get(Scope(document.tenant), document.id)
        if document.status in wanted:
            return document, True
        if time.monotonic() >= deadline:
            return document, False
        time.sleep(POLL_SECONDS)


def changes(catalog: Catalog, scope: Scope, document_id: str) -> Iterator[Document | None]:
    """Each new state of a document until it is settled; None when it was deleted meanwhile."""
    last: Document | None = None
    while True:
        try:
            document = catalog.documents.get(scope, document_id)
        except DocumentNotFound:
            if last is None:
                raise
            yield None
            return
        if last is None or (document.status, document.progress) != (last.status, last.progress):
            yield document
        if document.status in SETTLED:
            return
        last = document
        time.sleep(POLL_SECONDS)


def all_changes(catalog: Catalog, scope: Scope) -> Iterator[Document | None]:
    """Each new state of any document in scope, for ever; None when nothing has changed for a while (a heartbeat)."""
    known: dict[str, Document] = {}
    quiet = 0.0
    while True:
        for document in catalog.documents.select(scope):
            before = known.get(document.id)
            if before is None or (document.status, document.progress) != (before.status, before.progress):
                known[document.id] = document
                quiet = 0.0
                yield document
        quiet += POLL_SECONDS * 2
        if quiet > 15:
            quiet = 0.0
            yield None
        time.sleep(POLL_SECONDS * 2)
