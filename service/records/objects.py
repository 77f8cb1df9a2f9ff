"""Small bodies by kind and id, some of which expire. Knows nothing of what the bodies mean."""

import time
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, insert, select

from ingest.catalog import Database
from ingest.types import Scope
from service.records.tables import objects


class Objects:
    """The objects table: small bodies by kind and id; those that expire are kept as long as an answer."""

    def __init__(self, database: Database, keep_seconds: int) -> None:
        self._database = database
        self._keep_seconds = keep_seconds

    def put(self, scope: Scope, kind: str, key: str, body: dict[str, Any], expires: bool = False) -> None:
        """Store an object in place of an older one; one that expires is kept as long as an answer."""
        now = time.time()
        until = now + self._keep_seconds if expires else None
        row = {"tenant": scope.tenant, "kind": kind, "id": key, "created_at": now, "expires_at": until, "body": body}
        with self._database.write() as connection:
            connection.execute(delete(objects).where(_is(scope, kind, key)))
            connection.execute(delete(objects).where(objects.c.expires_at < now))
            connection.execute(insert(objects).values(row))

    def all(self, scope: Scope, kind: str) -> dict[str, dict[str, Any]]:
        """Every object of a kind, by id."""
        query = select(objects.c.id, objects.c.body).where(objects.c.tenant == scope.tenant, objects.c.kind == kind)
        with self._database.read() as connection:
            return {row.id: dict(row.body) for row in connection.execute(query)}

    def get(self, scope: Scope, kind: str, key: str) -> dict[str, Any] | None:
        """An object, or None."""
        with self._database.read() as connection:
            body = connection.scalar(select(objects.c.body).where(_is(scope, kind, key)))
        return None if body is None else dict(body)

    def drop(self, scope: Scope, kind: str, key: str) -> bool:
        """Remove an object; returns whether it was there."""
        with self._database.write() as connection:
            return connection.execute(delete(objects).where(_is(scope, kind, key))).rowcount > 0

    def forget(self, scope: Scope, document_id: str) -> None:
        """Remove what is kept under a document's id, and what expires and names the document."""
        naming = cast(objects.c.body, Text).contains(document_id) & objects.c.expires_at.is_not(None)
        with self._database.write() as connection:
            about = (objects.c.id == document_id) | naming
            connection.execute(delete(objects).where(objects.c.tenant == scope.tenant, about))


def _is(scope: Scope, kind: str, key: str) -> ColumnElement[bool]:
    return (objects.c.tenant == scope.tenant) & (objects.c.kind == kind) & (objects.c.id == key)
