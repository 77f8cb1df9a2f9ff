"""What a cell's number is in: money at its table's scale, shares, per cent, an amount per share."""

import re
from dataclasses import replace

from ingest.table_types import Cell, Row

SHORT_LABEL = 2  # words; a shorter label says too little without its heading
COUNTS_SHARES = re.compile(
    r"\b(?:number of|average|outstanding|diluted|basic)\b[^.;:]*\bshares\b|\bshares outstanding\b", re.I
)


def with_units(row: Row, unit: str | None, scale: int | None) -> Row:
    """A row whose cells know unit and scale: the table's, unless the cell or the row says otherwise."""
    return replace(row, cells=tuple(_with_unit(row, cell, unit, scale) for cell in row.cells))


def _with_unit(row: Row, cell: Cell, unit: str | None, scale: int | None) -> Cell:
    if "%" in cell.text:
        return replace(cell, unit="%", scale=1)
    label = f"{row.heading} {row.label}".lower()
    if "per share" in label or "per common" in label:
        return replace(cell, unit=unit, scale=1)
    named = label if len(row.label.split()) < SHORT_LABEL else row.label
    if COUNTS_SHARES.search(named) and "$" not in cell.text:
        return replace(cell, unit="shares", scale=scale)
    return replace(cell, unit=unit, scale=scale)
