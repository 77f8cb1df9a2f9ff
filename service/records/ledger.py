"""What answers cost: one row per answer, summed by day.

Knows no question and no answer: rows carry numbers only and outlive the answers they were written for.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ingest.catalog import Database
from ingest.types import Scope
from service.records.tables import ledger

NANO = 1_000_000_000
COUNTS = ("calls", "input_tokens", "cached_tokens", "output_tokens")


@dataclass(frozen=True)
class LedgerEntry:
    """One answer's cost. `status` is done, failed or cancelled."""

    id: str
    mode: str
    model: str | None
    calls: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: Decimal
    seconds: float
    status: str


class Ledger:
    """The ledger table, by the scope's tenant and key; days are those of UTC."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, scope: Scope, entry: LedgerEntry) -> None:
        """Write an answer's row."""
        now = time.time()
        with self._database.write() as connection:
            connection.execute(
                insert(ledger).values(
                    id=entry.id,
                    tenant=scope.tenant,
                    key=scope.key,
                    at=now,
                    day=_day(now),
                    mode=entry.mode,
                    model=entry.model,
                    nano_usd=_nano(entry.cost_usd),
                    seconds=entry.seconds,
                    status=entry.status,
                    **{name: getattr(entry, name) for name in COUNTS},
                )
            )

    def usage(self, scope: Scope, days: int) -> dict[str, Any]:
        """Sums of the last days, today included, newest first; days without an answer are left out."""
        since = (datetime.now(UTC) - timedelta(days=days - 1)).date().isoformat()
        sums = [func.sum(ledger.c[name]).label(name) for name in (*COUNTS, "nano_usd", "seconds")]
        query = (
            select(ledger.c.day, ledger.c.mode, func.count().label("answers"), *sums)
            .where(ledger.c.tenant == scope.tenant, ledger.c.key == scope.key, ledger.c.day >= since)
            .group_by(ledger.c.day, ledger.c.mode)
        )
        with self._database.read() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        dates = sorted({row["day"] for row in rows}, reverse=True)
        by_day = [{"date": date, **_total([row for row in rows if row["day"] == date])} for date in dates]
        return {
            "key": scope.key,
            "days": by_day,
            "total": _total(rows),
            "spent_today_usd": float(self.spent_today(scope)),
        }

    def spent_today(self, scope: Scope) -> Decimal:
        """What the key's answers have cost since midnight UTC, failed and cancelled ones included."""
        with self._database.read() as connection:
            return Decimal(self.spent_in(connection, scope)) / NANO

    def spent_in(self, connection: Connection, scope: Scope) -> int:
        """The same in billionths, inside the caller's transaction."""
        query = select(func.sum(ledger.c.nano_usd)).where(
            ledger.c.tenant == scope.tenant, ledger.c.key == scope.key, ledger.c.day == _day(time.time())
        )
        return int(connection.scalar(query) or 0)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _nano(cost_usd: Decimal) -> int:
    return int((cost_usd * NANO).to_integral_value(ROUND_HALF_UP))


def _total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    routes: dict[str, int] = {}
    for row in rows:
        routes[row["mode"]] = routes.get(row["mode"], 0) + row["answers"]
    return {
        "answers": sum(row["answers"] for row in rows),
        **{name: sum(row[name] for row in rows) for name in COUNTS},
        "cost_usd": float(Decimal(sum(row["nano_usd"] for row in rows)) / NANO),
        "seconds": round(sum(row["seconds"] for row in rows), 3),
        "routes": routes,
    }
