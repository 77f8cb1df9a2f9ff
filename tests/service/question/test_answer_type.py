"""What an answer must hold, by the word its question begins with."""

import pytest

from service.question.answer_type import answer_kind


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (
            "Who is the auditor?",
            "They were audited by Marlow & Finch LLP.",
            "The Board of Directors and its Committee approved the Annual Report.",
        ),
        (
            "Where are the headquarters?",
            "Our headquarters are in Harrow Bay.",
            "Our headquarters consist of four buildings.",
        ),
        ("When was the mill closed?", "It closed in March 2023.", "It closed after the strike."),
        (
            "How many employees does the company have?",
            "We had 9,139 full-time and part-time employees.",
            "We matched 75% of the contributions of employees; $40 million went to employees.",
        ),
        ("How many plants are leased?", "Three of our seven plants are leased.", "Some of our plants are leased."),
    ],
)
def test_a_text_that_holds_it_is_told_from_one_that_does_not(question: str, right: str, wrong: str) -> None:
    holds = answer_kind(question)
    assert holds is not None and holds(right) and not holds(wrong)


@pytest.mark.parametrize(
    "question", ["Who may terminate the agreement?", "What is the notice period?", "Is it leased?"]
)
def test_a_question_that_wants_nothing_particular_judges_nothing(question: str) -> None:
    assert answer_kind(question) is None
