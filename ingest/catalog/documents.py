"""Uploads and their states: the queue, the tombstones, the lists. Every read takes a Scope.

Knows nothing of pages' content. The document row is the queue: `claim` is one conditional UPDATE, a lease
that ran out gives the document back, and a killed worker costs no attempt.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from ingest.catalog.queue import DocumentQueue, Job
from ingest.catalog.rows import count_holders, document_from_row, documents_query, in_scope, memberships
from ingest.catalog.tables import collections, documents, members, purges
from ingest.errors import CollectionNotFound, DocumentNotFound
from ingest.types import Document, Scope, Status


def new_id(prefix: str) -> str:
    """A fresh id: prefix, time in milliseconds (so that ids sort by age), and randomness."""
    return f"{prefix}_{int(time.time() * 1000):011x}{secrets.token_hex(6)}"


@dataclass(frozen=True)
class UploadDetails:
    """What may come with a file: the caller's own data, a password, collections to put it in (ids or names)."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    password: str | None = None
    collections: Sequence[str] = ()


NO_DETAILS = UploadDetails()


class Documents(DocumentQueue):
    """The documents table and what hangs on it."""

    def add(
        self,
        scope: Scope,
        content: str,
        name: str,
        media_type: str,
        size: int,
        details: UploadDetails = NO_DETAILS,
    ) -> Document:
        """Record an upload as queued and return it; `details.collections` are ids."""
        document_id = new_id("doc")
        with self._database.write() as connection:
            connection.execute(
                insert(documents).values(
                    id=document_id,
                    tenant=scope.tenant,
                    content=content,
                    name=name,
                    media_type=media_type,
                    bytes=size,
                    metadata=dict(details.metadata),
                    password=details.password,
                    status=Status.QUEUED,
                    stage="queued",
                    done=0,
                    total=0,
                    attempts=0,
                    lease_until=0.0,
                    created_at=time.time(),
                )
            )
            for collection_id in details.collections:
                connection.execute(insert(members).values(collection=collection_id, document=document_id))
        return self.get(Scope(scope.tenant), document_id)

    def get(self, scope: Scope, document_id: str) -> Document:
        """One document; raises DocumentNotFound outside the scope or once deleted."""
        if scope.documents is not None and document_id not in scope.documents:
            raise DocumentNotFound(f"There is no document {document_id!r}.")
        found = self.select(Scope(scope.tenant, (document_id,), scope.collection))
        if not found:
            raise DocumentNotFound(f"There is no document {document_id!r} in this collection.")
        return found[0]

    def select(self, scope: Scope) -> list[Document]:
        """Every document in scope, oldest first; an id or collection that is not there raises NotFound."""
        with self._database.read() as connection:
            query = documents_query().where(in_scope(scope)).order_by(documents.c.id)
            if scope.collection is not None:
                known = select(collections.c.id).where(
                    collections.c.tenant == scope.tenant, collections.c.id == scope.collection
                )
                if connection.execute(known).first() is None:
                    raise CollectionNotFound(f"There is no collection {scope.collection!r}.")
            rows = connection.execute(query).all()
            groups = memberships(connection, [row.id for row in rows])
        result = [document_from_row(row, groups.get(row.id, ())) for row in rows]
        missing = set(scope.documents or ()) - {document.id for document in result}
        if missing:
            if scope.collection is not None:  # outside the collection but visible: an intersection, not an error
                self.select(Scope(scope.tenant, tuple(sorted(missing))))
            else:
                raise DocumentNotFound(f"There is no document {sorted(missing)[0]!r}.")
        return result

    def page(self, scope: Scope, limit: int, cursor: str | None) -> tuple[list[Document], str | None]:
        """Documents newest first, `limit` at a time; the cursor is the last id of the page before."""
        query = documents_query().where(in_scope(scope)).order_by(documents.c.id.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(documents.c.id < cursor)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            groups = memberships(connection, [row.id for row in rows])
        shown = [document_from_row(row, groups.get(row.id, ())) for row in rows[:limit]]
        return shown, shown[-1].id if len(rows) > limit else None

    def change(self, scope: Scope, document_id: str, name: str | None, metadata: dict[str, Any] | None) -> Document:
        """Rename a document or replace its metadata."""
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = name
        if metadata is not None:
            values["metadata"] = metadata
        self.get(scope, document_id)
        if values:
            with self._database.write() as connection:
                connection.execute(update(documents).where(documents.c.id == document_id).values(**values))
        return self.get(scope, document_id)

    def queue_again(self, scope: Scope, document_id: str, password: str | None) -> Document:
        """Put a settled document back into the queue with a fresh count of attempts."""
        self.get(scope, document_id)
        self._requeue(document_id, password)
        return self.get(scope, document_id)

    def bury(self, scope: Scope, document_id: str) -> Document:
        """Set the tombstone and note the purge, in one transaction; returns the document as it was."""
        document = self.get(scope, document_id)
        with self._database.write() as connection:
            now = time.time()
            connection.execute(
                update(documents).where(documents.c.id == document_id).values(deleted_at=now, password=None)
            )
            connection.execute(
                insert(purges).values(
                    document=document_id,
                    tenant=document.tenant,
                    content=document.content,
                    created_at=now,
                    log={},
                )
            )
        return document

    def open_purges(self) -> list[Row[Any]]:
        """Purges that have not been carried out yet: rows with document, tenant and content."""
        with self._database.read() as connection:
            return list(connection.execute(select(purges).where(purges.c.finished_at.is_(None))).all())

    def finish_purge(self, document_id: str, log: dict[str, int]) -> None:
        """Remove the buried row and write down what was removed from which store."""
        with self._database.write() as connection:
            connection.execute(delete(documents).where(documents.c.id == document_id))
            connection.execute(
                update(purges).where(purges.c.document == document_id).values(finished_at=time.time(), log=log)
            )

    def holders(self, tenant: str, content: str) -> int:
        """How many living documents share these bytes."""
        with self._database.read() as connection:
            return count_holders(connection, tenant, content)

    def count_by_status(self) -> dict[str, int]:
        """Living documents per state, over all tenants; for the metrics."""
        query = (
            select(documents.c.status, func.count())
            .where(documents.c.deleted_at.is_(None))
            .group_by(documents.c.status)
        )
        with self._database.read() as connection:
            return {str(status): int(count) for status, count in connection.execute(query)}


__all__ = ["NO_DETAILS", "Documents", "Job", "UploadDetails", "count_holders", "new_id"]
