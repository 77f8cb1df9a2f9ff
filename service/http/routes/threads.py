"""Threads: conversations whose questions are asked one after the other over the same documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from service.http.free_json import JsonRoute
from service.http.requests import ThreadPatch, ThreadRequest
from service.http.routes.dependencies import CallerPart, ServicePart
from service.http.schemas import DeletionReceipt, ThreadDetail, ThreadList, ThreadModel
from service.http.serializers import thread_row

router = APIRouter(prefix="/v1/threads", tags=["threads"], route_class=JsonRoute)


@router.post("", status_code=201, response_model=ThreadModel, summary="Open a thread")
def create(service: ServicePart, caller: CallerPart, body: ThreadRequest) -> dict[str, Any]:
    """Open a conversation over documents that exist; without any it is about everything visible."""
    catalog, collection = service.ingest.catalog, body.collection
    if collection is not None:
        collection = catalog.collections.get(caller.scope, collection).id
    scope = caller.within(body.document_ids, collection)
    catalog.documents.select(scope)  # raises for what is not there
    return thread_row(service.records.threads.add(scope, body.name))


@router.get("", response_model=ThreadList, summary="List threads, newest activity first")
def list_threads(
    service: ServicePart,
    caller: CallerPart,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of threads; give `next_cursor` back as `cursor` for the next one."""
    threads, after = service.records.threads.page(caller.scope, limit, cursor)
    return {"threads": [thread_row(thread) for thread in threads], "next_cursor": after}


@router.get("/{thread_id}", response_model=ThreadDetail, summary="Show a thread with its answers")
def show(service: ServicePart, caller: CallerPart, thread_id: str) -> dict[str, Any]:
    """The thread and its answers as they went out, oldest first."""
    threads = service.records.threads
    return {**thread_row(threads.get(caller.scope, thread_id)), "turns": threads.bodies(caller.scope, thread_id)}


@router.patch("/{thread_id}", response_model=ThreadModel, summary="Rename a thread")
def rename(service: ServicePart, caller: CallerPart, thread_id: str, body: ThreadPatch) -> dict[str, Any]:
    """Give it another name."""
    return thread_row(service.records.threads.rename(caller.scope, thread_id, body.name))


@router.delete("/{thread_id}", response_model=DeletionReceipt, summary="Delete a thread and its answers")
def delete(service: ServicePart, caller: CallerPart, thread_id: str) -> dict[str, Any]:
    """Remove the conversation; its answers can no longer be looked up."""
    return {"id": thread_id, "deleted": service.records.threads.delete(caller.scope, thread_id)}
