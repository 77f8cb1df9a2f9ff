"""Years and quarters as people write them."""

import pytest

from service.question.periods import is_period, period_words, quarter, without_period, years


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("revenue in FY2023", [2023]),
        ("revenue in FY23 and FY '22", [2023, 2022]),
        ("the three year average from FY2016 to FY2018", [2016, 2017, 2018]),
        ("FY2015 - FY2017 average", [2015, 2016, 2017]),
        ("between 2019 and 2022", [2019, 2022]),
        ("sales of 2Q23 against Q2'2022", [2023, 2022]),
        ("Q2 of FY2024", [2024]),
        ("room 12345, 1999 to 2024", [1999, 2024]),
    ],
)
def test_years_are_found_in_every_usual_form(question: str, found: list[int]) -> None:
    assert years(question) == found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Q3 2024 revenue", 3), ("2Q23 sales", 2), ("4Q sales", 4), ("Q22023 growth", 2), ("Q2 of FY2024", 2),
        ("the first quarter", 1), ("third fiscal quarter", 3), ("sales", None), ("quarterly dividends", None),
    ],
)  # fmt: skip
def test_quarters_are_found(question: str, found: int | None) -> None:
    assert quarter(question) == found


@pytest.mark.parametrize(("word", "expected"), [("FY23", True), ("2Q23", True), ("Q1", True), ("1999", True), ("Quick", False)])  # fmt: skip
def test_words_that_are_periods_are_told(word: str, expected: bool) -> None:
    assert is_period(word) is expected


@pytest.mark.parametrize(
    ("header", "period", "rest"),
    [
        ("Three Months Ended Cloud services June 30, 2023", "Three Months Ended June 30, 2023", "Cloud services"),
        ("Year ended Quillmere and Subsidiaries 2020", "Year ended 2020", "Quillmere and Subsidiaries"),
        ("Level 3", "", "Level 3"),
        ("Report for fiscal year 2024 Year Ended December 31, 2022", "Year Ended December 31, 2022", "Report"),
    ],
)
def test_a_column_is_parted_into_its_period_and_what_it_bears(header: str, period: str, rest: str) -> None:
    assert (period_words(header), without_period(header)) == (period, rest)
