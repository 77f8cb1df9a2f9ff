"""Finds the row of a table a question asks for, and the cell of its period. Knows nothing of pages or documents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.table_types import Cell, Column, Row, Table
from ingest.text.dates import QUARTER_SPAN
from ingest.text.stems import stems
from service.figures.label_match import label_fit
from service.question.periods import period_words
from service.question.understand import Query

DASH, NOT_THE_QUARTER, NOT_THE_YEAR, UNDATED = 0.3, 0.25, 0.2, 0.1  # how much these speak against a cell
LONGER = re.compile(
    r"\b(?:six|nine|twelve|26|39|52|53|twenty-six|thirty-nine|fifty-two) (?:months|weeks)|years?\b", re.I
)
NAMED_COLUMN, WHOLE_COLUMN = 0.1, 0.05  # what speaks for a column: a word the question says, that it is the total
WHOLE = re.compile(r"\b(?:total|consolidated)\b", re.I)
MIN_LABEL = 0.6  # how well a row's label must fit


@dataclass(frozen=True)
class Figure:
    """A cell chosen as an answer, with its row, table and how well the label fits (0 to 1).

    `also` holds further cells of the row whose columns bear the same period, with their headers.
    """

    table: Table
    row: Row
    cell: Cell
    period: str | None
    fit: float
    unit: str | None
    scale: int | None
    also: tuple[tuple[str, Cell], ...] = ()

    @property
    def amount(self) -> float | None:
        """The value with its scale (as printed where that is not known), None for a dash or what is no number."""
        try:
            return float(self.cell.value or "") * (self.scale or 1)
        except ValueError:
            return None


def figures(tables: Iterable[Table], query: Query) -> list[Figure]:
    """Every row that fits the question with the cell of the asked period, best first."""
    found = []
    for table in tables:
        for row in table.rows:
            fit = label_fit(row, query)
            if fit < MIN_LABEL or not row.cells:
                continue
            candidates = _cells(table, row, query)
            if candidates and candidates[0][1].value is not None:
                (_header, cell), *rest = candidates
                also = tuple((name, other) for name, other in rest if other.value not in (None, cell.value))
                found.append(replace(figure_at(table, row, cell), fit=fit - _doubt(table, cell, query), also=also))
    return sorted(found, key=lambda figure: -figure.fit)


def column_of(table: Table, cell: Cell) -> Column | None:
    """The column a cell stands in, None where it stands in none that is known."""
    return table.columns[cell.column] if 0 <= cell.column < len(table.columns) else None


def figure_at(table: Table, row: Row, cell: Cell) -> Figure:
    """A cell as a figure, with what its column is called, its unit and scale."""
    column = column_of(table, cell)
    called = _called(column, table) if column is not None else None
    return Figure(table, row, cell, called, 0.0, cell.unit, cell.scale)


def _called(column: Column, table: Table) -> str | None:
    """A column by its period; by all that stands over it where others bear the same period."""
    alone = column.period is not None and sum(other.period == column.period for other in table.columns) == 1
    return (period_words(column.header) if alone else column.header) or None


def _cells(table: Table, row: Row, query: Query) -> list[tuple[str, Cell]]:
    """The cells of the asked year with their headers, the likeliest first; without years, or columns of periods, the
    row's first cell or the one whose column the question names."""
    by_column = {cell.column: cell for cell in row.cells}
    dated = [(index, column) for index, column in enumerate(table.columns) if column.period]
    for year in query.years:
        bearing = [
            (column.header or str(year), by_column[index])
            for index, column in dated
            if column.period == str(year) and index in by_column
        ]
        if bearing:
            return sorted(bearing, key=lambda pair: _doubt(table, pair[1], query) - _named(pair[0], query))
    if query.years and dated:
        return []
    cells = [(table.columns[c.column].header if c.column < len(table.columns) else "", c) for c in row.cells]
    return sorted(cells, key=lambda pair: _doubt(table, pair[1], query) - _named(pair[0], query))[:1]


def _named(header: str, query: Query) -> float:
    """How many words of a column's name the question says; what sums the others up is meant where none is named."""
    shared = len(set(stems(header)) & set(stems(query.question)))
    return NAMED_COLUMN * shared + (WHOLE_COLUMN if WHOLE.search(header) else 0.0)


def _doubt(table: Table, cell: Cell, query: Query) -> float:
    """What speaks against a cell: a dash where a figure is asked for, a year's column where a quarter is, and a
    quarter's where a year is."""
    doubt = 0.0 if any(character.isdigit() for character in cell.text) else DASH
    header = table.columns[cell.column].header if cell.column < len(table.columns) else ""
    if query.quarter is not None:
        doubt += 0.0 if QUARTER_SPAN.search(f"{header} {table.caption}") else NOT_THE_QUARTER
        doubt += NOT_THE_QUARTER if LONGER.search(header) else 0.0
    elif query.years and QUARTER_SPAN.search(header):
        doubt += NOT_THE_YEAR
    if query.years and not any(column.period for column in table.columns):
        doubt += UNDATED
    return doubt
