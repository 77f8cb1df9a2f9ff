"""Vector stores: create, list, show, modify, delete, search. A vector store is a collection."""

from typing import Any

from fastapi import APIRouter

from ingest.catalog import Collection
from ingest.errors import BadRequest
from service.contract.caller import Caller
from service.http.free_json import JsonRoute
from service.http.routes.dependencies import CallerPart, ServicePart
from service.openai_api.errors import PREFIX
from service.openai_api.listing import ListingPart
from service.openai_api.stores.search import search_store
from service.openai_api.stores.stores import NO_EXPIRY, STORE, attach, change_store, create_store, show_store
from service.openai_api.wire import StoreCreate, StoreSearch, StoreUpdate
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/vector_stores", tags=["openai"], route_class=JsonRoute)


@router.post("", summary="Create a vector store")
def create(service: ServicePart, caller: CallerPart, body: StoreCreate) -> dict[str, Any]:
    """A new store, with files if any are named."""
    if body.expires_after:
        raise BadRequest(NO_EXPIRY)
    scope = caller.scope
    for file_id in body.file_ids:  # all of them are there, or nothing is made
        service.ingest.catalog.documents.get(scope, file_id)
    made = create_store(service, scope, body.name, body.description, body.metadata)
    for file_id in body.file_ids:
        attach(service, scope, made.id, file_id, None)
    return show_store(service, scope, made)


@router.get("", summary="List vector stores")
def list_stores(service: ServicePart, caller: CallerPart, listing: ListingPart) -> dict[str, Any]:
    """Every collection as a vector store, newest first."""
    scope = caller.scope
    found = sorted(service.ingest.catalog.collections.list(scope), key=lambda c: (c.created_at, c.id))
    page = listing.of([{"id": collection.id} for collection in found])
    known = {collection.id: collection for collection in found}
    page["data"] = [show_store(service, scope, known[row["id"]]) for row in page["data"]]
    return page


@router.get("/{vector_store_id}", summary="Show a vector store")
def show(service: ServicePart, caller: CallerPart, vector_store_id: str) -> dict[str, Any]:
    """One store with the states of its files."""
    return show_store(service, caller.scope, _find(service, caller, vector_store_id))


@router.post("/{vector_store_id}", summary="Modify a vector store")
def modify(service: ServicePart, caller: CallerPart, vector_store_id: str, body: StoreUpdate) -> dict[str, Any]:
    """Change its name or metadata."""
    if body.expires_after:
        raise BadRequest(NO_EXPIRY)
    changed = change_store(service, caller.scope, vector_store_id, body.name, body.metadata)
    return show_store(service, caller.scope, changed)


@router.delete("/{vector_store_id}", summary="Delete a vector store")
def delete(service: ServicePart, caller: CallerPart, vector_store_id: str) -> dict[str, Any]:
    """Remove the store; its files stay."""
    gone = service.ingest.catalog.collections.delete(caller.scope, vector_store_id)
    service.records.objects.drop(caller.scope, STORE, gone.id)
    return {"id": gone.id, "object": "vector_store.deleted", "deleted": True}


@router.post("/{vector_store_id}/search", summary="Search a vector store")
def search(service: ServicePart, caller: CallerPart, vector_store_id: str, body: StoreSearch) -> dict[str, Any]:
    """Passages, best first; `score` is relative to the best one."""
    inside = caller.within(None, _find(service, caller, vector_store_id).id)
    return search_store(service, inside, body)


def _find(service: Service, caller: Caller, key: str) -> Collection:
    return service.ingest.catalog.collections.get(caller.scope, key)
