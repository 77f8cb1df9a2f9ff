"""Uploads and their states: the queue, the tombstones, the lists. Every read takes a Scope.

Knows nothing of pages' content. The document row is the queue: `claim` is one conditional UPDATE, a lease
that ran out gives the document back, and a killed worker costs no attempt.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, select, update

from ingest.catalog.database import Database
from ingest.catalog.tables import collections, contents, documents, members, purges
from ingest.errors import CollectionNotFound, DocumentNotFound
from ingest.types import Document, Progress, Scope, Status

WAITING = (Status.QUEUED, Status.READING, Status.SEARCHABLE)


@dataclass(frozen=True)
class Job:
    """A claimed document with the password it was uploaded with, if any."""

    document: Document
    password: str | None


def new_id(prefix: str) -> str:
    """A fresh id: prefix, time in milliseconds (so that ids sort by age), and randomness."""
    return f"{prefix}_{int(time.time() * 1000):011x}{secrets.token_hex(6)}"


class Documents:
    """The documents table and what hangs on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        scope: Scope,
        content: str,
        name: str,
        media_type: str,
        size: int,
        metadata: dict[str, Any],
        password: str | None,
        collection_ids: Sequence[str] = (),
    ) -> Document:
        """Record an upload as queued and return it."""
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
                    metadata=metadata,
                    password=password,
                    status=Status.QUEUED,
                    stage="queued",
                    done=0,
                    total=0,
                    attempts=0,
                    lease_until=0.0,
                    created_at=time.time(),
                )
            )
            for collection_id in collection_ids:
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
            query = _documents_query().where(_in_scope(scope)).order_by(documents.c.id)
            if scope.collection is not None:
                known = select(collections.c.id).where(
                    collections.c.tenant == scope.tenant, collections.c.id == scope.collection
                )
                if connection.execute(known).first() is None:
                    raise CollectionNotFound(f"There is no collection {scope.collection!r}.")
            rows = connection.execute(query).all()
            groups = _memberships(connection, [row.id for row in rows])
        result = [_document(row, groups.get(row.id, ())) for row in rows]
        missing = set(scope.documents or ()) - {document.id for document in result}
        if missing:
            if scope.collection is not None:  # outside the collection but visible: an intersection, not an error
                self.select(Scope(scope.tenant, tuple(sorted(missing))))
            else:
                raise DocumentNotFound(f"There is no document {sorted(missing)[0]!r}.")
        return result

    def page(self, scope: Scope, limit: int, cursor: str | None) -> tuple[list[Document], str | None]:
        """Documents newest first, `limit` at a time; the cursor is the last id of the page before."""
        query = _documents_query().where(_in_scope(scope)).order_by(documents.c.id.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(documents.c.id < cursor)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            groups = _memberships(connection, [row.id for row in rows])
        shown = [_document(row, groups.get(row.id, ())) for row in rows[:limit]]
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

    def set_progress(self, document_id: str, progress: Progress, lease_seconds: float) -> None:
        """Say how far the stage is, and renew the lease."""
        self._update(
            document_id,
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            lease_until=time.time() + lease_seconds,
        )

    def set_status(self, document_id: str, status: Status, error: tuple[str, str] | None = None) -> None:
        """Move a document to a state; a settled state drops the lease and the password."""
        values: dict[str, Any] = {
            "status": status,
            "error_code": error[0] if error else None,
            "error_message": error[1] if error else None,
        }
        if status not in WAITING:
            values |= {"lease_until": 0.0, "password": None, "stage": "done"}
        self._update(document_id, **values)

    def queue_again(self, scope: Scope, document_id: str, password: str | None) -> Document:
        """Put a settled document back into the queue with a fresh count of attempts."""
        self.get(scope, document_id)
        self._update(
            document_id,
            status=Status.QUEUED,
            stage="queued",
            done=0,
            total=0,
            attempts=0,
            password=password,
            error_code=None,
            error_message=None,
            lease_until=0.0,
        )
        return self.get(scope, document_id)

    def count_attempt(self, document_id: str) -> int:
        """Charge one attempt (a reader crash, never a killed worker) and return the new count."""
        with self._database.write() as connection:
            connection.execute(
                update(documents)
                .where(documents.c.id == document_id)
                .values(attempts=documents.c.attempts + 1, lease_until=0.0)
            )
            return int(connection.scalar(select(documents.c.attempts).where(documents.c.id == document_id)) or 0)

    def claim(self, lease_seconds: float) -> Job | None:
        """Take the oldest waiting document whose lease is free; searchable ones only after all queued ones."""
        now = time.time()
        waiting = (
            select(documents.c.id)
            .where(
                documents.c.status.in_(WAITING),
                documents.c.lease_until < now,
                documents.c.deleted_at.is_(None),
            )
            .order_by((documents.c.status == Status.SEARCHABLE), documents.c.id)
            .limit(1)
        )
        with self._database.write() as connection:
            document_id = connection.scalar(waiting)
            if document_id is None:
                return None
            connection.execute(
                update(documents)
                .where(documents.c.id == document_id, documents.c.lease_until < now)
                .values(
                    lease_until=now + lease_seconds,
                    status=func.replace(documents.c.status, Status.QUEUED.value, Status.READING.value),
                )
            )
            row = connection.execute(_documents_query().where(documents.c.id == document_id)).one()
            password = connection.scalar(select(documents.c.password).where(documents.c.id == document_id))
        return Job(_document(row, ()), password)

    def release_if_others_wait(self, document_id: str) -> bool:
        """Give a searchable document back to the queue when others are not searchable yet; says whether it did."""
        queued = select(documents.c.id).where(
            documents.c.status == Status.QUEUED, documents.c.deleted_at.is_(None), documents.c.id != document_id
        )
        with self._database.write() as connection:
            if connection.execute(queued.limit(1)).first() is None:
                return False
            connection.execute(update(documents).where(documents.c.id == document_id).values(lease_until=0.0))
            return True

    def release_all(self) -> int:
        """Drop every lease: called by a worker that has just taken the lock, so no holder can be alive."""
        with self._database.write() as connection:
            return connection.execute(
                update(documents).where(documents.c.lease_until > 0).values(lease_until=0.0)
            ).rowcount

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

    def is_alive(self, document_id: str) -> bool:
        """Whether the document has not been deleted."""
        query = select(documents.c.id).where(documents.c.id == document_id, documents.c.deleted_at.is_(None))
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

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

    def _update(self, document_id: str, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(documents).where(documents.c.id == document_id).values(**values))


def count_holders(connection: Any, tenant: str, content: str) -> int:
    """Living documents that share these bytes, inside the caller's transaction."""
    query = select(func.count()).where(
        documents.c.tenant == tenant, documents.c.content == content, documents.c.deleted_at.is_(None)
    )
    return int(connection.scalar(query) or 0)


def _documents_query() -> Select[Any]:
    return select(documents, contents.c.pages, contents.c.tokens, contents.c.tokenizer, contents.c.detected).join(
        contents,
        and_(contents.c.tenant == documents.c.tenant, contents.c.sha256 == documents.c.content),
        isouter=True,
    )


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    conditions = [documents.c.tenant == scope.tenant, documents.c.deleted_at.is_(None)]
    if scope.documents is not None:
        conditions.append(documents.c.id.in_(scope.documents))
    if scope.collection is not None:
        inside = select(members.c.document).where(members.c.collection == scope.collection)
        conditions.append(documents.c.id.in_(inside))
    return and_(*conditions)


def _memberships(connection: Any, document_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(document_ids), 500):
        part = document_ids[start : start + 500]
        query = select(members).where(members.c.document.in_(part)).order_by(members.c.collection)
        for row in connection.execute(query):
            groups[row.document] = (*groups.get(row.document, ()), row.collection)
    return groups


def _document(row: Row[Any], groups: tuple[str, ...]) -> Document:
    status = Status(row.status)
    readable = row.pages is not None and status not in (Status.QUEUED, Status.READING, Status.FAILED)
    return Document(
        id=row.id,
        tenant=row.tenant,
        content=row.content,
        name=row.name,
        media_type=row.media_type,
        bytes=row.bytes,
        status=status,
        progress=Progress(row.stage, row.done, row.total),
        error=(row.error_code, row.error_message) if row.error_code else None,
        pages=row.pages if readable else None,
        tokens=row.tokens if readable else None,
        tokenizer=row.tokenizer if readable else None,
        metadata=row.metadata,
        detected=row.detected or {},
        collections=groups,
        created_at=row.created_at,
        attempts=row.attempts,
    )
