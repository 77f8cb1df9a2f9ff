"""A question is read for its intent, periods, names and line items, and for nothing that is not in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.question.understand import Intent, Query, understand
from service.question.vocabulary_files import load_vocabulary


def read(question: str) -> Query:
    return understand(question, load_vocabulary())


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("What was total revenue in 2023?", Intent.FIGURE),
        ("How many employees are there?", Intent.FIGURE),
        ("What is the gross margin for fiscal 2022?", Intent.RATIO),
        ("Compare net income of 2023 and 2022", Intent.COMPARISON),
        ("What does Minimum Volume mean?", Intent.DEFINITION),
        ("Summarize the risk factors", Intent.SUMMARY),
        ("Did the company repurchase shares?", Intent.YES_NO),
        ("Which law governs this agreement?", Intent.CLAUSE),
        ("List the subsidiaries of the registrant", Intent.LIST),
        ("Where is the foundry?", Intent.FACT),
        ("What is the policy on dividends?", Intent.FACT),
        ("What are major acquisitions of the last years?", Intent.LIST),
    ],
)
def test_the_intent_is_read_off_the_question(question: str, intent: Intent) -> None:
    assert read(question).intent is intent


def test_line_items_bring_their_statement_and_labels() -> None:
    query = read("What was the capital expenditure in 2023?")
    assert [item.name for item in query.items] == ["capital_expenditures"]
    assert query.statements == ("cash_flow_statement",)
    assert any("property" in term for term, _weight in query.terms)


def test_a_longer_phrase_hides_the_shorter_one_inside_it() -> None:
    assert [item.name for item in read("What were total current assets?").items] == ["current_assets"]


def test_names_are_runs_of_capitals_that_are_no_vocabulary() -> None:
    assert read("What did Pellworth Sensing GmbH earn?").names == ("Pellworth Sensing GmbH",)
    assert read("Net Sales in 2023?").names == ()


def test_weights_are_positive_and_terms_unique() -> None:
    terms = read("What was Quillmere's total revenue in 2024, and what was revenue in 2023?").terms
    assert all(weight > 0 for _term, weight in terms)
    assert len({term for term, _weight in terms}) == len(terms)


def test_quoted_words_are_searched_as_one() -> None:
    assert "severe service" in dict(read('Where does "severe service" occur?').terms)


def test_questions_about_the_parties_look_at_the_start() -> None:
    assert read("Who are the parties to this agreement?").at_start is True
    assert read("What was revenue?").at_start is False


def test_the_explanation_holds_plain_values() -> None:
    explained = read("What was total revenue of Quillmere in Q2 2023?").explain()
    assert explained["intent"] == "figure"
    assert explained["years"] == [2023]
    assert explained["quarter"] == 2
    assert "revenue" in explained["line_items"]  # type: ignore[operator]
    assert explained["names"] == ["Quillmere"]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_understood_as_something(question: str) -> None:
    query = read(question)
    assert query.question == question
    assert query.intent in Intent


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What did Heron file on 1st July 2022?", ("Heron",)),
        ("What was agreed in March with Plover Marsh?", ("Plover Marsh",)),
        ("Here's what I ask. What was net income, by the P&L statement, of 3M?", ("3M",)),
    ],
)
def test_dates_statements_and_beginnings_of_sentences_are_no_names(question: str, names: tuple[str, ...]) -> None:
    assert read(question).names == names
