"""Changes and shares worked out from cells: the result first, its operands quoted, or nothing at all."""

import pytest
from decide_samples import STATEMENT, answer


@pytest.mark.parametrize(
    ("question", "result", "unit"),
    [
        ("By what percentage did net income change in 2024?", "6.06", "%"),
        ("How much did net income increase from 2023 to 2024?", "12.00", "USD"),
        ("What was net income as a percentage of total revenue in 2024?", "9.42", "%"),
    ],
)
def test_a_result_is_worked_out_of_quoted_cells(question: str, result: str, unit: str) -> None:
    draft = answer(question, STATEMENT)
    [worked] = draft.worked
    assert (str(worked.result), worked.unit) == (result, unit)
    assert len(worked.operands) == 2
    assert all(operand.statement.figure is not None for operand in worked.operands)
    assert all((row.confidence or 0.0) >= 0.5 for row in draft.statements)


def test_a_change_whose_operand_is_nowhere_is_not_told_as_a_level() -> None:
    draft = answer("By what percentage did net income change in 2011?", STATEMENT)
    assert draft.worked == () and draft.statements == ()


def test_the_change_of_a_share_is_told_in_percentage_points_from_four_cells() -> None:
    draft = answer("Calculate the change in net income as a percentage of total revenue from 2023 to 2024.", STATEMENT)
    [worked] = draft.worked
    assert (str(worked.result), len(worked.operands)) == ("0.06", 4)
    assert "percentage points" in worked.text
