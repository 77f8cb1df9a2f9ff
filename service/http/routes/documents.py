"""Upload, list, show, retry, change and delete documents."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import JSONResponse

from ingest.catalog import UploadDetails
from ingest.errors import BadRequest
from ingest.types import Document
from service.answering.deletion import delete_document
from service.contract.caller import scope_for
from service.http.document_schemas import DocumentDetail, DocumentList, DocumentModel
from service.http.routes.dependencies import ServicePart
from service.http.schemas import DeletionReceipt, DocumentPatch, RetryRequest
from service.http.serializers import document_detail, document_row
from service.http.waiting import wait_for_status

router = APIRouter(prefix="/v1/documents", tags=["documents"])
MEBIBYTE = 1 << 20
MAX_WAIT = 600.0


@router.post("", status_code=202, response_model=DocumentModel, summary="Upload a document")
def upload(
    service: ServicePart,
    file: Annotated[UploadFile, File(description="PDF, text, Markdown, PNG, JPEG, TIFF or WEBP")],
    collection: Annotated[str | None, Form(description="id or name; a new name creates the collection")] = None,
    metadata: Annotated[str | None, Form(description="a JSON object")] = None,
    password: Annotated[str | None, Form()] = None,
    wait: Annotated[float | None, Query(ge=0, le=MAX_WAIT, description="seconds to wait for the end")] = None,
    wait_for: Annotated[str, Query(pattern="^(settled|searchable)$")] = "settled",
) -> JSONResponse:
    """Store a file and queue it: 202 with the id at once; with `wait`, 200 when it is ready, partial or failed."""
    document = service.ingest.intake.accept(
        scope_for(),
        file.file,
        file.filename or "unnamed",
        service.settings.max_upload_mb * MEBIBYTE,
        UploadDetails(_json_object(metadata), password, [collection] if collection else []),
    )
    reached = False
    if wait:
        document, reached = wait_for_status(service.ingest.catalog, document, wait, wait_for == "searchable")
    return JSONResponse(document_row(document), 200 if reached else 202)


@router.get("", response_model=DocumentList, summary="List documents, newest first")
def list_documents(
    service: ServicePart,
    collection: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of documents; give `next_cursor` back as `cursor` for the next one."""
    scope = scope_for(collection=_collection_id(service, collection))
    documents, after = service.ingest.catalog.documents.page(scope, limit, cursor)
    return {"documents": [document_row(document) for document in documents], "next_cursor": after}


@router.get("/{document_id}", response_model=DocumentDetail, summary="Show a document")
def show(service: ServicePart, document_id: str) -> dict[str, Any]:
    """State and progress; once searchable also the page report and the outline."""
    return document_detail(_find(service, document_id), service.ingest.catalog)


@router.patch("/{document_id}", response_model=DocumentModel, summary="Rename, describe or regroup a document")
def change(service: ServicePart, document_id: str, body: DocumentPatch) -> dict[str, Any]:
    """Change name, metadata or collections."""
    catalog = service.ingest.catalog
    groups = [catalog.collections.get(scope_for(), key).id for key in body.collections or ()]  # before any change
    catalog.documents.change(scope_for(), document_id, body.name, body.metadata)
    if body.collections is not None:
        catalog.collections.put(document_id, groups)
    return document_row(_find(service, document_id))


@router.post("/{document_id}/retry", status_code=202, response_model=DocumentModel, summary="Read again")
def retry(service: ServicePart, document_id: str, body: RetryRequest) -> dict[str, Any]:
    """Queue a failed or partial document again, with a password if it needs one."""
    return document_row(service.ingest.intake.retry(scope_for(), document_id, body.password))


@router.delete("/{document_id}", response_model=DeletionReceipt, summary="Delete a document")
def delete(service: ServicePart, document_id: str) -> dict[str, Any]:
    """Delete from every store; from the moment this returns the document is never found again."""
    deleted = delete_document(service.ingest.intake.delete, service.records, scope_for(), document_id)
    return {"id": document_id, "deleted": deleted}


def _find(service: ServicePart, document_id: str) -> Document:
    return service.ingest.catalog.documents.get(scope_for(), document_id)


def _collection_id(service: ServicePart, key: str | None) -> str | None:
    return None if key is None else service.ingest.catalog.collections.get(scope_for(), key).id


def _json_object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRequest("metadata must be a JSON object.") from error
    if not isinstance(value, dict):
        raise BadRequest("metadata must be a JSON object.")
    return value
