"""Derived text: normalized for indexing, and never longer than needed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.derived import index_words, without_amounts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Net sales ......... $ 1,234 $ (1,100)", "Net sales"),
        ("In 2023 sales were $1,234.5 million, 12.5% more", "In 2023 sales were million, more"),
        ("1,234 5,678", ""),
    ],
)
def test_amounts_are_dropped_and_years_kept(text: str, words: str) -> None:
    assert without_amounts(text) == words


def test_amounts_are_found_with_and_without_separators() -> None:
    assert index_words("Net sales of $1,234,567 (2023)") == "Net sales of 1234567 2023"


def test_words_with_hyphens_are_found_by_their_parts_and_forms_whole() -> None:
    assert index_words("year-over-year growth in the 10-K") == "year over year growth in the 10-K"


@given(st.text())
def test_index_words_stand_on_one_line_and_give_themselves_again(text: str) -> None:
    assert index_words(index_words(text)) == index_words(text)
    assert "\n" not in index_words(text)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["." * 60_000, "1," * 30_000, "($ " * 20_000, "a-" * 30_000, " \n" * 30_000, "x\x02" * 30_000]
)
def test_hostile_text_takes_less_than_a_second(text: str) -> None:
    started = time.monotonic()
    without_amounts(text)
    index_words(text)
    assert time.monotonic() - started < 1
