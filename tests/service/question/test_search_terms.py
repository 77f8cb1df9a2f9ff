"""Phrases are made of words that follow one another, and never across a name, a period or a document's kind."""

import pytest

from service.question.search_terms import defined_terms
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary


def phrases(question: str) -> set[str]:
    return {term for term, _weight in understand(question, load_vocabulary()).terms if " " in term}


def test_common_words_between_two_words_part_no_phrase() -> None:
    assert "obligations survive" in phrases("Which obligations may still survive?")


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("Do warehouses in Ruritania employ guards?", "warehouses employ"),
        ("Did warehouses in 2023 employ guards?", "warehouses employ"),
        ("Which warehouses does the privacy policy employ?", "warehouses employ"),
    ],
)
def test_what_was_taken_out_parts_a_phrase(question: str, phrase: str) -> None:
    assert phrase not in phrases(question)


@pytest.mark.parametrize(
    "question", ["What is the definition of Net Worth?", 'What does "Net Worth" mean?', "How is Net Worth defined?"]
)
def test_the_term_whose_definition_is_asked_for_is_read(question: str) -> None:
    assert [term.strip('"“”') for term in defined_terms(question)] == ["Net Worth"]
