"""Builds the outline of a document from its text and layout, without bookmarks. Knows nothing of questions.

Finders propose starts (page, offset, level, kind, title); this file puts them in order and gives each its end.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ingest.reading.file_structure import Bookmark
from ingest.structure.contract import find_clauses, find_preamble
from ingest.structure.filing import find_items, find_notes, find_statements
from ingest.structure.headings import find_back_matter, find_headings
from ingest.structure.section_start import Start
from ingest.types import RawPage, Section

MAX_BOOKMARKS = 3000


def find_sections(pages: Sequence[RawPage], bookmarks: Iterable[Bookmark]) -> list[Section]:
    """The outline in document order. `bookmarks` are what the file itself carries."""
    items = list(find_items(pages))
    statements = list(find_statements(pages))
    starts: list[Start] = []
    if len(items) >= 3 or len(statements) >= 2:
        starts = _filing(pages, [*items, *statements, *find_notes(pages, statements)])
    if not starts:
        preamble = find_preamble(pages)
        starts = list(find_clauses(pages)) or list(_from_bookmarks(pages, bookmarks)) or list(_headings(pages))
        starts += [preamble] if preamble is not None else []
    return _assemble(pages, starts)


def _filing(pages: Sequence[RawPage], named: list[Start]) -> list[Start]:
    """Items, statements and notes with what stands between them: sub-headings, signatures, exhibits."""
    first = min((start.page, start.offset) for start in named)
    last_item = max((start.page for start in named if start.level <= 2), default=0)
    back = [start for start in find_back_matter(pages) if start.page >= last_item]
    taken = {(start.page, start.offset) for start in (*named, *back)}
    places = ((start, (start.page, start.offset)) for start in find_headings(pages))
    return [*named, *back, *(start for start, place in places if place > first and place not in taken)]


def _from_bookmarks(pages: Sequence[RawPage], bookmarks: Iterable[Bookmark]) -> Iterator[Start]:
    for mark in islice(bookmarks, MAX_BOOKMARKS):
        if 1 <= mark.page <= len(pages):
            offset = max(pages[mark.page - 1].text.find(mark.title), 0)
            yield Start(mark.page, offset, mark.level, "heading", mark.title, None)


def _headings(pages: Sequence[RawPage]) -> Iterator[Start]:
    """Lines set larger than the body, or bold and alone: the outline of reports and papers."""
    sizes: dict[float, int] = {}
    for page in pages:
        for line in page.lines:
            sizes[line.size] = sizes.get(line.size, 0) + line.end - line.start
    if not sizes:
        return
    body = max(sizes, key=lambda size: sizes[size])
    larger = sorted({size for size in sizes if size > body * 1.12}, reverse=True)
    for page in pages:
        for line in page.lines:
            title = page.text[line.start : line.end].strip()
            if line.size > body * 1.12 and 3 <= len(title) <= 120 and any(c.isalpha() for c in title):
                level = 1 + min(larger.index(line.size), 3)
                yield Start(page.number, line.start, level, "heading", title, None)


def _assemble(pages: Sequence[RawPage], starts: Sequence[Start]) -> list[Section]:
    ordered = sorted(set(starts), key=lambda start: (start.page, start.offset, start.level))
    last_page = len(pages)
    last_offset = len(pages[-1].text) if pages else 0
    sections: list[Section] = []
    open_at: list[int] = []
    ends: dict[int, tuple[int, int]] = {}
    for ordinal, start in enumerate(ordered):
        while open_at and ordered[open_at[-1]].level >= start.level:
            ends[open_at.pop()] = (start.page, start.offset)
        parent = open_at[-1] if open_at else None
        sections.append(
            Section(
                ordinal,
                parent,
                start.level,
                start.kind,
                start.title,
                start.number,
                start.page,
                start.offset,
                0,
                0,
            )
        )
        open_at.append(ordinal)
    return [_ended(section, ends.get(section.ordinal, (last_page, last_offset)), ordered) for section in sections]


def _ended(section: Section, end: tuple[int, int], starts: Sequence[Start]) -> Section:
    limit = starts[section.ordinal].last_page
    if limit is not None and end[0] > limit:
        end = (limit + 1, 0)
    values = {name: getattr(section, name) for name in Section.__slots__}
    return Section(**{**values, "end_page": end[0], "end": end[1]})


def breadcrumb_at(sections: Sequence[Section], page: int, offset: int) -> tuple[str, ...]:
    """Titles of the sections around a place, outermost first."""
    around = [s for s in sections if (s.start_page, s.start) <= (page, offset) < (s.end_page, s.end)]
    return tuple(section.title for section in sorted(around, key=lambda s: (s.level, s.ordinal)))
