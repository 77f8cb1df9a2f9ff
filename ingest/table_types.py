"""Tables as frozen data: what the table reader makes of a page and what rows and columns are asked for by.

Knows nothing of how a table is found. Offsets and lengths as in `ingest.types`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table row: its span on the page, its horizontal extent, its number (None for a dash)."""

    start: int
    end: int
    x0: float
    x1: float
    text: str
    value: str | None
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: the label, its cells in column order, and the span that quotes the row whole."""

    label: str
    cells: tuple[Cell, ...]
    start: int
    end: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its header words and the period they name (a year, a quarter, or a date)."""

    header: str
    period: str | None
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page. `scale` multiplies plain amounts (1000 for "in thousands"); `unit` is USD, % …

    `continued_from` is the page of the part before when the table runs over pages: its header is printed there.
    """

    page: int
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str | None
    scale: int
    scale_text: str
    start: int
    end: int
    continued_from: int | None = None
