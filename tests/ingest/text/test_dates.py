"""Dates come back from every way of writing them; words that only look like months or years are none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.dates import (
    FISCAL_YEAR,
    MONTHS,
    PERIOD_WORDS,
    QUARTER,
    QUARTER_OF_YEAR,
    dates,
    full_year,
    is_year,
    month_number,
    quarter_of,
    years_in,
)

NAMES = MONTHS.split("|")
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def written(day: date) -> list[str]:
    name = NAMES[day.month - 1]
    short = name if name == "May" else f"{name[:3]}."
    return [
        f"{name} {day.day}, {day.year}",
        f"{name.upper()} {day.day} , {day.year}",
        f"{short} {day.day}, {day.year}",
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}th, {day.year}",
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
    ]


@given(DAYS, st.sampled_from(["", "as of ", "ended\n", "On the evening of "]), st.sampled_from(["", ".", " and 2019"]))
def test_a_date_reads_back_from_every_way_of_writing_it(day: date, before: str, after: str) -> None:
    for text in written(day):
        (found,) = dates(before + text + after)
        assert (found.year, found.month, found.day) == (day.year, day.month, day.day)
        assert (before + text + after)[found.start : found.end] == text


@given(DAYS)
def test_a_date_without_its_year_is_a_month_and_a_day(day: date) -> None:
    (found,) = dates(f"the quarter ended {NAMES[day.month - 1]} {day.day} was good")
    assert (found.year, found.month, found.day) == (None, day.month, day.day)


@pytest.mark.parametrize(
    "text",
    ["net decrease 12", "marketing 5", "you may 5 times", "12 marched", "Juneau 12", "99/99/2020", "June 45", "3.5"],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert not list(dates(text))


@given(st.integers(1900, 2099))
def test_years_are_found_as_words_of_their_own(year: int) -> None:
    assert is_year(str(year))
    assert years_in(f"in {year}, FY{year}, not {year}5 nor 1{year}") == [year, year]
    assert full_year(str(year)) == year
    assert full_year(f"{year % 100:02d}") == 2000 + year % 100


@pytest.mark.parametrize(
    ("text", "year"), [("FY2024", 2024), ("FY 24", 2024), ("FY'24", 2024), ("fiscal year 2024", 2024)]
)
def test_a_fiscal_year_is_read_with_two_digits_or_four(text: str, year: int) -> None:
    match = FISCAL_YEAR.fullmatch(text)
    assert match is not None
    assert full_year(match.group(1) or match.group(2)) == year


@pytest.mark.parametrize(("text", "quarter", "year"), [("Q2 2023", 2, 2023), ("2Q23", 2, 2023), ("Q4'FY24", 4, 2024)])
def test_a_quarter_carries_its_year(text: str, quarter: int, year: int) -> None:
    match = QUARTER_OF_YEAR.fullmatch(text)
    assert match is not None
    assert int(match.group(1) or match.group(2)) == quarter
    assert full_year(match.group(3)) == year


def test_quarters_are_named_by_figure_or_ordinal() -> None:
    assert [
        match.group() for match in QUARTER.finditer("Q1, 2Q, the third fiscal quarter; fourth-quarter results")
    ] == [
        *("Q1", "2Q", "third fiscal quarter", "fourth-quarter"),
    ]


@given(st.integers(1, 12))
def test_months_have_numbers_and_quarters(month: int) -> None:
    name = NAMES[month - 1]
    assert month_number(name) == month_number(name.upper()) == month_number(name[:3] + ".") == month
    assert (month - 1) // 3 + 1 == quarter_of(month)


def test_other_words_are_no_months() -> None:
    assert [month_number(word) for word in ("", "Ma", "Marching", "Mayor", "Decem")] == [None] * 5


def test_the_words_of_a_period_leave_a_name_alone() -> None:
    text = "The Boeing Company for the three months ended June 30, 2023"
    assert " ".join(PERIOD_WORDS.sub(" ", text).split()) == "The Boeing Company"
