"""Figures are worked out exactly from quoted operands; what has no proof, or units that do not go together, is refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_samples import evidence

from ingest.errors import BadRequest
from service.calculation.calculation import Calculation, calculate

CAPEX = "Purchases of property, plant and equipment (PP&E) (1,577) (1,373)"
CASH = "Net cash provided by operating activities 6,439 6,240"


def operand(name: str, value: str, quote: str = CAPEX, page: int = 60, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "value": value,
        "unit": "USD",
        "scale": "millions",
        "doc": "D1",
        "page": page,
        "quote": quote,
        **more,
    }


def work(expression: str, *operands: dict[str, Any], **more: Any) -> Calculation:
    return calculate({"expression": expression, "operands": list(operands), **more}, evidence())


A, B = operand("a", "6,439", CASH), operand("b", "(1,577)")
MARGIN = operand("m", "16.3%", "Net income margin 16.3% 15.4%", unit=None, scale="ones")


@pytest.mark.parametrize(
    ("expression", "result", "unit", "scale"),
    [
        ("a + b", "4862", "USD", 10**6),
        ("a - abs(b)", "4862", "USD", 10**6),
        ("abs(b) / a", "0.2449", None, 1),
        ("percent(abs(b), a)", "24.4914", "%", 1),
        ("ratio(a, abs(b))", "4.0831", None, 1),
        ("(a + b) / 2", "2431", "USD", 10**6),
        ("average(a, b)", "2431", "USD", 10**6),
        ("-b * 4 + a - a", "6308", "USD", 10**6),
        ("max(a, b) - min(a, b)", "8016", "USD", 10**6),
        ("sum(a, b)", "4862", "USD", 10**6),
    ],
)
def test_results_are_exact_and_keep_unit_and_scale(expression: str, result: str, unit: str | None, scale: int) -> None:
    found = work(expression, A, B)
    assert (found.result, found.unit, found.scale) == (Decimal(result), unit, scale)
    assert [o.proof.located.page.number for o in found.operands] == [60, 60]


def test_a_percentage_of_an_amount_is_its_hundredth() -> None:
    assert work("a * m", A, MARGIN).result == Decimal("1049.557")


def test_growth_is_in_percent_and_rounded_half_up() -> None:
    old = operand("old", "6,240", CASH)
    assert work("growth(a, old)", A, old, digits=1).result == Decimal("3.2")
    assert str(work("growth(a, old)", A, old, digits=2).result) == "3.19"


@pytest.mark.parametrize(
    ("expression", "operands", "says"),
    [
        ("a + m", (A, MARGIN), "same unit"),
        ("a * c", (A, operand("c", "6,240", CASH)), "cannot be multiplied"),
        ("a - x", (A,), "x is not among the operands"),
        ("a * 1.07", (A,), "operands with a quote"),
        ("a ** 2", (A,), "may be used"),
        ("__import__('os')", (A,), "may be used|does not use"),
        ("a.real", (A,), "may be used"),
        ("a if a else a", (A,), "may be used"),
        ("growth(a)", (A,), "takes 2 operands"),
        ("a +", (A,), "is not an expression"),
        ("", (A,), "characters"),
        ("+".join(["a"] * 150), (A,), "too long"),
        ("a / (a - a)", (A,), "divisor is zero"),
        ("growth(a, b)", (A, B), "negative amount"),
        ("growth(m, m)", (MARGIN,), "ambiguous"),
        ("a", (A, B), "does not use b"),
        ("a + a", (A, A), "same name"),
        ("a", (operand("a", "6,440", CASH),), "does not stand in the quote"),
        ("a", (operand("a", "6,439", CASH.replace("6,439", "6,349")),), "does not stand on the pages"),
        ("a", (operand("a", "6,439", ""),), "does not stand on the pages"),
        ("a", (operand("a", "6,439", CASH, scale="thousands"),), "gives amounts in millions"),
        ("a", (operand("a", "6,439", CASH, scale="dozens"),), "one of ones"),
        ("a", (operand("a", "much", CASH),), "not a number"),
        ("a", (operand("sum", "6,439", CASH),), "cannot name"),
        ("a", ("a",), "object"),
        ("a", (), "operands"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_refused_with_a_sentence(expression: str, operands: Any, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        work(expression, *operands)


def test_plain_numbers_of_unlike_scale_are_not_added() -> None:
    north = operand("north", "412", "Northern region 412 388", 62, unit=None, scale="millions")
    south = operand("south", "0.7", "Southern region 0.7 0.9", 62, unit=None, scale="billions")
    with pytest.raises(BadRequest, match="differ in scale"):
        work("north + south", north, south)
    joined = work("north + south", {**north, "unit": "USD"}, {**south, "unit": "USD"})
    assert joined.result * joined.scale == 1_112_000_000


def test_a_rate_times_its_count_gives_the_amount() -> None:
    rate = operand("rate", "0.7", "Southern region 0.7 0.9", 62, unit="USD/share", scale="ones")
    count = operand("count", "412", "Northern region 412 388", 62, unit="shares", scale="millions")
    assert (work("rate * count", rate, count).unit, work("rate * count", rate, count).exact) == (
        "USD",
        Decimal("288.4"),
    )


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab+-*/()., 0129_[]'\"lambda:", max_size=40))
def test_no_expression_does_anything_but_arithmetic_or_a_refusal(expression: str) -> None:
    try:
        assert isinstance(work(expression, A).result, Decimal)
    except BadRequest as refused:
        assert refused.message.endswith(".")
