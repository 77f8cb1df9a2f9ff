"""What service itself remembers: answers by id, conversations, small objects, what answers cost and may cost.

Service's only SQL is in this package, in the catalog's database and history. Knows nothing of how answers come about.
"""

import time
from typing import Any

from sqlalchemy import Text, cast, delete, insert, select

from ingest.catalog import Database
from ingest.errors import AnswerNotFound
from ingest.types import Scope
from service.records.budget_of_the_day import DayBudget, DayHold
from service.records.keys import Keys
from service.records.ledger import Ledger, LedgerEntry
from service.records.objects import Objects
from service.records.tables import answers
from service.records.threads import Thread, Threads, drop_document, drop_expired_threads, next_position

DAY = 86_400


class Records:
    """The answers table, with threads, ledger and objects beside it."""

    def __init__(
        self,
        database: Database,
        keep_days: int,
        thread_days: int = 90,
        daily_budget_usd: float = 0.0,
        *,
        secret: bytes = b"",
    ) -> None:
        self._database = database
        self._keep_seconds = keep_days * DAY
        self._thread_seconds = thread_days * DAY
        self.threads = Threads(database)
        self.keys = Keys(database, secret)
        self.ledger = Ledger(database)
        self.budget = DayBudget(database, self.ledger, daily_budget_usd, own_usd=self.keys.budget_of)
        self.objects = Objects(database, self._keep_seconds)

    def keep(self, scope: Scope, answer_id: str, body: dict[str, Any], thread: str | None = None) -> None:
        """Store an answer as it went out, at the end of its thread if it has one, and drop what is past its time.

        An answer whose thread was deleted while it was on its way is not stored, as if it had come before.
        """
        now = time.time()
        with self._database.write() as connection:
            values = {"id": answer_id, "tenant": scope.tenant, "created_at": now, "body": body}
            position = None
            if thread is not None:
                position = next_position(connection, scope, thread, str(body["question"]), now)
            if thread is None or position is not None:
                connection.execute(insert(answers).values(**values, thread=thread, position=position))
            alone = answers.c.thread.is_(None)  # an answer in a thread lives as long as the thread
            connection.execute(delete(answers).where(alone, answers.c.created_at < now - self._keep_seconds))
            drop_expired_threads(connection, now - self._thread_seconds)

    def forget(self, scope: Scope, document_id: str) -> int:
        """Remove every answer that quotes a document, and the document from threads' scopes; returns how many."""
        quoting = cast(answers.c.body, Text).contains(document_id)
        self.objects.forget(scope, document_id)
        with self._database.write() as connection:
            drop_document(connection, scope, document_id)
            return connection.execute(delete(answers).where(answers.c.tenant == scope.tenant, quoting)).rowcount

    def get(self, scope: Scope, answer_id: str) -> dict[str, Any]:
        """A stored answer; raises AnswerNotFound."""
        query = select(answers.c.body).where(answers.c.id == answer_id, answers.c.tenant == scope.tenant)
        with self._database.read() as connection:
            body = connection.scalar(query)
        if body is None:
            raise AnswerNotFound(f"There is no answer {answer_id!r}; answers are kept for a limited time.")
        return dict(body)

    def drop(self, scope: Scope, answer_id: str) -> None:
        """Remove a stored answer, if it is there."""
        with self._database.write() as connection:
            connection.execute(delete(answers).where(answers.c.id == answer_id, answers.c.tenant == scope.tenant))

    def remaining_usd(self, scope: Scope) -> float | None:
        """What the caller's key may still spend today; None when it has no budget."""
        remaining = self.budget.remaining(scope)
        return None if remaining is None else float(remaining)

    def usage(self, scope: Scope, days: int) -> dict[str, Any]:
        """The ledger's sums, with the daily budget beside what is spent and left of it."""
        left = self.remaining_usd(scope)
        return {
            **self.ledger.usage(scope, days),
            "budget_usd": self.budget.usd_of(scope) or None,
            "remaining_usd": left,
        }


__all__ = ["DayBudget", "DayHold", "Keys", "Ledger", "LedgerEntry", "Objects", "Records", "Thread", "Threads"]
