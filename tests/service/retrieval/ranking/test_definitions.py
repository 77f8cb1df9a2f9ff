"""A term's definition is told from its uses, however it is set; a question for it finds the passage."""

import re

import pytest

from ingest.types import Document
from service.contract.caller import scope_for
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.definitions import definition_pattern
from service.wiring import Service


@pytest.mark.parametrize(
    "text",
    [
        "“Knowledge” means the actual knowledge of the officers.",
        '"Knowledge" of the Seller shall mean what its officers know.',
        "what its officers know (the “Knowledge”)",
        "(collectively, ‘Knowledge’)",
    ],
)
def test_a_definition_is_seen(text: str) -> None:
    assert definition_pattern(["knowledge"]).search(text)


@pytest.mark.parametrize(
    "text",
    [
        "to the Knowledge of the Seller, no suit is pending",
        "“Know-how” means skills.",
        "the “Knowledge” of the Seller. It means",
    ],
)
def test_a_use_is_no_definition(text: str) -> None:
    assert not definition_pattern(["knowledge"]).search(text)


def test_a_question_for_a_definition_finds_where_it_stands(service: Service, agreement: Document) -> None:
    contents = service.ingest.catalog.contents
    texts = {page.number: page.text for page in contents.iterate_pages("local", agreement.content)}
    term, page = next(
        (match.group(1), number)
        for number, text in texts.items()
        for match in re.finditer(r"“([A-Z][a-z]+)” means", text)
    )
    query = understand(f"What is the definition of {term}?", load_vocabulary())
    best = service.retriever.search_passages(scope_for([agreement.id]), query, 5).hits[0]
    assert best.page == page and best.signals["defines"] == 1.0
