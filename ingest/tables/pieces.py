"""Puts together the pieces in which a file stores one printed row: a label, then its values, each a line of the text.

Only pieces of values are joined to what stands left of them at the same height; words that head columns stay apart.
Knows nothing of tables.
"""

from collections.abc import Sequence
from dataclasses import replace

from ingest.tables.headers import beside
from ingest.tables.lines import RAISED, VALUE_WORD
from ingest.text.dates import is_year
from ingest.types import Line

MAX_OVERLAP = 1.0  # points by which a piece may begin before the one left of it ends


def rows_whole(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of a page with pieces of values joined; the joined line's text has the line breaks in it."""
    joined: list[Line] = []
    for line in lines:
        if joined and _goes_on(text, joined[-1], line):
            joined[-1] = _together(text, joined[-1], line)
        else:
            joined.append(line)
    return joined


def _goes_on(text: str, one: Line, other: Line) -> bool:
    if other.x0 < one.x1 - MAX_OVERLAP or not beside(one, other):
        return False
    words = text[other.start : other.end].split()
    values = all(VALUE_WORD.fullmatch(word) for word in words) and not all(map(is_year, words))
    return values and any(character.isdigit() for word in words for character in word)


def _together(text: str, one: Line, other: Line) -> Line:
    """Two pieces as one line; a footnote mark that begins the second one loses its mark, by which it is known."""
    marks = other.marks
    first = text[other.start : other.end].split()[0]
    if other.size < RAISED * one.size and len(first) <= 2:
        marks = tuple(mark for mark in marks if mark.start >= other.start + len(first))
    return replace(
        one, end=other.end, x1=other.x1, y0=min(one.y0, other.y0), y1=max(one.y1, other.y1), marks=(*one.marks, *marks)
    )
