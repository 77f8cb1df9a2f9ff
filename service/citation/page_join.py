"""Two pages that follow one another as one text, without the running heads and page numbers between them.

A line at a page's edge is furniture when it is no more than a page number or stands, digits aside, at the other
page's same edge. Knows nothing of quotes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Page, Span

EDGE_LINES = 5  # lines at either edge that may be furniture
FEWEST_LETTERS = 3  # rows of figures look alike once their digits are set aside
MOST = 6000  # characters of either page
LINE = re.compile(r"[^\r\n]+")
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–—|\s]*(?:[a-z]{0,2}-?\d{1,4}|[ivxlc]{1,6})[-–—|\s]*(?:of\s+\d{1,4})?", re.I)


@dataclass(frozen=True)
class PageJoin:
    """The end of one page and the beginning of the next in one text, with the way back."""

    first: Page
    second: Page
    start: int
    end: int
    begin: int
    text: str

    def split(self, span: Span) -> list[tuple[Page, Span]]:
        """A span of the joined text on its page or pages."""
        length = self.end - self.start
        places = []
        if span.start < length:
            places.append((self.first, Span(self.start + span.start, self.start + min(span.end, length))))
        if span.end > length + 1:
            begin = self.begin - length - 1
            places.append((self.second, Span(begin + max(span.start, length + 1), begin + span.end)))
        return places


def joined(first: Page, second: Page) -> PageJoin:
    """Join the end of a page with the beginning of the one that follows it."""
    end = _body_end(first.text, second.text)
    begin = _body_begin(second.text, first.text)
    start = max(0, end - MOST)
    return PageJoin(first, second, start, end, begin, f"{first.text[start:end]}\n{second.text[begin : begin + MOST]}")


def _body_end(text: str, neighbour: str) -> int:
    lines = _lines(text)
    known = {_bare(body) for _start, _end, body in _lines(neighbour)[-EDGE_LINES:]}
    for _start, end, body in reversed(lines[-EDGE_LINES:]):
        if not _furniture(body, known):
            return end
    return lines[-EDGE_LINES][0] if len(lines) >= EDGE_LINES else 0


def _body_begin(text: str, neighbour: str) -> int:
    lines = _lines(text)
    known = {_bare(body) for _start, _end, body in _lines(neighbour)[:EDGE_LINES]}
    for start, _end, body in lines[:EDGE_LINES]:
        if not _furniture(body, known):
            return start
    return lines[EDGE_LINES - 1][1] if len(lines) >= EDGE_LINES else len(text)


def _lines(text: str) -> Sequence[tuple[int, int, str]]:
    return [(m.start(), m.end(), m.group().strip()) for m in LINE.finditer(text) if m.group().strip()]


def _bare(body: str) -> str:
    return DIGITS.sub("#", body.lower())


def _furniture(body: str, known: set[str]) -> bool:
    if PAGE_NUMBER.fullmatch(body) is not None:
        return True
    return sum(map(str.isalpha, body)) >= FEWEST_LETTERS and _bare(body) in known
