"""The door files come in by: receives bytes, checks them, stores them, queues the document. Knows nothing of HTTP.

Nothing is stored of a file that is refused; once `accept` has returned, the upload survives any crash.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from ingest.blobs import MIN_FREE_BYTES, Blobs, receive
from ingest.catalog import NO_DETAILS, Catalog, UploadDetails
from ingest.errors import EmptyFile, InsufficientStorage, NothingToRetry
from ingest.reading.readers import HEAD_BYTES, detect
from ingest.types import Document, Scope, Status

MAX_NAME = 300


class Intake:
    """Accepts uploads, retries and deletions."""

    def __init__(self, catalog: Catalog, blobs: Blobs, scratch: Path) -> None:
        self._catalog = catalog
        self._blobs = blobs
        self._scratch = scratch

    def accept(
        self,
        scope: Scope,
        stream: BinaryIO,
        name: str,
        max_bytes: int,
        details: UploadDetails = NO_DETAILS,
    ) -> Document:
        """Store a file and queue it; raises InputRefused and stores nothing when it cannot be accepted."""
        if self._blobs.free_bytes() < MIN_FREE_BYTES:
            room = MIN_FREE_BYTES // 1_000_000
            raise InsufficientStorage(f"The disk is full: less than {room} MB are free. Delete documents or make room.")
        path, sha256, size = receive(stream, self._scratch, max_bytes)
        tenant = scope.tenant
        try:
            if size == 0:
                raise EmptyFile("The file is empty.")
            with path.open("rb") as source:
                media_type = detect(source.read(HEAD_BYTES), path, name)
            found = [self._catalog.collections.get_or_add(scope, key) for key in details.collections]
            self._blobs.put(tenant, sha256, path)
            ids = [collection.id for collection in found]
            recorded = replace(details, collections=ids)
            document = self._catalog.documents.add(scope, sha256, tidy_name(name), media_type, size, recorded)
            self._blobs.put(tenant, sha256, path)  # a purge of the same bytes may have come between
        finally:
            os.unlink(path)
        return document

    def retry(self, scope: Scope, document_id: str, password: str | None) -> Document:
        """Read a failed or partial document again, with another password if one is given."""
        document = self._catalog.documents.get(scope, document_id)
        if document.status not in (Status.FAILED, Status.PARTIAL):
            raise NothingToRetry(f"{document.name} is {document.status}; only failed or partial documents are retried.")
        return self._catalog.documents.queue_again(scope, document_id, password)

    def delete(self, scope: Scope, document_id: str) -> dict[str, int]:
        """Bury a document: from now on it is never found. Returns what will be purged, counted per store."""
        document = self._catalog.documents.bury(scope, document_id)
        shared = self._catalog.documents.holders(document.tenant, document.content)
        if shared:
            return {
                "documents": 1,
                "pages": 0,
                "sections": 0,
                "chunks": 0,
                "files": 0,
                "still_shared_by": shared,
            }
        return {"documents": 1, **self._catalog.contents.count(document.tenant, document.content), "files": 1}


def tidy_name(name: str) -> str:
    """The last part of a path without control characters, at most 300 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(character for character in last if character.isprintable()).strip()
    return clean[:MAX_NAME] or "unnamed"
