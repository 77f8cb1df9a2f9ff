"""What the amounts of a table are in: the statements of scale and currency that govern it, nearest first.

A table's own statement stands between the table before and its last row, the page's in its head or foot; then comes
what was said for the table above, then the last statement of a page before. Money and share counts are told apart:
"in millions, except number of shares, which are reflected in thousands". Knows nothing of cells.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.table_types import PageSpan
from ingest.text.currency import ScaleStatement, first_currency, scale_statements
from ingest.types import Line

HEAD_LINES, FOOT_LINES = 8, 4  # of a page that may speak for all of it
MAX_STATEMENT = 260  # characters of a line that states a scale; a longer one is prose
COUNTED = r"(?:shares?|units|rsus?|psus?|options|awards|warrants)"
OF_SHARES = re.compile(
    rf"\b{COUNTED}\b[,\s]*(?:which\s+are\s+|are\s+)?(?:reflected|presented|shown|expressed|stated)?\s*\(?\s*$", re.I
)
TO_SHARES = re.compile(rf"\s+of\s+(?:common\s+)?{COUNTED}\b", re.I)
EXCEPT = re.compile(r"\b(?:except|other than)\b([^)\d]{0,120})", re.I)
PER_SHARE = re.compile(r"\bper[\s-]+(?:common\s+)?(?:share|unit)(?:\s+(?:amounts?|data|information|figures))?\b", re.I)
MAX_HINTS = 8  # places in a long text that may hold a statement
BEFORE, AFTER = 60, 160  # characters around a statement that belong to it
ABBREVIATED = re.compile(r"\(\s*(?:in\s+)?(?P<word>thous|mil|bil)\.?\s*\)", re.I)
# "(in CHF)", "(in whole US dollars)": amounts are printed in full
IN_FULL = re.compile(r"\(\s*(?:all\s+)?(?:amounts\s+)?(?:are\s+)?in\s+(?:whole\s+)?[A-Za-z.$€£¥ ]{1,24}\)", re.I)
# what may hold a statement, quick to look for where the statement itself is slow
SAYS_SCALE = re.compile(
    r"illion|housand|crore|lakh|\((?:in\s+)?(?:thous|mil|bil)\b|(?<![\d,.])['’‘]?000|[$€£¥₹](?:\s?[kmb]|['’])"
    r"|\b(?:mi?l?n|mio|mrd|bn|mm)\b|\b[A-Z]{3}\s?[kmb]\b|[TKM](?:€|EUR)|\([^()]*\bin\s+[^()]{1,30}\)",
    re.I,
)
ABBREVIATIONS = {"thous": 1_000, "mil": 1_000_000, "bil": 1_000_000_000}


@dataclass(frozen=True)
class Scales:
    """What multiplies money and share counts, the currency said with it, and the words that say so."""

    money: int | None = None
    shares: int | None = None
    currency: str | None = None
    evidence: tuple[PageSpan, ...] = ()

    def filled(self, further: "Scales") -> "Scales":
        """This, with what it leaves open taken from a statement further away."""
        if self.money is not None:
            return self
        merged = replace(further, evidence=(*self.evidence, *further.evidence))
        return merged if self.shares is None else replace(merged, shares=self.shares)


NOTHING = Scales()


def scales_in(page: int, text: str, start: int, end: int) -> Scales:
    """What the last statements in text[start:end] say; a statement for shares alone leaves money open."""
    if end - start <= MAX_STATEMENT:
        return _said(page, text, start, end)
    found = NOTHING
    hints = [start + match.start() for match in SAYS_SCALE.finditer(text[start:end])][-MAX_HINTS:]
    while hints and found.money is None:  # the last few places alone: most of them are amounts in prose
        last = hints[-1]
        begin = max(start, last - BEFORE - AFTER)
        found = found.filled(_said(page, text, begin, min(end, last + AFTER)))
        hints = [hint for hint in hints if hint < begin]
    return found


def _said(page: int, text: str, start: int, end: int) -> Scales:
    found = NOTHING
    for statement in _statements(text[start:end]):
        first, last = start + statement.start, start + statement.end
        span = PageSpan(page, first, last)
        if OF_SHARES.search(text[max(start, first - BEFORE) : first]):
            found = replace(found, shares=statement.scale, evidence=(*found.evidence, span))
            continue
        if TO_SHARES.match(text, last):
            found = replace(found, shares=statement.scale, evidence=(*found.evidence, span))
            continue
        excepted = EXCEPT.match(_rest(text, first, last))
        counts = excepted is not None and "share" in PER_SHARE.sub(" ", excepted.group(1)).lower()
        found = Scales(statement.scale, 1 if counts else statement.scale, statement.currency, (span,))
    return found


def _rest(text: str, start: int, end: int) -> str:
    """What follows a statement within its brackets, or on its line where it stands in none."""
    opened = text.rfind("(", max(0, start - BEFORE), start + 1) > text.rfind(")", max(0, start - BEFORE), start)
    rest = text[end : end + AFTER]
    stop = rest.find(")") if opened else min((at for at in map(rest.find, "\r\n") if at >= 0), default=-1)
    return " ".join(rest[: stop if stop >= 0 else None].split()).lstrip(" ,;")


def _statements(text: str) -> Iterator[ScaleStatement]:
    if SAYS_SCALE.search(text) is None:
        return
    shortened = [
        ScaleStatement(ABBREVIATIONS[match["word"].lower()], None, match.start(), match.end())
        for match in ABBREVIATED.finditer(text)
    ]
    in_full = [
        ScaleStatement(1, first_currency(match.group()), match.start(), match.end())
        for match in IN_FULL.finditer(text)
        if first_currency(match.group()) is not None
    ]
    yield from sorted([*scale_statements(text), *shortened, *in_full], key=lambda statement: statement.start)


def page_scales(page: int, text: str, lines: Sequence[Line]) -> Scales:
    """What the head or foot of a page says for all of it."""
    foot = last_scales(page, text, lines[-FOOT_LINES:])
    return foot.filled(last_scales(page, text, lines[:HEAD_LINES]))


def last_scales(page: int, text: str, lines: Sequence[Line]) -> Scales:
    """The last statement among some lines of a page; prose makes none."""
    for line in reversed(lines):
        if line.end - line.start <= MAX_STATEMENT:
            found = scales_in(page, text, line.start, line.end)
            if found.money is not None:
                return found
    return NOTHING


def without_statement(text: str) -> str:
    """Header words without a statement of scale and the brackets around it."""
    statement = next(_statements(text), None)
    if statement is None:
        return text
    begin, end = text.rfind("(", 0, statement.start + 1), text.find(")", statement.end - 1)
    start = begin if begin >= 0 and ")" not in text[begin : statement.start] else statement.start
    stop = end + 1 if end >= 0 else len(text)
    return f"{text[:start]} {text[stop:]}".strip()
