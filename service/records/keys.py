"""Keys of callers: made, shown once, looked up, rotated, revoked. Knows no HTTP.

A key reads `pk_<id>_<secret>`; kept is only its HMAC under the data folder's own secret. 256 random bits cannot be
guessed back from that, so a slow hash would cost every request and gain nothing.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from ingest.catalog import Database
from ingest.errors import BadRequest, KeyNotFound
from ingest.types import Scope
from service.contract.caller import Caller, Limits, Permission
from service.records.tables import keys

PREFIX = "pk_"
UNKNOWN = "0" * 64  # compared with when there is no such key, so that both take the same time


@dataclass(frozen=True)
class Key:
    """What is known of a key; `secret` is there only when it has just been made."""

    id: str
    tenant: str
    name: str
    permissions: frozenset[Permission]
    limits: Limits
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    secret: str | None = None

    @property
    def active(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > time.time())

    @property
    def caller(self) -> Caller:
        """Who calls with this key."""
        return Caller(Scope(self.tenant, key=self.id), self.id, self.permissions, self.limits)


class Keys:
    """The keys table."""

    def __init__(self, database: Database, pepper: bytes) -> None:
        self._database = database
        self._pepper = pepper

    def create(
        self, tenant: str, name: str, permissions: Iterable[Permission], limits: Limits, days: float | None
    ) -> Key:
        """A new key; its secret is in the reply and nowhere else."""
        identity, now = secrets.token_hex(8), time.time()
        secret = f"{PREFIX}{identity}_{secrets.token_urlsafe(32)}"
        values = {
            "id": identity,
            "tenant": tenant,
            "name": name,
            "digest": self._digest(secret),
            "permissions": ",".join(sorted(permissions)),
            "created_at": now,
            "expires_at": None if days is None else now + days * 86_400,
            "requests_per_minute": limits.requests_per_minute,
            "concurrent_requests": limits.concurrent_requests,
            "daily_budget_usd": limits.daily_budget_usd,
        }
        with self._database.write() as connection:
            connection.execute(insert(keys).values(**values))
        return self.get(identity, secret)

    def get(self, identity: str, secret: str | None = None) -> Key:
        """A key by id; raises KeyNotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(keys).where(keys.c.id == identity)).first()
        if row is None:
            raise KeyNotFound(f"There is no key {identity!r}.")
        return _key(row, secret)

    def list(self) -> list[Key]:
        """Every key, oldest first, revoked ones included."""
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.created_at, keys.c.id))]

    def any(self) -> bool:
        """Whether a key was ever made: from then on one is asked for."""
        with self._database.read() as connection:
            return bool(connection.scalar(select(func.count()).select_from(keys)))

    def find(self, secret: str) -> Key | None:
        """The active key that reads so, or None; takes as long for an unknown key as for a wrong one."""
        identity = secret.removeprefix(PREFIX).partition("_")[0] if secret.startswith(PREFIX) else ""
        with self._database.read() as connection:
            row = connection.execute(select(keys).where(keys.c.id == identity[:40])).first()
        same = hmac.compare_digest(self._digest(secret), row.digest if row is not None else UNKNOWN)
        if row is None or not same:
            return None
        key = _key(row)
        return key if key.active else None

    def rotate(self, identity: str) -> Key:
        """Give a key a new secret; the old one opens nothing from now on. Raises KeyNotFound or BadRequest."""
        if self.get(identity).revoked_at is not None:
            raise BadRequest(f"Key {identity} is revoked: create a new one.")
        secret = f"{PREFIX}{identity}_{secrets.token_urlsafe(32)}"
        self._change(identity, digest=self._digest(secret))
        return self.get(identity, secret)

    def revoke(self, identity: str) -> Key:
        """Make a key open nothing any more. Raises KeyNotFound."""
        self._change(identity, revoked_at=time.time())
        return self.get(identity)

    def budget_of(self, identity: str) -> float | None:
        """The key's own daily budget in USD; None when it has none."""
        with self._database.read() as connection:
            usd: float | None = connection.scalar(select(keys.c.daily_budget_usd).where(keys.c.id == identity))
        return usd

    def _digest(self, secret: str) -> str:
        return hmac.new(self._pepper, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def _change(self, identity: str, **values: Any) -> None:
        with self._database.write() as connection:
            if not connection.execute(update(keys).where(keys.c.id == identity).values(**values)).rowcount:
                raise KeyNotFound(f"There is no key {identity!r}.")


def _key(row: Row[Any], secret: str | None = None) -> Key:
    return Key(
        id=row.id,
        tenant=row.tenant,
        name=row.name,
        permissions=frozenset(map(Permission, row.permissions.split(","))),
        limits=Limits(row.requests_per_minute, row.concurrent_requests, row.daily_budget_usd),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        secret=secret,
    )
