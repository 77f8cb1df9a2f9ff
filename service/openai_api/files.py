"""Files: upload, list, show, content, delete. A file is a document; it is read as soon as it is uploaded."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ingest.errors import BadRequest
from ingest.types import Document
from service.answering.deletion import delete_document
from service.contract.caller import Caller
from service.http.routes.dependencies import CallerPart, ServicePart
from service.openai_api.errors import PREFIX
from service.openai_api.listing import ListingPart
from service.openai_api.shapes import DEFAULT_PURPOSE, file_object
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/files", tags=["openai"])
MEBIBYTE = 1 << 20
KIND = "file"


@router.post("", summary="Upload a file")
async def create(
    request: Request,
    service: ServicePart,
    caller: CallerPart,
    file: Annotated[UploadFile, File()],
    purpose: Annotated[str, Form()] = DEFAULT_PURPOSE,
) -> dict[str, Any]:
    """Store a file and queue it for reading."""
    form = await request.form()
    if any(name.startswith("expires_after") for name in form):
        raise BadRequest("Files do not expire here: leave expires_after out and delete the file when it may go.")
    return await run_in_threadpool(_store, service, caller, file, purpose)


@router.get("", summary="List files")
def list_files(
    service: ServicePart, caller: CallerPart, listing: ListingPart, purpose: str | None = None
) -> dict[str, Any]:
    """Every document as a file, newest first."""
    scope = caller.scope
    known = service.records.objects.all(scope, KIND)
    rows = [file_object(d, known.get(d.id)) for d in service.ingest.catalog.documents.select(scope)]
    return listing.of([row for row in rows if purpose in (None, row["purpose"])])


@router.get("/{file_id}", summary="Show a file")
def show(service: ServicePart, caller: CallerPart, file_id: str) -> dict[str, Any]:
    """One file; `status` is `processed` once it has been read to the end."""
    document = _find(service, caller, file_id)
    return file_object(document, service.records.objects.get(caller.scope, KIND, file_id))


@router.get("/{file_id}/content", summary="A file's bytes", response_class=StreamingResponse)
def content(service: ServicePart, caller: CallerPart, file_id: str) -> StreamingResponse:
    """The bytes as uploaded."""
    document = _find(service, caller, file_id)
    stream = service.ingest.pages.file(document, 0, document.bytes)
    headers = {"content-length": str(document.bytes)}
    return StreamingResponse(stream, headers=headers, media_type=document.media_type)


@router.delete("/{file_id}", summary="Delete a file")
def delete(service: ServicePart, caller: CallerPart, file_id: str) -> dict[str, Any]:
    """Delete the document from every store."""
    delete_document(service.ingest.intake.delete, service.records, caller.scope, file_id)
    return {"id": file_id, "object": "file", "deleted": True}


def _store(service: Service, caller: Caller, file: UploadFile, purpose: str) -> dict[str, Any]:
    most = service.settings.max_upload_mb * MEBIBYTE
    document = service.ingest.intake.accept(caller.scope, file.file, file.filename or "unnamed", most)
    service.records.objects.put(caller.scope, KIND, document.id, {"purpose": purpose})
    return file_object(document, {"purpose": purpose})


def _find(service: Service, caller: Caller, file_id: str) -> Document:
    return service.ingest.catalog.documents.get(caller.scope, file_id)
