"""Upload, list, show, retry, change and delete documents."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from ingest.catalog import UploadDetails
from ingest.errors import BadRequest
from ingest.types import Document
from service.answering.deletion import delete_document
from service.contract.caller import Caller
from service.http.document_schemas import DocumentDetail, DocumentList, DocumentModel
from service.http.free_json import JsonRoute, checked_object, read_json
from service.http.requests import DocumentPatch, Name, RetryRequest
from service.http.routes.dependencies import CallerPart, ServicePart
from service.http.schemas import DeletionReceipt
from service.http.serializers import document_detail, document_row
from service.http.waiting import wait_for_status
from service.wiring import Service

router = APIRouter(prefix="/v1/documents", tags=["documents"], route_class=JsonRoute)
MEBIBYTE = 1 << 20
MAX_WAIT = 600.0


def _details(
    collection: Annotated[Name | None, Form(description="id or name; a new name creates the collection")] = None,
    metadata: Annotated[str | None, Form(description="a JSON object")] = None,
    password: Annotated[str | None, Form(max_length=1000)] = None,
) -> UploadDetails:
    return UploadDetails(_json_object(metadata), password, [collection] if collection else [])


@router.post("", status_code=202, response_model=DocumentModel, summary="Upload a document")
async def upload(
    service: ServicePart,
    caller: CallerPart,
    file: Annotated[UploadFile, File(description="PDF, text, Markdown, PNG, JPEG, TIFF or WEBP")],
    details: Annotated[UploadDetails, Depends(_details)],
    wait: Annotated[float | None, Query(ge=0, le=MAX_WAIT, description="seconds to wait for the end")] = None,
    wait_for: Literal["settled", "searchable"] = "settled",
) -> JSONResponse:
    """Store a file and queue it: 202 with the id at once; with `wait`, 200 when it is ready, partial or failed."""
    document = await run_in_threadpool(
        service.ingest.intake.accept,
        caller.scope,
        file.file,
        file.filename or "unnamed",
        service.settings.max_upload_mb * MEBIBYTE,
        details,
    )
    reached = False
    if wait:
        document, reached = await wait_for_status(
            service.ingest.catalog, document, wait, searchable=wait_for == "searchable"
        )
    return JSONResponse(document_row(document), 200 if reached else 202)


@router.get("", response_model=DocumentList, summary="List documents, newest first")
def list_documents(
    service: ServicePart,
    caller: CallerPart,
    collection: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of documents; give `next_cursor` back as `cursor` for the next one."""
    scope = caller.within(collection=_collection_id(service, caller, collection))
    documents, after = service.ingest.catalog.documents.page(scope, limit, cursor)
    return {"documents": [document_row(document) for document in documents], "next_cursor": after}


@router.get("/{document_id}", response_model=DocumentDetail, summary="Show a document")
def show(service: ServicePart, caller: CallerPart, document_id: str) -> dict[str, Any]:
    """State and progress; once searchable also the page report and the outline."""
    return document_detail(_find(service, caller, document_id), service.ingest.catalog)


@router.patch("/{document_id}", response_model=DocumentModel, summary="Rename, describe or regroup a document")
def change(service: ServicePart, caller: CallerPart, document_id: str, body: DocumentPatch) -> dict[str, Any]:
    """Change name, metadata or collections."""
    catalog = service.ingest.catalog
    groups = [catalog.collections.get(caller.scope, key).id for key in body.collections or ()]  # before any change
    catalog.documents.change(caller.scope, document_id, body.name, body.metadata)
    if body.collections is not None:
        catalog.collections.put(document_id, groups)
    return document_row(_find(service, caller, document_id))


@router.post("/{document_id}/retry", status_code=202, response_model=DocumentModel, summary="Read again")
def retry(service: ServicePart, caller: CallerPart, document_id: str, body: RetryRequest) -> dict[str, Any]:
    """Queue a failed or partial document again, with a password if it needs one."""
    return document_row(service.ingest.intake.retry(caller.scope, document_id, body.password))


@router.delete("/{document_id}", response_model=DeletionReceipt, summary="Delete a document")
def delete(service: ServicePart, caller: CallerPart, document_id: str) -> dict[str, Any]:
    """Delete from every store; from the moment this returns the document is never found again."""
    deleted = delete_document(service.ingest.intake.delete, service.records, caller.scope, document_id)
    return {"id": document_id, "deleted": deleted}


def _find(service: Service, caller: Caller, document_id: str) -> Document:
    return service.ingest.catalog.documents.get(caller.scope, document_id)


def _collection_id(service: Service, caller: Caller, key: str | None) -> str | None:
    return None if key is None else service.ingest.catalog.collections.get(caller.scope, key).id


def _json_object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = read_json(text)
    except json.JSONDecodeError as error:
        raise BadRequest(f"metadata must be a JSON object: {error.msg}.") from error
    if not isinstance(value, dict):
        raise BadRequest("metadata must be a JSON object.")
    try:
        return checked_object(value)
    except ValueError as error:
        raise BadRequest(f"metadata: {error}.") from error
