"""Who is asking: what they may see, the key they ask with, and that key's limits. Knows no HTTP.

Every edge (HTTP, MCP, command line) finds its caller in one place; what lies below takes a `Scope`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ingest.types import Scope

LOCAL_TENANT = "local"
LOCAL_KEY = "local"


class Permission(StrEnum):
    """What a key may do: read and ask, change what is stored, see what concerns the whole server."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


EVERYTHING = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key may use; None means no limit of its own."""

    requests_per_minute: int | None = None
    concurrent_requests: int | None = None
    daily_budget_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks: everything of their tenant, the id of their key, what it may do, and its limits."""

    scope: Scope
    key: str
    permissions: frozenset[Permission] = EVERYTHING
    limits: Limits = Limits()

    def within(self, documents: Sequence[str] | None = None, collection: str | None = None) -> Scope:
        """The caller's scope, narrowed to documents, to a collection's id, or to what both have in common."""
        named = tuple(documents) if documents is not None else None
        return replace(self.scope, documents=named, collection=collection)


# whoever sits at this machine: the command line, and the server while it listens on loopback without keys
LOCAL_CALLER = Caller(Scope(LOCAL_TENANT), LOCAL_KEY)


def scope_for(documents: Sequence[str] | None = None, collection: str | None = None) -> Scope:
    """A scope of the local caller."""
    return LOCAL_CALLER.within(documents, collection)
