"""One try of a call to a language model: what it has set aside, and what has come back so far. Knows no endpoint."""

from dataclasses import dataclass

from service.llm.budget import Reservation
from service.llm.chat import ChatReader
from service.llm.limits import Ticket
from service.llm.payload import Count
from service.llm.protocol import LlmUsage
from service.llm.responses import ResponsesReader


@dataclass
class Try:
    """One try: what it has set aside, and what has come back so far."""

    reader: ChatReader | ResponsesReader
    ticket: Ticket
    reservation: Reservation | None
    written: int = 0
    uncounted: str = ""

    def wrote(self, text: str, count: Count, most: float) -> bool:
        """Note what came back; whether it is more than `most` tokens by now.

        No token is shorter than a byte, so text is counted only when it might pass the limit, not with every delta.
        """
        self.uncounted += text
        if self.written + len(self.uncounted.encode(errors="replace")) > most:
            self.count(count)
        return self.written > most

    def count(self, count: Count) -> int:
        """Tokens of all that came back."""
        self.written += count(self.uncounted)
        self.uncounted = ""
        return self.written

    def close(self, usage: LlmUsage) -> None:
        """It came to its end: limits and budget learn what it used."""
        self.ticket.used(usage.input_tokens + usage.output_tokens)
        if self.reservation is not None:
            self.reservation.settle(usage)

    def fail(self, *, billable: bool) -> None:
        """It broke off; nothing once it is closed. What the model never ran for is not billable."""
        if self.reservation is not None:
            self.reservation.keep() if billable else self.reservation.release()
