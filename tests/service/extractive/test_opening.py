"""Where an agreement opens: from its title to the end of the sentence that names date and parties."""

import pytest
from service_samples import page

from service.extractive.outline_answers import MAX_OPENING, opening


def opened(text: str) -> str | None:
    stored = page(text)
    span = opening(stored)
    return stored.text[span.start : span.end] if span else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Exhibit 10.1\nLICENSE AGREEMENT\nThis License Agreement is dated as of May 3, 2021, between A Inc. and the Bank.\nRecitals\n",
            "LICENSE AGREEMENT\nThis License Agreement is dated as of May 3, 2021, between A Inc. and the Bank.",
        ),
        (
            "THIS LEASE, entered into by and between the Landlord and the Tenant. It runs for a year.\n",
            "THIS LEASE, entered into by and between the Landlord and the Tenant.",
        ),
        ("The weather was fair and the agreement of all was plain.\n", None),
    ],
)
def test_the_opening_is_found_or_nothing_is(text: str, expected: str | None) -> None:
    assert opened(text) == expected


def test_an_opening_without_an_end_is_cut() -> None:
    found = opened("THIS AGREEMENT is made between A and " + "others and " * 500)
    assert found is not None and len(found) <= MAX_OPENING
