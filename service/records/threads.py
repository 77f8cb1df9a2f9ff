"""Conversations: their rows, their order, and the turns a follow-up question is read against.

Knows nothing of how questions are answered; the answers of a thread are stored beside all others.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, and_, cast, delete, func, insert, or_, select, update

from ingest.catalog import Database, new_id
from ingest.errors import BadRequest, ThreadNotFound
from ingest.types import Scope
from service.contract.question import Turn
from service.records.tables import answers, threads

MAX_NAME = 80  # of a name taken from the first question
CURSOR_MARK = "~"


@dataclass(frozen=True)
class Thread:
    """A conversation: what it is about and when it was last continued."""

    id: str
    tenant: str
    name: str | None
    collection: str | None
    document_ids: tuple[str, ...] | None
    created_at: float
    updated_at: float
    answers: int

    @property
    def scope(self) -> Scope:
        """What the thread is about, for a question that names nothing itself."""
        return Scope(self.tenant, self.document_ids, self.collection)


class Threads:
    """The threads table, and the answers that belong to a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, scope: Scope, name: str | None = None) -> Thread:
        """Open a thread over a scope; without a name its first question names it."""
        now, thread_id = time.time(), new_id("thr")
        documents = None if scope.documents is None else list(scope.documents)
        row = {"id": thread_id, "tenant": scope.tenant, "name": name, "created_at": now, "updated_at": now}
        with self._database.write() as connection:
            connection.execute(
                insert(threads).values(**row, collection=scope.collection, document_ids=documents, positions=0)
            )
        return self.get(scope, thread_id)

    def get(self, scope: Scope, thread_id: str) -> Thread:
        """A thread; raises ThreadNotFound."""
        with self._database.read() as connection:
            row = connection.execute(_rows(scope).where(threads.c.id == thread_id)).first()
        if row is None:
            raise ThreadNotFound(f"There is no thread {thread_id!r}; threads are kept for a limited time.")
        return _thread(row)

    def page(self, scope: Scope, limit: int, cursor: str | None) -> tuple[list[Thread], str | None]:
        """Threads, newest activity first; the cursor is the place of the last one of the page before."""
        query = _rows(scope).order_by(threads.c.updated_at.desc(), threads.c.id.desc()).limit(limit + 1)
        if cursor is not None:
            updated_at, thread_id = _place(cursor)
            same = and_(threads.c.updated_at == updated_at, threads.c.id < thread_id)
            query = query.where(or_(threads.c.updated_at < updated_at, same))
        with self._database.read() as connection:
            found = [_thread(row) for row in connection.execute(query)]
        shown = found[:limit]
        more = len(found) > limit
        return shown, f"{shown[-1].updated_at!r}{CURSOR_MARK}{shown[-1].id}" if more else None

    def rename(self, scope: Scope, thread_id: str, name: str) -> Thread:
        """Give a thread another name; this is no activity."""
        with self._database.write() as connection:
            connection.execute(update(threads).where(_is(scope, thread_id)).values(name=name))
        return self.get(scope, thread_id)

    def delete(self, scope: Scope, thread_id: str) -> dict[str, int]:
        """Remove a thread and its answers; returns how many rows of each went."""
        with self._database.write() as connection:
            gone = connection.execute(delete(threads).where(_is(scope, thread_id))).rowcount
            if not gone:
                raise ThreadNotFound(f"There is no thread {thread_id!r}.")
            removed = connection.execute(delete(answers).where(answers.c.thread == thread_id)).rowcount
        return {"threads": gone, "answers": removed}

    def bodies(self, scope: Scope, thread_id: str, last: int | None = None) -> list[dict[str, Any]]:
        """The answers of a thread as they went out, oldest first; with `last` only that many of the newest."""
        query = (
            select(answers.c.body)
            .where(answers.c.thread == thread_id, answers.c.tenant == scope.tenant)
            .order_by(answers.c.position.desc())
            .limit(last)
        )
        with self._database.read() as connection:
            found = list(connection.scalars(query))
        return [dict(body) for body in reversed(found)]

    def history(self, scope: Scope, thread_id: str, most: int) -> tuple[Turn, ...]:
        """The last turns of a thread, newest last; a follow-up stands there as it was understood."""
        return tuple(
            Turn(str(body.get("resolved_question") or body["question"]), str(body["answer"]))
            for body in self.bodies(scope, thread_id, most)
        )


def next_position(connection: Connection, scope: Scope, thread_id: str, question: str, now: float) -> int | None:
    """Take the next place in a thread inside the caller's writing transaction; None when the thread is gone.

    The counter is raised first, so that of two answers at once the second waits and comes after.
    """
    values = {
        "positions": threads.c.positions + 1,
        "updated_at": now,
        "name": func.coalesce(threads.c.name, _name_from(question)),
    }
    if not connection.execute(update(threads).where(_is(scope, thread_id)).values(**values)).rowcount:
        return None
    return connection.scalar(select(threads.c.positions).where(threads.c.id == thread_id))


def drop_expired_threads(connection: Connection, before: float) -> None:
    """Remove threads without activity since a time, with their answers."""
    old = select(threads.c.id).where(threads.c.updated_at < before)
    connection.execute(delete(answers).where(answers.c.thread.in_(old)))
    connection.execute(delete(threads).where(threads.c.updated_at < before))


def drop_document(connection: Connection, scope: Scope, document_id: str) -> None:
    """Take a deleted document out of every thread's scope. A scope left empty stays empty: it never widens."""
    naming = cast(threads.c.document_ids, Text).contains(document_id)
    query = select(threads.c.id, threads.c.document_ids).where(threads.c.tenant == scope.tenant, naming)
    for thread_id, document_ids in connection.execute(query).all():
        left = [kept for kept in document_ids if kept != document_id]
        connection.execute(update(threads).where(threads.c.id == thread_id).values(document_ids=left))


def _is(scope: Scope, thread_id: str) -> Any:
    return and_(threads.c.id == thread_id, threads.c.tenant == scope.tenant)


def _rows(scope: Scope) -> Select[Any]:
    counted = select(func.count()).where(answers.c.thread == threads.c.id).scalar_subquery()
    return select(threads, counted.label("answers")).where(threads.c.tenant == scope.tenant)


def _thread(row: Row[Any]) -> Thread:
    documents: Sequence[str] | None = row.document_ids
    return Thread(
        row.id,
        row.tenant,
        row.name,
        row.collection,
        None if documents is None else tuple(documents),
        row.created_at,
        row.updated_at,
        row.answers,
    )


def _place(cursor: str) -> tuple[float, str]:
    updated_at, _, thread_id = cursor.partition(CURSOR_MARK)
    try:
        return float(updated_at), thread_id
    except ValueError as error:
        raise BadRequest("cursor must be the next_cursor of a page before.") from error


def _name_from(question: str) -> str:
    words = " ".join(question.split())
    if len(words) <= MAX_NAME:
        return words
    whole = words[: MAX_NAME - 1].rsplit(" ", 1)[0]
    return f"{whole}…"
