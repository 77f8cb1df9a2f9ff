"""True and false statements told of table rows: of one cell, of two rows, of two periods. For bench/claims.py.

What is true is read off the table as the product reads it; what is claimed of it is written here, without the judge.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ingest.table_types import Cell, Column, Row, Table
from ingest.types import Span

WORDS = re.compile(r"[A-Za-z]{3,}")
SCALES = {1_000: "thousand", 1_000_000: "million", 1_000_000_000: "billion"}
OTHER_SCALE = {"thousand": "million", "million": "billion", "billion": "million"}
INVENTED = "{} will be acquired by Marlow Holdings."
PLAIN = re.compile(r"\$?\s?\d[\d,]{2,}(?:\.\d+)?")
NO_MONEY = re.compile(r"\bshares?\b|\bper\b|\bloss|\bdeficit|\bnet of\b|\(", re.I)


@dataclass(frozen=True)
class Told:
    """A statement with the spans quoted for it, what kind it is, and whether it is true."""

    kind: str
    text: str
    spans: tuple[Span, ...]
    true: bool


@dataclass(frozen=True)
class Line:
    """A row with whole-year amounts in money, by year."""

    row: Row
    label: str
    cells: dict[str, Cell]

    @property
    def span(self) -> Span:
        """The row, quoted whole."""
        return Span(self.row.start, self.row.end)


def line_of(table: Table, row: Row) -> Line | None:
    """A row's plain amounts of money by year; None where it has no two, or no label that says something."""
    label = re.sub(r"\s+", " ", row.label).strip(" .:")
    cells: dict[str, Cell] = {}
    for cell in row.cells:
        column = table.columns[cell.column] if 0 <= cell.column < len(table.columns) else None
        if column is not None and _is_plain(cell, column) and column.period not in cells:
            cells[column.period or ""] = cell
    periods = [table.columns[cell.column].period for cell in row.cells if 0 <= cell.column < len(table.columns)]
    if any(periods.count(period) > 1 for period in cells):
        return None  # which of two columns of one year is meant a plain sentence does not say
    enough = len({cell.value for cell in cells.values()}) == len(cells) >= 2
    named = len(WORDS.findall(label)) >= 2 and NO_MONEY.search(label) is None and len(label) < 80
    return Line(row, label, cells) if enough and named else None


def _is_plain(cell: Cell, column: Column) -> bool:
    whole_year = column.months in (12, None) and re.fullmatch(r"(?:19|20)\d\d", column.period or "") is not None
    money = cell.unit == "USD" and cell.scale in SCALES and not re.search(r"%|change", column.header, re.I)
    return whole_year and money and PLAIN.fullmatch(cell.text) is not None


def lines(table: Table) -> list[Line]:
    """The usable rows of a table whose labels differ."""
    found = [line for row in table.rows if (line := line_of(table, row)) is not None]
    labels = [re.sub(r"\W+", " ", row.label).strip().lower() for row in table.rows]
    return [line for line in found if labels.count(re.sub(r"\W+", " ", line.label).strip().lower()) == 1]


def told_of(table: Table, chance: random.Random) -> Iterator[Told]:
    """Statements of a few of a table's rows."""
    usable = lines(table)
    for line in chance.sample(usable, min(3, len(usable))):
        yield from _of_one(line, usable, chance)
        others = [o for o in usable if o is not line and set(o.cells) & set(line.cells) and _apart(o, line)]
        if others:
            yield from _of_two(line, chance.choice(others), chance)
        yield from _of_change(line, chance)


def _before(line: Line) -> int:
    return min(map(int, line.cells)) - 3


def _money(cell: Cell) -> str:
    return f"${cell.text.strip('$ ')} {SCALES[cell.scale or 1]}"


def _of_one(line: Line, usable: Sequence[Line], chance: random.Random) -> Iterator[Told]:
    year, cell = chance.choice(sorted(line.cells.items()))
    label, money, here = line.label, _money(cell), (line.span,)
    lowered = label[:1].lower() + label[1:]
    forms = (
        f"{label} was {money} in {year}.",
        f"In {year}, {lowered} amounted to {money}.",
        f"{label} for {year}: {money}.",
        f"The company reported {lowered} of {money} for {year}.",
        f"{label} totaled {money} for fiscal {year}.",
    )
    yield Told("row told as a sentence", chance.choice(forms), here, true=True)
    rounded = (Decimal(cell.value or 0) * (cell.scale or 1) / 10**9).quantize(Decimal("0.1"))
    if rounded >= 2:
        yield Told("row rounded", f"{label} was about ${rounded} billion in {year}.", here, true=True)
    wrong_year, other = chance.choice([pair for pair in line.cells.items() if pair[0] != year])
    yield Told("other column", f"{label} was {_money(other)} in {year}.", here, true=False)
    yield Told("other year", f"{label} was {money} in {_before(line)}.", here, true=False)
    rows = [each for each in usable if each is not line and year in each.cells and each.cells[year].value != cell.value]
    if rows:
        row = chance.choice(rows)
        yield Told("other row", f"{row.label} was {money} in {year}.", here, true=False)
        yield Told("other row's value", f"{label} was {_money(row.cells[year])} in {year}.", here, true=False)
    segment = chance.choice(("Northern Europe", "Wholesale", "Latin America", "Asia Pacific"))
    yield Told("other segment", f"{label} of the {segment} segment was {money} in {year}.", here, true=False)
    yield Told("row negated", f"{label} was not {money} in {year}.", here, true=False)
    yield Told("row's modality", f"{label} may have been {money} in {year}.", here, true=False)
    yield Told("row's currency", f"{label} was {money.replace('$', '€')} in {year}.", here, true=False)
    yield Told("row's unit", f"{label} was {cell.text.strip('$ ')}% in {year}.", here, true=False)
    word = SCALES[cell.scale or 1]
    yield Told("row's scale", f"{label} was {money.replace(word, OTHER_SCALE[word])} in {year}.", here, true=False)
    yield Told("unrelated to the row", INVENTED.format(chance.choice(("The company", "The issuer"))), here, true=False)
    yield Told("half true of the row", f"{label} was {money} in {year} and its auditor resigned.", here, true=False)
    alone = (Span(cell.start, cell.end),)
    yield Told("quote without a label", f"{label} was {money} in {year}.", alone, true=False)
    wrong = f"{label} was {_money(other)} in {wrong_year} and {money} in {int(wrong_year) - 7}."
    yield Told("half the years", wrong, here, true=False)


def _apart(one: Line, other: Line) -> bool:
    ours, theirs = (set(re.findall(r"[a-z]{3,}", line.label.lower())) for line in (one, other))
    return bool(ours - theirs) and bool(theirs - ours)


def _of_two(line: Line, other: Line, chance: random.Random) -> Iterator[Told]:
    year = chance.choice(sorted(set(line.cells) & set(other.cells)))
    a, b = (Decimal(each.cells[year].value or 0) for each in (line, other))
    scale = line.cells[year].scale or 1
    if line.cells[year].scale != other.cells[year].scale or not a or not b or a == b:
        return
    spans, word = (line.span, other.span), SCALES[scale]
    one, two = line.label[:1].lower() + line.label[1:], other.label[:1].lower() + other.label[1:]
    difference, between = f"{abs(a - b):,}", f"The difference between {one} and {two}"
    yield Told(
        "difference of two rows",
        f"{between} was ${difference} {word} in {year}.",
        spans,
        true=True,
    )
    wrong = f"{abs(a - b) + max(Decimal(1), abs(a - b) // 7):,}"
    yield Told("wrong difference", f"{between} was ${wrong} {word} in {year}.", spans, true=False)
    part = f"{line.label} as a percentage of {two}"
    share = (a / b * 100).quantize(Decimal("0.1"))
    if Decimal("0.5") < share < 1000:
        yield Told("ratio of two rows", f"{part} was {share}% in {year}.", spans, true=True)
        turned = (b / a * 100).quantize(Decimal("0.1"))
        if abs(turned - share) > 1:
            yield Told(
                "ratio turned around",
                f"{part} was {turned}% in {year}.",
                spans,
                true=False,
            )
    high, low = (one, two) if a > b else (two, one)
    turned_around = f"{low[:1].upper()}{low[1:]} exceeded {high} by ${difference} {word} in {year}."
    yield Told("excess turned around", turned_around, spans, true=False)


def _of_change(line: Line, chance: random.Random) -> Iterator[Told]:
    years = sorted(line.cells)
    pairs = [(old, new) for old, new in pairwise(years) if int(new) == int(old) + 1]
    if not pairs:
        return
    old, new = chance.choice(pairs)
    a, b = (Decimal(line.cells[year].value or 0) for year in (old, new))
    up, down = ("increased", "decreased") if b > a else ("decreased", "increased")
    share = (abs(b - a) / a * 100).quantize(Decimal("0.1")) if a else Decimal(0)
    here = (line.span,)
    if share >= 1:
        yield Told("change worked out", f"{line.label} {up} by {share}% from {old} to {new}.", here, true=True)
        yield Told("change turned around", f"{line.label} {down} by {share}% from {old} to {new}.", here, true=False)
        yield Told("wrong change", f"{line.label} {up} by {share + 3}% from {old} to {new}.", here, true=False)
    from_to = f"{line.label} {up} from {_money(line.cells[old])} in {old} to {_money(line.cells[new])} in {new}."
    yield Told("change told with both values", from_to, here, true=True)
