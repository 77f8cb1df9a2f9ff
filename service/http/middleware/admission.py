"""How much is taken on at once: requests a key may send, and requests of one kind that may run and wait.

A key's share is counted when its caller is known; what a request has taken is given back when its reply has ended.
Knows no documents.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ingest.errors import RateLimited
from service.contract.caller import Caller
from service.http.errors import Fault, error_reply
from service.settings import ServiceSettings

MINUTE = 60.0
RELEASES = "pincite.releases"
OVERLOADED = "More requests of this kind wait than the server takes on; try again in a moment."


@dataclass(frozen=True)
class Kind:
    """Requests that compete for the same processors: how many run at once, how many may wait."""

    pattern: re.Pattern[str]
    running: int
    waiting: int


KINDS = (
    Kind(re.compile(r"/(v1/search|openai/v1/vector_stores/[^/]+/search)$"), 4, 64),
    Kind(re.compile(r"/(v1/answers(/plan)?|openai/v1/(responses|chat/completions)|mcp)$"), 32, 128),
    Kind(re.compile(r"/pages/[^/]+(\.png|/rectangles|/layout)$|/find$|/export$"), 4, 128),
)


class Shares:
    """What each key has sent in the last minute and has running now; one per application, in one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._running: Counter[str] = Counter()

    def take(self, key: str, per_minute: int, at_once: int) -> Callable[[], None]:
        """Count one request; returns what gives it back. Raises RateLimited with the seconds to wait."""
        now = self._clock()
        sent = self._sent.setdefault(key, deque())
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        if len(sent) >= per_minute:
            raise RateLimited(f"This key may send {per_minute} requests a minute.", sent[0] + MINUTE - now)
        if self._running[key] >= at_once:
            raise RateLimited(f"This key may have {at_once} requests running at once.", 1.0)
        sent.append(now)
        self._running[key] += 1
        return lambda: self._running.subtract({key: 1})


def admit(scope: Any, caller: Caller, settings: ServiceSettings) -> None:
    """Count a request against its key; raises RateLimited."""
    limits, shares = caller.limits, scope["app"].state.shares
    per_minute = limits.requests_per_minute or settings.requests_per_minute
    at_once = limits.concurrent_requests or settings.concurrent_requests
    scope[RELEASES].append(shares.take(caller.key, per_minute, at_once))


class AdmissionMiddleware:
    """Lets a bounded number of each kind run, a bounded number wait, and gives the rest a quick 503."""

    def __init__(self, app: Any, kinds: tuple[Kind, ...] = KINDS) -> None:
        self._app = app
        self._kinds = kinds
        self._gates = {kind: asyncio.Semaphore(kind.running) for kind in kinds}
        self._waiting: Counter[Kind] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on when its turn has come."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        releases: list[Callable[[], None]] = []
        scope[RELEASES] = releases
        kind = next((kind for kind in self._kinds if kind.pattern.search(scope["path"])), None)
        try:
            if kind is None:
                await self._app(scope, receive, send)
            elif self._gates[kind].locked() and self._waiting[kind] >= kind.waiting:
                fault = Fault(503, "overloaded", OVERLOADED, retry=True, retry_after=1.0)
                await error_reply(scope, fault)(scope, receive, send)
            else:
                await self._in_turn(kind, scope, receive, send)
        finally:
            for release in releases:
                release()

    async def _in_turn(self, kind: Kind, scope: Any, receive: Any, send: Any) -> None:
        gate = self._gates[kind]
        self._waiting[kind] += 1
        try:
            await gate.acquire()
        finally:
            self._waiting[kind] -= 1
        try:
            await self._app(scope, receive, send)
        finally:
            gate.release()
