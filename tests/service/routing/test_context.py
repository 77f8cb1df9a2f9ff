"""What each mode would send: whole documents, whole sections within their bound, or the pages found."""

from dataclasses import replace
from typing import Any

import pytest

from ingest.types import Document
from service.contract.caller import scope_for
from service.contract.question import Mode
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.filters import EVERY_PAGE, ListedPages, PageFilter
from service.routing.context import PER_DOCUMENT, PER_PAGE, Context, ContextBuilder, Part
from service.wiring import Service

RISKS = "List the risk factors."


def gathered(service: Service, question: str, bound: int, ids: Any = None, pages: PageFilter = EVERY_PAGE) -> Context:
    found = service.retriever.search(scope_for(ids), understand(question, load_vocabulary()), 24, pages=pages)
    return ContextBuilder(service.ingest.catalog, 8, bound).gather(replace(found, page_filter=pages))


def numbers(parts: tuple[Part, ...]) -> list[int]:
    return [number for part in parts for number in part.numbers]


@pytest.mark.parametrize("bound", [1_000, 4_000, 12_000, 24_000])
def test_sections_stay_within_their_bound_and_in_order(service: Service, report_10k: Document, bound: int) -> None:
    parts = gathered(service, RISKS, bound, [report_10k.id]).sections
    (part,) = parts
    assert list(part.numbers) == sorted(set(part.numbers))
    assert part.tokens - PER_DOCUMENT <= bound


def test_a_section_that_fits_is_taken_whole(service: Service, report_10k: Document) -> None:
    outline = service.ingest.catalog.contents.outline(report_10k.tenant, report_10k.content)
    (risks,) = [section for section in outline if section.title.startswith("Item 1A")]
    chosen = numbers(gathered(service, RISKS, 24_000, [report_10k.id]).sections)
    assert set(range(risks.start_page, risks.end_page)) <= set(chosen)


def test_pages_found_are_the_best_ones_in_document_order(service: Service) -> None:
    context = gathered(service, "What was total revenue in 2024?", 24_000)
    found = numbers(context.retrieval)
    assert len(found) == 8 and 61 in found
    for part in context.retrieval:
        assert list(part.numbers) == sorted(part.numbers)
    assert context.tokens(Mode.RETRIEVAL) < context.tokens(Mode.SECTIONS) < context.tokens(Mode.FULL)


def test_pages_tell_how_well_they_were_found(service: Service) -> None:
    context = gathered(service, "What was total revenue in 2024?", 24_000)
    for parts in (context.retrieval, context.sections, context.full):
        scores = {(part.document.id, n): s for part in parts for n, s in zip(part.numbers, part.scores, strict=True)}
        assert max(scores.values()) == 1.0 and min(scores.values()) >= 0.0
    assert all(score > 0 for part in context.retrieval for score in part.scores)
    assert any(score == 0 for part in context.full for score in part.scores)  # a page no search found


def test_whole_documents_come_in_an_order_that_does_not_depend_on_the_question(service: Service) -> None:
    orders = [
        [part.document.id for part in gathered(service, question, 24_000).full]
        for question in ("Summarize the documents.", "Who may terminate the agreement, and what was revenue?")
    ]
    assert orders[0] == orders[1] == sorted(orders[0]) and len(orders[0]) == 2


def test_a_filter_holds_in_every_mode(service: Service, report_10k: Document) -> None:
    only = ListedPages(frozenset((report_10k.content, number) for number in range(60, 66)))
    context = gathered(service, "What was total revenue in 2024?", 24_000, [report_10k.id], only)
    for mode in (Mode.FULL, Mode.SECTIONS, Mode.RETRIEVAL):
        assert set(numbers(context.of(mode))) <= set(range(60, 66))
    assert numbers(context.full) == list(range(60, 66))


def test_tokens_are_those_stored_at_ingest_with_the_markup(service: Service, report_10k: Document) -> None:
    (part,) = gathered(service, RISKS, 24_000, [report_10k.id]).full
    rows = service.ingest.catalog.contents.page_report(report_10k.tenant, report_10k.content)
    assert part.tokens == PER_DOCUMENT + sum(row["tokens"] + PER_PAGE for row in rows)
    assert part.pictures == ()


def test_nothing_found_gives_nothing(service: Service) -> None:
    context = gathered(service, RISKS, 24_000, [])
    assert context == Context((), (), ())
    assert (context.tokens(Mode.FULL), context.pictures(Mode.FULL)) == (0, ())
