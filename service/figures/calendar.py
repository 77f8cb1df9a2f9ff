"""Which column of a table stands for a period a question asks about: dates, spans of months, fiscal years and quarters.

A company's fiscal year is known by the month it ends in and by how the company names it. Knows nothing of labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ingest.table_types import Column
from ingest.text.dates import quarter_of
from service.question.asked_period import LAST_QUARTER, SOME_DAY, YEAR_MONTHS, AskedPeriod

DAYS_APART = 4  # two dates this near are the same period's end: 52/53-week years end on a weekday near the month's end
FIRST_DAYS = 7  # of a month; a period that ends in them is named after the month before
MIN_DAYS, MAX_DAYS = 60, 330  # from the end of a fiscal year to the date of an interim balance sheet after it


class PeriodMatch(StrEnum):
    """How a column's period stands to the one asked for."""

    EXACT = "exact"
    COMPATIBLE = "compatible"  # nothing speaks against it, but the page does not say all of it
    UNSTATED = "unstated"
    OTHER = "other"


@dataclass(frozen=True)
class FiscalCalendar:
    """The month (1 to 12) a fiscal year ends in, and what is added to that year to get the year the company calls it.

    `shows_years` tells whether the document has columns of whole years: a year asked for is then one of those.
    """

    end_month: int = 12
    offset: int = 0
    shows_years: bool = False

    def fiscal(self, end: date) -> tuple[int, int]:
        """(fiscal year, quarter) of a period that ends on a date."""
        year, month = (end.year, end.month) if end.month == self.end_month else _closing_month(end)
        behind = (month - self.end_month - 1) % YEAR_MONTHS + 1  # months since the last fiscal year ended, 1 to 12
        ends_in = year if month <= self.end_month else year + 1
        return ends_in + self.offset, quarter_of(behind)


def _closing_month(end: date) -> tuple[int, int]:
    """The year and month a period closes: weeks that end in a month's first days close the month before."""
    if end.day > FIRST_DAYS:
        return end.year, end.month
    before = end - timedelta(days=end.day)
    return before.year, before.month


def calendar_of(
    period_end: date | None, fiscal_year: int | None, columns: Sequence[Column], *, annual: bool
) -> FiscalCalendar:
    """The calendar a document goes by: of an annual report its own end; of an interim one the end of the last full
    year, which its balance sheet shows beside the current date."""
    if annual and period_end is not None:
        year, month = _closing_month(period_end)
        return FiscalCalendar(month, (fiscal_year or year) - year, shows_years=True)
    years = _ends(columns, YEAR_MONTHS)
    if years:
        return FiscalCalendar(_closing_month(years[-1])[1], shows_years=True)
    ends = _ends(columns, None)
    current = period_end or (ends[-1] if ends else None)
    before = [end for end in ends if current is not None and MIN_DAYS < (current - end).days < MAX_DAYS]
    return FiscalCalendar(_closing_month(before[-1])[1]) if before else FiscalCalendar()


def _ends(columns: Sequence[Column], months: int | None) -> list[date]:
    """The dates on which columns of one length end, the earliest first."""
    return sorted({end for column in columns if column.months == months and (end := _day(column.end)) is not None})


def _day(text: str | None) -> date | None:
    """An ISO date of a column; None where it has none."""
    return date.fromisoformat(text) if text else None


def match_period(asked: AskedPeriod, column: Column, calendar: FiscalCalendar) -> PeriodMatch:
    """Whether a column stands for the period asked for."""
    end = _day(column.end)
    if end is None:
        return _by_name(asked, column)
    if _lengths_differ(asked, column):
        return PeriodMatch.OTHER
    if asked.end is None and asked.year is not None:
        return _by_year(asked, column, end, calendar)
    same = asked.end is None or _same_end(asked.end, end)
    return _told(asked, column) if same else PeriodMatch.OTHER


def _lengths_differ(asked: AskedPeriod, column: Column) -> bool:
    """Whether both say how long they are, and differ; a balance at a date is of no length."""
    if column.months is None:
        return False
    if asked.months is None:
        return asked.end is not None and asked.instant is True
    return asked.months != column.months


def _same_end(asked: date, end: date) -> bool:
    near = abs((asked - end).days) <= DAYS_APART
    return near or (asked.day == SOME_DAY and (asked.year, asked.month) == (end.year, end.month))


def _by_year(asked: AskedPeriod, column: Column, end: date, calendar: FiscalCalendar) -> PeriodMatch:
    """By the fiscal year, and the quarter or the part of the year where one is asked for."""
    year, quarter = calendar.fiscal(end)
    if asked.quarter is None and asked.months in (None, YEAR_MONTHS):
        return _by_whole_year(asked, column, end, calendar)
    same = year == asked.year and asked.quarter in (None, quarter)
    return _told(asked, column) if same else PeriodMatch.OTHER


def _by_whole_year(asked: AskedPeriod, column: Column, end: date, calendar: FiscalCalendar) -> PeriodMatch:
    """A column of another length does only where the document shows no whole years; a balance may go by its date."""
    year, quarter = calendar.fiscal(end)
    if asked.year != year and (column.months is not None or asked.year != end.year):
        return PeriodMatch.OTHER
    if column.months not in (None, YEAR_MONTHS):
        return PeriodMatch.OTHER if calendar.shows_years or quarter == LAST_QUARTER else PeriodMatch.COMPATIBLE
    return PeriodMatch.EXACT if quarter == LAST_QUARTER and asked.year == year else PeriodMatch.COMPATIBLE


def _told(asked: AskedPeriod, column: Column) -> PeriodMatch:
    """Exact where the lengths agree or both are instants; compatible where one of them is not said."""
    if asked.months == column.months and (asked.months is not None or asked.instant is not False):
        return PeriodMatch.EXACT
    return PeriodMatch.COMPATIBLE


def _by_name(asked: AskedPeriod, column: Column) -> PeriodMatch:
    """By the period's name alone, where a column's dates are not known."""
    if column.period is None or asked.year is None or asked.quarter is not None:
        return PeriodMatch.UNSTATED
    if not column.period.startswith(str(asked.year)):
        return PeriodMatch.OTHER
    plain = asked.months in (None, YEAR_MONTHS) and column.months in (None, YEAR_MONTHS)
    return PeriodMatch.EXACT if plain else PeriodMatch.COMPATIBLE
