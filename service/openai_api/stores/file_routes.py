"""Files of a vector store, singly and in batches. Putting a file in changes no bytes: it has been read already."""

import time
from typing import Any, Literal

from fastapi import APIRouter

from ingest.catalog import new_id
from ingest.errors import BadRequest, NotFound
from ingest.types import Document
from service.contract.caller import Caller
from service.http.free_json import JsonRoute
from service.http.routes.dependencies import CallerPart, ServicePart
from service.openai_api.errors import PREFIX
from service.openai_api.listing import ListingPart
from service.openai_api.shapes import file_counts, store_file
from service.openai_api.stores.stores import attach, set_attributes
from service.openai_api.wire import BatchCreate, StoreFileCreate, StoreFileUpdate
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/vector_stores/{{vector_store_id}}", tags=["openai"], route_class=JsonRoute)
BATCH = "file_batch"
State = Literal["in_progress", "completed", "failed", "cancelled"]


@router.post("/files", summary="Put a file into a vector store")
def create(service: ServicePart, caller: CallerPart, vector_store_id: str, body: StoreFileCreate) -> dict[str, Any]:
    """The file with its state; attributes replace those it has."""
    store = _store(service, caller, vector_store_id)
    service.ingest.catalog.documents.get(caller.scope, body.file_id)
    attach(service, caller.scope, store, body.file_id, body.attributes)
    return _row(service, caller, store, body.file_id)


@router.get("/files", summary="List a vector store's files")
def list_files(
    service: ServicePart, caller: CallerPart, vector_store_id: str, listing: ListingPart, filter: State | None = None
) -> dict[str, Any]:
    """Its files, newest first, all or those in one state."""
    store = _store(service, caller, vector_store_id)
    return listing.of(_rows(service, caller, store, None, filter))


@router.get("/files/{file_id}", summary="Show a file of a vector store")
def show(service: ServicePart, caller: CallerPart, vector_store_id: str, file_id: str) -> dict[str, Any]:
    """`in_progress` until it has been read and embedded; `failed` files say why in `last_error`."""
    return _row(service, caller, _store(service, caller, vector_store_id), file_id)


@router.post("/files/{file_id}", summary="Change a file's attributes")
def update(
    service: ServicePart, caller: CallerPart, vector_store_id: str, file_id: str, body: StoreFileUpdate
) -> dict[str, Any]:
    """Replace the attributes, here and in every other store the file is in."""
    store = _store(service, caller, vector_store_id)
    _find(service, caller, store, file_id)
    set_attributes(service, caller.scope, file_id, body.attributes or {})
    return _row(service, caller, store, file_id)


@router.get("/files/{file_id}/content", summary="A file's text")
def content(service: ServicePart, caller: CallerPart, vector_store_id: str, file_id: str) -> dict[str, Any]:
    """The text as read, one part per page."""
    document = _find(service, caller, _store(service, caller, vector_store_id), file_id)
    service.ingest.pages.content(document)
    pages = service.ingest.catalog.contents.iterate_pages(document.tenant, document.content)
    parts = [{"type": "text", "text": p.text, "page_number": p.number, "page_label": p.label} for p in pages]
    return {"object": "vector_store.file_content.page", "data": parts, "has_more": False, "next_page": None}


@router.delete("/files/{file_id}", summary="Take a file out of a vector store")
def delete(service: ServicePart, caller: CallerPart, vector_store_id: str, file_id: str) -> dict[str, Any]:
    """The file itself stays."""
    store = _store(service, caller, vector_store_id)
    _find(service, caller, store, file_id)
    service.ingest.catalog.collections.exclude(file_id, store)
    return {"id": file_id, "object": "vector_store.file.deleted", "deleted": True}


@router.post("/file_batches", summary="Put files into a vector store at once")
def create_batch(service: ServicePart, caller: CallerPart, vector_store_id: str, body: BatchCreate) -> dict[str, Any]:
    """All of the files are there, or none is put in."""
    if bool(body.file_ids) == bool(body.files):
        raise BadRequest("Give either file_ids or files.")
    store = _store(service, caller, vector_store_id)
    wanted = body.files or [StoreFileCreate(file_id=key, attributes=body.attributes) for key in body.file_ids or ()]
    for file in wanted:
        service.ingest.catalog.documents.get(caller.scope, file.file_id)
    for file in wanted:
        attach(service, caller.scope, store, file.file_id, file.attributes)
    batch_id = new_id("vsfb")
    kept = {"store": store, "files": [file.file_id for file in wanted], "cancelled": []}
    service.records.objects.put(caller.scope, BATCH, batch_id, {**kept, "created_at": int(time.time())})
    return _batch_row(service, caller, store, batch_id)


@router.get("/file_batches/{batch_id}", summary="Show a batch")
def show_batch(service: ServicePart, caller: CallerPart, vector_store_id: str, batch_id: str) -> dict[str, Any]:
    """Its files by state."""
    return _batch_row(service, caller, _store(service, caller, vector_store_id), batch_id)


@router.post("/file_batches/{batch_id}/cancel", summary="Cancel a batch")
def cancel_batch(service: ServicePart, caller: CallerPart, vector_store_id: str, batch_id: str) -> dict[str, Any]:
    """Take the files that are still in progress out of the store; they are read to the end all the same."""
    store = _store(service, caller, vector_store_id)
    batch = _batch(service, caller, store, batch_id)
    for row in _rows(service, caller, store, batch["files"], "in_progress"):
        service.ingest.catalog.collections.exclude(row["id"], store)
        batch["cancelled"].append(row["id"])
    service.records.objects.put(caller.scope, BATCH, batch_id, batch)
    return _batch_row(service, caller, store, batch_id)


@router.get("/file_batches/{batch_id}/files", summary="List a batch's files")
def list_batch(
    service: ServicePart,
    caller: CallerPart,
    vector_store_id: str,
    batch_id: str,
    listing: ListingPart,
    filter: State | None = None,
) -> dict[str, Any]:
    """The files of a batch that are still in the store."""
    store = _store(service, caller, vector_store_id)
    return listing.of(_rows(service, caller, store, _batch(service, caller, store, batch_id)["files"], filter))


def _store(service: Service, caller: Caller, key: str) -> str:
    return service.ingest.catalog.collections.get(caller.scope, key).id


def _find(service: Service, caller: Caller, store: str, file_id: str) -> Document:
    return service.ingest.catalog.documents.get(caller.within(None, store), file_id)


def _row(service: Service, caller: Caller, store: str, file_id: str) -> dict[str, Any]:
    return store_file(_find(service, caller, store, file_id), store, service.ingest.settings.chunk_tokens)


def _rows(
    service: Service, caller: Caller, store: str, files: list[str] | None, state: State | None
) -> list[dict[str, Any]]:
    chunk_tokens = service.ingest.settings.chunk_tokens
    rows = [store_file(document, store, chunk_tokens) for document in _documents_there(service, caller, store, files)]
    return [row for row in rows if state in (None, row["status"])]


def _documents_there(service: Service, caller: Caller, store: str, files: list[str] | None) -> list[Document]:
    """Documents of a store; of a batch, those that have been neither deleted nor taken out since."""
    found = service.ingest.catalog.documents.select(caller.within(None, store))
    return found if files is None else [document for document in found if document.id in files]


def _batch(service: Service, caller: Caller, store: str, batch_id: str) -> dict[str, Any]:
    batch = service.records.objects.get(caller.scope, BATCH, batch_id)
    if batch is None or batch["store"] != store:
        raise NotFound(f"There is no file batch {batch_id!r} in this vector store.")
    return batch


def _batch_row(service: Service, caller: Caller, store: str, batch_id: str) -> dict[str, Any]:
    batch = _batch(service, caller, store, batch_id)
    counts = file_counts(_documents_there(service, caller, store, batch["files"]), len(batch["cancelled"]))
    state = "cancelled" if batch["cancelled"] else "in_progress" if counts["in_progress"] else "completed"
    return {
        "id": batch_id,
        "object": "vector_store.files_batch",
        "created_at": batch["created_at"],
        "vector_store_id": store,
        "status": state,
        "file_counts": counts,
    }
