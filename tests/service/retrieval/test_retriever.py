"""Pages are ranked by words, vectors and structure; equal bytes count once; every signal can be switched off."""

from dataclasses import replace

import pytest

from ingest.types import Document, Page, Scope, Section, Status
from service.contract.caller import scope_for
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.retriever import EncoderSource, Retriever, round_robin
from service.retrieval.search import snippet_span
from service.retrieval.signals import Hit, Signals, last_page
from service.wiring import Service

REVENUE = "What was Quillmere's total revenue in fiscal year 2024?"


def read(question: str) -> Query:
    return understand(question, load_vocabulary())


def section(kind: str, start: int, end: int, tail: int = 0) -> Section:
    return Section(0, None, 1, kind, kind.title(), None, start, 0, end, tail)


def test_the_primary_statement_is_among_the_first_pages(service: Service, report_10k: Document) -> None:
    found = service.retriever.search(scope_for(), read("Show the consolidated balance sheet"), 5)
    kinds = service.ingest.catalog.contents.outline("local", report_10k.content)
    sheet = next(section for section in kinds if section.kind == "balance_sheet")
    assert (found.hits[0].document.id, found.hits[0].page) == (report_10k.id, sheet.start_page)


def test_hits_are_ranked_and_limited(service: Service) -> None:
    hits = service.retriever.search(scope_for(), read(REVENUE), 7).hits
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({(hit.document.id, hit.page) for hit in hits}) == 7


def test_a_scope_of_one_document_gives_its_pages_only(service: Service, agreement: Document) -> None:
    hits = service.retriever.search(scope_for([agreement.id]), read(REVENUE), 10).hits
    assert {hit.document.id for hit in hits} == {agreement.id}


def test_another_tenant_sees_nothing(service: Service) -> None:
    found = service.retriever.search(Scope("stranger"), read(REVENUE), 5)
    assert (found.hits, found.documents) == ((), ())


@pytest.mark.parametrize("signal", ["lexical", "passages", "vectors", "statement", "document"])
def test_a_signal_switched_off_gives_no_score(service: Service, signal: str) -> None:
    def used(off: frozenset[str]) -> bool:
        hits = service.retriever.search(scope_for(), read(REVENUE), 40, None, off).hits
        return any(signal in hit.signals for hit in hits)

    assert used(frozenset())
    assert not used(frozenset({signal}))


def test_only_the_pages_allowed_are_ranked(service: Service, report_10k: Document) -> None:
    allowed = {(report_10k.content, 5), (report_10k.content, 69)}
    hits = service.retriever.search(scope_for(), read(REVENUE), 40, allowed).hits
    assert {hit.page for hit in hits} <= {5, 69}
    assert hits[0].page == 69


def test_passages_lie_on_the_pages_they_name(service: Service) -> None:
    hits = service.retriever.search_passages(scope_for(), read("revolving credit facility"), 6).hits
    chunks = service.ingest.catalog.contents.chunks_by_id("local", [hit.passage for hit in hits if hit.passage])
    assert len(chunks) == 6
    for hit in hits:
        assert hit.passage is not None and chunks[hit.passage].page == hit.page


def test_without_an_encoder_the_search_is_lexical_and_says_so(service: Service) -> None:
    retriever = Retriever(service.ingest.catalog, service.ingest.index, EncoderSource(lambda: None))
    pages, passages = (
        search(scope_for(), read(REVENUE), 5) for search in (retriever.search, retriever.search_passages)
    )
    assert pages.lexical_only and passages.lexical_only
    assert len(pages.hits) == len(passages.hits) == 5
    assert all("vectors" not in hit.signals for hit in pages.hits)


def test_the_encoder_is_asked_for_until_it_is_there() -> None:
    made: list[object] = [None, None]
    source = EncoderSource(lambda: made.pop() if made else "encoder")  # type: ignore[arg-type, return-value]
    assert [source.get(), source.get(), source.get(), source.get()] == [None, None, "encoder", "encoder"]


def test_a_name_is_mentioned_in_the_text_or_in_what_is_known(service: Service, report_10k: Document) -> None:
    mentions = service.retriever.mentions
    assert mentions(scope_for(), "Pellworth", [report_10k], "")
    assert mentions(scope_for(), "Zorgon", [report_10k], "zorgon-10k.pdf")
    assert not mentions(scope_for(), "Zorgon", [report_10k], "quillmere")
    assert mentions(scope_for(), "Pellworth Sensing", [report_10k], "")
    assert not mentions(scope_for(), "Pellworth Harbour", [report_10k], ""), "its words stand there, but not together"


@pytest.mark.parametrize(("start", "end", "tail", "last"), [(3, 5, 10, 5), (3, 5, 0, 4), (3, 3, 0, 3)])
def test_a_section_ends_where_its_text_ends(start: int, end: int, tail: int, last: int) -> None:
    assert last_page(section("note", start, end, tail)) == last


def test_the_snippet_holds_the_questions_words(service: Service, report_10k: Document) -> None:
    stored: Page = service.ingest.pages.page(report_10k, 69)
    start, end = snippet_span(stored, None, ("asia", "pacific"))
    assert "asia pacific" in stored.text[start:end].lower()
    assert snippet_span(replace(stored, text="", lines=()), None, ("asia",)) == (0, 0)


def test_companies_compared_take_turns_and_the_rest_comes_last(report_10k: Document) -> None:
    def hit(content: str, score: float) -> Hit:
        return Hit(replace(report_10k, content=content), 1, score)

    ranked = [hit("a", 0.9), hit("a", 0.8), hit("c", 0.7), hit("b", 0.6)]
    groups = (frozenset({"a"}), frozenset({"b"}))
    assert [found.document.content for found in round_robin(ranked, groups)] == ["a", "b", "a", "c"]
    assert round_robin(ranked, ()) == ranked


def test_a_question_in_parts_finds_the_pages_of_every_part(service: Service, report_10k: Document) -> None:
    asked = ("What was total revenue in fiscal year 2024?", "What were total assets at the end of 2024?")
    alone = [service.retriever.search(scope_for([report_10k.id]), read(part), 1).hits[0].page for part in asked]
    both = service.retriever.search(scope_for([report_10k.id]), read(" ".join(asked)), 4)
    assert alone[0] != alone[1] and set(alone) <= {hit.page for hit in both.hits}


def test_a_document_still_being_read_is_not_outranked_for_want_of_vectors(report_10k: Document) -> None:
    signals = Signals()
    signals.put("lexical", "new", 1, 1.0)
    signals.put("vectors", "old", 1, 1.0)
    signals.put("lexical", "old", 1, 0.1)
    documents = {
        "new": replace(report_10k, content="new", status=Status.SEARCHABLE),
        "old": replace(report_10k, content="old", status=Status.READY),
    }
    best = max(signals.hits(documents, frozenset()), key=lambda hit: hit.score)
    assert best.document.content == "new"
