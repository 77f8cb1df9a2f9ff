"""Exact text search inside one document: every place where the words stand, in page order, as spans.

Letter case, white space, line-end hyphens, ligatures, quotation marks and dashes are evened out by the pattern, so
the page's text is looked through unchanged and spans need no mapping back. Ranks nothing; knows no HTTP.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.catalog import PageText
from ingest.text.scripts import without_accents
from ingest.types import Rectangle, Span

AROUND = 60  # characters of context on either side of a match
BREAK = r"(?:[\x02\ufffe\u00ad]\s*|-[\r\n]+)?"  # a word broken at a line end; PDFium drops the line break itself
SPACE = r"[\s\u200b]+"
HYPHENS = "-–—‐‑−"
SAME = ("'‘’‛", '"“”', f"{HYPHENS}\x02\ufffe\u00ad")
LATIN_WITH_ACCENTS = range(0xC0, 0x250)
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
    if alike is None:
        return _with_accents(character)
    return f"[{re.escape(alike)}]" + (r"[\r\n]*" if character in HYPHENS else "")


def _with_accents(character: str) -> str:
    """A letter as it stands or with any accent, as one character or as two; accents asked for are not insisted on."""
    plain = without_accents(character)
    if len(plain) != 1 or not plain.isalpha() or not plain.isascii():
        return re.escape(character)
    return f"[{plain}{_accented(plain.lower())}][\u0300-\u036f]?"


@cache
def _accented(plain: str) -> str:
    return "".join(chr(code) for code in LATIN_WITH_ACCENTS if without_accents(chr(code)).lower() == plain)


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
