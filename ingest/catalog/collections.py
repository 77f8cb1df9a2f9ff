"""Named sets of documents: many-to-many, per tenant. Knows nothing of what is in the documents."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ingest.catalog.database import Database
from ingest.catalog.documents import new_id
from ingest.catalog.tables import collections, documents, members
from ingest.errors import CollectionExists, CollectionNotFound
from ingest.types import Scope


@dataclass(frozen=True)
class Collection:
    """A named set of documents."""

    id: str
    name: str
    documents: int
    created_at: float


class Collections:
    """The collections table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, scope: Scope, name: str) -> Collection:
        """Create a collection; a name in use raises CollectionExists."""
        collection_id = new_id("col")
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(collections).values(id=collection_id, tenant=scope.tenant, name=name, created_at=time.time())
                )
        except IntegrityError as error:
            raise CollectionExists(f"There is already a collection named {name!r}.") from error
        return self.get(scope, collection_id)

    def get(self, scope: Scope, key: str) -> Collection:
        """A collection by id or by name; raises CollectionNotFound."""
        for collection in self.list(scope):
            if key in (collection.id, collection.name):
                return collection
        raise CollectionNotFound(f"There is no collection {key!r}.")

    def get_or_add(self, scope: Scope, key: str) -> Collection:
        """A collection by id or name, created under that name when there is none."""
        try:
            return self.get(scope, key)
        except CollectionNotFound:
            if key.startswith("col_"):
                raise
            return self.add(scope, key)

    def list(self, scope: Scope) -> list[Collection]:
        """All collections of the tenant, by name, with the number of living documents in each."""
        living = (
            select(members.c.collection, func.count().label("documents"))
            .join(documents, documents.c.id == members.c.document)
            .where(documents.c.deleted_at.is_(None))
            .group_by(members.c.collection)
            .subquery()
        )
        query = (
            select(collections, func.coalesce(living.c.documents, 0).label("documents"))
            .join(living, living.c.collection == collections.c.id, isouter=True)
            .where(collections.c.tenant == scope.tenant)
            .order_by(collections.c.name)
        )
        with self._database.read() as connection:
            return [Collection(row.id, row.name, row.documents, row.created_at) for row in connection.execute(query)]

    def rename(self, scope: Scope, key: str, name: str) -> Collection:
        """Give a collection another name."""
        found = self.get(scope, key)
        try:
            with self._database.write() as connection:
                connection.execute(update(collections).where(collections.c.id == found.id).values(name=name))
        except IntegrityError as error:
            raise CollectionExists(f"There is already a collection named {name!r}.") from error
        return self.get(scope, found.id)

    def delete(self, scope: Scope, key: str) -> Collection:
        """Remove a collection; its documents stay."""
        found = self.get(scope, key)
        with self._database.write() as connection:
            connection.execute(delete(collections).where(collections.c.id == found.id))
        return found

    def put(self, document_id: str, collection_ids: Iterable[str]) -> None:
        """Make these the collections of a document."""
        with self._database.write() as connection:
            connection.execute(delete(members).where(members.c.document == document_id))
            for collection_id in dict.fromkeys(collection_ids):
                connection.execute(insert(members).values(collection=collection_id, document=document_id))

    def include(self, document_id: str, collection_id: str) -> None:
        """Put a document into one more collection."""
        with self._database.write() as connection:
            connection.execute(delete(members).where(_is(document_id, collection_id)))
            connection.execute(insert(members).values(collection=collection_id, document=document_id))

    def exclude(self, document_id: str, collection_id: str) -> None:
        """Take a document out of one collection."""
        with self._database.write() as connection:
            connection.execute(delete(members).where(_is(document_id, collection_id)))


def _is(document_id: str, collection_id: str) -> ColumnElement[bool]:
    return (members.c.document == document_id) & (members.c.collection == collection_id)
