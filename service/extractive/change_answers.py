"""Changes, averages and shares worked out from table cells: every operand is a quoted row, the arithmetic is recorded.

The two cells of a change come from one row wherever a row shows both periods; the two items of a share stand in one
period. Knows nothing of models or of how pages were ranked.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation

from service.extractive.draft import Draft, EvidencePage, Worked, WorkedOperand
from service.extractive.figure_answers import merge_by_row, scale_words
from service.extractive.operands import Term, beside, over_time
from service.figures.operations import Operation, Operator
from service.question.understand import Query

WORKED_OUT = "worked out from table rows of the evidence"
OVER_TIME = (Operator.GROWTH, Operator.DIFFERENCE, Operator.POINTS, Operator.CAGR, Operator.AVERAGE)
MOVED = re.compile(
    r"\b(?:change[ds]?|increase[ds]?|decrease[ds]?|gr[eo]w|develop|move[ds]?|shift)\b|year[\s-]over[\s-]year", re.I
)
MOVED_HEAD = re.compile(
    r"^(?:the\s+)?(?:year[\s-](?:over|on)[\s-]year\s+)?(?:change|increase|decrease|development)\s+(?:in|of)\s+"
    r"|^how (?:did|has|have)\s+",
    re.I,
)
HUNDREDTH = Decimal("0.01")
FORMULAS = {
    Operator.GROWTH: "({last} - {first}) / {first}",
    Operator.DIFFERENCE: "{last} - {first}",
    Operator.POINTS: "{last} - {first}",
    Operator.SHARE: "{first} / {last}",
    Operator.QUOTIENT: "{first} / {last}",
}
NAMES = {
    Operator.GROWTH: "change in {item}, in per cent",
    Operator.DIFFERENCE: "change in {item}",
    Operator.POINTS: "change in {item}, in percentage points",
    Operator.CAGR: "compound annual growth rate of {item}",
    Operator.AVERAGE: "average {item}",
    Operator.SHARE: "{item} as a percentage of {other}",
    Operator.QUOTIENT: "{item} divided by {other}",
}


def worked_draft(query: Query, operation: Operation, evidence: Sequence[EvidencePage]) -> Draft | None:
    """The result with its operands; None where one is not found surely enough or they do not go together."""
    if operation.operator is Operator.SHARE and MOVED.search(query.question):
        return _share_moved(query, operation, evidence)
    terms = (
        over_time(query, operation, evidence) if operation.operator in OVER_TIME else beside(query, operation, evidence)
    )
    if terms is None:
        return None
    worked = _work_out(operation, terms)
    if worked is None:
        return None
    confidence = min((term.statement.confidence or 0.0) for term in terms)
    rows = merge_by_row([term.statement for term in terms])
    return Draft(tuple(replace(row, confidence=confidence) for row in rows), WORKED_OUT, (worked,))


def _share_moved(query: Query, operation: Operation, evidence: Sequence[EvidencePage]) -> Draft | None:
    """How one item as a percentage of another moved between two periods, in percentage points: four cells."""
    first, second = (MOVED_HEAD.sub("", phrase).strip() for phrase in operation.operands)
    upper = over_time(query, Operation(Operator.DIFFERENCE, (first,)), evidence)
    lower = over_time(query, Operation(Operator.DIFFERENCE, (second,)), evidence)
    if upper is None or lower is None or len({term.scale for term in (*upper, *lower)}) > 1:
        return None
    if [_end_of(term) for term in upper] != [_end_of(term) for term in lower] or lower[0].value * lower[1].value == 0:
        return None
    terms = [*upper, *lower]
    value = (abs(upper[1].value) / abs(lower[1].value) - abs(upper[0].value) / abs(lower[0].value)) * 100
    rounded = value.quantize(HUNDREDTH, ROUND_HALF_UP)
    expression = f"{upper[1].name} / {lower[1].name} - {upper[0].name} / {lower[0].name}"
    name = f"change in {first} as a percentage of {second}, in percentage points"
    text = f"{name[:1].upper()}{name[1:]}: {rounded:,f} percentage points = {expression}."
    operands = tuple(WorkedOperand(term.name, term.statement) for term in terms)
    confidence = min((term.statement.confidence or 0.0) for term in terms)
    rows = merge_by_row([term.statement for term in terms])
    worked = Worked(name, expression, operands, rounded, "%", 1, text)
    return Draft(tuple(replace(row, confidence=confidence) for row in rows), WORKED_OUT, (worked,))


def _end_of(term: Term) -> str:
    """The period of a term's column, as far as the page says it."""
    figure = term.statement.figure
    if figure is None or figure.cell.column >= len(figure.table.columns):
        return ""
    return (figure.table.columns[figure.cell.column].period or "")[:4]


def _work_out(operation: Operation, terms: Sequence[Term]) -> Worked | None:
    first, last = terms[0], terms[-1]
    operator = operation.operator
    try:
        value = _value(operator, terms)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return None
    percent = operator in (Operator.GROWTH, Operator.SHARE, Operator.CAGR)
    scale = 1 if percent or operator is Operator.QUOTIENT else min(term.scale for term in terms)
    unit = (
        "%"
        if percent or operator is Operator.POINTS
        else None
        if operator is Operator.QUOTIENT
        else first.unit or last.unit
    )
    rounded = (value if percent else value / scale).quantize(HUNDREDTH, ROUND_HALF_UP)
    item, other = operation.operands[0], operation.operands[-1]
    name = NAMES[operator].format(item=item, other=other)
    expression = _expression(operator, terms)
    shown = f"{rounded:,f} percentage points" if operator is Operator.POINTS else _shown(rounded, unit, scale)
    text = f"{name[:1].upper()}{name[1:]}: {shown} = {expression}."
    operands = tuple(WorkedOperand(term.name, term.statement) for term in terms)
    return Worked(name, expression, operands, rounded, unit, scale, text)


def _value(operator: Operator, terms: Sequence[Term]) -> Decimal:
    first, last = terms[0].value, terms[-1].value
    if operator is Operator.GROWTH:
        return (last - first) / abs(first) * 100
    if operator is Operator.SHARE:
        return abs(first) / abs(last) * 100
    if operator is Operator.QUOTIENT:
        return first / last
    if operator is Operator.AVERAGE:
        return sum((term.value for term in terms), Decimal(0)) / len(terms)
    if operator is Operator.CAGR:
        years = _years_between(terms)
        return (Decimal(float(last / first) ** (1.0 / years)) - 1) * 100 if first * last > 0 else Decimal("NaN")
    return abs(last) - abs(first) if first * last > 0 and operator is Operator.DIFFERENCE and last < 0 else last - first


def _years_between(terms: Sequence[Term]) -> int:
    years = [int(term.name.rsplit(" ", 1)[-1]) for term in terms if term.name.rsplit(" ", 1)[-1].isdigit()]
    return max(1, years[-1] - years[0]) if len(years) > 1 else 1


def _expression(operator: Operator, terms: Sequence[Term]) -> str:
    names = [term.name for term in terms]
    if operator is Operator.AVERAGE:
        return f"average({', '.join(names)})"
    if operator is Operator.CAGR:
        return f"({names[-1]} / {names[0]}) ^ (1 / {_years_between(terms)}) - 1"
    return FORMULAS[operator].format(first=names[0], last=names[-1])


def _shown(value: Decimal, unit: str | None, scale: int) -> str:
    if unit == "%":
        return f"{value:,f} %"
    whole = scale > 1 and value == value.to_integral_value()
    words = " ".join(filter(None, (unit, scale_words(scale))))
    return f"{value:,.{0 if whole else 2}f}{f' ({words})' if words else ''}"
