"""Exact text search inside one document: every place where the words stand, in page order, as spans.

Letter case, white space, line-end hyphens, ligatures, quotation marks and dashes are evened out by the pattern, so
the page's text is looked through unchanged and spans need no mapping back. Ranks nothing; knows no HTTP.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.catalog import PageText
from ingest.types import Rectangle, Span

AROUND = 60  # characters of context on either side of a match
BREAK = r"(?:[\x02\ufffe\u00ad-][\r\n]+)?"  # a word broken at a line end
SPACE = r"[\s\u200b]+"
SAME = ("'‘’‛", '"“”', "-–—‐‑−")
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}


@dataclass(frozen=True)
class Match:
    """A place where the words stand."""

    page: PageText
    span: Span


@dataclass(frozen=True)
class Matches:
    """Places in page order. `last_page` is the last page looked through when more pages are to come, else None."""

    found: tuple[Match, ...]
    last_page: int | None

    @property
    def spans(self) -> list[tuple[int, int, int]]:
        """(page, start, end) of each place."""
        return [(match.page.number, match.span.start, match.span.end) for match in self.found]


def find_in(pages: Iterable[PageText], query: str, limit: int) -> Matches:
    """The places of a query on these pages. A page is never split: the page that passes the limit is the last."""
    pattern = pattern_for(query)
    found: list[Match] = []
    if pattern is None:
        return Matches((), None)
    for page in pages:
        if len(found) >= limit:
            return Matches(tuple(found), found[-1].page.number)
        found += [Match(page, Span(*match.span())) for match in pattern.finditer(page.text)]
    return Matches(tuple(found), None)


def pattern_for(query: str) -> "re.Pattern[str] | None":
    """What matches the query's words however a page sets them; None when it holds no character to look for."""
    words = query.split()
    if not words:
        return None
    return re.compile(SPACE.join(_word(word) for word in words), re.IGNORECASE)


def _word(word: str) -> str:
    pieces = []
    rest = word
    while rest:
        ligature = next((letters for letters in LIGATURES if rest.lower().startswith(letters)), None)
        if ligature is not None:
            letters = BREAK.join(ligature)
            pieces.append(f"(?:{letters}|{LIGATURES[ligature]})")
            rest = rest[len(ligature) :]
            continue
        pieces.append(_character(rest[0]))
        rest = rest[1:]
    return BREAK.join(pieces)


def _character(character: str) -> str:
    alike = next((group for group in SAME if character in group), None)
    return f"[{re.escape(alike)}]" if alike else re.escape(character)


def found_row(matches: Matches, boxes: Sequence[Sequence[Rectangle]] | None) -> dict[str, Any]:
    """The places as they go over the wire, with rectangles when they were asked for."""
    rows = [_match_row(match) for match in matches.found]
    if boxes is not None:
        for row, places in zip(rows, boxes, strict=True):
            row["rectangles"] = [
                {"page": box.page, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} for box in places
            ]
    return {"matches": rows, "next_after": matches.last_page}


def _match_row(match: Match) -> dict[str, Any]:
    text, span = match.page.text, match.span
    return {
        "page": match.page.number,
        "page_label": match.page.label,
        "span": {"start": span.start, "end": span.end},
        "before": " ".join(text[max(0, span.start - AROUND) : span.start].split()),
        "text": text[span.start : span.end],
        "after": " ".join(text[span.end : span.end + AROUND].split()),
    }
