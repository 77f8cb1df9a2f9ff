"""Numbers of prose are read with value, scale and sign, and only those that must be proved count as amounts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.numbers import SPELLED, Kind, agrees, numbers, page_scales, spelled


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


AMOUNTS = st.decimals(0, 10**9, places=2)
SIGNS = st.sampled_from(["", "$", "€", "£ "])


@given(
    AMOUNTS,
    SIGNS,
    st.booleans(),
    st.sampled_from([("", None), (" million", 10**6), (" billion", 10**9), ("bn", 10**9)]),
)
def test_a_printed_amount_reads_back(value: Decimal, sign: str, negative: bool, scale: tuple[str, int | None]) -> None:
    shown = f"({sign}{value:,}){scale[0]}" if negative else f"{sign}{value:,}{scale[0]}"
    (found,) = numbers(f"a result of {shown} was reported")
    assert (found.value, found.scale, found.negative) == (value, scale[1], negative)
    assert found.currency == bool(sign)
    assert found.step == Decimal("0.01")


@given(AMOUNTS)
def test_a_percentage_reads_back(value: Decimal) -> None:
    for shown in (f"{value:,}%", f"{value:,} percent", f"{value:,} %"):
        (found,) = numbers(shown)
        assert found.percent and found.value == value


@given(st.integers(1_000, 10**9), st.integers(0, 2))
def test_an_amount_agrees_with_itself_rounded_and_not_with_another(value: int, places: int) -> None:
    (source,) = numbers(f"{value:,}")
    (said,) = numbers(f"{Decimal(value) / 1000:,.{places}f} million")
    assert agrees(said, source, page_scales("(in thousands)"))
    (other,) = numbers(f"{Decimal(value) / 1000 + 2:,.{places}f} million")
    assert not agrees(other, source, page_scales("(in thousands)"))


@given(AMOUNTS.filter(lambda value: value > 0))
def test_a_gain_said_as_a_loss_is_an_error(value: Decimal) -> None:
    (gain,), (loss,) = numbers(f"{value}"), numbers(f"({value})")
    assert agrees(gain, loss, ()) and not agrees(loss, gain, ())


@given(st.integers(0, 20))
def test_small_numbers_are_read_as_words(value: int) -> None:
    assert [number.value for number in spelled(f"All {SPELLED[value].title()} of them")] == [value]


@given(st.text(alphabet="0123456789.,()$%- kmb", max_size=40))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    assert all(number.value >= 0 and number.step > 0 for number in numbers(text))
