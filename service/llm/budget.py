"""A ceiling over everything one answer may cost: tries, tools, escalation and the self-check draw on the same sum.

Before each call its worst case is set aside: the whole input at full price, `max_tokens` of output. Afterwards what the
server charged takes its place. A call whose price is not known, since it broke off, stays at its worst case. Answers
that run at once share the day's money through their purses. Knows no endpoint; used by one answer, a step at a time.
"""

from dataclasses import dataclass, field
from typing import Protocol

from ingest.errors import BudgetExceeded
from service.llm.models import ModelInfo, cost

MARGIN = 1.02  # a count of ours may be this much below the server's


class Charged(Protocol):
    """What a server says a call used."""

    @property
    def input_tokens(self) -> int:
        """Tokens sent, cached ones among them."""
        ...

    @property
    def cached_tokens(self) -> int:
        """Tokens of the input the provider had cached."""
        ...

    @property
    def output_tokens(self) -> int:
        """Tokens received."""
        ...


class DayReservation(Protocol):
    """Money that answers running at once take from."""

    def reserve(self, usd: float) -> bool:
        """Set aside so much for the whole answer, what it has spent included; False where that is not there."""
        ...


@dataclass(eq=False)
class Reservation:
    """The worst case of one call, set aside until its price is known."""

    budget: "Budget"
    model: ModelInfo
    worst_usd: float

    def settle(self, usage: Charged) -> float:
        """Put what was used in place of the worst case; give its price."""
        price = cost(self.model, usage.input_tokens, usage.cached_tokens, usage.output_tokens)
        self.budget.close(self, price)
        return price

    def release(self) -> None:
        """The call was refused before the model ran: it costs nothing."""
        self.budget.close(self, 0.0)

    def keep(self) -> None:
        """The call broke off and may be charged for: its worst case counts as spent."""
        self.budget.close(self, self.worst_usd)


@dataclass(eq=False)
class Budget:
    """A sum that reservations may not pass. Without a limit it only adds up.

    `daily_usd` is what the caller's key could still spend today when the answer began; the smaller of both holds.
    `day_reservation` is asked before every call whether it still can.
    """

    limit_usd: float | None = None
    daily_usd: float | None = None
    day_reservation: DayReservation | None = None
    spent_usd: float = 0.0
    calls: int = 0
    open: list[Reservation] = field(default_factory=list)

    @property
    def ceiling_usd(self) -> float | None:
        """The smaller of the two limits, or None."""
        limits = [limit for limit in (self.limit_usd, self.daily_usd) if limit is not None]
        return min(limits) if limits else None

    @property
    def left_usd(self) -> float | None:
        """What may still be set aside, or None without a ceiling."""
        if self.ceiling_usd is None:
            return None
        return max(0.0, self.ceiling_usd - self.spent_usd - sum(one.worst_usd for one in self.open))

    def allows(self, model: ModelInfo, input_tokens: int, max_tokens: int) -> bool:
        """Whether `reserve` would set this call aside."""
        return self.affords(worst_case(model, input_tokens, max_tokens))

    def affords(self, usd: float) -> bool:
        """Whether so much more may be spent; then it is this answer's of the day's money."""
        return (self.left_usd is None or usd <= self.left_usd) and self._covers(usd)

    def _covers(self, usd: float) -> bool:
        committed = self.spent_usd + sum(one.worst_usd for one in self.open)
        return self.day_reservation is None or self.day_reservation.reserve(committed + usd)

    def begin(self, usd: float) -> None:
        """Set aside what an answer may cost before anything of it is sent, or refuse it."""
        if not self._covers(usd):
            raise BudgetExceeded(
                f"The next call may cost up to {dollars(usd)}, and other answers that are running have set aside what "
                "is left of today's budget. Ask again when they have ended, or use mode 'extractive', which costs "
                "nothing."
            )

    def reserve(self, model: ModelInfo, input_tokens: int, max_tokens: int) -> Reservation:
        """Set the worst case of a call aside, or refuse the call with its estimate."""
        worst = worst_case(model, input_tokens, max_tokens)
        if self.left_usd is not None and worst > self.left_usd:
            raise BudgetExceeded(
                f"The next call to {model.name} may cost up to {dollars(worst)} ({input_tokens:,} tokens in, up to "
                f"{max_tokens:,} out); {dollars(self.left_usd or 0.0)} of {self._whose()} is left. "
                "Raise it, ask for fewer tokens, or use mode 'extractive', which costs nothing."
            )
        self.begin(worst)
        reservation = Reservation(self, model, worst)
        self.open.append(reservation)
        self.calls += 1
        return reservation

    def close(self, reservation: Reservation, price: float) -> None:
        """Turn a reservation into money spent, once; called by the reservation."""
        if reservation in self.open:
            self.open.remove(reservation)
            self.spent_usd += price

    def _whose(self) -> str:
        if self.limit_usd is not None and self.ceiling_usd == self.limit_usd:
            return f"budget_usd {dollars(self.limit_usd)}"
        return "today's budget"


def worst_case(model: ModelInfo, input_tokens: int, max_tokens: int) -> float:
    """The most a call can cost: nothing cached, our count too low, every token of output used."""
    return cost(model, int(input_tokens * MARGIN) + 1, 0, max_tokens)


def dollars(amount: float) -> str:
    """An amount as people read it: cents, or as many digits as a small amount needs."""
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"
