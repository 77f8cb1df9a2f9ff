"""Numbers of prose are read with value, scale and sign, and only those that must be proved count as amounts."""

import pytest

from ingest.text.numbers import Kind, numbers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("net decrease 12", Kind.AMOUNT),
        ("marketing 5", Kind.AMOUNT),
        ("you may 5 times", Kind.AMOUNT),
        ("on December 12", Kind.YEAR),
        ("on Dec. 12", Kind.YEAR),
        ("on 12 May", Kind.YEAR),
        ("in 2023", Kind.YEAR),
        ("see Note 12", Kind.REFERENCE),
        ("page 2023", Kind.REFERENCE),
    ],
)
def test_a_number_is_a_day_only_beside_the_name_of_a_month(text: str, kind: Kind) -> None:
    assert [number.kind for number in numbers(text)] == [kind]
