"""Reads tables out of page text: rows with label and cells, column periods, unit and scale.

A row is a line that ends in a run of values; columns come from where those values stand on the page. Knows
nothing of questions. Everything is a span of the page's own text, so a row can be quoted as it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.reading.header_lines import SENTENCE_END
from ingest.table_types import Cell, Row, Table
from ingest.tables.columns import columns_for
from ingest.tables.grid import SAME_COLUMN, column_edges, extents, placed
from ingest.tables.headers import MONTHS, Header, extent, read_scale
from ingest.tables.units import with_units
from ingest.text.cell_numbers import parse_cell
from ingest.types import Line

VALUE = r"(?:[$€£¥]\s*)?\(?\s?(?:[$€£¥]\s*)?(?:\d[\d,]*(?:\.\d+)?|\.\d+)\s?\)?\s?%?(?:\s?(?:x|bps|pts|pp)\b)?\)?|[—–-]{1,2}\s?%?|N/?[AM]\b"
# a value is found word by word from the right end of a line: one pattern for the whole run would backtrack without end
VALUE_WORD = re.compile(
    r"[$€£¥(]*(?:\d[\d,]*(?:\.\d+)?|\.\d+)[)%]*(?:x|bps|pts|pp)?\)?|[$€£¥(]{1,2}|[)%*†|]{1,2}|\([a-z]\)|[—–-]{1,2}%?|N/?[AM]"
)
ONE_VALUE = re.compile(VALUE)
YEAR = re.compile(r"(?:19|20)\d\d")
WORD = re.compile(r"\S+")
YEAR_WORD = re.compile(r"\b(?:19|20)\d\d\b")
YEAR_AT_END = re.compile(r"\b(?:19|20)\d\d\W*$")
DAY = re.compile(r"(?:\d{1,2}\s*[-–—]\s*)?\d{1,2}(?:,\s*(?:(?:19|20)\d\d(?!\d)\s*)?|\s+|$)|(?:19|20)\d\d(?!\d)\s*")
MONTH_AT_END = re.compile(rf"\b(?:{MONTHS})\.?\s*$", re.I)
MAX_LINE = 1000  # characters; a longer line is no table row
MAX_VALUE_WORDS = 80
MAX_HEADING = 90  # characters
YEARS_ABOVE = 4  # lines above a lone row among which a line of years makes it a table
MAX_GAP_LINES = 7  # lines without values that a table may hold between two rows
LEADERS = " .:_·•$"
DOTS = re.compile(r"(?:\.\s?){3,}\s*$|[_…]{2,}\s*$|\$\s*$")
FOOTNOTE = re.compile(r"\s*(?:\((?:\d{1,2}|[a-z])\)|[*†‡]|\((?:see )?notes?(?: \d[^)]*)?\)?)+$", re.I)
OPEN_END = re.compile(r"\b(?:to|of|for|and|or|the|in|from|by|per|with)\s*$", re.I)  # a heading goes on in the next line
FOOTNOTE_VALUE = re.compile(r"\(\d\)")
WIDEST_LETTER = 0.75  # of the font size: a label's letters are narrower than this on average
LABEL_END = 40  # characters in which leaders and footnotes are looked for: a run of dots is as long as its author likes


@dataclass(frozen=True)
class _Draft:
    """A line of the page as a possible row."""

    index: int
    line: Line
    label: str
    values: tuple[tuple[int, int], ...]
    heads: bool = False  # a line of years: what follows is another table, or another part with its own columns

    @property
    def is_row(self) -> bool:
        return bool(self.values)


def read_tables(page: int, text: str, lines: Sequence[Line]) -> list[Table]:
    """Every table of a page, in reading order."""
    drafts = [_draft(index, line, text) for index, line in enumerate(lines)]
    found: list[Table] = []
    floor = 0
    for group in _groups(drafts):
        if _looks_like_table(group, drafts[max(floor, group[0].index - YEARS_ABOVE) : group[0].index]):
            found.append(_table(page, text, lines, group, floor))
            floor = group[-1].index + 1
    return found


def _draft(index: int, line: Line, text: str) -> _Draft:
    body = text[line.start : line.end]
    if len(body) > MAX_LINE:
        return _Draft(index, line, body[:MAX_LINE], ())
    begin = _behind_date(body, _values_begin(body))
    if begin == len(body) or _is_header(body, begin) or SENTENCE_END.search(body):
        return _Draft(index, line, body, (), len(YEAR_WORD.findall(body)) > 1 and YEAR_AT_END.search(body) is not None)
    values = tuple((line.start + found.start(), line.start + found.end()) for found in ONE_VALUE.finditer(body, begin))
    label = body[:begin]
    if not values:
        return _Draft(index, line, body, ())
    if len(values) == 1 and not _lone_value_counts(label, text[slice(*values[0])]):
        return _Draft(index, line, body, ())
    return _Draft(index, line, label, values)


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
    return all(YEAR.fullmatch(word) for word in words)


def _lone_value_counts(label: str, value: str) -> bool:
    """One number at the end of a line of prose is no cell; behind leaders, a dollar sign or with separators it is."""
    return len(label) < 110 and bool(re.search(r"[$(,%.]", value) or DOTS.search(label.rstrip()[-LABEL_END:]))


def _groups(drafts: Sequence[_Draft]) -> Iterator[list[_Draft]]:
    group: list[_Draft] = []
    gap = 0
    for draft in drafts:
        if draft.is_row:
            group.append(draft)
            gap = 0
        elif group:
            gap += 1
            if gap > MAX_GAP_LINES or len(draft.label) > 150 or draft.heads or _stands_over_values(draft, group):
                yield _trimmed(group)
                group, gap = [], 0
            else:
                group.append(draft)
    if group:
        yield _trimmed(group)


def _stands_over_values(draft: _Draft, group: Sequence[_Draft]) -> bool:
    """Whether a line of words begins where the rows above have their values: it heads columns of another table."""
    lefts = [extent(row.line, *row.values[0])[0] for row in group if row.is_row]
    begin = draft.line.start + len(draft.label) - len(draft.label.lstrip())
    return len(lefts) > 1 and extent(draft.line, begin, begin + 1)[0] > median(lefts) - SAME_COLUMN


def _trimmed(group: list[_Draft]) -> list[_Draft]:
    last = max(index for index, draft in enumerate(group) if draft.is_row)
    return group[: last + 1]


def _looks_like_table(group: Sequence[_Draft], above: Sequence[_Draft]) -> bool:
    """Two rows with three values, or one row of several values not far under a line of years."""
    rows = [draft for draft in group if draft.is_row]
    values = sum(len(draft.values) for draft in rows)
    return (len(rows) >= 2 and values >= 3) or (values >= 2 and any(draft.heads for draft in above))


def _table(page: int, text: str, lines: Sequence[Line], group: Sequence[_Draft], floor: int) -> Table:
    first = group[0].index
    header = Header.above(text, lines, first, floor)
    raw = _without_footnotes([(draft, _cells(text, draft)) for draft in group], header)
    edges = column_edges([cells for draft, cells in raw if draft.is_row])
    filled = [(draft, placed(cells, edges)) for draft, cells in raw]
    columns = columns_for(header, extents(edges, [cell for _draft, cells in filled for cell in cells]))
    rows = tuple(_rows([*_lead(lines, group[0], header), *filled]))
    unit, scale, scale_text = read_scale(text, lines, first, group[-1].index)
    rows = tuple(with_units(row, unit, scale) for row in rows)
    start = header.start if header.start is not None else group[0].line.start
    return Table(page, header.caption, columns, rows, unit, scale, scale_text, start, group[-1].line.end)


def _cells(text: str, draft: _Draft) -> list[Cell]:
    cells = []
    for start, end in draft.values:
        x0, x1 = extent(draft.line, start, end)
        shown = text[start:end].strip()
        read = parse_cell(shown)
        cells.append(Cell(start, end, x0, x1, shown, read.value, -1, read.kind))
    return cells


def _without_footnotes(raw: Sequence[tuple[_Draft, list[Cell]]], header: Header) -> list[tuple[_Draft, list[Cell]]]:
    """Drop a leading "(1)" that hangs on its label and stands in no column of other rows: a footnote, not minus one."""
    doubtful = {id(cells[0]) for draft, cells in raw if _may_be_footnote(draft, cells)}
    edges = [cell.x1 for _draft, cells in raw for cell in cells if id(cell) not in doubtful]

    def is_footnote(cell: Cell) -> bool:
        if id(cell) not in doubtful or any(abs(edge - cell.x1) <= SAME_COLUMN for edge in edges):
            return False
        return not header.has_year_over(cell.x1)

    return [(draft, [cell for cell in cells if not is_footnote(cell)]) for draft, cells in raw]


def _may_be_footnote(draft: _Draft, cells: Sequence[Cell]) -> bool:
    label = draft.label.strip()
    if len(cells) < 2 or FOOTNOTE_VALUE.fullmatch(cells[0].text) is None:
        return False
    if not label:
        return True  # raised, it may begin a line of its own behind its label
    letter = WIDEST_LETTER * max(draft.line.size, draft.line.y1 - draft.line.y0)
    return not DOTS.search(label[-LABEL_END:]) and cells[0].x0 - draft.line.x0 <= (len(label) + 1) * letter


def _lead(lines: Sequence[Line], first: _Draft, header: Header) -> list[tuple[_Draft, tuple[Cell, ...]]]:
    """The line above the first row when it is a heading of rows or the beginning of the first label."""
    if not header.lines or header.lines[-1][0] is not lines[first.index - 1]:
        return []
    line, body = header.lines[-1]
    draft = _Draft(first.index - 1, line, body, ())
    if _is_heading(draft):
        return [(draft, ())]
    columns_above = any(YEAR.search(above) for _line, above in header.lines[:-1])
    under_columns = line.x0 > first.line.x0 + SAME_COLUMN or header.heads_columns(body)
    return [(draft, ())] if columns_above and not under_columns and not re.search(r"\d", body) else []


def _rows(raw: Sequence[tuple[_Draft, tuple[Cell, ...]]]) -> Iterator[Row]:
    heading = ""
    waiting: _Draft | None = None
    for draft, cells in raw:
        label = _clean_label(draft.label)
        if not draft.is_row:
            if _is_heading(draft) or (label[:1].isupper() and len(draft.label) <= MAX_HEADING):
                goes_on = waiting is not None and waiting.index == draft.index - 1 and OPEN_END.search(waiting.label)
                heading = f"{_clean_label(waiting.label)} {label}" if waiting is not None and goes_on else label
            waiting = None if _is_heading(draft) else draft
            continue
        start = draft.line.start
        if waiting is not None and waiting.index == draft.index - 1 and (not label or label[:1].islower()):
            joined = _clean_label(waiting.label)
            label, start = f"{joined} {label}".strip(), waiting.line.start
            heading = "" if heading == joined else heading
        waiting = None
        yield Row(label or heading, cells, start, draft.line.end, heading)


def _is_heading(draft: _Draft) -> bool:
    return draft.label.rstrip().endswith(":")


def _clean_label(label: str) -> str:
    plain = " ".join(label.split()).rstrip(LEADERS)
    return (plain[:-LABEL_END] + FOOTNOTE.sub("", plain[-LABEL_END:])).strip()
