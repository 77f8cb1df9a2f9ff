"""What the vector store routes do to collections. Knows no HTTP."""

import secrets
from collections.abc import Mapping
from typing import Any

from ingest.catalog import Collection
from ingest.errors import BadRequest, CollectionExists
from ingest.types import Document, Scope
from service.openai_api.shapes import MAX_ATTRIBUTES, MAX_KEY, MAX_VALUE, vector_store
from service.wiring import Service

STORE = "vector_store"
NO_EXPIRY = "expires_after is not supported here: delete what may go."


def create_store(
    service: Service, scope: Scope, name: str | None, description: str | None, metadata: Mapping[str, str] | None
) -> Collection:
    """A new collection; where the name is in use already, it gets an ending of its own and is shown as asked for."""
    collections = service.ingest.catalog.collections
    try:
        made = collections.add(scope, name or _own(name))
    except CollectionExists:
        made = collections.add(scope, _own(name))
    _describe(service, scope, made, {"name": name or "", "description": description, "metadata": metadata})
    return made


def change_store(
    service: Service, scope: Scope, store_id: str, name: str | None, metadata: Mapping[str, str] | None
) -> Collection:
    """Rename a store or replace its metadata."""
    collections = service.ingest.catalog.collections
    found = collections.get(scope, store_id)
    about = service.records.objects.get(scope, STORE, found.id) or {"name": found.name}
    if metadata is not None:
        about["metadata"] = metadata
    if name is not None:
        try:
            found = collections.rename(scope, found.id, name or _own(name))
        except CollectionExists:
            found = collections.rename(scope, found.id, _own(name))
        about["name"] = name
    elif about.get("collection_name") != found.name:
        about["name"] = found.name
    _describe(service, scope, found, about)
    return found


def show_store(service: Service, scope: Scope, collection: Collection) -> dict[str, Any]:
    """A store with the states of its files."""
    documents = service.ingest.catalog.documents.select(Scope(scope.tenant, None, collection.id))
    return vector_store(collection, documents, service.records.objects.get(scope, STORE, collection.id))


def attach(service: Service, scope: Scope, store_id: str, file_id: str, attributes: Mapping[str, Any] | None) -> None:
    """Put a file into a store; attributes replace those the file has."""
    if attributes is not None:
        set_attributes(service, scope, file_id, attributes)
    service.ingest.catalog.collections.include(file_id, store_id)


def set_attributes(service: Service, scope: Scope, file_id: str, attributes: Mapping[str, Any]) -> Document:
    """Replace a file's attributes, that is the document's metadata."""
    too_long = [k for k, v in attributes.items() if len(k) > MAX_KEY or len(str(v)) > MAX_VALUE]
    if len(attributes) > MAX_ATTRIBUTES or too_long:
        raise BadRequest(
            f"attributes may hold {MAX_ATTRIBUTES} keys of {MAX_KEY} and values of {MAX_VALUE} characters."
        )
    return service.ingest.catalog.documents.change(scope, file_id, None, dict(attributes))


def _describe(service: Service, scope: Scope, collection: Collection, about: dict[str, Any]) -> None:
    service.records.objects.put(scope, STORE, collection.id, {**about, "collection_name": collection.name})


def _own(name: str | None) -> str:
    return f"{name or 'vector store'} ({secrets.token_hex(4)})"
