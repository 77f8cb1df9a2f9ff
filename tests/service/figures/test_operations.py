"""The operation a question asks for, and the words of what it works on without the periods and the question's frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.figures.operations import Operation, Operator, read_operation

ITEMS = ("inventories", "revenue from third-party sales", "rents in endowment properties", "total current assets")


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize(
    ("template", "operator"),
    [
        ("By what percentage did {} change from June 30, 2022 to June 30, 2023?", Operator.GROWTH),
        ("What was the year-over-year growth in {}?", Operator.GROWTH),
        ("What was the growth rate of {} in 2022?", Operator.GROWTH),
        ("{} growth in fiscal 2023", Operator.GROWTH),
        ("How fast did {} grow in the third quarter of 2023?", Operator.GROWTH),
        ("How much did {} increase from 2021 to 2022, in percent?", Operator.GROWTH),
        ("How much did {} increase over the last three years?", Operator.DIFFERENCE),
        ("How much higher was {} in 2023 than in 2022?", Operator.DIFFERENCE),
        ("change in {} year over year", Operator.DIFFERENCE),
        ("What is the difference in {} between 2022 and 2023?", Operator.DIFFERENCE),
        ("What was the CAGR of {} from 2019 to 2023?", Operator.CAGR),
        ("compound annual growth rate of {} over the four years to 2023", Operator.CAGR),
        ("By how many percentage points did {} change between 2022 and 2023?", Operator.POINTS),
        ("By how many basis points did {} fall versus the prior year?", Operator.POINTS),
        ("What was the average {} over the three years to 2023?", Operator.AVERAGE),
    ],
)
def test_one_item_is_worked_out_over_periods(template: str, operator: Operator, item: str) -> None:
    assert read_operation(template.format(item)) == Operation(operator, (item,))


@pytest.mark.parametrize(
    ("question", "operator", "operands"),
    [
        ("capital expenditure as a percentage of net sales in 2023", Operator.SHARE, ("capital expenditure", "net sales")),
        ("What percentage of total revenue came from ferries in 2023?", Operator.SHARE, ("ferries", "total revenue")),
        ("Which share of fixed assets were vessels?", Operator.SHARE, ("vessels", "fixed assets")),
        ("rents relative to net sales, in percent, for 2023", Operator.SHARE, ("rents", "net sales")),
        ("What is the ratio of total debt to equity?", Operator.QUOTIENT, ("total debt", "equity")),
        ("net sales divided by total assets", Operator.QUOTIENT, ("net sales", "total assets")),
    ],
)  # fmt: skip
def test_one_item_is_held_against_another(question: str, operator: Operator, operands: tuple[str, str]) -> None:
    assert read_operation(question) == Operation(operator, operands)


@pytest.mark.parametrize(
    "question",
    [
        "What was net income in 2023?",
        "Why did revenue decrease in 2023?",
        "What caused the change in inventories?",
        "Which region grew most?",
        "Does a change of control end the lease?",
        "What is a change in control?",
        "What is the weighted average share count for 2023?",
        "How many days before a change in the rent must notice be given?",
        "",
    ],
)
def test_a_figure_or_a_sentence_is_wanted_as_it_stands(question: str) -> None:
    assert read_operation(question) is None


@given(st.text(max_size=200))
def test_any_text_is_read_and_operands_are_words_of_it(question: str) -> None:
    operation = read_operation(question)
    assert operation is None or all(len(operand) > 2 for operand in operation.operands)


@given(st.sampled_from(ITEMS), st.integers(1990, 2050), st.integers(1990, 2050))
def test_the_years_compared_are_no_part_of_the_operand(item: str, first: int, second: int) -> None:
    asked = read_operation(f"By how much did {item} rise from fiscal {first} to fiscal {second}?")
    assert asked == Operation(Operator.DIFFERENCE, (item,))
