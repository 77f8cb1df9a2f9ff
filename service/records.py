"""What service itself remembers: answers by id. Service's only SQL file, in the catalog's database and history."""

import time
from typing import Any

from sqlalchemy import JSON, Column, Float, MetaData, String, Table, Text, cast, delete, insert, select

from ingest.catalog import Database
from ingest.errors import AnswerNotFound
from ingest.types import Scope

metadata = MetaData()
answers = Table(
    "answers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("body", JSON, nullable=False),
)


class Records:
    """The answers table."""

    def __init__(self, database: Database, keep_days: int) -> None:
        self._database = database
        self._keep_seconds = keep_days * 86_400

    def keep(self, scope: Scope, answer_id: str, body: dict[str, Any]) -> None:
        """Store an answer as it went out, and drop those past their time."""
        now = time.time()
        with self._database.write() as connection:
            connection.execute(delete(answers).where(answers.c.created_at < now - self._keep_seconds))
            connection.execute(insert(answers).values(id=answer_id, tenant=scope.tenant, created_at=now, body=body))

    def forget(self, scope: Scope, document_id: str) -> int:
        """Remove every answer that quotes a document; returns how many."""
        quoting = cast(answers.c.body, Text).contains(document_id)
        with self._database.write() as connection:
            return connection.execute(delete(answers).where(answers.c.tenant == scope.tenant, quoting)).rowcount

    def get(self, scope: Scope, answer_id: str) -> dict[str, Any]:
        """A stored answer; raises AnswerNotFound."""
        query = select(answers.c.body).where(answers.c.id == answer_id, answers.c.tenant == scope.tenant)
        with self._database.read() as connection:
            body = connection.scalar(query)
        if body is None:
            raise AnswerNotFound(f"There is no answer {answer_id!r}; answers are kept for a limited time.")
        return dict(body)
