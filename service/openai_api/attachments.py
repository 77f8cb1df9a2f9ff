"""Files that come with a question: known ones by id, new ones read first. Knows no HTTP and no messages.

What is sent along becomes a document like any upload; the same bytes are taken as they are there already.
"""

import base64
import binascii
import hashlib
import io
import time
from collections.abc import Sequence

from fastapi.concurrency import run_in_threadpool

from ingest import errors
from ingest.errors import BadRequest, NotReadableYet, ReadingFailed
from ingest.types import READABLE, Document, Scope, Status
from service.http.waiting import wait_for_status
from service.openai_api.conversation import FilePart
from service.wiring import Service

MEBIBYTE = 1 << 20
MAX_WAIT = 120.0  # seconds for all files of one question; reading goes on when it is over


async def settle_files(service: Service, scope: Scope, parts: Sequence[FilePart]) -> tuple[str, ...]:
    """Ids of the documents these parts mean, each searchable; raises what keeps one from being so."""
    documents = [await run_in_threadpool(_document, service, scope, part) for part in parts]
    deadline = time.monotonic() + MAX_WAIT
    for document in documents:
        left = max(0.0, deadline - time.monotonic())
        _require_searchable((await wait_for_status(service.ingest.catalog, document, left, searchable=True))[0])
    return tuple(dict.fromkeys(document.id for document in documents))


def _document(service: Service, scope: Scope, part: FilePart) -> Document:
    if part.file_id is not None:
        return service.ingest.catalog.documents.get(scope, part.file_id)
    data = _decoded(part.data or "")
    digest = hashlib.sha256(data).hexdigest()
    for document in service.ingest.catalog.documents.select(scope):
        if document.content == digest and document.status is not Status.FAILED:
            return document
    most = service.settings.max_upload_mb * MEBIBYTE
    return service.ingest.intake.accept(scope, io.BytesIO(data), part.name or "unnamed", most)


def _decoded(text: str) -> bytes:
    """The bytes of a data URL or of plain base64."""
    head, comma, body = text.partition(",")
    if text.startswith("data:") and not (comma and head.endswith(";base64")):
        raise BadRequest("file_data must be base64, with or without a data:…;base64, in front.")
    try:
        return base64.b64decode(body if comma else text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("file_data is not valid base64.") from error


def _require_searchable(document: Document) -> None:
    if document.status in READABLE:
        return
    if document.error is None:
        raise NotReadableYet(f"{document.name} is still being read; ask again in a moment with file_id {document.id}.")
    code, message = document.error
    kinds = (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ReadingFailed))
    raise next((kind for kind in kinds if kind.code == code), ReadingFailed)(f"{document.name}: {message}")
