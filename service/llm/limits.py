"""Requests and tokens a minute, per model, kept on our side of the wire. Knows no endpoint; the clock is given.

First come, first served: who waits for room is not overtaken by a smaller request. Whoever goes away while waiting
leaves nothing behind.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio

from ingest.errors import LlmRefused

MINUTE = 60.0
MAX_NAP = 1.0  # tokens given back early are noticed within this


@dataclass(eq=False)
class Ticket:
    """A request let through: when it went out and what it counts for."""

    at: float
    tokens: int

    def used(self, tokens: int) -> None:
        """What it came to; room set aside for output that was not used is free again."""
        self.tokens = min(self.tokens, tokens)


@dataclass(eq=False)
class _Lane:
    turn: anyio.Lock
    sent: deque[Ticket] = field(default_factory=deque)


class Limits:
    """Lets requests through so that no minute holds more than allowed; 0 means no limit."""

    def __init__(
        self,
        requests_per_minute: int = 0,
        tokens_per_minute: int = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._requests = requests_per_minute
        self._tokens = tokens_per_minute
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}

    async def enter(self, model: str, tokens: int) -> Ticket:
        """Wait until there is room for a request of so many tokens, input and room for output together."""
        if self._tokens and tokens > self._tokens:
            raise LlmRefused(
                f"The request needs {tokens:,} tokens and PINCITE_LLM_TOKENS_PER_MINUTE allows {self._tokens:,}. "
                "Raise the setting, lower max_tokens, or ask with mode 'retrieval'."
            )
        lane = self._lanes.setdefault(model, _Lane(anyio.Lock()))
        async with lane.turn:  # waiters are served in the order they came
            while (wait := self._wait(lane.sent, tokens)) > 0:
                await self._sleep(min(wait, MAX_NAP))
            ticket = Ticket(self._clock(), tokens)
            if self._requests or self._tokens:
                lane.sent.append(ticket)
            return ticket

    def _wait(self, sent: deque[Ticket], tokens: int) -> float:
        """Seconds until enough of the last minute has passed by."""
        now = self._clock()
        while sent and sent[0].at <= now - MINUTE:
            sent.popleft()
        requests, used = len(sent) + 1, tokens + sum(ticket.tokens for ticket in sent)
        for ticket in sent:
            if not self._over(requests, used):
                return 0.0
            requests, used = requests - 1, used - ticket.tokens
            if not self._over(requests, used):
                return ticket.at + MINUTE - now
        return 0.0

    def _over(self, requests: int, tokens: int) -> bool:
        return bool((self._requests and requests > self._requests) or (self._tokens and tokens > self._tokens))
