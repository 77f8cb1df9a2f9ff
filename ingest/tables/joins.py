"""Tables that run over a page's end: the part on the next page takes over what was printed once, on the page before.

A table continues the last one of the page before when it stands at the top of its page, the other at the foot of its
own, their columns stand in the same places, and it has no header of its own or repeats the other's. It then inherits
columns, periods, unit, scale and caption; its rows stay where they are, so that each is quoted from its own page.
Knows nothing of documents or where pages are kept.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from ingest.table_types import Row, Table
from ingest.tables.rows import read_tables
from ingest.tables.scales import NOTHING, Scales, last_scales
from ingest.tables.units import Governing, own_units, scales_of, with_units
from ingest.types import Line, Page

MAX_PAGES_BACK = 4  # a table of many pages is followed back this far
MAX_LINES_ABOVE = 12  # between a page's top and the first row of a table that continues there
MAX_LINES_BELOW = 4  # of a page's foot
HEAD_LINES = 12  # lines at a page's top that the next page may repeat
MAX_SENTENCE = 70  # characters of a line that may head rows or stand in a page's foot
SAME_EDGE = 10.0  # points by which a column's right edge may move from page to page
CONTINUED = re.compile(r"[\s\-–—,]*\(?\bcont(?:inued|['’]d|\.)[\s)]*$", re.I)
PAGE_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?![\w.,])")
NUMBERED = re.compile(r"(?:(?:note|item|table|part|schedule|exhibit)\b|\d{1,2}\.\s)", re.I)
FOOTNOTE = re.compile(r"\(\w{1,2}\)\s|[*†‡]")
SENTENCE = re.compile(r"\.\s*$|\b(?:follows|following|below|accompanying notes)\b", re.I)


def tables_of(number: int, page_at: Callable[[int], Page]) -> list[Table]:
    """Every table of a page, the first one with what it inherits if it continues a table of the page before.

    Tables whose page states no scale are in that of the last statement on the pages before.
    """
    found = _read(number, page_at, MAX_PAGES_BACK)
    if all(table.scale is not None for table in found):
        return found
    scales = _stated_before(number, page_at)
    return [_scaled(table, scales) if table.scale is None else table for table in found]


def _stated_before(number: int, page_at: Callable[[int], Page]) -> Scales:
    """The last statement of scale on the pages before, the nearest page first."""
    for earlier in range(number - 1, max(0, number - 1 - MAX_PAGES_BACK), -1):
        page = page_at(earlier)
        said = last_scales(earlier, page.text, page.lines)
        if said.money is not None:
            return said
    return NOTHING


def _scaled(table: Table, scales: Scales) -> Table:
    if scales.money is None:
        return table
    return with_units(table, own_units(table), Governing(scales, table.unit))


def _read(number: int, page_at: Callable[[int], Page], back: int) -> list[Table]:
    page = page_at(number)
    found = read_tables(number, page.text, page.lines)
    if number == 1 or back == 0 or not found or not _stands_at_top(page, found[0]):
        return found
    before = page_at(number - 1)
    earlier = read_tables(before.number, before.text, before.lines)
    if earlier and _continues(before, earlier[-1], page, found[0]):
        if len(earlier) == 1:  # it may itself continue a table
            earlier = _read(number - 1, page_at, back - 1)
        found[0] = _joined(before, earlier[-1], found[0])
    return found


def _stands_at_top(page: Page, table: Table) -> bool:
    above = _above(page, table)
    return len(above) <= MAX_LINES_ABOVE and not any(_is_sentence(_body(page, line)) for line in above)


def _continues(before: Page, last: Table, page: Page, first: Table) -> bool:
    if not _stands_at_foot(before, last) or _same_columns(last, first) is None:
        return False
    known = {_plain(_body(before, line)) for line in (*before.lines[:HEAD_LINES], *_header(before, last))} | {""}
    above = _above(page, first)
    repeated = max((index for index, line in enumerate(above) if _plain(_body(page, line)) in known), default=-1)
    if any(_plain(_body(page, line)) not in known for line in above[:repeated]):
        return False  # a name or a header of its own
    return all(_heads_rows(page, first, line) for line in above[repeated + 1 :])


def _stands_at_foot(page: Page, table: Table) -> bool:
    below = [_body(page, line) for line in page.lines if line.start >= table.end]
    return len(below) <= MAX_LINES_BELOW and not any(_is_sentence(body) or FOOTNOTE.match(body) for body in below)


def _is_sentence(body: str) -> bool:
    return len(body) > MAX_SENTENCE or bool(SENTENCE.search(body))


def _heads_rows(page: Page, table: Table, line: Line) -> bool:
    """Whether a line stands in the column of labels and names rows, not the table."""
    first_cell = min(cell.x0 for row in table.rows for cell in row.cells)
    return line.x1 < first_cell and NUMBERED.match(_body(page, line)) is None


def _same_columns(last: Table, first: Table) -> dict[int, int] | None:
    """Which column of the table before each column continues; None when one stands elsewhere."""
    places: dict[int, int] = {}
    for index, column in enumerate(first.columns):
        nearest = min(range(len(last.columns)), key=lambda other: abs(last.columns[other].x1 - column.x1), default=None)
        if nearest is None or nearest in places.values() or abs(last.columns[nearest].x1 - column.x1) > SAME_EDGE:
            return None
        places[index] = nearest
    return places


def _joined(before: Page, last: Table, first: Table) -> Table:
    places = _same_columns(last, first)
    if places is None:
        return first
    heading = _heading(before, last)
    rows, own = [], False
    for row in first.rows:
        own = own or bool(row.heading)
        rows.append(_moved(row, places, "" if own else heading))
    joined = replace(first, caption=last.caption, columns=last.columns, rows=tuple(rows), continued_from=last.page)
    governing = first if first.scale_text else last
    table = with_units(joined, own_units(last), Governing(scales_of(governing), first.unit or last.unit))
    return replace(table, scale_text=governing.scale_text)


def _moved(row: Row, places: dict[int, int], heading: str) -> Row:
    cells = tuple(replace(cell, column=places[cell.column]) for cell in row.cells)
    return replace(row, cells=cells, label=row.label or heading, heading=row.heading or heading)


def _heading(page: Page, table: Table) -> str:
    """The heading under which a table's rows go on: the last one printed on its page."""
    below = [_body(page, line) for line in page.lines if line.start >= table.end]
    return next((body[:-1].strip() for body in below if body.endswith(":")), table.rows[-1].heading)


def _above(page: Page, table: Table) -> list[Line]:
    return [line for line in page.lines if line.start < table.rows[0].start]


def _header(page: Page, table: Table) -> list[Line]:
    return [line for line in page.lines if table.start <= line.start < table.rows[0].start]


def _body(page: Page, line: Line) -> str:
    return page.text[line.start : line.end].strip()


def _plain(body: str) -> str:
    """A line without "(continued)", page number, case and spacing, so that it can be recognised on the next page."""
    return " ".join(PAGE_NUMBER.sub(" ", CONTINUED.sub("", body)).lower().split())
