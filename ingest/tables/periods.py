"""The period a column stands for: an instant, or a duration with its length and its end.

What stands over the column comes first; what it leaves open (the day above a row of years, "Three months ended" above
two of them) is taken from the lines above the table where they say one thing only. Knows nothing of where words stand.
"""

import calendar
import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ingest.table_types import Column
from ingest.text.dates import MONTH, ORDINAL, YEAR, dates, years_in
from ingest.text.spans import CHANGE, months_of

MAX_ABOVE = 400  # characters above a table in which its period may be said in a sentence
# words a heading that is a period and nothing else is made of
PERIOD_ONLY = re.compile(
    rf"\b(?:as|of|at|for|the|and|fiscal|years?|quarters?|months?|weeks?|ended|ending|three|six|nine|twelve|thirteen|FY"
    rf"|twenty|thirty|fifty|two|half|{ORDINAL}|Q[1-4]|\d{{1,2}}|{YEAR}|unaudited|continued)\b|\b{MONTH}",
    re.I,
)
SPLIT_YEAR = re.compile(rf"(?<![\d/])({YEAR})\s?[/–-]\s?(\d\d)(?![\d/-])")
INSTANT = re.compile(r"\b(?:as\s+(?:of|at)|at|balances?)\b", re.I)


@dataclass(frozen=True)
class Said:
    """What some words say of a period; None where they leave it open. `day` is (month, day)."""

    year: int | None = None
    day: tuple[int, int] | None = None
    months: int | None = None
    instant: bool = False

    @property
    def dated(self) -> bool:
        """Whether a year is named."""
        return self.year is not None


NOTHING = Said()
Value = TypeVar("Value")


def read_period(text: str) -> Said:
    """The one period a text names; what it says more than once and differently stays open."""
    text = SPLIT_YEAR.sub(_second_year, text)
    found = list(dates(text))
    years = {date.year for date in found if date.year is not None} | set(years_in(text))
    days = {(date.month, date.day) for date in found}
    months = months_of(text)
    instant = not months and INSTANT.search(text) is not None
    return Said(_only(years), _only(days), _only(months), instant)


def _second_year(match: "re.Match[str]") -> str:
    """A year over two calendar years by the one it ends in: 2024 for "2023/24"; another pair is left as it is."""
    first, second = int(match[1]), int(match[2])
    return str(first + 1) if (first + 1) % 100 == second else match.group()


def _only(values: Iterable[Value]) -> Value | None:
    known = list(values)
    return known[0] if len(known) == 1 else None


def with_periods(columns: Sequence[Column], header: Sequence[str], sentence: str) -> tuple[Column, ...]:
    """Columns with start, end and months; `header` are the lines above, `sentence` what stands before those."""
    said = [_of_column(column) for column in columns]
    if _one_for_all(said):
        columns = [replace(column, period=None) for column in columns]
        whole = next(each for each in said if each.dated)
        return in_block(columns, replace(whole, day=whole.day or _of_header(header).day))
    timed = any(each.dated for each in said)
    said = _spread(said, columns)
    around = _of_header(header) if timed else _block(header, sentence)
    return tuple(_with_period(column, each, around, timed=timed) for column, each in zip(columns, said, strict=True))


def _spread(said: Sequence[Said], columns: Sequence[Column]) -> list[Said]:
    """What stands over the first of a group of columns handed on to the right: the span of months, or the day."""
    spread: list[Said] = []
    for each, column in zip(said, columns, strict=True):
        left = spread[-1] if spread else NOTHING
        if each.dated and each.months is None and _same_day(left, each) and not INSTANT.search(column.header):
            each = replace(each, months=left.months)  # "Three Months Ended" over two years
        elif each.months is not None and not each.dated and left.months not in (None, each.months):
            each = replace(each, year=left.year, day=each.day or left.day)  # a day over three months and six
        spread.append(each)
    return spread


def _same_day(left: Said, right: Said) -> bool:
    """Whether two columns may end on one day of different years: in weeks it moves, but hardly out of its month."""
    if left.day is None or right.day is None:
        return True
    return abs(left.day[0] - right.day[0]) <= 1


def _one_for_all(said: Sequence[Said]) -> bool:
    """Whether the one year over a table stands over a column in its middle: it is that of all of them."""
    dated = [index for index, each in enumerate(said) if each.dated]
    return len(said) > 2 and len(dated) == 1 and 0 < dated[0] < len(said) - 1


def in_block(columns: Sequence[Column], said: Said) -> tuple[Column, ...]:
    """Columns without a period of their own under a heading that names one."""
    return tuple(c if c.period else _with_period(c, _of_column(c), said, timed=False) for c in columns)


def _of_column(column: Column) -> Said:
    said = read_period(column.header)
    year = int(column.period) if column.period is not None and column.period.isdecimal() else said.year
    return replace(said, year=year)


def _of_header(lines: Sequence[str]) -> Said:
    """What header lines say for all columns of years: the day of the year and the length of the span."""
    text = " ".join(lines)
    days = {(date.month, date.day) for date in dates(text) if date.year is None} or {
        (date.month, date.day) for date in dates(text)
    }
    months = months_of(text)
    return Said(None, _only(days), _only(months), not months and INSTANT.search(text) is not None)


def _block(lines: Sequence[str], sentence: str) -> Said:
    """The period of a table whose columns name none: of the nearest line above with a year, else of the sentence."""
    for line in reversed(lines):
        said = read_period(line)
        if said.dated:
            whole = _of_header(lines)
            return replace(said, day=said.day or whole.day, months=said.months or whole.months)
    return read_period(sentence)


def _with_period(column: Column, said: Said, around: Said, *, timed: bool) -> Column:
    if CHANGE.search(column.header) or (timed and not said.dated):
        return column  # a change, or a total beside columns of years
    year = said.year if said.year is not None else around.year
    months = said.months or (None if said.instant else around.months)
    if year is None:
        return replace(column, months=months)
    return _dated(replace(column, period=column.period or str(year), months=months), year, said.day or around.day)


def _dated(column: Column, year: int, day: tuple[int, int] | None) -> Column:
    """A column with the days its period begins and ends on, as far as they are known."""
    end = _date(year, day) if day is not None else None
    if end is None:
        return column
    start = _start(end, column.months) if column.months is not None else None
    return replace(column, end=end.isoformat(), start=start.isoformat() if start is not None else None)


def _date(year: int, day: tuple[int, int]) -> datetime.date | None:
    try:
        return datetime.date(year, *day)
    except ValueError:
        return None


def _start(end: datetime.date, months: int) -> datetime.date | None:
    """The first day of a duration that ends with a month; of one in weeks it is not known."""
    if end.day != calendar.monthrange(end.year, end.month)[1]:
        return None
    month = end.year * 12 + end.month - months
    return datetime.date(month // 12, month % 12 + 1, 1)


def is_period(text: str, known: frozenset[str] = frozenset()) -> Said | None:
    """What a heading says that is a period and nothing else: "December 31, 2024", "Six Months Ended June 30, 2025:".

    Words that are `known`, as those of the header repeated beside it, do not count.
    """
    plain = text.strip(" :—–-")
    said = read_period(plain)
    rest = [word for word in PERIOD_ONLY.sub(" ", plain).lower().split() if re.search(r"\w", word)]
    return said if said.dated and known.issuperset(rest) else None


def said_of(column: Column) -> Said:
    """The period a column has been given, as words would say it."""
    if column.end is None:
        year = int(column.period) if column.period is not None and column.period.isdecimal() else None
        return Said(year, None, column.months)
    end = datetime.date.fromisoformat(column.end)
    return Said(end.year, (end.month, end.day), column.months)
