"""Whoever a question names: their own pages answer, or pages that speak of them, and no others."""

import anyio
import pytest

from ingest.types import Document
from service.contract.caller import scope_for
from service.contract.question import Ask
from service.wiring import Service


@pytest.mark.parametrize("name", ["Pellworth", "Pellworth Sensing"])
def test_a_company_that_is_only_mentioned_is_not_given_the_filers_figures(
    service: Service, report_10k: Document, name: str
) -> None:
    ask = Ask(f"What was the total revenue of {name} in fiscal year 2024?", "extractive")
    reply = anyio.run(service.answerer.answer, scope_for([report_10k.id]), ask)
    pages = [service.ingest.pages.page(report_10k, row["start_page_number"]) for row in reply["citations"]]
    assert all(name in page.text for page in pages)


def test_the_filer_is_answered_from_any_of_its_pages(service: Service, report_10k: Document) -> None:
    ask = Ask("What was Quillmere's total revenue in fiscal year 2024?", "extractive")
    reply = anyio.run(service.answerer.answer, scope_for([report_10k.id]), ask)
    assert reply["answered"] and reply["figure"]["period"].endswith("2024")
