"""Reads tables out of page text: rows with label and cells, column periods, unit and scale.

A row is a line that ends in a run of values; columns come from where those values stand on the page. Knows
nothing of questions. Everything is a span of the page's own text, so a row can be quoted as it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from ingest.table_types import Cell, Table
from ingest.tables.blocks import parts
from ingest.tables.columns import Extent, column_units, columns_for, title
from ingest.tables.grid import SAME_COLUMN, column_edges, extents, placed
from ingest.tables.headers import Header, extent
from ingest.tables.lines import DOTS, LABEL_END, RowLine, groups_by_space, read_line
from ingest.tables.page_units import Draft, in_units
from ingest.tables.periods import MAX_ABOVE, with_periods
from ingest.tables.pieces import rows_whole
from ingest.tables.row_labels import labelled, lead
from ingest.text.cell_numbers import decimal_mark, parse_cell
from ingest.text.currency import first_currency
from ingest.types import Line

YEARS_ABOVE = 4  # lines above a lone row among which a line of years makes it a table
MAX_GAP_LINES = 7  # lines without values that a table may hold between two rows
FOOTNOTE_VALUE = re.compile(r"\(\d\)")
WIDEST_LETTER = 0.75  # of the font size: a label's letters are narrower than this on average


def read_tables(page: int, text: str, lines: Sequence[Line]) -> list[Table]:
    """Every table of a page, in reading order."""
    lines = rows_whole(text, lines)
    spaced = groups_by_space(text)
    drafts = [read_line(index, line, text, spaced=spaced) for index, line in enumerate(lines)]
    found: list[Draft] = []
    floor = 0
    for group in _groups(drafts):
        if group and _looks_like_table(group, drafts[max(floor, group[0].index - YEARS_ABOVE) : group[0].index], text):
            found.extend(_tables(page, text, lines, group, floor))
            floor = group[-1].index + 1
    return in_units(page, text, lines, found)


def _groups(drafts: Sequence[RowLine]) -> Iterator[list[RowLine]]:
    """Runs of rows with the few lines between them; lines that may be rows count where they stand under a column."""
    group: list[RowLine] = []
    gap = 0
    for draft in drafts:
        if draft.is_row or draft.lone is not None:
            group.append(draft)
            gap = 0 if draft.is_row else gap + 1
        elif group:
            gap += 1
            if gap > MAX_GAP_LINES or len(draft.label) > 150 or draft.heads or _stands_over_values(draft, group):
                yield _trimmed(group)
                group, gap = [], 0
            else:
                group.append(draft)
    if group:
        yield _trimmed(group)


def _stands_over_values(draft: RowLine, group: Sequence[RowLine]) -> bool:
    """Whether a line of words begins where the rows above have their values: it heads columns of another table."""
    lefts = [extent(row.line, *row.values[0])[0] for row in group if row.is_row]
    begin = draft.line.start + len(draft.label) - len(draft.label.lstrip())
    return len(lefts) > 1 and extent(draft.line, begin, begin + 1)[0] > median(lefts) - SAME_COLUMN


def _trimmed(group: Sequence[RowLine]) -> list[RowLine]:
    """A run of lines from its first row to its last; a line of one plain number is a row under others' numbers."""
    edges = [extent(row.line, *value)[1] for row in group if row.is_row for value in row.values]
    settled = [_settled(draft, edges) for draft in group]
    rows = [index for index, draft in enumerate(settled) if draft.is_row]
    return settled[rows[0] : rows[-1] + 1] if rows else []


def _settled(draft: RowLine, edges: Sequence[float]) -> RowLine:
    if draft.lone is None:
        return draft
    edge = extent(draft.line, *draft.lone)[1]
    if not any(abs(edge - other) <= SAME_COLUMN for other in edges):
        return replace(draft, lone=None)
    return replace(draft, label=draft.before_lone, values=(draft.lone,), lone=None)


def _looks_like_table(group: Sequence[RowLine], above: Sequence[RowLine], text: str) -> bool:
    """Two rows with three values, two of one under each other, or one row that can be nothing else."""
    rows = [draft for draft in group if draft.is_row]
    values = sum(len(draft.values) for draft in rows)
    if len(rows) == 1:
        return _is_table_alone(values, signed=_signed(rows, text), headed=any(draft.heads for draft in above))
    if values == 2:
        return len(group) == 2 and _signed(rows, text) and _aligned(*rows)
    return True


def _is_table_alone(values: int, *, signed: bool, headed: bool) -> bool:
    """Whether one row is a table: several values under a line of years, or many with a currency sign."""
    return values >= 2 and (headed or (signed and values >= 3))


def _signed(rows: Sequence[RowLine], text: str) -> bool:
    """Whether a currency is printed with some value."""
    return any(first_currency(text[slice(*value)]) is not None for draft in rows for value in draft.values)


def _aligned(one: RowLine, other: RowLine) -> bool:
    """Whether the first values of two lines end under one another."""
    return abs(extent(one.line, *one.values[0])[1] - extent(other.line, *other.values[0])[1]) <= SAME_COLUMN


def _tables(page: int, text: str, lines: Sequence[Line], group: Sequence[RowLine], floor: int) -> Iterator[Draft]:
    """The table of a group of lines, or its parts where they stand for periods of their own."""
    first = group[0].index
    header = Header.above(text, lines, first, floor)
    raw = _without_footnotes([(draft, _cells(text, draft)) for draft in group], header)
    filled, places = _in_columns(raw)
    above = text[lines[floor].start : header.start if header.start is not None else lines[first].start]
    bare = columns_for(header, places, min(draft.line.x0 for draft in group if draft.is_row))
    columns = with_periods(bare, [body for _line, body in header.lines], above[-MAX_ABOVE:])
    own = tuple(column_units(page, text, header, places, columns))
    start = header.start if header.start is not None else group[0].line.start
    heading = title(header, places, above)
    for named, rows in parts(columns, bare, list(labelled([*lead(lines, group[0], header), *filled], header.caption))):
        table = Table(page, header.caption, named, rows, None, None, "", start, rows[-1].end, heading=heading)
        yield Draft(table, own, floor, first)
        start = rows[-1].end


def _in_columns(
    raw: Sequence[tuple[RowLine, list[Cell]]],
) -> tuple[list[tuple[RowLine, tuple[Cell, ...]]], list[Extent]]:
    """Cells with their columns and numbers, and where the columns stand."""
    edges = column_edges([cells for draft, cells in raw if draft.is_row])
    mark = decimal_mark(cell.text for _draft, cells in raw for cell in cells)
    filled = [(draft, tuple(_read(cell, mark) for cell in placed(cells, edges))) for draft, cells in raw]
    return filled, extents(edges, [cell for _draft, cells in filled for cell in cells])


def _cells(text: str, draft: RowLine) -> list[Cell]:
    cells = []
    for start, end in draft.values:
        x0, x1 = extent(draft.line, start, end)
        shown = text[start:end].strip()
        cells.append(Cell(start, end, x0, x1, shown, None, -1))
    return cells


def _read(cell: Cell, mark: str | None) -> Cell:
    """A cell with its number, read with its table's decimal mark."""
    read = parse_cell(cell.text, mark)
    place = cell.start, cell.end, cell.x0, cell.x1
    return Cell(*place, cell.text, read.value, cell.column, read.kind)


def _without_footnotes(raw: Sequence[tuple[RowLine, list[Cell]]], header: Header) -> list[tuple[RowLine, list[Cell]]]:
    """Drop a leading "(1)" that hangs on its label and stands in no column of other rows: a footnote, not minus one."""
    doubtful = {id(cells[0]) for draft, cells in raw if _may_be_footnote(draft, cells)}
    edges = [cell.x1 for _draft, cells in raw for cell in cells if id(cell) not in doubtful]

    def is_footnote(cell: Cell) -> bool:
        if id(cell) not in doubtful or any(abs(edge - cell.x1) <= SAME_COLUMN for edge in edges):
            return False
        return not header.has_year_over(cell.x1)

    return [(draft, [cell for cell in cells if not is_footnote(cell)]) for draft, cells in raw]


def _may_be_footnote(draft: RowLine, cells: Sequence[Cell]) -> bool:
    label = draft.label.strip()
    if len(cells) < 2 or FOOTNOTE_VALUE.fullmatch(cells[0].text) is None:
        return False
    if not label:
        return True  # raised, it may begin a line of its own behind its label
    letter = WIDEST_LETTER * max(draft.line.size, draft.line.y1 - draft.line.y0)
    return not DOTS.search(label[-LABEL_END:]) and cells[0].x0 - draft.line.x0 <= (len(label) + 1) * letter
