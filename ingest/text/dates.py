"""Years, fiscal years, quarters, months, dates and reporting periods as documents and questions write them.

Patterns in capitals without `re.compile` are fragments, without groups, to be built into larger patterns with `re.I`.
Knows no calendar of a company: which months its fiscal year has is for others to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

YEAR = r"(?:19|20)\d\d"
YEAR_ONLY = re.compile(YEAR)  # for `fullmatch`
YEAR_WORD = re.compile(rf"\b{YEAR}\b")
_YEAR = re.compile(rf"\b(?:FY)?({YEAR})\b", re.I)
# "FY2024", "FY 24", "fiscal 2024", "fiscal year 2024", "2024"; the groups are the year of four digits or of two
FISCAL_YEAR = re.compile(rf"\b(?:FY\s?|fiscal\s+(?:year\s+)?)?({YEAR})\b|\bFY\s?'?(\d{{2}})\b", re.I)
NAMED_FISCAL_YEAR = re.compile(rf"\bfiscal\s+(?:year\s+)?({YEAR})\b", re.I)

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
MONTH_NUMBERS = MappingProxyType({name.lower(): number for number, name in enumerate(MONTHS.split("|"), 1)})
# whole or abbreviated; "may" in small letters is a verb
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|(?-i:May|MAY)|Jun(?:e|\.)?|Jul(?:y|\.)?"
    r"|Aug(?:ust|\.)?|Sep(?:tember|t?\.|t)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![a-z])"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)(?:st|nd|rd|th)?"
# "March 31, 2024", "31 March 2024", "Mar. 31", "2024-03-31", "3/31/2024"
DATE = (
    rf"(?:\b{MONTH}\s+{_DAY}(?:\s*,?\s*{YEAR}(?!\d))?|(?<![\d.,]){_DAY}\s+{MONTH}(?:,?\s+{YEAR}(?!\d))?"
    rf"|\b{YEAR}-\d\d-\d\d\b|\b\d{{1,2}}/\d{{1,2}}/{YEAR}\b)"
)
# one of the first form with its year
FULL_DATE = rf"(?:{MONTH}\s+{_DAY}(?:\s*,\s*|\s+){YEAR}(?!\d))"
_DATE = re.compile(DATE, re.I)
_NUMBER_OR_NAME = re.compile(r"\d+|[a-z]{3,}", re.I)

ORDINALS = MappingProxyType({"first": 1, "second": 2, "third": 3, "fourth": 4})
ORDINAL = "|".join(ORDINALS)
QUARTER = re.compile(rf"\bQ([1-4])\b|\b([1-4])Q\b|\b({ORDINAL})[\s-]+(?:fiscal\s+)?quarter\b", re.I)
# "Q2 2023", "2Q23", "Q3'FY24"; the groups are the quarter, twice, and the year of four digits or two
QUARTER_OF_YEAR = re.compile(r"\b(?:Q([1-4])|([1-4])Q)[\s'’-]*(?:of\s+)?(?:FY\s?)?'?((?:20)?\d{2})\b", re.I)

_COUNT = r"three|six|nine|twelve|thirteen|twenty-six|thirty-nine|fifty-two|fifty-three|1[23]|26|39|5[23]|[369]"
# the words of a span of time that heads columns: "Three Months Ended", "Second Quarter", "Year to Date"
REPORTING_SPAN = (
    rf"(?:\b(?:{_COUNT})[\s-]+(?:months?|weeks?)\b|\b(?:{ORDINAL})\s+quarter\b|\b(?:fiscal\s+)?years?\s+ended\b"
    r"|\bquarters?\s+ended\b|\byear[\s-]to[\s-]date\b|\bQ[1-4]\b)"
)
QUARTER_SPAN = re.compile(r"\b(?:quarter|three months|thirteen weeks|1[23] weeks|Q[1-4])", re.I)
_PERIOD_WORD = rf"{YEAR}|three|six|nine|twelve|thirteen|fiscal|months?|weeks?|quarters?|years?|ended|ending|Q[1-4]"
# every word of "for the three months ended June 30, 2023"; small words only before words of time: not "The" of a name
PERIOD_WORDS = re.compile(
    rf"\b(?:{_PERIOD_WORD}|(?:{MONTHS})\b(?:\s+\d{{1,2}}\b,?)?"
    rf"|(?:for|the|as|of|at)(?=\s+(?:the\s+)?(?:{_PERIOD_WORD}|{MONTHS}|of|at)\b))(?!\w)",
    re.I,
)


@dataclass(frozen=True)
class DateMention:
    """A date at [start, end) of a text; `year` is None where only month and day are given."""

    year: int | None
    month: int
    day: int
    start: int
    end: int


def dates(text: str) -> Iterator[DateMention]:
    """Every date of a text that names a day, in order; in figures alone the month comes first, as in US filings."""
    for match in _DATE.finditer(text):
        mention = _mention(match)
        if mention is not None:
            yield mention


def is_year(text: str) -> bool:
    """Whether a text is a year from 1900 to 2099 and nothing else."""
    return YEAR_ONLY.fullmatch(text) is not None


def years_in(text: str) -> list[int]:
    """The years a text names as words of their own or after FY, in order."""
    return [int(year) for year in _YEAR.findall(text)]


def full_year(year: str) -> int:
    """A year of four digits or two; two are of this century."""
    return int(year) if len(year) == 4 else 2000 + int(year)


def month_number(name: str) -> int | None:
    """The number of a month, 1 to 12, by its name or the abbreviation of three or four letters; None otherwise."""
    plain = name.lower().strip(". ")
    if len(plain) < 3:
        return None
    return next((number for month, number in MONTH_NUMBERS.items() if month == plain or _shortens(plain, month)), None)


def quarter_of(month: int) -> int:
    """The calendar quarter of a month, 1 to 4."""
    return (month + 2) // 3


def _shortens(plain: str, month: str) -> bool:
    return len(plain) <= 4 and month.startswith(plain) and (len(plain) == 3 or plain == "sept")


def _mention(match: re.Match[str]) -> DateMention | None:
    parts = _NUMBER_OR_NAME.findall(match.group())
    named = next((part for part in parts if month_number(part)), None)
    figures = [int(part) for part in parts if part.isdecimal()]
    if named is not None:
        year, month = next((n for n in figures if n > 31), None), month_number(named) or 0
        day = next(n for n in figures if n <= 31)
    elif "-" in match.group():
        year, month, day = figures
    else:
        month, day, year = figures
        if month > 12:
            month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return DateMention(year, month, day, match.start(), match.end())
