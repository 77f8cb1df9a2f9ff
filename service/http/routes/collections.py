"""Collections: named sets of documents."""

from typing import Any

from fastapi import APIRouter

from service.http.free_json import JsonRoute
from service.http.requests import CollectionRequest
from service.http.routes.dependencies import CallerPart, ServicePart
from service.http.schemas import CollectionModel
from service.http.serializers import collection_row

router = APIRouter(prefix="/v1/collections", tags=["collections"], route_class=JsonRoute)


@router.post("", status_code=201, response_model=CollectionModel, summary="Create a collection")
def create(service: ServicePart, caller: CallerPart, body: CollectionRequest) -> dict[str, Any]:
    """Create a collection; a name in use is a conflict."""
    return collection_row(service.ingest.catalog.collections.add(caller.scope, body.name))


@router.get("", summary="List collections")
def list_collections(service: ServicePart, caller: CallerPart) -> dict[str, list[dict[str, Any]]]:
    """All collections by name."""
    found = service.ingest.catalog.collections.list(caller.scope)
    return {"collections": [collection_row(collection) for collection in found]}


@router.get("/{key}", response_model=CollectionModel, summary="Show a collection")
def show(service: ServicePart, caller: CallerPart, key: str) -> dict[str, Any]:
    """A collection by id or name."""
    return collection_row(service.ingest.catalog.collections.get(caller.scope, key))


@router.patch("/{key}", response_model=CollectionModel, summary="Rename a collection")
def rename(service: ServicePart, caller: CallerPart, key: str, body: CollectionRequest) -> dict[str, Any]:
    """Give it another name."""
    return collection_row(service.ingest.catalog.collections.rename(caller.scope, key, body.name))


@router.delete("/{key}", response_model=CollectionModel, summary="Remove a collection")
def delete(service: ServicePart, caller: CallerPart, key: str) -> dict[str, Any]:
    """Remove the collection; its documents stay."""
    return collection_row(service.ingest.catalog.collections.delete(caller.scope, key))
