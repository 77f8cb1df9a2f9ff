"""Decimal arithmetic over named operands, each tied to a quote that shows its value. No evaluation of code.

Units and scales are checked: what cannot be added is refused with a sentence the model can act on. Amounts are worked
out in full and shown in the operands' common scale. Knows nothing of models; quotes are checked in service/citation.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException, localcontext
from typing import Any

from ingest.errors import BadRequest
from ingest.text.currency import CURRENCY_SIGNS, scale_name, scale_of
from ingest.text.numbers import Kind, agrees, numbers, page_scales
from ingest.text.numbers import Number as Shown
from service.calculation.quantity import Quantity, apply
from service.citation.evidence import Evidence, Proof

MAX_EXPRESSION, MAX_NODES, MAX_OPERANDS = 400, 80, 30
CONSTANTS = frozenset(map(Decimal, ("0", "1", "2", "3", "4", "12", "100", "360", "365")))
NAME = re.compile(r"[A-Za-z_]\w{0,39}")
ONES = frozenset(("ones", "one", "1", "units", "none"))
OPERATORS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
FUNCTIONS = {"abs": (1, 1), "min": (1, 30), "max": (1, 30), "sum": (1, 30), "average": (1, 30), "growth": (2, 2),
             "ratio": (2, 2), "percent": (2, 2)}  # fmt: skip


@dataclass(frozen=True)
class Operand:
    """A named value as the page shows it, with unit (USD, %, shares …), scale and the quote that proves it."""

    name: str
    value: Decimal
    unit: str | None
    scale: int
    proof: Proof


@dataclass(frozen=True)
class Calculation:
    """A recorded result: `result` in `unit` and `scale`, rounded half up to `digits` decimals."""

    name: str
    expression: str
    operands: tuple[Operand, ...]
    result: Decimal
    unit: str | None
    scale: int
    digits: int
    exact: Decimal


def calculate(request: Mapping[str, Any], evidence: Evidence) -> Calculation:
    """Check operands against their quotes and work an expression out; BadRequest says what to change."""
    expression = str(request.get("expression") or "").strip()
    rows = request.get("operands")
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows or len(rows) > MAX_OPERANDS:
        raise BadRequest(f"Give 1 to {MAX_OPERANDS} operands, each with name, value, unit, scale, doc, page and quote.")
    operands = tuple(_operand(row, evidence) for row in rows)
    names = [operand.name for operand in operands]
    if len(set(names)) < len(names):
        raise BadRequest("Two operands have the same name; names must differ.")
    tree = _parse(expression)
    unused = set(names) - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if unused:
        raise BadRequest(f"The expression does not use {', '.join(sorted(unused))}; leave unused operands out.")
    quantities = {o.name: Quantity(o.value * o.scale, o.unit, o.scale) for o in operands}
    digits = _digits(request.get("digits"))
    found = evaluate(expression, quantities)
    with _arithmetic():
        exact = found.value / found.scale
        result = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    name = str(request.get("name") or expression)[:120]
    return Calculation(name, expression, operands, result, found.unit, found.scale, digits, exact)


def evaluate(expression: str, values: Mapping[str, Quantity]) -> Quantity:
    """Work an expression out over named quantities; BadRequest says what units, scales or numbers forbid it."""
    with _arithmetic():
        return _evaluate(_parse(expression).body, values)


@contextmanager
def _arithmetic() -> Iterator[None]:
    try:
        with localcontext(prec=50):
            yield
    except DecimalException as error:
        raise BadRequest("The result cannot be worked out: a division by zero, or a number out of range.") from error


def _operand(row: Any, evidence: Evidence) -> Operand:
    if not isinstance(row, Mapping):
        raise BadRequest("Each operand is an object with name, value, unit, scale, doc, page and quote.")
    name = str(row.get("name") or "")
    if not NAME.fullmatch(name) or name in FUNCTIONS:
        raise BadRequest(
            f"{name!r} cannot name an operand: use letters, digits and underscores, and no function's name."
        )
    shown = next(iter(numbers(str(row.get("value", "")).strip())), None)
    if shown is None:
        raise BadRequest(f"The value of {name} is not a number; give it as the page shows it, such as 1577 or -92.")
    scale = _scale(row.get("scale"), name)
    unit = str(row["unit"]).strip() or None if row.get("unit") else None
    if shown.percent:
        unit = unit or "%"
    quote = str(row.get("quote") or "")
    page = row.get("page")
    document = str(row["doc"]) if row.get("doc") else None
    proof = evidence.find(document, page if isinstance(page, int) else None, [quote]) if quote.strip() else None
    if proof is None:
        raise BadRequest(f"The quote given for {name} does not stand on the pages you have read; copy it exactly.")
    _check_value(name, shown, proof)
    _check_scale(name, unit, scale, proof, shown)
    return Operand(name, -shown.value if shown.negative else shown.value, unit, scale, proof)


def _scale(given: Any, name: str) -> int:
    text = str(given if given not in (None, "") else "ones").strip().lower()
    scale = 1 if text in ONES else scale_of(text)
    if scale is None:
        raise BadRequest(f"The scale of {name} is one of ones, thousands, millions, billions.")
    return scale


def _check_value(name: str, shown: Shown, proof: Proof) -> None:
    """The value stands in the quote digit for digit; a sign may be turned, as outflows are shown in brackets."""
    if not any(abs(source.value) == abs(shown.value) for source in numbers(proof.located.text)):
        raise BadRequest(
            f"{shown.shown} does not stand in the quote given for {name}; give the value as the quote shows it, "
            "with its scale beside it."
        )


def _check_scale(name: str, unit: str | None, scale: int, proof: Proof, shown: Shown) -> None:
    quoted = [n for n in numbers(proof.located.text) if abs(n.value) == abs(shown.value)]
    words = {n.scale for n in quoted if n.scale is not None}
    if words and scale not in words and all(n.scale is not None for n in quoted):
        stated = " or ".join(scale_name(word) for word in sorted(words))
        raise BadRequest(f"The quote gives {name} in {stated}, not in {scale_name(scale)}.")
    stated_scales = page_scales(proof.located.page.text)
    amount = unit is not None and re.fullmatch(rf"[A-Z]{{3}}|[{CURRENCY_SIGNS}]", unit) is not None
    bare = not words and shown.value == shown.value.to_integral_value()
    if amount and bare and stated_scales and scale not in stated_scales:
        stated = " or ".join(scale_name(word) for word in sorted(stated_scales))
        raise BadRequest(
            f"Page {proof.located.page.number} gives amounts in {stated}; {name} was given in "
            f"{scale_name(scale)}. Set its scale, or its unit (such as USD/share) if it is no such amount."
        )


def _digits(given: Any) -> int:
    if given is None:
        return 4
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 10:
        raise BadRequest("`digits` must be an integer from 0 to 10.")
    return given


def _parse(expression: str) -> ast.Expression:
    if not expression or len(expression) > MAX_EXPRESSION:
        raise BadRequest(f"An expression has 1 to {MAX_EXPRESSION} characters.")
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadRequest(f"{expression!r} is not an expression; use names, + - * / and brackets.") from error
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise BadRequest("The expression is too long; calculate in steps.")
    return tree


def _evaluate(node: ast.AST, values: Mapping[str, Quantity]) -> Quantity:
    if isinstance(node, ast.Name):
        if node.id not in values:
            raise BadRequest(f"{node.id} is not among the operands.")
        return values[node.id]
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _evaluate(node.operand, values)
        return inner.with_value(-inner.value) if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _evaluate(node.left, values), _evaluate(node.right, values)
        return apply(OPERATORS[type(node.op)], [left, right])
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in FUNCTIONS
        and not node.keywords
    ):
        least, most = FUNCTIONS[node.func.id]
        if not least <= len(node.args) <= most:
            raise BadRequest(f"{node.func.id} takes {least if least == most else f'{least} to {most}'} operands.")
        return apply(node.func.id, [_evaluate(argument, values) for argument in node.args])
    raise BadRequest(f"Only names, + - * /, brackets and {', '.join(sorted(FUNCTIONS))} may be used.")


def _constant(value: Any) -> Quantity:
    if isinstance(value, bool) or not isinstance(value, int | float) or Decimal(str(value)) not in CONSTANTS:
        raise BadRequest(
            "Numbers of the documents are operands with a quote; only 1, 2, 3, 4, 12, 100, 360, 365 stand free."
        )
    return Quantity(Decimal(str(value)), None, 1, constant=True)


def agrees_with(said: Shown, calculation: Calculation) -> bool:
    """Whether a number of the answer is this result, or one of its operands, rounded to the digits it shows."""
    sources = [_shown(calculation.exact, calculation.unit, calculation.scale)]
    if said.percent and calculation.unit is None:
        sources.append(_shown(calculation.exact * 100, "%", 1))  # a ratio told in percent
    sources += [_shown(operand.value, operand.unit, operand.scale) for operand in calculation.operands]
    return any(agrees(said, source, ()) for source in sources)


def _shown(value: Decimal, unit: str | None, scale: int) -> Shown:
    return Shown(str(value), abs(value), Decimal(1), scale, unit == "%", False, value < 0, Kind.AMOUNT)
