"""Lines of a page as possible table rows: a label and the run of values the line ends in.

A value is a number in any form, a range, a bound, a dash or "n.m."; it may have a sign, brackets or a footnote's star.
Knows nothing of columns: where values stand is for others to say.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from ingest.page_text.header_lines import SENTENCE_END
from ingest.text.dates import MONTH, YEAR_ONLY, YEAR_WORD
from ingest.types import Line, Mark

SIGNS = "$€£¥"
DIGITS = r"(?:\d(?:[\d.,'’]*\d)?,?|\.\d+)"
CODE = r"(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|CNY|RMB)"
BEFORE = rf"\*{{0,3}}[{SIGNS}]{{0,2}}[(\[]?[{SIGNS}]?[<>≤≥~±]?(?:[-−–+](?=[\d.{SIGNS}]))?[{SIGNS}]?"
UNIT = r"(?:x|bps|pts|pp)"
AFTER = rf"[)\]]?%?[)\]]?{UNIT}?[)\]]?(?:[-−](?![\w(]))?[*†‡]{{0,3}}"
RANGE = rf"(?:%?[-–]{DIGITS})"
NOTHING = r"[—–−-]{1,3}%?|\*{2,5}|\((?:X|Z|S|NA)\)|(?i:N/?[AM]|n\.\s?[am]\.|nil)"
# a value is found word by word from the right end of a line: one pattern for the whole run would backtrack without end
VALUE_WORD = re.compile(
    rf"{BEFORE}{DIGITS}{RANGE}?{AFTER}|[{SIGNS}(]{{1,2}}|[)%*†|_]{{1,2}}|\([A-Za-z]\)|{NOTHING}|{CODE}|CR|DR|n\.|[am]\."
    rf"|—%-{DIGITS}%"
)
_LEAD = rf"\*{{0,3}}(?:{CODE}\s)?(?:[{SIGNS}]\s*)?[(\[]?\s?(?:[{SIGNS}]\s*)?"
_SIGNED = rf"[<>≤≥~±]?\s?(?:[-−–+](?=[\d.{SIGNS}]))?[{SIGNS}]?"
_TAIL = rf"\s?[)\]]?\s?%?(?:\s?(?:{UNIT}|CR|DR)\b)?[)\]]?(?:(?<=[\d)\]%])[-−](?![\w(]))?[*†‡]{{0,3}}"
ONE_VALUE = re.compile(
    rf"\((?:X|Z|S|NA)\)|{_LEAD}{_SIGNED}(?:{DIGITS}|—(?=%-)){RANGE}?(?:\s[-–]\s{DIGITS}(?=\s?%))?{_TAIL}"
    rf"|(?:[{SIGNS}]\s*)?[—–−-]{{1,3}}\s?%?|(?<!\S)\*{{2,5}}(?!\S)|(?i:\bN/?[AM]\b|\bn\.\s?[am]\.|\bnil\b)"
)
WORD = re.compile(r"\S+")
YEAR_AT_END = re.compile(r"\b(?:19|20)\d\d\W*$")
_YEAR = r"(?:19|20)\d\d(?!\d)\s*"
DAY = re.compile(rf"(?:\d{{1,2}}\s*[-–—]\s*)?\d{{1,2}}(?:,(?!\d)\s*(?:{_YEAR})?|\s+|$)|{_YEAR}")
MONTH_AT_END = re.compile(rf"\b(?:{MONTH})\s*$", re.I)
DOTS = re.compile(r"(?:\.\s?){3,}\s*$|[_…]{2,}\s*$|\$\s*$")
MAX_LINE = 1000  # characters; a longer line is no table row
MAX_VALUE_WORDS = 80
MAX_LABEL = 110  # characters of a label before a lone value
LABEL_END = 40  # characters in which leaders and footnotes are looked for: a run of dots is as long as its author likes
RAISED = 0.85  # of the size of what they hang on: footnote marks are smaller
LETTERED = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True)
class RowLine:
    """A line of the page as a possible row; `lone` is one plain number that is a value only under a column."""

    index: int
    line: Line
    label: str
    values: tuple[tuple[int, int], ...]
    heads: bool = False  # a line of years: what follows is another table, or another part with its own columns
    lone: tuple[int, int] | None = None
    before_lone: str = ""  # the label it would have

    @property
    def is_row(self) -> bool:
        """Whether the line ends in values."""
        return bool(self.values)


def groups_by_space(text: str) -> bool:
    """Whether a page may set thousands apart by a space: none of its numbers does so by a comma."""
    return COMMA_GROUP.search(text) is None


def read_line(index: int, line: Line, text: str, *, spaced: bool = False) -> RowLine:
    """One line: its label and the places of its values; `spaced` lets "15 455" be one number."""
    body = text[line.start : line.end]
    if len(body) > MAX_LINE:
        return RowLine(index, line, body[:MAX_LINE], ())
    begin = _behind_date(body, _values_begin(body))
    if begin == len(body) or _is_header(body, begin) or SENTENCE_END.search(body):
        heads = len(YEAR_WORD.findall(body)) > 1 and YEAR_AT_END.search(body) is not None
        return RowLine(index, line, body, (), heads=heads)
    values = tuple(_trimmed(line, found) for found in ONE_VALUE.finditer(body, begin))
    if "\n" in body and line.marks:  # in a row put together of pieces, what was not measured is a footnote's mark
        values = tuple(value for value in values if _marks(line, value))
    values = _without_raised(line, _regrouped(line, text, values) if spaced else values)
    return _row_line(index, line, text, without_raised(line, text, begin), values)


def _row_line(index: int, line: Line, text: str, label: str, values: tuple[tuple[int, int], ...]) -> RowLine:
    """A line that ends in values, unless there is but one and it may be part of a sentence."""
    body = text[line.start : line.end]
    if not values:
        return RowLine(index, line, body, ())
    if not label.strip() and len(values) > 1 and YEAR_ONLY.fullmatch(text[slice(*values[0])]):
        label, values = text[line.start : values[0][1]], values[1:]  # maturities: years are what rows are called
        return RowLine(index, line, label, values)
    if len(values) == 1 and not _lone_value_counts(label, text[slice(*values[0])]):
        lone = values[0] if LETTERED.search(label) and len(label) < MAX_LABEL else None
        return RowLine(index, line, body, (), lone=lone, before_lone=label)
    return RowLine(index, line, label, values)


def _trimmed(line: Line, found: "re.Match[str]") -> tuple[int, int]:
    """The place of a value on the page, without the spaces around it."""
    shown = found.group()
    start = line.start + found.start() + len(shown) - len(shown.lstrip())
    return start, start + len(shown.strip())


def _values_begin(body: str) -> int:
    """Where the run of values at the end of a line begins; the line's length when it ends in none."""
    begin = len(body)
    for word in reversed(list(WORD.finditer(body))[-MAX_VALUE_WORDS:]):
        if VALUE_WORD.fullmatch(word.group()) is None:
            break
        begin = word.start()
    return begin


def _behind_date(body: str, begin: int) -> int:
    """Where values begin behind a date that ends a label, as in "Balance at June 30, 2022 $ 1,180"."""
    date = DAY.match(body, begin) if MONTH_AT_END.search(body[:begin]) else None
    return date.end() if date is not None else begin


def _is_header(body: str, begin: int) -> bool:
    """Years head columns and are no row of their own."""
    words = body[begin:].replace("%", " ").replace("*", " ").split()
    return all(YEAR_ONLY.fullmatch(word) for word in words)


def _lone_value_counts(label: str, value: str) -> bool:
    """One number at the end of a line of prose is no cell; behind leaders, a dollar sign or with separators it is."""
    return len(label) < MAX_LABEL and bool(re.search(r"[$(,%.]", value) or DOTS.search(label.rstrip()[-LABEL_END:]))


def _regrouped(line: Line, text: str, values: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Values with thousands set apart by a space put together: "15 455" is one where the gap is no column's."""
    joined: list[tuple[int, int]] = []
    for start, end in values:
        if joined and _goes_on(line, text, joined[-1], (start, end)):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


COMMA_GROUP = re.compile(r"\d,\d{3}(?!\d)")
GROUP = re.compile(r"\d{3}(?:[.,]\d+)?[)\]]?%?")
OPEN_GROUP = re.compile(rf"[{SIGNS}(\[+−–-]*\s?\d{{1,3}}(?:[ \u00a0]\d{{3}})*")
MAX_GAP = 0.55  # of the line's height: a space inside a number is narrower, one between columns wider


def _goes_on(line: Line, text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    shown = text[slice(*one)].strip()
    if not OPEN_GROUP.fullmatch(shown) or not GROUP.fullmatch(text[slice(*other)].strip()):
        return False
    left, right = _marks(line, one), _marks(line, other)
    if not left or not right:
        return False
    return right[0].x0 - left[-1].x1 < MAX_GAP * max(line.y1 - line.y0, line.size)


def _marks(line: Line, place: tuple[int, int]) -> list[Mark]:
    return [mark for mark in line.marks if mark.start < place[1] and mark.end > place[0]]


def _without_raised(line: Line, values: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Values without the footnote marks set higher behind them: the reader measures those as marks of their own."""
    return tuple((start, _raised(line.marks, start, end) or end) for start, end in values)


def without_raised(line: Line, text: str, end: int) -> str:
    """The first characters of a line without footnote marks set smaller than the word they hang on."""
    kept, position = [], line.start
    for one, other in pairwise(line.marks):
        if one.end == other.start and other.end <= line.start + end:
            kept.append(text[position : other.start])
            position = other.end
    return "".join((*kept, text[position : line.start + end]))


def _raised(marks: tuple[Mark, ...], start: int, end: int) -> int | None:
    inside = [mark for mark in marks if mark.start >= start and mark.end <= end]
    return next((other.start for one, other in pairwise(inside) if one.end == other.start), None)
