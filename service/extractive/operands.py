"""Operands of a calculation out of table cells: one item over periods, or two items of one period.

The cells of one item come from one row wherever a row shows all periods; two items stand in one period. Cells that are
not sure enough, or do not go together, are no operands. Knows no arithmetic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from service.extractive.draft import DraftStatement, EvidencePage
from service.extractive.figure_answers import MIN_OPERAND, filers, ranked_cells, row_place
from service.figures.operations import Operation, Operator
from service.question.asked import Asked, Wanted, read_asked
from service.question.asked_period import AskedPeriod
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary

SAME_PAGE = 1.15  # by how much two operands on one page are preferred


@dataclass(frozen=True)
class Term:
    """A cell as an operand: its name in the formula, its statement and its value in full units."""

    name: str
    statement: DraftStatement
    value: Decimal
    scale: int
    unit: str | None


def _operand(query: Query, phrase: str, evidence: Sequence[EvidencePage]) -> Asked:
    """An operand's words read as a question of their own, in the periods of the whole question."""
    part = understand(phrase, load_vocabulary())
    whole = read_asked(query, filers(evidence))
    asked = read_asked(replace(part, names=part.names or (), ratio=None, choice=None), filers(evidence))
    return replace(asked, periods=asked.periods or whole.periods)


def over_time(query: Query, operation: Operation, evidence: Sequence[EvidencePage]) -> list[Term] | None:
    asked = _operand(query, operation.operands[0], evidence)
    if operation.operator is Operator.POINTS:
        asked = replace(asked, wanted=Wanted.PERCENT)
    periods = _in_order(asked.periods)
    if len(periods) == 1 and periods[0].year is None:
        return _newest_two(asked, evidence, periods[0])
    if len(periods) == 1:
        before = periods[0]
        periods = [replace(before, year=before.year - 1 if before.year else None, end=_year_before(before)), before]
    if len(periods) < 2:
        return _newest_two(asked, evidence, None)
    if operation.operator is not Operator.AVERAGE:
        periods = [periods[0], periods[-1]]
    options = [_sure(ranked_cells(asked, evidence, period)) for period in periods]
    chosen = _of_one_row(options)
    return _terms(chosen, operation.operands[0], periods) if chosen else None


def _year_before(period: AskedPeriod) -> date | None:
    if period.end is None:
        return None
    day = min(period.end.day, 28) if period.end.month == 2 else period.end.day
    return period.end.replace(year=period.end.year - 1, day=day)


def _in_order(periods: Sequence[AskedPeriod]) -> list[AskedPeriod]:
    return sorted(
        periods, key=lambda period: (period.year or 0, period.end.toordinal() if period.end else 0, period.quarter or 0)
    )


def _newest_two(asked: Asked, evidence: Sequence[EvidencePage], period: AskedPeriod | None) -> list[Term] | None:
    """Without a year: the two newest columns of the likeliest row that stand for spans of one length."""
    best = next(iter(_sure(ranked_cells(asked, evidence, period))), None)
    if best is None or best.figure is None:
        return None
    table, row = best.figure.table, best.figure.row
    here = table.columns[best.figure.cell.column] if best.figure.cell.column < len(table.columns) else None
    if here is None:
        return None
    alike = [
        (column.end or column.period or "", cell)
        for cell in row.cells
        if cell.column < len(table.columns)
        and (column := table.columns[cell.column]).months == here.months
        and (column.end or column.period)
    ]
    ends = sorted({end for end, _cell in alike})[-2:]
    if len(ends) < 2:
        return None
    periods = [AskedPeriod(int(end[:4]), _iso(end), here.months) for end in ends if end[:4].isdigit()]
    options = [_sure(ranked_cells(asked, evidence, each)) for each in periods]
    chosen = _of_one_row(options)
    return _terms(chosen, asked.text.strip(), periods) if chosen and len(periods) == 2 else None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def beside(query: Query, operation: Operation, evidence: Sequence[EvidencePage]) -> list[Term] | None:
    """Two items of one period, from one document; from one page where both stand on one."""
    asked = [_operand(query, phrase, evidence) for phrase in operation.operands]
    periods = [each.periods[-1] if each.periods else None for each in asked]
    options = [_sure(ranked_cells(each, evidence, period)) for each, period in zip(asked, periods, strict=True)]
    pairs = [(first, second) for first in options[0] for second in options[1] if _go_together(first, second)]
    if not pairs:
        return None
    best = max(pairs, key=_worth)
    return _terms(list(best), operation.operands, [period for period in periods if period][:1])


def _go_together(first: DraftStatement, second: DraftStatement) -> bool:
    same_document = first.evidence.document.id == second.evidence.document.id
    return same_document and row_place(first) != row_place(second) and _same_period(first, second)


def _worth(pair: tuple[DraftStatement, DraftStatement]) -> float:
    first, second = pair
    same_page = first.evidence.page.number == second.evidence.page.number
    return (first.confidence or 0.0) * (second.confidence or 0.0) * (SAME_PAGE if same_page else 1.0)


def _sure(found: Sequence[DraftStatement]) -> list[DraftStatement]:
    """Cells sure enough to be worked with: both must be right, and go together, before a result is told."""
    return [each for each in found if (each.confidence or 0.0) >= MIN_OPERAND and each.figure is not None]


def _same_period(first: DraftStatement, second: DraftStatement) -> bool:
    """Whether two cells' columns speak of one period, as far as they say."""
    columns = [
        statement.figure.table.columns[statement.figure.cell.column]
        for statement in (first, second)
        if statement.figure is not None and statement.figure.cell.column < len(statement.figure.table.columns)
    ]
    if len(columns) < 2 or any(column.period is None for column in columns):
        return True
    months = {column.months for column in columns if column.months is not None}
    return (columns[0].period or "")[:4] == (columns[1].period or "")[:4] and len(months) < 2


def _of_one_row(options: Sequence[Sequence[DraftStatement]]) -> list[DraftStatement] | None:
    """One cell per period: from the row that is likeliest over all of them, else the likeliest of each."""
    if any(not found for found in options):
        return None
    rows = {row_place(each) for each in options[0]}
    for found in options[1:]:
        rows &= {row_place(each) for each in found}
    chosen: tuple[float, list[DraftStatement]] | None = None
    for row in rows:
        cells = [next(each for each in found if row_place(each) == row) for found in options]
        worth = sum(each.confidence or 0.0 for each in cells)
        if chosen is None or worth > chosen[0]:
            chosen = worth, cells
    if chosen is not None:
        return chosen[1]
    first = [found[0] for found in options]
    alike = len({each.figure.row.label.lower() for each in first if each.figure}) == 1
    return first if alike else None


def _terms(
    chosen: Sequence[DraftStatement], phrases: str | Sequence[str], periods: Sequence[AskedPeriod]
) -> list[Term] | None:
    names = [
        (f"{phrases} {periods[index].year}" if index < len(periods) and periods[index].year else phrases)
        if isinstance(phrases, str)
        else phrases[index]
        for index in range(len(chosen))
    ]
    terms = [term for name, each in zip(names, chosen, strict=True) if (term := _term(name, each)) is not None]
    return terms if len(terms) == len(chosen) and _fit_together(terms) else None


def _term(name: str, statement: DraftStatement) -> Term | None:
    figure = statement.figure
    if figure is None or figure.cell.value is None:
        return None
    scale = 1 if figure.unit == "%" else figure.scale or 1
    return Term(name, statement, Decimal(figure.cell.value) * scale, scale, figure.unit)


def _fit_together(terms: Sequence[Term]) -> bool:
    """Whether operands are in one unit, all of a known scale or none, and not one cell twice."""
    known = {term.statement.figure.scale is not None for term in terms if term.statement.figure is not None}
    units = {term.unit for term in terms if term.unit is not None}
    return len(known) < 2 and len(units) < 2 and len({_cell_place(term) for term in terms}) > 1


def _cell_place(term: Term) -> tuple[tuple[str, int, int], int]:
    figure = term.statement.figure
    return row_place(term.statement), figure.cell.start if figure else 0
