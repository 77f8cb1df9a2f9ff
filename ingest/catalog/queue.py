"""The documents table as a queue: claims, leases, progress, states. Knows nothing of scopes or lists.

`claim` is one conditional UPDATE, a lease that ran out gives the document back, a killed worker costs no attempt.
"""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from ingest.catalog.database import Database
from ingest.catalog.rows import document_from_row, documents_query
from ingest.catalog.tables import documents
from ingest.types import READABLE, Document, Progress, Status

WAITING = (Status.QUEUED, Status.READING, Status.SEARCHABLE)


@dataclass(frozen=True)
class Job:
    """A claimed document with the password it was uploaded with, if any."""

    document: Document
    password: str | None
    opened: bool = False  # it could be asked about before: whoever uploaded it has shown the password


class DocumentQueue:
    """What the worker does with documents."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        if status in READABLE:
            values["opened"] = True
        if status not in WAITING:
            values |= {"lease_until": 0.0, "password": None, "stage": "done"}
        self._update(document_id, **values)

    def _requeue(self, document_id: str, password: str | None) -> None:
        self._update(
            document_id,
            status=Status.QUEUED,
            opened=False,
            stage="queued",
            done=0,
            total=0,
            attempts=0,
            password=password,
            error_code=None,
            error_message=None,
            lease_until=0.0,
        )

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
            row = connection.execute(documents_query().where(documents.c.id == document_id)).one()
        return Job(document_from_row(row, ()), row.password, row.opened)

    def waiting(self) -> tuple[int, float | None, int]:
        """Documents nobody has begun, since when the first of them waits, and how many of all are being rebuilt."""
        alive = documents.c.deleted_at.is_(None)
        queued = select(func.count(), func.min(documents.c.created_at)).where(
            alive, documents.c.status == Status.QUEUED, documents.c.opened.is_(False)
        )
        unread = documents.c.status.in_((Status.QUEUED, Status.READING))
        rebuilding = select(func.count()).where(alive, unread, documents.c.opened.is_(True))
        with self._database.read() as connection:
            count, since = connection.execute(queued).one()
            return int(count), since, int(connection.scalar(rebuilding) or 0)

    def release(self, document_id: str) -> None:
        """Give a claimed document back to the queue, without charging an attempt."""
        self._update(document_id, lease_until=0.0)

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

    def is_alive(self, document_id: str) -> bool:
        """Whether the document has not been deleted."""
        query = select(documents.c.id).where(documents.c.id == document_id, documents.c.deleted_at.is_(None))
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def _update(self, document_id: str, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(update(documents).where(documents.c.id == document_id).values(**values))
