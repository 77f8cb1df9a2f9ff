"""Tables as frozen data: what the table reader makes of a page and what rows and columns are asked for by.

Knows nothing of how a table is found. Offsets and lengths as in `ingest.types`.
"""

from dataclasses import dataclass
from enum import StrEnum


class CellKind(StrEnum):
    """What stands in a cell. Only a NUMBER has a value; NIL is a dash or "nil": nothing to report, not zero."""

    NUMBER = "number"
    NIL = "nil"
    NOT_MEANINGFUL = "not_meaningful"
    UNREADABLE = "unreadable"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A half-open range of code points in the text of one page."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table row: its span on the page, its horizontal extent in points, what kind of cell it is.

    `value` is a plain decimal string as printed, None unless `kind` is NUMBER. `unit` is USD, EUR, %, shares … or None;
    `scale` multiplies the value (1000 for "in thousands", 1 for a percentage, a per-share amount or an amount that is
    said to be in full) and is None where nothing on the page or before it says it.
    """

    start: int
    end: int
    x0: float
    x1: float
    text: str
    value: str | None
    column: int
    kind: CellKind = CellKind.NUMBER
    unit: str | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: the label, its cells in column order, and the span that quotes the row whole.

    `heading` is the path of blocks and segments it stands under, outermost first, joined by " / ".
    """

    label: str
    cells: tuple[Cell, ...]
    start: int
    end: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its header words, the period they name, and what its amounts are in.

    `period` is a year, a quarter or a date as it is asked for. `start` and `end` are ISO dates; an instant ("as of
    June 30, 2024") has an `end` alone, a duration all three, `months` its length (13 weeks are 3); what the page does
    not say is None. `evidence` are the words that say unit and scale; they may stand on an earlier page.
    """

    header: str
    period: str | None
    x0: float
    x1: float
    start: str | None = None
    end: str | None = None
    months: int | None = None
    unit: str | None = None
    scale: int | None = None
    evidence: tuple[PageSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one page. `scale` multiplies plain amounts (1000 for "in thousands"), None where nothing says it.

    `unit` is USD, EUR … or None; cells know their own, which may differ. `continued_from` is the page of the part
    before when the table runs over pages: its header is printed there. `heading` is the title or the sentence above.
    """

    page: int
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str | None
    scale: int | None
    scale_text: str
    start: int
    end: int
    continued_from: int | None = None
    heading: str = ""
