"""What follows from rows without standing in them: a change from one period to another, a difference, a ratio.

It is worked out again from the cells quoted; the words must name both lines and say which is taken from
which. Knows no sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations, product

from ingest.table_types import Cell, CellKind
from ingest.text.numbers import Number
from ingest.text.spans import CHANGE
from service.entailment.cell_entailment import period_flags, value_of, years_of_column
from service.entailment.claim_tokens import content, tokens, words_of
from service.entailment.claim_words import DOWN, UP
from service.entailment.quoted_rows import QuotedRow
from service.entailment.row_claim import OPTIONAL, RowClaim, SaidAmount, negation_flags
from service.entailment.row_entailment import NAMED_ONLY, REMARK, Meant, label_flags, label_words

MAX_ROWS = 6  # of which pairs are tried
HUNDRED = Decimal(100)
OLDER, NEWER = re.compile(r"\bfrom\W+(?:\w+\W+)?$", re.I), re.compile(r"\bto\W+(?:\w+\W+)?$", re.I)
BETWEEN = re.compile(r"\bdifference between\b", re.I)
EXCEEDS = re.compile(r"\b(?:exceed(?:s|ed)?|(?:higher|more|greater|larger) than|minus|less)\b", re.I)
SHARE = re.compile(r"\b(?:percent(?:age)?|%|share)\s+of\b|\bratio of\b|\bdivided by\b", re.I)
WORKED_OUT_WORDS = """between differ ratio percentag percent share exceed minus less divid chang than by from more
greater larger compar prior previous or margin"""
WORKED_OUT = frozenset(WORKED_OUT_WORDS.split())


@dataclass(frozen=True)
class Reading:
    """A row's cell as one side of what is worked out."""

    quoted: QuotedRow
    cell: Cell

    @property
    def value(self) -> Decimal:
        """The amount in full."""
        return (value_of(self.cell) or Decimal(0)) * (self.cell.scale or 1)


def follows(claim: RowClaim, rows: Sequence[QuotedRow], meant: Meant) -> bool:
    """Whether a claim of a change, a difference or a ratio is what the rows quoted give."""
    if not rows or negation_flags(claim, " ".join(row.row.label for row in rows)):
        return False
    if any(_changed(claim, row, meant) for row in rows):
        return True
    if len(claim.amounts) != 1:
        return False
    pairs = permutations(rows[:MAX_ROWS], 2)
    return any(_pair_follows(claim, first, second, meant) for first, second in pairs)


def _changed(claim: RowClaim, quoted: QuotedRow, meant: Meant) -> bool:
    """Whether a row rose or fell as claimed, between the periods claimed, by or from and to the amounts claimed."""
    own = words_of(quoted.row.label)
    bare, told = (replace(claim, words=claim.words - words) for words in ((UP | DOWN | WORKED_OUT) - own, own))
    pair = _old_and_new(claim, quoted, meant) if told.direction else None
    if pair is None:
        return False
    old, new, year = pair
    if label_flags(bare, quoted, new.cell, meant) or period_flags(_of(bare, year), quoted, new.cell, meant.years):
        return False
    if (new.value - old.value) * told.direction <= 0 or min(new.value, old.value) < 0:
        return False
    return all(_part_of_change(claim, amount, new, old) for amount in claim.amounts)


def _old_and_new(claim: RowClaim, quoted: QuotedRow, meant: Meant) -> tuple[Reading, Reading, int] | None:
    """The row's readings of the two years claimed, and the newer year; the year before where one is claimed."""
    readings = _by_year(quoted)
    years = sorted(claim.years or meant.years or {max(readings, default=0)}, reverse=True)
    newer, older = years[0], years[1] if len(years) > 1 else years[0] - 1
    if len(years) > 2 or newer not in readings or older not in readings:
        return None
    return readings[older], readings[newer], newer


def _of(claim: RowClaim, year: int) -> RowClaim:
    return replace(claim, years=frozenset((year,)))


def _by_year(quoted: QuotedRow) -> dict[int, Reading]:
    """The row's cells by the one year their columns are of, of the columns that last as long as the first."""
    found: dict[int, Reading] = {}
    months: int | None = None
    for cell in quoted.cells:
        column = quoted.column(cell)
        if column is None or cell.kind is not CellKind.NUMBER or CHANGE.search(column.header):
            continue
        years = years_of_column(column)
        if not found:
            months = column.months
        if len(years) == 1 and column.months == months and not years & set(found):
            found[years.pop()] = Reading(quoted, cell)
    return found


def _part_of_change(claim: RowClaim, amount: SaidAmount, new: Reading, old: Reading) -> bool:
    before = claim.text[: claim.text.find(amount.number.shown)]
    if OLDER.search(before):
        return _is(amount, old.value, old.cell)
    if NEWER.search(before):
        return _is(amount, new.value, new.cell)
    change = abs(new.value - old.value)
    if amount.unit == "%":
        in_points = old.cell.unit == "%"
        return not in_points and old.value != 0 and _rounds(amount.number, change / old.value * HUNDRED)
    return _is(amount, change, new.cell)


def _pair_follows(claim: RowClaim, first: QuotedRow, second: QuotedRow, meant: Meant) -> bool:
    """Whether the first row against the second, as the claim names them, gives its amount."""
    if not _named_in_order(claim, first, second, meant):
        return False
    readings = _readings(claim, first, second, meant)
    return any(_works_out(claim, one, other) for one, other in readings if one.cell.unit == other.cell.unit)


def _works_out(claim: RowClaim, one: Reading, other: Reading) -> bool:
    amount = claim.amounts[0]
    if SHARE.search(claim.text):
        return other.value != 0 and _is_share(amount, one.value / other.value)
    if BETWEEN.search(claim.text):
        return _is(amount, abs(one.value - other.value), one.cell)
    exceeds = EXCEEDS.search(claim.text) is not None and one.value > other.value
    return exceeds and _is(amount, one.value - other.value, one.cell)


def _named_in_order(claim: RowClaim, first: QuotedRow, second: QuotedRow, meant: Meant) -> bool:
    """Whether the claim names both rows and no other, the first before the second."""
    nobody = meant.names | NAMED_ONLY
    one, other = (label_words(quoted.row) - nobody for quoted in (first, second))
    labelled = first.labelled and second.labelled and one and other and one != other
    if not labelled or not one | other <= claim.words or not claim.words - nobody <= one | other | WORKED_OUT:
        return False
    before, after = _name_places(claim, _label_sequence(first), _label_sequence(second))
    return before is not None and after is not None and before < after


def _name_places(claim: RowClaim, *names: Sequence[str]) -> list[int | None]:
    """Where each name stands in a claim; the longest is looked for first, as it may hold the others."""
    said = [token.text for token in content(tokens(claim.text)) if token.text not in OPTIONAL]
    places: list[int | None] = [None] * len(names)
    for index in sorted(range(len(names)), key=lambda at: -len(names[at])):
        place = places[index] = _place(said, names[index])
        if place is not None:
            said[place : place + len(names[index])] = [""] * len(names[index])
    return places


def _label_sequence(quoted: QuotedRow) -> list[str]:
    label = REMARK.sub(" ", quoted.row.label)
    return [token.text for token in content(tokens(label)) if token.text not in OPTIONAL]


def _place(said: Sequence[str], name: Sequence[str]) -> int | None:
    """Where the words of a name stand together in a claim."""
    places = range(len(said) - len(name) + 1)
    return next((at for at in places if name and list(said[at : at + len(name)]) == list(name)), None)


def _readings(claim: RowClaim, first: QuotedRow, second: QuotedRow, meant: Meant) -> Iterator[tuple[Reading, Reading]]:
    """Cells of both rows that are of the period claimed; of one table those of one column."""
    ours, theirs = (
        [cell for cell in row.cells if cell.kind is CellKind.NUMBER and not period_flags(claim, row, cell, meant.years)]
        for row in (first, second)
    )
    for one, other in product(ours, theirs):
        same_table = first.table is second.table
        if one.column == other.column if same_table else _period(first, one) == _period(second, other):
            yield Reading(first, one), Reading(second, other)


def _period(quoted: QuotedRow, cell: Cell) -> tuple[str | None, str | None, int | None] | None:
    column = quoted.column(cell)
    return (column.period, column.end, column.months) if column is not None else None


def _is(amount: SaidAmount, value: Decimal, cell: Cell) -> bool:
    """Whether an amount is a value in full, in the cell's unit; bare figures may be in the cell's scale."""
    if amount.unit is not None and amount.unit != ("%" if "%" in cell.text else cell.unit):
        return False
    said = amount.number
    scales = {said.scale or 1} | ({cell.scale or 1} if said.scale is None and not said.currency else set())
    return any(abs(said.value * scale - abs(value)) <= said.step * scale / 2 for scale in scales)


def _is_share(amount: SaidAmount, ratio: Decimal) -> bool:
    return _rounds(amount.number, ratio * HUNDRED if amount.unit == "%" else ratio)


def _rounds(said: Number, value: Decimal) -> bool:
    return abs(said.value - abs(value)) <= said.step / 2
