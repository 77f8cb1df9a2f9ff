"""Follow-up questions: what is missing is carried over, what is there is kept, a whole question is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.contract.question import Turn
from service.question.follow_up import resolve
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary

VOCABULARY = load_vocabulary()
REVENUE = "What was Norvane's total revenue in fiscal year 2024?"
NOTICE = "How much notice must the Buyer give to terminate for convenience?"


def resolved(question: str, *earlier: str) -> str:
    return resolve(question, [Turn(text, "An answer.") for text in earlier], VOCABULARY)


def test_without_a_history_nothing_changes() -> None:
    assert resolved("And in 2023?") == "And in 2023?"


@pytest.mark.parametrize("question", ["And in 2023?", "in 2023?", "2023?", "What about FY23?", "and what about 2023"])
def test_another_year_is_put_in_the_last_questions_place(question: str) -> None:
    assert resolved(question, REVENUE) == "What was Norvane's total revenue in 2023?"


@pytest.mark.parametrize(
    ("question", "earlier", "expected"),
    [
        ("And for 2022 and 2021?", REVENUE, "What was Norvane's total revenue in 2022 and 2021?"),
        ("And the year before?", REVENUE, "What was Norvane's total revenue in 2023?"),
        ("and the following year?", REVENUE, "What was Norvane's total revenue in 2025?"),
        ("And in 2023?", "What were capital expenditures?", "What were capital expenditures in 2023?"),
        ("And in 2023?", "What were total assets at May 3, 2024?", "What were total assets at May 3, 2023?"),
        ("And in Q3?", "What was revenue in Q2 2023?", "What was revenue in Q3 2023?"),
        ("And in the third quarter?", "What was revenue in 2023?", "What was revenue in the third quarter of 2023?"),
        ("And in Q3?", "What was revenue?", "What was revenue in Q3?"),
        ("And in 2022?", "Compare revenue between 2023 and 2024.", "Compare revenue in 2022."),
    ],
)
def test_periods_of_every_kind_are_replaced_or_added(question: str, earlier: str, expected: str) -> None:
    assert resolved(question, earlier) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What about gross profit?", "What was gross profit for Norvane in 2024?"),
        ("And capital expenditures?", "What were capital expenditures for Norvane in 2024?"),
        ("What was net income?", "What was net income for Norvane in 2024?"),
        ("What was its gross profit?", "What was Norvane's gross profit in 2024?"),
        ("What was the company's operating income in 2022?", "What was Norvane's operating income in 2022?"),
        ("What was revenue in the prior year?", "What was revenue in 2023 for Norvane?"),
        ("Who is its auditor?", "Who is Norvane's auditor?"),
        ("And the auditors?", "The auditors for Norvane in 2024?"),
    ],
)
def test_company_and_period_are_carried_to_another_line_item(question: str, expected: str) -> None:
    assert resolved(question, REVENUE) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why did it increase?", "Why did total revenue increase for Norvane in 2024?"),
        ("How did that change from 2022?", "How did total revenue change from 2022 for Norvane?"),
        ("Is it higher than in 2023?", "Is total revenue higher than in 2023 for Norvane?"),
        ("Why?", f"{REVENUE} Why?"),
    ],
)
def test_a_pronoun_stands_for_the_last_line_item(question: str, expected: str) -> None:
    assert resolved(question, REVENUE) == expected


def test_another_company_takes_the_place_of_the_last_and_a_region_does_not() -> None:
    assert resolved("And Ostrel?", REVENUE) == "What was Ostrel's total revenue in fiscal year 2024?"
    assert resolved("And in Europe?", REVENUE) == f"{REVENUE.rstrip('?')} in Europe?"


def test_a_question_about_terms_is_asked_of_another_party() -> None:
    assert resolved("What about for the Seller?", NOTICE) == f"{NOTICE.rstrip('?')} for the Seller?"
    assert resolved("And the Seller?", NOTICE) == f"{NOTICE} And the Seller?"


def test_follow_ups_of_follow_ups_build_on_each_other() -> None:
    assert resolved("What about 2022?", REVENUE, "And gross profit?") == "What was gross profit for Norvane in 2022?"
    assert resolved("And gross profit?", REVENUE, "And in 2022?") == "What was gross profit for Norvane in 2022?"


def test_the_last_whole_question_is_what_counts() -> None:
    assert resolved("And in 2022?", NOTICE, "What was net income in 2024?") == "What was net income in 2022?"
    assert resolved("And in 2022?", REVENUE, "What was net income at Ostrel in 2024?") == (
        "What was net income at Ostrel in 2022?"
    )


@pytest.mark.parametrize(
    "question",
    [
        NOTICE,
        "What was Ostrel's net income in 2022?",
        "Who is the auditor?",
        "Does the agreement say that the Buyer may terminate early?",
        "List the risk factors that concern the supply of raw materials.",
        "Thank you!",
        "hello",
        "It?",
        "And?",
    ],
)
def test_what_lacks_nothing_or_says_nothing_is_left_alone(question: str) -> None:
    assert resolved(question, REVENUE) == question


def test_nothing_is_carried_from_a_question_that_says_nothing() -> None:
    assert resolved("And in 2023?", "Hello") == "And in 2023?"
    assert resolved("What was net income?", "Thank you!") == "What was net income?"


def test_what_is_carried_over_is_understood_as_before() -> None:
    before, after = understand(REVENUE, VOCABULARY), understand(resolved("And in 2023?", REVENUE), VOCABULARY)
    assert (after.items, after.names, after.statements) == (before.items, before.names, before.statements)
    assert after.years == (2023,)


PARTS = st.sampled_from(
    [
        "and",
        "what about",
        "it",
        "the year before",
        "2023",
        "Q3",
        "Ostrel",
        "gross profit",
        "in",
        "?",
        "the Buyer",
        "why",
    ]
)


@given(st.sampled_from([REVENUE, NOTICE, "What was revenue?"]), st.lists(PARTS, max_size=6).map(" ".join))
def test_a_question_made_whole_stays_as_it_is(earlier: str, question: str) -> None:
    """A thread keeps follow-ups as they were understood, so they are read against their own history again."""
    whole = resolved(question, earlier)
    assert resolved(whole, earlier) == whole
    assert len(whole) <= len(earlier) + len(question) + 200
