"""What an endpoint's errors mean: which of ours they are, whether and when to try again. Knows no SDK.

The text of an endpoint is passed on shortened and without anything that could be a key.
"""

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from ingest.errors import LlmRefused, LlmUnavailable, PinciteError

KEYLIKE = re.compile(r"\b(?:sk|key|api)-[\w*.-]{6,}")
MAX_MESSAGE = 300  # characters of an endpoint's own words
AGAIN = {408, 409, 425, 429}
NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached"}
TOO_LONG = re.compile(
    r"context_length_exceeded|context (?:length|size|window)|maximum context|exceed\w* .*context", re.I
)
REFUSING_CODES = re.compile(
    r"invalid|unsupported|not_found|content_filter|policy|insufficient_quota|authentication", re.I
)
ENDPOINT = "The language model's endpoint"


def fault(status: int | None, code: str | None, message: str, key: str = "") -> PinciteError:
    """Our error for what an endpoint said; `status` is None for an error that came inside a stream."""
    said = tidy(message, key)
    about = f"({status}) {said}" if status else said
    if code in NO_CREDIT:
        return LlmRefused(f"{ENDPOINT} says that the account has no credit left: {about}")
    if status in (401, 403):
        return LlmRefused(
            f"{ENDPOINT} refuses the key: {about} Set PINCITE_LLM_API_KEY or OPENAI_API_KEY to one it accepts."
        )
    if status == 404:
        return LlmRefused(
            f"{ENDPOINT} knows no such model or path: {about} Check the model's name and PINCITE_LLM_BASE_URL, "
            "which usually ends with /v1."
        )
    if status == 413 or (status in (None, 400, 422) and TOO_LONG.search(f"{code} {message}")):
        return LlmRefused(
            f"The request is longer than the model can read: {about} Describe its window in PINCITE_MODELS_FILE, "
            "or ask with mode 'retrieval'."
        )
    if status in AGAIN or (status or 0) >= 500:
        return LlmUnavailable(f"{ENDPOINT} cannot answer now: {about}")
    if status is not None or REFUSING_CODES.search(code or ""):
        return LlmRefused(f"{ENDPOINT} refuses the request: {about}")
    return LlmUnavailable(f"{ENDPOINT} gave up: {about}")


def tidy(message: str, key: str = "") -> str:
    """An endpoint's words on one line, shortened, and without keys."""
    if key:
        message = message.replace(key, "[key]")
    message = " ".join(KEYLIKE.sub("[key]", message).split())
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE] + " …"
    return message if message.endswith((".", "!", "…")) else f"{message}."


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds an endpoint asks to wait: `retry-after-ms`, or `retry-after` as a number or a date."""
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / divisor
        except ValueError:
            continue
        return max(0.0, seconds) if not math.isnan(seconds) else None
    try:
        return max(0.0, parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
