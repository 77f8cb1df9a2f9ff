"""Whether a call that failed is tried again, and when. Knows no SDK; `wait_before_next` is a function of its inputs.

Waits double from try to try and are spread by chance, so that many callers do not come back at once. An endpoint that
says when to come back (`Retry-After`) is believed, up to a minute.
"""

import random

from ingest.errors import LlmBrokenOff, PinciteError

TRIES, FIRST_WAIT, MAX_WAIT, MAX_RETRY_AFTER = 4, 0.5, 20.0, 60.0


class AttemptError(Exception):
    """A try that failed: our error, whether and in how many seconds another may help, whether it may be charged for."""

    def __init__(
        self,
        error: PinciteError,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        billable: bool = True,
    ) -> None:
        super().__init__(error.message)
        self.error = error
        self.retryable = retryable
        self.retry_after = retry_after
        self.billable = billable


def wait_before_next(failed: AttemptError, tries: int, *, sent: bool) -> float:
    """Seconds before the next try; raises our error when there is to be none.

    Once a word has `sent` out, nothing is repeated: the reader would see two beginnings.
    """
    if sent:
        raise LlmBrokenOff(f"The language model's reply broke off: {failed.error.message} Ask again.") from failed
    if not failed.retryable:
        raise failed.error from failed
    if tries >= TRIES or (failed.retry_after or 0.0) > MAX_RETRY_AFTER:
        asked = f" It asks to wait {failed.retry_after:.0f} seconds." if failed.retry_after else ""
        raise type(failed.error)(f"{failed.error.message} Tried {tries} time(s).{asked}") from failed
    chance = random.random()
    if failed.retry_after is not None:
        return failed.retry_after + (chance / 4 if failed.retry_after else 0.0)
    return float(min(MAX_WAIT, FIRST_WAIT * 2 ** (tries - 1)) * (0.5 + chance / 2))
