"""Which column stands for a period asked about, in calendars of every usual form."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from service_samples import page

from ingest.table_types import Column
from ingest.tables.rows import read_tables
from service.figures.calendar import FiscalCalendar, PeriodMatch, calendar_of, match_period
from service.question.asked_period import AskedPeriod, asked_periods

STATEMENT = """CONSOLIDATED STATEMENTS OF OPERATIONS
(in millions)
                              Three Months Ended       Nine Months Ended
                              September 30,            September 30,
                              2024        2023         2024        2023
Ferry fares                   $ 410       $ 395        $ 1,190     $ 1,120
Harbour dues                    120         110            350         330
"""


def column(end: date | None, months: int | None = None, period: str | None = None) -> Column:
    return Column("", period, 0.0, 0.0, end=end.isoformat() if end else None, months=months)


def matches(question: str, columns: list[Column], calendar: FiscalCalendar) -> list[str]:
    (asked,) = asked_periods(question)
    return [match_period(asked, each, calendar).value for each in columns]


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("fares in the three months ended September 30, 2024", [0]),
        ("fares in the third quarter of 2023", [1]),
        ("fares in the nine months ended September 30, 2023", [3]),
        ("fares in the six months ended June 30, 2024", []),
    ],
)
def test_one_column_of_a_statement_is_exactly_the_period_asked(question: str, fits: list[int]) -> None:
    (table,) = read_tables(1, STATEMENT, page(STATEMENT).lines)
    found = matches(question, list(table.columns), FiscalCalendar())
    assert [index for index, match in enumerate(found) if match == PeriodMatch.EXACT] == fits
    assert set(found) <= {PeriodMatch.EXACT, PeriodMatch.OTHER}


@pytest.mark.parametrize(
    ("end_month", "offset", "end", "named"),
    [
        (12, 0, date(2024, 12, 31), (2024, 4)),
        (12, 0, date(2024, 3, 31), (2024, 1)),
        (6, 0, date(2023, 9, 30), (2024, 1)),
        (9, 0, date(2024, 9, 28), (2024, 4)),
        (1, -1, date(2024, 2, 3), (2023, 4)),  # called after the year most of it lies in
        (12, 0, date(2023, 1, 1), (2022, 4)),  # 52 weeks that close in the new year
    ],
)
def test_a_date_has_a_fiscal_year_and_quarter(end_month: int, offset: int, end: date, named: tuple[int, int]) -> None:
    assert FiscalCalendar(end_month, offset).fiscal(end) == named


@given(st.integers(1, 12), st.integers(2001, 2048), st.integers(0, 3))
def test_quarters_of_a_year_follow_each_other(end_month: int, year: int, behind: int) -> None:
    end = date(year, end_month, 28)
    for _ in range(3 * behind):
        end = end.replace(day=1) - timedelta(days=1)
    assert FiscalCalendar(end_month).fiscal(end) == (year, 4 - behind)


@given(st.dates(date(2001, 1, 1), date(2048, 12, 31)), st.integers(-1, 0))
def test_an_annual_report_calls_its_own_year_by_its_name(end: date, named_before: int) -> None:
    calendar = calendar_of(end, end.year + named_before, [], annual=True)
    assert calendar.fiscal(end) == (end.year + named_before, 4)
    assert calendar.shows_years


def test_an_interim_report_shows_the_end_of_the_last_full_year() -> None:
    year, current = date(2024, 6, 30), date(2024, 12, 31)
    assert calendar_of(current, None, [column(year), column(current)], annual=False) == FiscalCalendar(6)
    assert calendar_of(current, None, [column(year, 12), column(current, 6)], annual=False) == FiscalCalendar(
        6, shows_years=True
    )
    assert calendar_of(current, None, [], annual=False) == FiscalCalendar()


YEARLY = FiscalCalendar(12, shows_years=True)
NEW_YEAR = date(2023, 12, 31)


@pytest.mark.parametrize(
    ("asked", "column", "match"),
    [
        (AskedPeriod(2023), column(NEW_YEAR, 12), PeriodMatch.EXACT),
        (AskedPeriod(2023), column(NEW_YEAR, 3), PeriodMatch.OTHER),
        (AskedPeriod(2023), column(NEW_YEAR), PeriodMatch.EXACT),
        (AskedPeriod(2023), column(date(2022, 12, 31), 12), PeriodMatch.OTHER),
        (AskedPeriod(2023, NEW_YEAR, 12), column(date(2023, 12, 30), 12), PeriodMatch.EXACT),
        (AskedPeriod(2023, NEW_YEAR, 12), column(date(2023, 12, 20), 12), PeriodMatch.OTHER),
        (AskedPeriod(2023, NEW_YEAR, instant=True), column(NEW_YEAR), PeriodMatch.EXACT),
        (AskedPeriod(2023, NEW_YEAR, instant=True), column(NEW_YEAR, 12), PeriodMatch.OTHER),
        (AskedPeriod(2023, date(2023, 12, 28), 3), column(date(2023, 12, 3), 3), PeriodMatch.EXACT),  # a month alone
        (AskedPeriod(2023, None, 3, 2), column(date(2023, 6, 30), 3), PeriodMatch.EXACT),
        (AskedPeriod(2023, None, 3, 2), column(date(2023, 6, 30)), PeriodMatch.COMPATIBLE),
        (AskedPeriod(2023, None, 3, 2), column(date(2023, 9, 30), 3), PeriodMatch.OTHER),
        (AskedPeriod(2023, None, 6, 4), column(NEW_YEAR, 6), PeriodMatch.EXACT),  # the second half
        (AskedPeriod(2023, None, 6, 4), column(date(2023, 6, 30), 6), PeriodMatch.OTHER),
        (AskedPeriod(2023, None, 6, 4), column(NEW_YEAR, 12), PeriodMatch.OTHER),
        (AskedPeriod(None, None, 3), column(date(2023, 9, 30), 3), PeriodMatch.EXACT),
        (AskedPeriod(2023), column(None, None, "2023"), PeriodMatch.EXACT),
        (AskedPeriod(2023), column(None, None, "2022"), PeriodMatch.OTHER),
        (AskedPeriod(2023), column(None), PeriodMatch.UNSTATED),
    ],
)
def test_a_column_stands_for_a_period_or_does_not(asked: AskedPeriod, column: Column, match: PeriodMatch) -> None:
    assert match_period(asked, column, YEARLY) is match


def test_a_part_of_a_year_may_stand_for_it_where_no_whole_years_are_shown() -> None:
    half = column(date(2023, 6, 30), 6)
    assert match_period(AskedPeriod(2023), half, FiscalCalendar()) is PeriodMatch.COMPATIBLE
    assert match_period(AskedPeriod(2023), half, YEARLY) is PeriodMatch.OTHER


@given(st.dates(date(2001, 1, 1), date(2048, 12, 31)), st.sampled_from([None, 3, 6, 9, 12]), st.integers(1, 12))
def test_a_period_named_by_its_own_date_and_length_is_exact(end: date, months: int | None, end_month: int) -> None:
    asked = AskedPeriod(end.year, end, months, instant=True if months is None else None)
    assert match_period(asked, column(end, months), FiscalCalendar(end_month)) is PeriodMatch.EXACT
