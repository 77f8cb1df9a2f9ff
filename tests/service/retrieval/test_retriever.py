"""Pages are ranked by words, vectors and structure; equal bytes count once; every signal can be switched off."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from ingest.index_types import Encoder, IndexHit, TenantIndex, Vectors
from ingest.types import Document, Page, Scope, Section, Status
from service.contract.caller import scope_for
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.filters import ListedPages
from service.retrieval.query_encoder import EncoderSource
from service.retrieval.ranking.weights import page_weights
from service.retrieval.retriever import Retriever
from service.retrieval.search import snippet_span
from service.retrieval.signals import Signals, last_page
from service.wiring import Service

Terms = Sequence[tuple[str, float]]
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


@pytest.mark.parametrize("signal", ["lexical", "passages", "vectors", "statement", "name"])
def test_a_signal_switched_off_gives_no_score(service: Service, signal: str) -> None:
    def used(off: frozenset[str]) -> bool:
        hits = service.retriever.without(off).search(scope_for(), read(REVENUE), 40).hits
        return any(signal in hit.signals for hit in hits)

    assert used(frozenset())
    assert not used(frozenset({signal}))


def test_only_the_pages_allowed_are_ranked(service: Service, report_10k: Document) -> None:
    allowed = ListedPages(frozenset({(report_10k.content, 5), (report_10k.content, 69)}))
    hits = service.retriever.search(scope_for(), read(REVENUE), 40, pages=allowed).hits
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


@pytest.mark.parametrize(("start", "end", "tail", "last"), [(3, 5, 10, 5), (3, 5, 0, 4), (3, 3, 0, 3)])
def test_a_section_ends_where_its_text_ends(start: int, end: int, tail: int, last: int) -> None:
    assert last_page(section("note", start, end, tail)) == last


def test_the_snippet_holds_the_questions_words(service: Service, report_10k: Document) -> None:
    stored: Page = service.ingest.pages.page(report_10k, 69)
    start, end = snippet_span(stored, None, ("asia", "pacific"))
    assert "asia pacific" in stored.text[start:end].lower()
    assert snippet_span(replace(stored, text="", lines=()), None, ("asia",)) == (0, 0)


def test_a_question_in_parts_finds_the_pages_of_every_part(service: Service, report_10k: Document) -> None:
    asked = ("What was total revenue in fiscal year 2024?", "What were total assets at the end of 2024?")
    alone = [service.retriever.search(scope_for([report_10k.id]), read(part), 1).hits[0].page for part in asked]
    both = service.retriever.search(scope_for([report_10k.id]), read(" ".join(asked)), 4)
    assert alone[0] != alone[1] and set(alone) <= {hit.page for hit in both.hits}


def test_a_document_still_being_read_is_not_outranked_for_want_of_vectors(report_10k: Document) -> None:
    signals = Signals(page_weights())
    signals.put("lexical", "new", 1, 1.0)
    signals.put("vectors", "old", 1, 1.0)
    signals.put("lexical", "old", 1, 0.1)
    documents = {
        "new": replace(report_10k, content="new", status=Status.SEARCHABLE),
        "old": replace(report_10k, content="old", status=Status.READY),
    }
    best = max(signals.hits(documents), key=lambda hit: hit.score)
    assert best.document.content == "new"


class CountingIndex:
    """A tenant's index, and all tenants' at once, that counts what it is asked."""

    def __init__(self, inner: TenantIndex) -> None:
        self.inner = inner
        self.calls: Counter[str] = Counter()

    def for_tenant(self, _tenant: str) -> "CountingIndex":
        return self

    def refresh(self) -> int:
        self.calls["refresh"] += 1
        return self.inner.refresh()

    def search_pages(self, terms: Terms, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        self.calls["pages"] += 1
        return self.inner.search_pages(terms, limit, contents)

    def search_passages(self, terms: Terms, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        self.calls["passages"] += 1
        return self.inner.search_passages(terms, limit, contents)

    def search_vectors(self, vector: Vectors, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        self.calls["vectors"] += 1
        return self.inner.search_vectors(vector, limit, contents)


class CountingEncoder:
    """An encoder that counts the texts it encodes."""

    def __init__(self, inner: Encoder) -> None:
        self.inner, self.fingerprint, self.dimensions = inner, inner.fingerprint, inner.dimensions
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self.inner.encode(texts)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who is the auditor?", 1),
        ("What was total revenue in 2024?", 1),
        ("What was total revenue in 2024? What is the notice period?", 2),
    ],
)
def test_a_question_goes_down_once_for_each_of_its_parts(service: Service, question: str, parts: int) -> None:
    inner = service.encoder.get()
    assert inner is not None
    index, encoder = CountingIndex(service.ingest.index.for_tenant("local")), CountingEncoder(inner)
    retriever = Retriever(service.ingest.catalog, index, EncoderSource(lambda: encoder))
    found = retriever.evidence(scope_for(), read(question), 10)
    assert index.calls == {"refresh": 1, "pages": parts, "passages": parts, "vectors": parts}
    assert len(encoder.texts) == parts
    assert [part.query.question in question for part in found.parts] == [True] * parts


def test_evidence_holds_the_pages_and_passages_of_each_part(service: Service, report_10k: Document) -> None:
    asked = "Who is Quillmere's auditor? What was Zorgon's net income in 2024?"
    auditor, income = service.retriever.evidence(scope_for([report_10k.id]), read(asked), 8).parts
    assert auditor.unknown_name is None and income.unknown_name == "Zorgon"
    assert len(auditor.hits) == 8
    chunks = service.ingest.catalog.contents.chunks("local", report_10k.content)
    spans = {(chunk.page, chunk.start, chunk.end) for chunk in chunks}
    found = [(page, *passage) for (_content, page), passages in auditor.passages.items() for passage in passages]
    assert found and {(page, start, end) for page, start, end, _share in found} <= spans
    assert max(share for *_place, share in found) == 1.0
    assert income.passages == {}, "rows of tables answer it"
