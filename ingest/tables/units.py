"""What each cell's number is in: money at its scale, shares, per cent, an amount per share, years.

The cell's own signs come first, then what the row and the column count, then what governs the table. A share count or
an amount per share keeps out of the scale of money. Knows nothing of pages or where statements are looked for.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.table_types import Cell, CellKind, Column, Row, Table
from ingest.tables.counts import column_counts, row_counts
from ingest.tables.scales import NOTHING, Scales, scales_in
from ingest.text.currency import first_currency

MAX_SHARES = Decimal(10) ** 12  # no company has more: a count beyond it was not printed at that scale
MAX_EACH = 1_000  # an amount per share without cents is below this, and so is a plain number that is a percentage
COUNTED = ("shares", "%", "years")
MAX_YEARS = 200
PLAIN = re.compile(r"[\d.,()%*\s–—−-]*")
MAX_SIGNED = 2  # where only the first and last row of a column print a per-cent sign, it governs what is between


@dataclass(frozen=True)
class ColumnUnits:
    """What a column's own header says: a scale of its own, and what it counts ("shares", "%", "price", "years")."""

    counts: str | None = None
    scales: Scales = NOTHING


@dataclass(frozen=True)
class Governing:
    """What is said of a whole table: scales, the currency of its signs, whether it counts shares alone."""

    scales: Scales = NOTHING
    currency: str | None = None
    shares_only: bool = False


def scales_of(table: Table) -> Scales:
    """What governs a table that has its units."""
    shares = next((cell.scale for row in table.rows for cell in row.cells if cell.unit == "shares"), table.scale)
    evidence = next((column.evidence for column in table.columns if column.scale == table.scale), ())
    return Scales(table.scale, shares, table.unit, evidence)


def own_units(table: Table) -> list[ColumnUnits]:
    """What the headers of a table with units say, for giving it others: counts, and scales unlike the table's."""
    found = []
    for column in table.columns:
        other = column.scale is not None and column.scale not in (1, table.scale)
        scales = Scales(column.scale, column.scale, None, column.evidence) if other else NOTHING
        found.append(ColumnUnits(column_counts(column.header), scales))
    return found


def with_units(table: Table, own: Sequence[ColumnUnits], governing: Governing) -> Table:
    """A table whose columns and cells know unit and scale; a currency named in a statement comes before its signs."""
    rules = _Rules(table, own, governing)
    rows = tuple(rules.row(row) for row in table.rows)
    columns = tuple(
        _column(column, units, governing.scales, [c for row in rows for c in row.cells if c.column == index])
        for index, (column, units) in enumerate(zip(table.columns, own, strict=True))
    )
    scales = governing.scales
    return replace(table, rows=rows, columns=columns, unit=rules.currency, scale=scales.money)


def _column(column: Column, own: ColumnUnits, scales: Scales, cells: Sequence[Cell]) -> Column:
    """A column in what all of its cells are in; a share count or a rate among money leaves it in money's scale."""
    numbers = [cell for cell in cells if cell.kind is CellKind.NUMBER]
    units, found = {cell.unit for cell in numbers}, {cell.scale for cell in numbers}
    evidence = own.scales.evidence or scales.evidence
    if len(units) > 1:
        money = next((unit for unit in units if unit not in COUNTED), None)
        return replace(column, unit=money, scale=own.scales.filled(scales).money, evidence=evidence)
    unit, scale = next(iter(units), None), next(iter(found), None) if len(found) == 1 else None
    return replace(column, unit=unit, scale=scale, evidence=evidence)


class _Rules:
    """Gives cells unit and scale, row by row from the top: a sign on a first row governs its column down."""

    def __init__(self, table: Table, own: Sequence[ColumnUnits], governing: Governing) -> None:
        self._scales, self._shares_only = governing.scales, governing.shares_only
        self.currency = governing.scales.currency or governing.currency
        numbers = [list(_numbers(table, index)) for index in range(len(own))]
        self._own = [_checked(units, cells) for units, cells in zip(own, numbers, strict=True)]
        self._percent = [_signed_first(cells) for cells in numbers]
        self._largest = [max(map(_size, cells), default=Decimal(0)) for cells in numbers]

    def row(self, row: Row) -> Row:
        counts, said = row_counts(row), _said(row.label)
        return replace(row, cells=tuple(self._cell(cell, counts, said) for cell in row.cells))

    def _cell(self, cell: Cell, counts: str | None, said: Scales) -> Cell:
        if cell.kind is CellKind.TEXT:
            return cell
        if "%" in cell.text:
            return _in(cell, "%", 1)
        own, signed = self._own[cell.column], _sign(cell.text)
        if (counts == "per share" and _may_be_each(cell)) or (own.counts == "price" and counts != "shares"):
            return _in(cell, self.currency or signed, 1)
        if signed is None:
            plain = self._plain(cell, counts, own, said)
            if plain is not None:
                return _in(cell, *plain)
        self._percent[cell.column] &= signed is None
        scales = said.filled(own.scales).filled(self._scales)
        return _in(cell, self.currency or signed, scales.money)

    def _plain(self, cell: Cell, counts: str | None, own: ColumnUnits, said: Scales) -> tuple[str, int | None] | None:
        """Unit and scale of a number without a sign, None where it may be money."""
        if self._shares_only or "shares" in (counts, own.counts):
            return "shares", self._share_scale(cell, own, said)
        if own.counts == "years" and _size(cell) < MAX_YEARS:
            return "years", 1
        percent = own.counts == "%" or self._percent[cell.column]
        return ("%", 1) if percent and "," not in cell.text and _size(cell) < MAX_EACH else None

    def _share_scale(self, cell: Cell, own: ColumnUnits, said: Scales) -> int | None:
        """The scale of a count: the row's, the column's or the table's; none where it makes more shares than exist."""
        shares = (said.shares, own.scales.shares, self._scales.shares)
        scale = next((each for each in shares if each is not None), None)
        too_many = scale is not None and self._largest[cell.column] * scale > MAX_SHARES
        return None if too_many and own.counts == "shares" else scale


def _numbers(table: Table, column: int) -> Iterator[Cell]:
    for row in table.rows:
        yield from (cell for cell in row.cells if cell.column == column and cell.kind is CellKind.NUMBER)


def _said(label: str) -> Scales:
    """What a label says of its own scale: "Shares (in thousands)"."""
    return scales_in(0, label, 0, len(label))


def _sign(text: str) -> str | None:
    """The currency a cell shows; most cells are plain numbers and need no closer look."""
    return None if PLAIN.fullmatch(text) else first_currency(text)


def _in(cell: Cell, unit: str | None, scale: int | None) -> Cell:
    """A cell in its unit; made anew by hand, as there are many."""
    place = cell.start, cell.end, cell.x0, cell.x1
    return Cell(*place, cell.text, cell.value, cell.column, cell.kind, unit, scale)


def _checked(own: ColumnUnits, cells: Sequence[Cell]) -> ColumnUnits:
    """What a header says, unless its numbers cannot be prices."""
    prices = own.counts != "price" or all(map(_may_be_each, cells))
    return own if prices else replace(own, counts=None)


def _signed_first(cells: Sequence[Cell]) -> bool:
    """Whether a column prints its per-cent sign on the first row, and hardly on others."""
    signed = sum("%" in cell.text for cell in cells)
    return 0 < signed <= MAX_SIGNED and "%" in cells[0].text


def _size(cell: Cell) -> Decimal:
    return Decimal(0) if "%" in cell.text else abs(Decimal(cell.value or 0))


def _may_be_each(cell: Cell) -> bool:
    """Whether a number can be an amount a share: it has cents, or no thousands."""
    return "." in cell.text or cell.value is None or abs(Decimal(cell.value)) < MAX_EACH


def printed_currency(texts: Iterable[str]) -> str | None:
    """The currency of the first sign printed in some texts."""
    return next((code for text in texts if (code := first_currency(text)) is not None), None)
