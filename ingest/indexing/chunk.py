"""Cuts pages into chunks: slices that never cross a page and together give back the page's text exactly.

Table rows stay whole; a chunk that begins inside a table carries the table's header lines as its caption. Knows
nothing of encoders beyond a count of tokens, nor of indexes.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.structure.outline import breadcrumb_at
from ingest.table_types import Table
from ingest.tables.rows import read_tables
from ingest.text.derived import without_amounts
from ingest.text.normalize import Level, normalize
from ingest.text.sentences import BREAK
from ingest.types import Chunk, Page, Section

LONG_LINE = 300  # characters; where a paragraph stands on one line, its sentences are the units
FULL_ENOUGH = 0.6  # past this share of the limit a chunk ends at the next good place
MAX_CAPTION = 200


@dataclass(frozen=True)
class _Slice:
    start: int
    end: int
    tokens: int


def chunk_id(content: str, ordinal: int) -> str:
    """The id of a content's n-th chunk: the same bytes give the same ids."""
    return hashlib.sha256(f"{content}:{ordinal}".encode()).hexdigest()[:16]


def chunk_pages(
    content: str,
    pages: Iterable[Page],
    sections: Sequence[Section],
    count: Callable[[Sequence[str]], list[int]],
    limit: int,
) -> Iterator[Chunk]:
    """Chunks of all pages in order. `count` gives the tokens of several texts; `limit` bounds one chunk."""
    ordinal = 0
    for page in pages:
        tables = read_tables(page.number, page.text, page.lines) if page.lines else []
        borders = {s.start for s in sections if s.start_page == page.number}
        for piece in _slices(page, borders, tables, count, limit):
            table = next((t for t in tables if t.start < piece.end and piece.start < t.end), None)
            inside = table is not None and table.rows[0].start < piece.start
            yield Chunk(
                chunk_id(content, ordinal),
                ordinal,
                page.number,
                piece.start,
                piece.end,
                breadcrumb_at(sections, page.number, max(piece.start, _first_word(page.text, piece))),
                normalize(table.caption, Level.TYPOGRAPHY)[-MAX_CAPTION:] if table is not None and inside else "",
                table is not None,
                piece.tokens,
            )
            ordinal += 1


def _first_word(text: str, piece: _Slice) -> int:
    body = text[piece.start : piece.end]
    return piece.start + len(body) - len(body.lstrip())


def _slices(
    page: Page,
    borders: set[int],
    tables: Sequence[Table],
    count: Callable[[Sequence[str]], list[int]],
    limit: int,
) -> Iterator[_Slice]:
    units = _counted(page.text, list(_units(page.text, limit)), count, limit)
    if not units:
        return
    begin, used = units[0][0], 0
    for index, (start, end, size) in enumerate(units):
        good_place = used >= FULL_ENOUGH * limit and _ends_well(page.text[begin:start], start, tables)
        at_border = any(start <= border < end for border in borders) and used > 0
        if index and (used + size > limit or good_place or at_border):
            yield _Slice(begin, start, used)
            begin, used = start, 0
        used += size
    yield _Slice(begin, len(page.text), used)


def _ends_well(before: str, offset: int, tables: Sequence[Table]) -> bool:
    """A place to cut: the end of a sentence or paragraph, and not inside a table."""
    if any(table.start < offset < table.end for table in tables):
        return False
    return before.rstrip().endswith((".", ":", ";", "?", "!")) or before.endswith(("\n\n", "\r\n\r\n"))


def _units(text: str, limit: int) -> Iterator[tuple[int, int]]:
    """Lines with their line ends; a long line is cut into sentences, a long sentence at spaces."""
    longest = limit * 3  # characters
    position = 0
    for line in text.splitlines(keepends=True):
        end = position + len(line)
        if end - position > LONG_LINE:
            for match in BREAK.finditer(text, position, end):
                yield from _at_spaces(text, position, match.end(), longest)
                position = match.end()
        yield from _at_spaces(text, position, end, longest)
        position = end


def _at_spaces(text: str, position: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    while end - position > longest:
        cut = _cut(text, position + longest // 2, position + longest)
        yield position, cut
        position = cut
    if position < end:
        yield position, end


def _cut(text: str, earliest: int, latest: int) -> int:
    """Where to cut between two places: after the last space, or at the latest place when there is none."""
    space = text.rfind(" ", earliest, latest)
    return space + 1 if space >= 0 else latest


def _counted(
    text: str, units: list[tuple[int, int]], count: Callable[[Sequence[str]], list[int]], limit: int
) -> list[tuple[int, int, int]]:
    """Units with their tokens. Text denser than prose (other scripts, codes) is halved until a unit fits a chunk."""
    tokens = count([without_amounts(text[start:end]) for start, end in units])
    counted: list[tuple[int, int, int]] = []
    for (start, end), size in zip(units, tokens, strict=True):
        if size > limit and end - start > 1:
            middle = _cut(text, (3 * start + end) // 4 + 1, (start + end) // 2)
            counted.extend(_counted(text, [(start, middle), (middle, end)], count, limit))
        else:
            counted.append((start, end, size))
    return counted
