"""Ratios worked out from table rows, without a model: every operand is a quoted row, the arithmetic is recorded.

A ratio the filing states itself is quoted, not worked out. Knows nothing of models or of how pages were ranked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from ingest.errors import BadRequest
from ingest.text.stems import stems
from service.calculation.calculation import evaluate
from service.calculation.quantity import Quantity
from service.extractive.draft import Draft, DraftStatement, EvidencePage, Worked, WorkedOperand
from service.extractive.figure_answers import MAX_YEARS, distinct, merge_by_row, scale_words, sure_figures
from service.figures.label_match import is_spoken
from service.figures.lookup import Figure
from service.question.formulas import without_definition
from service.question.understand import Query
from service.question.vocabulary_files import Item, Ratio

NAME = re.compile(r"\b[a-z]\w*\b(?!\s*\()")
BEFORE = "_before"
STATED = "a table row of the evidence states the ratio itself"
AVERAGED = re.compile(r"\b(?:two|three|four|five|\d+)[\s-]years?\s+(?:average|mean)\b", re.I)
DEVELOPED = re.compile(
    r"\b(?:improv|declin|chang|consisten|histor|trend|fluctuat|grow|increas|decreas|compar|develop|over time)", re.I
)
ADJUSTED = re.compile(r"\b(?:non-?\s?gaap|adj(?:usted|\.)?)(?!\w)", re.I)
EXPENSE_IN_BRACKETS = re.compile(r"\(expenses?\)", re.I)


@dataclass(frozen=True)
class _Found:
    """The rows of a formula's operands for one year; `formula` with the year in every name."""

    formula: str
    operands: dict[str, DraftStatement]


def ratio_draft(query: Query, ratio: Ratio, evidence: Sequence[EvidencePage]) -> Draft | None:
    """The ratio of the likeliest document that has it; where none has, the rows there are of the likeliest."""
    books = dict.fromkeys(place.document.content for place in evidence)
    drafts = [_of_one(query, ratio, [place for place in evidence if place.document.content == book]) for book in books]
    found = [draft for draft in drafts if draft is not None]
    return next((draft for draft in found if draft.worked or draft.reason == STATED), next(iter(found), None))


def _of_one(query: Query, ratio: Ratio, evidence: Sequence[EvidencePage]) -> Draft | None:
    """The ratio as a document states it, else worked out for the years asked for, else its rows; None without any."""

    said = [
        row
        for year in (query.years[:MAX_YEARS] or (None,))
        for row in _stated(query if year is None else replace(query, years=(year,)), ratio, evidence)[:1]
    ]
    if said:
        return Draft(tuple(merge_by_row(said)), STATED)
    items = {item.name: item for item in query.items}
    years = _years(query, ratio, items, evidence)
    found = [_operands(query, ratio.formula, items, year, evidence) for year in years[:MAX_YEARS]]
    complete = {year: each for year, each in zip(years, found, strict=False) if each is not None}
    if len(complete) < len(found) and AVERAGED.search(query.question):
        complete = {}
    worked = _worked(query, ratio, complete)
    if not worked:
        return _operands_alone(query, ratio, items, evidence)
    statements = merge_by_row([operand.statement for each in worked for operand in each.operands])
    return Draft(tuple(statements), "worked out from table rows of the evidence", tuple(worked))


def _stated(query: Query, ratio: Ratio, evidence: Sequence[EvidencePage]) -> list[DraftStatement]:
    """Rows that state the ratio itself."""
    return [row for row in sure_figures(query, evidence) if _states(row, query, ratio)]


def _operands_alone(
    query: Query, ratio: Ratio, items: dict[str, Item], evidence: Sequence[EvidencePage]
) -> Draft | None:
    """The rows there are, quoted, where one is missing or they do not go together."""
    names = dict.fromkeys(name.removesuffix(BEFORE) for name in NAME.findall(ratio.formula))
    best = {name: sure_figures(query.about(items[name]), evidence)[:1] for name in names if name in items}
    rows = distinct([row for found in best.values() for row in found])
    missing = [name.replace("_", " ") for name in names if not best.get(name)]
    reason = f"no row for {', '.join(missing)}" if missing else "the rows found do not go together"
    return Draft((), f"{ratio.name} was not worked out: {reason}", (), tuple(rows)) if rows else None


def _states(statement: DraftStatement, query: Query, ratio: Ratio) -> bool:
    figure = statement.figure
    if figure is None or not set(stems(ratio.name)) <= set(stems(figure.row.label)):
        return False
    adjusted = ADJUSTED.search(figure.row.label) is not None
    if adjusted and not ADJUSTED.search(query.question):
        return False
    return is_spoken(figure.row, query) and ("%" in figure.cell.text or not ratio.percent)


def _years(query: Query, ratio: Ratio, items: dict[str, Item], evidence: Sequence[EvidencePage]) -> Sequence[int]:
    """The years asked for; the newest the first line item has where none is, all it has where a change is asked for."""
    asked = query.years
    if BEFORE in ratio.formula and not AVERAGED.search(query.question):  # a year may be named for its opening balance
        asked = tuple(year for year in asked if year + 1 not in asked)
    if len(asked) > 1 or (asked and not DEVELOPED.search(without_definition(query.question))):
        return asked
    shown = _shown_years(query, ratio, items, evidence)
    if asked:
        shown = [*asked, *(year for year in shown if year < asked[0])]
    return shown if DEVELOPED.search(without_definition(query.question)) else shown[:1]


def _shown_years(query: Query, ratio: Ratio, items: dict[str, Item], evidence: Sequence[EvidencePage]) -> list[int]:
    """The years in the columns of the row that carries the formula's first line item, as they stand there."""
    first = next((item for name in NAME.findall(ratio.formula) if (item := items.get(name.removesuffix(BEFORE)))), None)
    for statement in sure_figures(replace(query.about(first), years=()), evidence)[:1] if first else ():
        columns = statement.figure.table.columns if statement.figure else ()
        return list(dict.fromkeys(int(column.period) for column in columns if column.period))
    return []


def _operands(
    query: Query, formula: str, items: dict[str, Item], year: int, evidence: Sequence[EvidencePage]
) -> _Found | None:
    """A quoted row for every name of the formula in this year, and the year before where it says so."""
    operands: dict[str, DraftStatement] = {}
    for name in dict.fromkeys(NAME.findall(formula)):
        item, of = items.get(name.removesuffix(BEFORE)), year - 1 if name.endswith(BEFORE) else year
        rows = sure_figures(replace(query.about(item), years=(of,)), evidence) if item else []
        if not rows or rows[0].figure is None or rows[0].figure.amount is None:
            return None
        operands[name] = _signless(rows[0], item) if item else rows[0]
    rows_of = {name.removesuffix(BEFORE): (s.evidence.page.number, s.span) for name, s in operands.items()}
    if len(set(rows_of.values())) < len(rows_of):
        return None  # one row cannot be two line items
    if len({statement.evidence.statement for statement in operands.values()}) > 1:
        return None  # a row of a note or of a parent's statement does not go with one of the company's
    if len({s.figure.scale for s in operands.values() if s.figure is not None}) > 1:
        return None  # one of the tables does not say its scale
    dated = {name: f"{name.removesuffix(BEFORE)}_{year - 1 if name.endswith(BEFORE) else year}" for name in operands}
    return _Found(NAME.sub(lambda match: dated[match.group()], formula), {dated[n]: s for n, s in operands.items()})


def _signless(statement: DraftStatement, item: Item) -> DraftStatement:
    """A cost without the minus that some filings print; where costs stand in brackets, what does not is a benefit."""
    figure = statement.figure
    if not item.cost or figure is None or not figure.cell.value:
        return statement
    value, label = figure.cell.value, figure.row.label
    if EXPENSE_IN_BRACKETS.search(label):
        value = value[1:] if value.startswith("-") else f"-{value}"
    elif "benefit" not in label.lower():
        value = value.removeprefix("-")
    return replace(statement, figure=replace(figure, cell=replace(figure.cell, value=value)))


def _worked(query: Query, ratio: Ratio, found: dict[int, _Found]) -> list[Worked]:
    if len(found) > 1 and AVERAGED.search(query.question):
        formulas = ", ".join(each.formula for each in found.values())
        operands = {name: s for each in found.values() for name, s in each.operands.items()}
        whole = _Found(f"average({formulas})", operands)
        single = _work_out(f"{ratio.name}, average of {min(found)} to {max(found)}", whole, ratio)
        return [single] if single else []
    return [
        worked
        for year, each in found.items()
        if (worked := _work_out(f"{ratio.name}, {year}", each, ratio)) is not None
    ]


def _work_out(name: str, found: _Found, ratio: Ratio) -> Worked | None:
    try:
        result = evaluate(found.formula, _quantities(found.operands))
    except BadRequest:  # units that do not go together: the rows are no operands of one ratio
        return None
    value = result.value * 100 if ratio.percent else result.value / result.scale
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    unit, scale = ("%", 1) if ratio.percent else (result.unit, result.scale)
    operands = tuple(WorkedOperand(name, statement) for name, statement in found.operands.items())
    formula = found.formula.replace("_", " ")
    text = f"{name[:1].upper()}{name[1:]}: {_told(rounded, unit, scale)} = {formula}."
    return Worked(name, found.formula, operands, rounded, unit, scale, text)


def _quantities(operands: dict[str, DraftStatement]) -> dict[str, Quantity]:
    """Operands in full; a table that shows no currency is in that of the others."""
    figures = {name: statement.figure for name, statement in operands.items() if statement.figure is not None}
    units = {figure.unit for figure in figures.values() if figure.unit is not None}
    common = units.pop() if len(units) == 1 else None
    return {name: _quantity(figure, common) for name, figure in figures.items()}


def _quantity(figure: Figure, common: str | None) -> Quantity:
    """A figure in full; where no scale is said, those of one ratio are all as printed."""
    scale = figure.scale or 1
    return Quantity(Decimal(figure.cell.value or "0") * scale, figure.unit or common, scale)


def _told(value: Decimal, unit: str | None, scale: int) -> str:
    """A result as it is said: 9.42 %, 1.48, 250 (USD in millions)."""
    if unit == "%":
        return f"{value:,f} %"
    whole = scale > 1 and value == value.to_integral_value()
    words = " ".join(filter(None, (unit, scale_words(scale))))
    return f"{value:,.{0 if whole else 2}f}{f' ({words})' if words else ''}"
