"""What an endpoint's errors mean, and when it says to come back."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ingest.errors import LlmRefused, LlmUnavailable, PinciteError
from service.llm.errors import MAX_MESSAGE, fault, retry_after, tidy


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "rate_limit_exceeded", LlmUnavailable),
        (408, None, LlmUnavailable),
        (503, None, LlmUnavailable),
        (529, None, LlmUnavailable),
        (None, "server_error", LlmUnavailable),
        (None, None, LlmUnavailable),
        (429, "insufficient_quota", LlmRefused),
        (400, None, LlmRefused),
        (403, None, LlmRefused),
        (None, "invalid_prompt", LlmRefused),
        (None, "context_length_exceeded", LlmRefused),
    ],
)
def test_overload_may_be_tried_again_and_a_refusal_not(
    status: int | None, code: str | None, kind: type[PinciteError]
) -> None:
    error = fault(status, code, "said the endpoint")
    assert type(error) is kind and "said the endpoint" in error.message


def test_an_endpoints_words_are_one_short_line_without_keys() -> None:
    told = tidy("Bad key  hunter2-hunter2\nor sk-proj-abcdefgh12345: " + "x" * 1000, "hunter2-hunter2")
    assert "hunter2" not in told and "abcdefgh" not in told and "\n" not in told and len(told) <= MAX_MESSAGE + 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
    ],
)
def test_when_to_come_back_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_date_to_come_back_is_read_too() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < (retry_after({"retry-after": later}) or 0) <= 30
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0.0
