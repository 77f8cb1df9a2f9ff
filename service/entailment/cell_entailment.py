"""Whether a cell of a row shows an amount claimed: column period, number, unit and scale. Every failure has a flag.

A cell whose column is not known proves nothing of a period. Knows no labels.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation

from ingest.table_types import Cell, Column
from ingest.text.currency import SIGN_CURRENCIES, currencies
from ingest.text.dates import dates, years_in
from ingest.text.numbers import UNSTATED, Number
from ingest.text.spans import CHANGE, months_of
from service.entailment.quoted_rows import QuotedRow
from service.entailment.row_claim import RowClaim, SaidAmount

OTHER_PERIOD, UNIT, SCALE, SCALE_ASSUMED = "other_period", "unit", "scale", "scale_assumed"
QUARTER, PART_YEARS = 3, (3, 6, 9)  # months
SCALE_LEFT_OUT, CURRENCY_ASSUMED = "scale_left_out", "currency_assumed"


def value_of(cell: Cell) -> Decimal | None:
    """A cell's number as printed."""
    try:
        return Decimal(cell.value or "")
    except InvalidOperation:
        return None


def digits_agree(amount: SaidAmount, cell: Cell) -> bool:
    """Whether an amount is the cell's under any scale there is."""
    value = value_of(cell)
    if value is None:
        return False
    said = amount.number
    for mine in {said.scale or 1, 1}:
        for theirs in (1, *UNSTATED, cell.scale or 1):
            for wrong in (1, *UNSTATED):
                step = said.step * mine * wrong / 2
                if abs(said.value * mine * wrong - abs(value) * theirs) <= step:
                    return True
    return False


def short(text: str) -> str:
    """A label or heading as a flag's detail."""
    return " ".join(text.split())[:60]


def period_flags(claim: RowClaim, quoted: QuotedRow, cell: Cell, asked: frozenset[int]) -> list[str]:
    """Whether a cell's column is of another period than the one claimed, or of one that is not known."""
    column, years = quoted.column(cell), claim.years or asked
    if column is None:
        return [] if len(quoted.row.cells) == 1 and not years else [OTHER_PERIOD]
    if CHANGE.search(column.header) and not claim.direction:
        return [f"{OTHER_PERIOD}:{short(column.header)}"]
    theirs = years_of_column(column)
    if not theirs:
        return _undated(years, quoted)
    same = years <= theirs and _same_span(claim, column, quoted) if years else _is_latest(theirs, quoted)
    return [] if same else [f"{OTHER_PERIOD}:{short(column.header)}"]


def _is_latest(years: set[int], quoted: QuotedRow) -> bool:
    """Whether a column is of the latest year of its table, which is meant where a claim names none."""
    return max(years) == max(_all_years(quoted.table.columns) or years)


def years_of_column(column: Column) -> set[int]:
    """The years a column is of; one, save where its header names several and no period is known."""
    if column.period is not None and years_in(column.period):
        return set(years_in(column.period))
    return {int(column.end[:4])} if column.end else set(years_in(column.header))


def _all_years(columns: Collection[Column]) -> set[int]:
    return {year for column in columns for year in years_of_column(column)}


def _undated(years: frozenset[int], quoted: QuotedRow) -> list[str]:
    """A column without a period: the table, with what stands right above it, may name the one year claimed."""
    if not years:
        return []
    table = quoted.table
    near = set(years_in(quoted.page.text[max(0, table.start - 400) : table.end])) | _all_years(table.columns)
    return [] if near == years else [OTHER_PERIOD]


def _same_span(claim: RowClaim, column: Column, quoted: QuotedRow) -> bool:
    """Whether a column ends on the day and lasts the months claimed; a claim of a year alone is of no part of one."""
    days = {(date.month, date.day) for date in dates(column.header)}
    days |= {(int(column.end[5:7]), int(column.end[8:]))} if column.end else set()
    if claim.day is not None and days and claim.day not in days:
        return False
    months = column.months or next(iter(months_of(column.header)), None)
    if claim.months is None:
        return claim.day is not None or months not in PART_YEARS
    if months is None:
        return claim.months != QUARTER or QUARTER in months_of(quoted.table.caption)
    return claim.months == months


def amount_flags(amount: SaidAmount, quoted: QuotedRow, cell: Cell) -> list[str]:
    """Whether unit and scale of an amount are the cell's."""
    if not _same_unit(amount, quoted, cell):
        return [f"{UNIT}:{amount.number.shown}"]
    said = amount.number
    theirs = 1 if amount.unit == "%" else cell.scale
    if theirs is not None and _is_at(said, cell, theirs):
        return [f"{CURRENCY_ASSUMED}:{said.shown}"] if _assumes_currency(amount, quoted, cell) else []
    flag = _scale_flag(amount, cell, theirs)
    return [f"{flag}:{said.shown}"] if flag is not None else []


def _scale_flag(amount: SaidAmount, cell: Cell, scale: int | None) -> str | None:
    """What is odd about an amount that is not the cell's at its scale; None for a bare figure where none is known."""
    if amount.number.scale is None and _is_at(amount.number, cell, 1):
        return None if scale is None else SCALE if _is_money(amount) else SCALE_LEFT_OUT
    return SCALE_ASSUMED if scale is None and any(_is_at(amount.number, cell, each) for each in UNSTATED) else SCALE


def _assumes_currency(amount: SaidAmount, quoted: QuotedRow, cell: Cell) -> bool:
    return amount.unit == "USD" and cell.unit is None and next(currencies(quoted.page.text), None) is None


def _is_at(said: Number, cell: Cell, scale: int) -> bool:
    """Whether a number is a cell's at a scale, rounded to the digits it shows."""
    value, mine = abs(value_of(cell) or Decimal(0)) * scale, said.scale or 1
    return abs(said.value * mine - value) <= said.step * mine / 2


def _is_money(amount: SaidAmount) -> bool:
    return amount.number.currency or amount.unit in SIGN_CURRENCIES.values()


def notes(flags: Sequence[str]) -> list[str]:
    """The flags that are worth telling and make nothing unsupported."""
    return [flag for flag in flags if flag.partition(":")[0] in (SCALE_LEFT_OUT, CURRENCY_ASSUMED)]


def faults(flags: Sequence[str]) -> int:
    """How many flags make a statement unsupported."""
    return len(flags) - len(notes(flags))


def _same_unit(amount: SaidAmount, quoted: QuotedRow, cell: Cell) -> bool:
    unit = "%" if "%" in cell.text else cell.unit
    if amount.unit == "%" or unit == "%":
        return amount.unit == unit
    if amount.unit == "shares":
        return unit in ("shares", None)
    if amount.unit is None:
        return True
    if unit is not None:
        return unit.split("/")[0] == amount.unit
    named = {mention.code for mention in currencies(quoted.page.text)}
    return amount.unit in named or (amount.unit == "USD" and not named)


def fewest(tried: Sequence[list[str]]) -> list[str]:
    """Of several ways a statement might be supported the flags of the nearest."""
    return min(tried, key=faults)
