"""The periods a question asks about, as years, quarters, spans of months and dates. Knows no document and no calendar.

"the three months ended June 29, 2024" is a span of three months with an end; "the third quarter of fiscal 2024" a
quarter of a year; "at the end of fiscal 2023" an instant of a year; "FY2024" a year. Which column of a table that is
is decided in service/figures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ingest.text import dates
from ingest.text.dates import MONTH, QUARTER, QUARTER_OF_YEAR, YEAR, month_number
from service.question.periods import NUMBERED_QUARTER, YEAR_NAMED, quarter, years

DATE = re.compile(dates.DATE, re.I)
SOME_DAY = 28  # stands for any day of its month, where a question names a month alone
QUARTER_MONTHS, HALF_MONTHS, YEAR_MONTHS = 3, 6, 12
LAST_QUARTER = 4
_MONTH_YEAR = re.compile(rf"\b({MONTH})\s+(?:of\s+)?({YEAR})\b", re.I)
_MONTHS_COUNT = r"(?:three|six|nine|twelve|12|[369])"
_WEEKS_COUNT = (
    r"(?:twelve|thirteen|fourteen|twenty[\s-](?:four|six|seven|eight)|thirty[\s-](?:six|seven|eight|nine)|forty"
    r"|fifty[\s-](?:two|three)|1[2-4]|2[4678]|3[6-9]|40|5[23])"
)
_SPAN_OF_MONTHS = rf"{_MONTHS_COUNT}[\s-]+months?\b"
_SPAN_OF_WEEKS = rf"{_WEEKS_COUNT}[\s-]+weeks?\b"
_MONTHS = re.compile(rf"\b(?={_SPAN_OF_MONTHS})({_MONTHS_COUNT})", re.I)
_WEEKS = re.compile(rf"\b(?={_SPAN_OF_WEEKS})({_WEEKS_COUNT})", re.I)
_UNITS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty")
_NUMBERS = {word: number for number, word in enumerate(_UNITS, 2)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_QUARTER_WEEKS = 13
_FIRST_HALF = r"\b(?:first|1st)\s+half\b|\bH1\b|\b1H\b|\bhalf[\s-]year\b"
_SECOND_HALF = r"\b(?:second|2nd)\s+half\b|\bH2\b|\b2H\b"
_HALF_OF_YEAR = re.compile(rf"{_FIRST_HALF}|({_SECOND_HALF})", re.I)
_SOME_QUARTER = re.compile(r"\bquarter(?:ly)?\b", re.I)
_YEAR_ENDED = re.compile(r"\byear\s+ended\b", re.I)
_INSTANT = re.compile(
    r"\b(?:as\s+of|as\s+at|at\s+the\s+end\s+of|(?:at\s+)?(?:fiscal\s+)?year[\s-]?end"
    r"|end\s+of(?:\s+the)?(?:\s+fiscal)?(?:\s+year)?)\b"
    rf"|\b(?:at|on)\s+(?={MONTH}\s+\d)",
    re.I,
)
# the name of a month in small letters, beside a figure: no verb there
_SMALL_MAY = re.compile(r"\bmay(?=\s+\d)|(?<=\d )may(?=,?\s+\d)")
_PERIOD_TEXT = re.compile(
    "|".join(
        (
            r"\byear[\s-]to[\s-]date\b|\bYTD\b",
            r"\b(?:for|in|during|as\s+of|as\s+at|at|on|to)?\s*(?:the\s+)?(?:fiscal\s+)?"
            r"(?:year|quarter|months|weeks|period)s?\s+(?:ended|ending|to(?!\s+date\b))\s+(?:on\s+)?",
            rf"{dates.DATE}(?<={YEAR})",
            rf"\b(?:first|last|latest|most recent|same)?\s*(?:{_SPAN_OF_MONTHS}|{_SPAN_OF_WEEKS})",
            QUARTER.pattern,
            NUMBERED_QUARTER.pattern,
            r"\bquarter(?:ly)?\b",
            _FIRST_HALF,
            _SECOND_HALF,
            rf"\b(?:end\s+of\s+(?:the\s+)?)?fiscal\s+(?:year\s+)?(?:{YEAR})?",
            r"\b(?:fiscal\s+)?year[\s-]?end\b",
            rf"\b{MONTH}\s+{YEAR}\b",
            YEAR_NAMED,
        )
    ),
    re.I,
)


@dataclass(frozen=True)
class AskedPeriod:
    """One period asked about. What the question leaves open is None; `instant` tells balances at a date from spans.

    `end` is on SOME_DAY of its month where the question names a month alone; `months` is the length of the span, and
    `quarter` the one it ends in: the second half of a year is six months that end in its fourth quarter.
    """

    year: int | None = None
    end: date | None = None
    months: int | None = None
    quarter: int | None = None
    instant: bool | None = None


def asked_periods(question: str) -> tuple[AskedPeriod, ...]:
    """Every period a question names, in order; a range of years names those between too. Empty when it names none."""
    text = _SMALL_MAY.sub("May", question)
    common = _said_of_all(text)
    found = _at_dates(text, common) or _in_months(text, common) or _in_years(text, common)
    return tuple(dict.fromkeys(found))


def without_periods(question: str) -> str:
    """The question without the words that name its periods."""
    return _PERIOD_TEXT.sub(" ", QUARTER_OF_YEAR.sub(" ", _SMALL_MAY.sub("May", question)))


def _said_of_all(text: str) -> AskedPeriod:
    """The length, quarter and kind, which are said once and hold for every period named."""
    half = _HALF_OF_YEAR.search(text)
    named = quarter(text) or (LAST_QUARTER if half is not None and half.group(1) else None)
    months = _months(text) or (QUARTER_MONTHS if named or _SOME_QUARTER.search(text) else None)
    return AskedPeriod(None, None, months, named, True if _INSTANT.search(text) else None)


def _at_dates(text: str, common: AskedPeriod) -> list[AskedPeriod]:
    months = common.months or (YEAR_MONTHS if _YEAR_ENDED.search(text) else None)
    instant = common.instant if months is None else None
    return [replace(common, year=end.year, end=end, months=months, instant=instant) for end in _full_dates(text)]


def _in_months(text: str, common: AskedPeriod) -> list[AskedPeriod]:
    """Periods that end in a month named without a day; a month alone, without a length or kind, is none."""
    if common.months is None and common.instant is None:
        return []
    return [replace(common, year=end.year, end=end) for end in _months_of_years(text)]


def _in_years(text: str, common: AskedPeriod) -> list[AskedPeriod]:
    return [replace(common, year=year) for year in years(text)] or ([] if common.months is None else [common])


def _months(text: str) -> int | None:
    """The length of the first span of months named, else of weeks, else of half a year; in months."""
    months, weeks = _MONTHS.search(text), _WEEKS.search(text)
    if months is not None:
        return _count(months.group(1))
    if weeks is not None:
        return QUARTER_MONTHS * round(_count(weeks.group(1)) / _QUARTER_WEEKS)
    return HALF_MONTHS if _HALF_OF_YEAR.search(text) else None


def _count(said: str) -> int:
    return int(said) if said.isdecimal() else sum(_NUMBERS[word] for word in re.split(r"[\s-]+", said.lower()))


def _full_dates(text: str) -> Iterator[date]:
    """The dates named with their year; one no calendar has ("February 30, 2024") is left out."""
    for mention in dates.dates(text):
        if mention.year is not None:
            try:
                yield date(mention.year, mention.month, mention.day)
            except ValueError:
                continue


def _months_of_years(text: str) -> Iterator[date]:
    """Months named with their year and no day, each as SOME_DAY of it."""
    for match in _MONTH_YEAR.finditer(text):
        month = month_number(match.group(1))
        if month is not None:
            yield date(int(match.group(2)), month, SOME_DAY)
