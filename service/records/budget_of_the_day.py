"""What a key may spend a day, and what of it running answers have set aside, so that together they never pass it.

A hold is a row that answers of every process see. Its process renews it while the answer runs; once a process is gone
its holds lapse by themselves, so that a crash costs the key nothing for longer than a lease. Knows no model and no
answer.
"""

import logging
import threading
import time
from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import Connection, delete, func, insert, select, update

from ingest.catalog import Database, new_id
from ingest.errors import StoreUnavailable
from ingest.types import Scope
from service.records.ledger import NANO, Ledger
from service.records.tables import holds

LEASE_SECONDS = 30.0
RENEWALS = 4  # a lease, so that one or two may come late

log = logging.getLogger("pincite.budget")


class DayHold:
    """What one running answer has set aside; nothing until `reserve` is called. Used by one thread at a time."""

    def __init__(self, budget: "DayBudget", scope: Scope) -> None:
        self.id = new_id("hold")
        self._budget = budget
        self._scope = scope
        self._held = 0

    def reserve(self, usd: float) -> bool:
        """Set aside so much for the whole answer, what it has spent included; False where that is not there.

        Asked before every call: a process that slept past its lease must find out that its hold has lapsed.
        """
        wanted = max(self._held, _nano_up(usd))
        if not self._budget.set_aside(self._scope, self.id, wanted):
            return False
        self._held = wanted
        return True

    def release(self) -> None:
        """The answer has ended, and what it cost stands in the ledger."""
        if self._held:
            self._budget.let_go(self.id)
            self._held = 0


def _none(_key: str) -> float | None:
    """No key has a budget of its own."""
    return None


class DayBudget:
    """The daily budget of every key; 0 means none. Days are those of UTC.

    `own_usd` gives a key's own budget in place of `usd`, or None.
    """

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        usd: float,
        lease_seconds: float = LEASE_SECONDS,
        own_usd: Callable[[str], float | None] = _none,
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._lease = lease_seconds
        self._renewer = _Renewer(database, lease_seconds)
        self.usd = usd
        self._own_usd = own_usd

    def usd_of(self, scope: Scope) -> float:
        """What the scope's key may spend a day; 0 means no limit."""
        own = self._own_usd(scope.key)
        return self.usd if own is None else own

    def hold(self, scope: Scope) -> DayHold:
        """A hold for one answer, still empty."""
        return DayHold(self, scope)

    def remaining(self, scope: Scope) -> Decimal | None:
        """What may still be spent today: neither spent nor set aside. Never below zero; None without a budget."""
        usd = self.usd_of(scope)
        if not usd:
            return None
        with self._database.read() as connection:
            left = self._left(connection, scope, usd, "")
        return Decimal(max(0, left)) / NANO

    def set_aside(self, scope: Scope, hold_id: str, nano_usd: int) -> bool:
        """Make a hold this large unless the day's budget lacks it; called by the hold."""
        usd = self.usd_of(scope)
        if not usd:
            return True
        now = time.time()
        values = {"nano_usd": nano_usd, "until": now + self._lease}
        with self._database.write() as connection:  # one writer at a time, so two cannot both take the last of it
            connection.execute(delete(holds).where(holds.c.until < now))
            if nano_usd > self._left(connection, scope, usd, hold_id):
                return False
            if not connection.execute(update(holds).where(holds.c.id == hold_id).values(**values)).rowcount:
                connection.execute(insert(holds).values(id=hold_id, tenant=scope.tenant, key=scope.key, **values))
        self._renewer.add(hold_id)
        return True

    def let_go(self, hold_id: str) -> None:
        """Remove a hold; called by the hold."""
        self._renewer.remove(hold_id)
        with self._database.write() as connection:
            connection.execute(delete(holds).where(holds.c.id == hold_id))

    def _left(self, connection: Connection, scope: Scope, usd: float, but: str) -> int:
        """Billionths neither spent nor set aside by other answers than one."""
        mine = (holds.c.tenant == scope.tenant, holds.c.key == scope.key)
        living = (holds.c.until >= time.time(), holds.c.id != but)
        held = connection.scalar(select(func.sum(holds.c.nano_usd)).where(*mine, *living)) or 0
        budget = int(Decimal(str(usd)) * NANO)
        return budget - held - self._ledger.spent_in(connection, scope)


class _Renewer:
    """A thread that renews this process's holds; it lives as long as there are any.

    A thread and not a task: answers run in several event loops, and a busy one must not let a hold lapse.
    """

    def __init__(self, database: Database, lease_seconds: float) -> None:
        self._database = database
        self._lease = lease_seconds
        self._open: set[str] = set()
        self._change = threading.Condition()
        self._running = False

    def add(self, hold_id: str) -> None:
        """Renew this hold from now on."""
        with self._change:
            self._open.add(hold_id)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="budget-holds", daemon=True).start()

    def remove(self, hold_id: str) -> None:
        """Renew it no longer."""
        with self._change:
            self._open.discard(hold_id)
            self._change.notify_all()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: not self._open, self._lease / RENEWALS)
                if not self._open:
                    self._running = False
                    return
                open_now = tuple(self._open)
            self._renew(open_now)

    def _renew(self, hold_ids: tuple[str, ...]) -> None:
        try:
            with self._database.write() as connection:
                until = time.time() + self._lease
                connection.execute(update(holds).where(holds.c.id.in_(hold_ids)).values(until=until))
        except StoreUnavailable:
            log.warning("holds on the daily budget could not be renewed; it is tried again")


def _nano_up(usd: float) -> int:
    return int((Decimal(str(usd)) * NANO).to_integral_value(ROUND_CEILING))
