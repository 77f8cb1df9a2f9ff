"""Query in, ranked pages and passages out: BM25, vectors and the document's own structure, fused.

Knows nothing of Tantivy, FAISS or SQL: it asks a tenant's index for hits and the library for documents and outlines.
A question is searched once for each of its parts. Every signal can be switched off by name, which is how
bench/ablate.py measures what each is worth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.catalog import Catalog
from ingest.index_types import IndexHit
from ingest.types import Document, Scope, Section
from service.question.understand import Query
from service.retrieval.filters import EVERY_PAGE, PageFilter
from service.retrieval.found import Found, Passage, Place
from service.retrieval.found import PartFound as Part
from service.retrieval.library import Corpus, IndexByTenant, Library
from service.retrieval.names_known import unknown_name
from service.retrieval.query_encoder import EncoderSource
from service.retrieval.ranking.document_match import Fits, document_fits
from service.retrieval.ranking.passages import PassageRanking
from service.retrieval.ranking.row_signal import RowSignal, asks_for_rows
from service.retrieval.ranking.structure import Structure
from service.retrieval.ranking.turns import take_turns
from service.retrieval.ranking.weights import page_weights, passage_weights
from service.retrieval.rerank import FIRST, Reranker, reranked
from service.retrieval.signals import Hit, Signals

CANDIDATES = 120
PASSAGES = 30  # that tell where on their pages an answer stands
MAX_READ = 2000  # characters of a page a reranker reads when no passage of it was found
MAX_OUTLINES_READ = 20  # structure is consulted in at most this many documents, the ones the question names best


@dataclass(frozen=True)
class _Ranking:
    """All pages of one part, ranked, and the passages found on the way."""

    query: Query
    hits: tuple[Hit, ...]
    asked: tuple[Document, ...] = ()
    by_words: tuple[IndexHit, ...] = ()
    by_meaning: tuple[IndexHit, ...] = ()
    defining: Mapping[str, Place] = field(default_factory=dict)  # chunks that define what is asked for


class Retriever:
    """Searches what a scope may see."""

    def __init__(
        self,
        catalog: Catalog,
        index: IndexByTenant,
        encoder: EncoderSource,
        reranker: Reranker | None = None,
        rows: RowSignal | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self._catalog = catalog
        self._library = Library(catalog, index)
        self._rows = rows
        self._reranker = reranker
        self._encoder = encoder
        self._weights = page_weights() if weights is None else weights
        self._off: frozenset[str] = frozenset()

    def without(self, signals: Iterable[str]) -> "Retriever":
        """The same retriever with these signals switched off."""
        other = copy(self)
        other._off = frozenset(signals)
        return other

    def documents(self, scope: Scope) -> list[Document]:
        """Searchable documents in scope, one a content."""
        return self._library.documents(scope)[0]

    def outline(self, document: Document, version: int) -> tuple[Section, ...]:
        """A document's sections as of a version of the indexes."""
        return self._library.outline(document, version).sections

    def search(
        self,
        scope: Scope,
        query: Query,
        limit: int,
        *,
        conditions: Mapping[str, Any] | None = None,
        pages: PageFilter = EVERY_PAGE,
    ) -> Found:
        """Rank pages for a query; `conditions` is a caller's filter, `pages` a further restriction.

        Each part of a question is searched once; a page counts as much as it does for its best part.
        """
        corpus = self._library.open(scope, conditions)
        rankings = self._rankings(corpus, query, pages)
        parts = [Part(ranking.query, self._first(ranking, limit)) for ranking in rankings]
        return self._found(corpus, rankings, parts, limit)

    def evidence(self, scope: Scope, query: Query, limit: int, *, conditions: Mapping[str, Any] | None = None) -> Found:
        """What `search` finds, and for each part its passages and the name its documents do not know."""
        corpus = self._library.open(scope, conditions)
        rankings = self._rankings(corpus, query, EVERY_PAGE)
        parts = [
            Part(
                ranking.query,
                self._first(ranking, limit),
                {} if asks_for_rows(ranking.query) else self._by_page(corpus, ranking),
                unknown_name(corpus.index, ranking.query, corpus.documents) if corpus.documents else None,
            )
            for ranking in rankings
        ]
        return self._found(corpus, rankings, parts, limit)

    def search_passages(
        self, scope: Scope, query: Query, limit: int, *, conditions: Mapping[str, Any] | None = None
    ) -> Found:
        """Rank passages: their words and, where encoded, their meaning, in the light of how their pages rank."""
        corpus = self._library.open(scope, conditions)
        rankings = self._rankings(corpus, query, EVERY_PAGE)
        ranked = [hit for ranking in rankings for hit in self._passages(corpus, ranking, limit)]
        best = _best_of(ranked, lambda hit: hit.passage or "") if len(rankings) > 1 else ranked
        return replace(self._found(corpus, rankings, [], 0), hits=tuple(best[:limit]))

    def _rankings(self, corpus: Corpus, query: Query, pages: PageFilter) -> list[_Ranking]:
        return [self._rank(corpus, part, pages) for part in query.parts or (query,)]

    def _found(self, corpus: Corpus, rankings: Sequence[_Ranking], parts: Sequence[Part], limit: int) -> Found:
        hits = parts[0].hits if len(parts) == 1 else _best_of([hit for part in parts for hit in part.hits], _place)
        asked = {document.id: document for ranking in rankings for document in ranking.asked}
        ordered = tuple(document for document in corpus.documents if document.id in asked)
        lexical_only = bool(corpus.documents) and self._encoder.get() is None
        found = Found(tuple(hits[:limit]), corpus.documents, corpus.waiting, lexical_only, ordered, tuple(parts))
        return replace(found, page_filter=corpus.page_filter, version=corpus.version)

    def _rank(self, corpus: Corpus, query: Query, pages: PageFilter) -> _Ranking:
        """The ranking of one part: every page any signal speaks for."""
        if not corpus.documents:
            return _Ranking(query, ())
        off, signals = self._off, Signals(self._weights, self._off)
        fits = document_fits(corpus.documents, query)
        asked = list(corpus.documents) if "name" in off else fits.asked(corpus.documents)
        contents = [document.content for document in asked]
        terms = query.terms_for(fits.known, chosen=len(asked) < len(corpus.documents) or len(corpus.documents) == 1)
        by_words = corpus.index.search_passages(terms, CANDIDATES, contents)
        signals.add_passages("passages", by_words, from_lowest=False)
        if "lexical" not in off:
            signals.add_pages("lexical", corpus.index.search_pages(terms, CANDIDATES, contents))
        vector = self._encoder.vector(query.embed_text) if "vectors" not in off else None
        by_meaning = corpus.index.search_vectors(vector, CANDIDATES, contents) if vector is not None else []
        signals.add_passages("vectors", by_meaning, from_lowest=True)
        structure = Structure(self._catalog.contents, self._library, corpus)
        best = self._best_documents(asked, fits)
        defining = structure.definitions(query, best, by_words)
        for signal, content, page, value in structure.signals(query, best, defining):
            signals.put(signal, content, page, value)
        signals.add_everywhere(fits.signals)
        hits = signals.hits({document.content: document for document in corpus.documents})
        allowed = [hit for hit in hits if _allows(corpus, pages, hit.document.content, hit.page)]
        ranked = sorted(allowed, key=_order)
        if self._rows is not None and asks_for_rows(query) and "rows" not in off:
            ranked = sorted(self._rows.add(ranked, query, corpus.version, self._weights["rows"]), key=_order)
        ranked = take_turns(ranked, query, fits)
        return _Ranking(query, tuple(ranked), tuple(asked), tuple(by_words), tuple(by_meaning), defining)

    def _best_documents(self, asked: Sequence[Document], fits: Fits) -> list[Document]:
        """The documents the question means best, whose structure is consulted."""
        fit = {content: sum(self._weights[n] * v for n, v in found.items()) for content, found in fits.signals.items()}
        return sorted(asked, key=lambda document: -fit[document.content])[:MAX_OUTLINES_READ]

    def _first(self, ranking: _Ranking, limit: int) -> tuple[Hit, ...]:
        """The first pages of a part, with the reranker's opinion where there is one."""
        if self._reranker is None:
            return ranking.hits[:limit]
        first = ranking.hits[: max(limit, FIRST)]
        return tuple(reranked(first, ranking.query.question, self._reranker, self._best_text)[:limit])

    def _best_text(self, hit: Hit) -> str:
        contents, document = self._catalog.contents, hit.document
        text = contents.page(document.tenant, document.content, hit.page).text
        chunk = contents.chunks_by_id(document.tenant, [hit.passage]).get(hit.passage) if hit.passage else None
        return text[chunk.start : chunk.end] if chunk is not None else text[:MAX_READ]

    def _passages(self, corpus: Corpus, ranking: _Ranking, limit: int) -> list[Hit]:
        if not ranking.asked:
            return []
        documents = {document.content: document for document in ranking.asked}
        pages = ranking.hits[:CANDIDATES]
        tenant = ranking.asked[0].tenant
        passages = PassageRanking(
            self._catalog.contents, tenant, documents, pages, corpus.page_filter, passage_weights(), ranking.defining
        )
        return passages.best(ranking.by_words, ranking.by_meaning, limit)

    def _by_page(self, corpus: Corpus, ranking: _Ranking) -> dict[Place, tuple[Passage, ...]]:
        """The best passages of a part by the page they stand on."""
        hits = self._passages(corpus, ranking, PASSAGES)
        if not hits or hits[0].score <= 0:
            return {}
        ids = [hit.passage for hit in hits if hit.passage]
        chunks = self._catalog.contents.chunks_by_id(hits[0].document.tenant, ids)
        found: dict[Place, tuple[Passage, ...]] = {}
        for hit in hits:
            chunk = chunks.get(hit.passage or "")
            if chunk is not None:
                passage = chunk.start, chunk.end, hit.score / hits[0].score
                found[_place(hit)] = (*found.get(_place(hit), ()), passage)
        return found


def _best_of(hits: Iterable[Hit], key: Callable[[Hit], Any]) -> list[Hit]:
    """Each page or passage once, with its best score, best first."""
    best: dict[Any, Hit] = {}
    for hit in hits:
        known = best.get(key(hit))
        if known is None or hit.score > known.score:
            best[key(hit)] = hit
    return sorted(best.values(), key=_order)


def _allows(corpus: Corpus, pages: PageFilter, content: str, page: int) -> bool:
    return corpus.page_filter.allows(content, page) and pages.allows(content, page)


def _place(hit: Hit) -> Place:
    return hit.document.content, hit.page


def _order(hit: Hit) -> tuple[float, str, int]:
    return -hit.score, hit.document.id, hit.page
