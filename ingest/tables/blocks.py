"""Parts of a table that stand for periods of their own under one header: a heading that is a date, or two balances.

"December 31, 2024" between rows begins a part; in a roll-forward the rows from one dated balance to the next are what
happened between them. Columns that name their own periods are left as they are. Knows nothing of where things stand.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from ingest.table_types import Column, Row
from ingest.tables.periods import Said, in_block, read_period, said_of
from ingest.tables.row_labels import BlockRow

MAX_REST = 45  # characters beside the date in the label of a balance
MONTHS_BETWEEN = (3, 6, 9, 12)
DAYS_A_MONTH = 30.44
NEAR = 12  # days by which the time between two balances may differ from whole months


def parts(
    columns: Sequence[Column], bare: Sequence[Column], rows: Sequence[BlockRow]
) -> Iterator[tuple[tuple[Column, ...], tuple[Row, ...]]]:
    """Columns and rows of each part, in order; `bare` are the columns before what stands above the table was added."""
    if any(column.period for column in bare):
        yield tuple(columns), tuple(row.row for row in rows)
        return
    above = next((each for column in columns if (each := said_of(column)).dated), None)
    for block, found in groupby(rows, key=lambda row: row.block):
        of_block = [row.row for row in found]
        whole = tuple(columns) if block is None else in_block(bare, _filled(block, above))
        balances = [(at, day) for at, row in enumerate(of_block) if (day := _balance(row)) is not None]
        if len(balances) < 2:
            yield whole, tuple(of_block)
            continue
        yield from _rolled(bare, of_block, balances)


def _filled(block: Said, above: Said | None) -> Said:
    """A block's period; a year alone takes day and length from the header."""
    if above is None or block.months is not None:
        return block
    if block.day is None:
        return replace(block, day=above.day, months=above.months)
    return block


def _rolled(
    bare: Sequence[Column], rows: Sequence[Row], balances: Sequence[tuple[int, Said]]
) -> Iterator[tuple[tuple[Column, ...], tuple[Row, ...]]]:
    begin = 0
    for (_index, opening), (closing_index, closing) in pairwise(balances):
        said = replace(closing, months=_between(opening, closing), instant=False)
        yield in_block(bare, said), tuple(rows[begin : closing_index + 1])
        begin = closing_index + 1
    if begin < len(rows):
        yield in_block(bare, balances[-1][1]), tuple(rows[begin:])


def _balance(row: Row) -> Said | None:
    """What the label of a balance says of its day; None for other rows."""
    said = read_period(row.label)
    if said.year is None or said.day is None or said.months is not None:
        return None
    return said if len(row.label) <= MAX_REST else None


def _between(opening: Said, closing: Said) -> int | None:
    """Whole months from one balance to the next, None where it is no usual span."""
    days = (_day(closing) - _day(opening)).days
    return next((months for months in MONTHS_BETWEEN if abs(days - months * DAYS_A_MONTH) <= NEAR), None)


def _day(said: Said) -> datetime.date:
    month, day = said.day or (1, 1)
    try:
        return datetime.date(said.year or 1, month, day)
    except ValueError:
        return datetime.date(said.year or 1, month, 28)
