"""Query in, ranked pages out: BM25, vectors and the document's own structure, fused.

Knows nothing of Tantivy, FAISS or SQL: it asks a tenant's index for hits and the catalog for outlines. Every
signal can be switched off by name, which is how bench/ablate.py measures what each is worth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Protocol

from ingest.catalog import Catalog
from ingest.types import READABLE, Document, Encoder, IndexHit, Scope, Section, TenantIndex
from service.question.phrases import squeezed
from service.question.understand import Query
from service.retrieval.document_match import document_fits
from service.retrieval.filters import allowed_pages
from service.retrieval.passages import PassageRanking
from service.retrieval.rerank import FIRST, Reranker, reranked
from service.retrieval.row_signal import RowSignal, asks_for_rows
from service.retrieval.signals import Hit, Signals, beginning, main_statements, structural

CANDIDATES = 120
PASSAGES = 30  # that tell where on their pages an answer stands
Terms = Sequence[tuple[str, float]]
MAX_READ = 2000  # characters of a page a reranker reads when no passage of it was found
FEW_DOCUMENTS = 6  # structure is consulted in at most this many documents, the ones the question names best


@dataclass(frozen=True)
class Found:
    """Ranked pages, and the documents in scope that could not be searched yet.

    `asked` are the documents of whoever the question names; all of them when it names nobody known.
    """

    hits: tuple[Hit, ...]
    documents: tuple[Document, ...]
    not_yet_searchable: tuple[str, ...]
    lexical_only: bool
    asked: tuple[Document, ...] = ()


@dataclass(frozen=True)
class _Ranked:
    """Ranked pages with what a ranking of their passages goes on from."""

    found: Found
    terms: tuple[tuple[str, float], ...]
    by_meaning: tuple[IndexHit, ...]


class IndexByTenant(Protocol):
    """Anything that hands out a tenant's index."""

    def for_tenant(self, tenant: str) -> TenantIndex:
        """The handle of one tenant."""
        ...


class Retriever:
    """Searches what a scope may see."""

    def __init__(
        self,
        catalog: Catalog,
        index: IndexByTenant,
        encoder: "EncoderSource",
        reranker: Reranker | None = None,
        rows: RowSignal | None = None,
    ) -> None:
        self._catalog = catalog
        self._rows = rows
        self._reranker = reranker
        self._index = index
        self._encoder = encoder
        self._outlines: dict[tuple[str, str], tuple[Section, ...]] = {}
        self._outlines_version = -1

    def documents(self, scope: Scope) -> tuple[list[Document], list[str]]:
        """Readable documents in scope, one per content (the oldest), and the ids of those not searchable yet."""
        readable: dict[str, Document] = {}
        waiting = []
        for document in self._catalog.documents.select(scope):
            if document.status in READABLE:
                readable.setdefault(document.content, document)
            elif document.error is None:
                waiting.append(document.id)
        return list(readable.values()), waiting

    def allowed(self, scope: Scope, filter: Mapping[str, Any] | None) -> set[tuple[str, int]] | None:
        """The (content, page) pairs a caller's filter lets through; None without a filter."""
        if filter is None:
            return None
        return allowed_pages(filter, self.documents(scope)[0], self._catalog)

    def search(
        self,
        scope: Scope,
        query: Query,
        limit: int,
        only: Iterable[tuple[str, int]] | None = None,
        off: frozenset[str] = frozenset(),
    ) -> Found:
        """Rank pages for a query. `only` restricts to (content, page) pairs; `off` names signals to leave out.

        A question in parts is searched whole and part by part; a page counts as much as it does for its best part.
        """
        found = self._first(scope, query, limit, only, off)
        if not query.parts:
            return found
        best: dict[tuple[str, int], Hit] = {}
        for hits in (found.hits, *(self._first(scope, part, limit, only, off).hits for part in query.parts)):
            for hit in hits:
                known = best.get((hit.document.content, hit.page))
                if known is None or hit.score > known.score:
                    best[hit.document.content, hit.page] = hit
        return replace(found, hits=tuple(sorted(best.values(), key=_order)[:limit]))

    def _first(
        self, scope: Scope, query: Query, limit: int, only: Iterable[tuple[str, int]] | None, off: frozenset[str]
    ) -> Found:
        """The ranking of one question, with the reranker's opinion where there is one."""
        if self._reranker is None:
            return self._rank(scope, query, limit, only, off).found
        found = self._rank(scope, query, max(limit, FIRST), only, off).found
        return replace(found, hits=tuple(reranked(found.hits, query.question, self._reranker, self._best_text)[:limit]))

    def _best_text(self, hit: Hit) -> str:
        contents, document = self._catalog.contents, hit.document
        text = contents.page(document.tenant, document.content, hit.page).text
        chunk = contents.chunks_by_id(document.tenant, [hit.passage]).get(hit.passage) if hit.passage else None
        return text[chunk.start : chunk.end] if chunk is not None else text[:MAX_READ]

    def _rank(
        self, scope: Scope, query: Query, limit: int, only: Iterable[tuple[str, int]] | None, off: frozenset[str]
    ) -> "_Ranked":
        documents, waiting = self.documents(scope)
        if not documents:
            return _Ranked(Found((), (), tuple(waiting), False), (), ())
        fits = document_fits(documents, query)
        asked = documents if "document" in off else fits.asked(documents)
        contents = [document.content for document in asked]
        signals = Signals()
        index = self._index.for_tenant(scope.tenant)
        terms = query.terms_within(len(asked) < len(documents))
        self._lexical(index, terms, contents, signals, off)
        encoder = self._encoder.get()
        by_meaning: Sequence[IndexHit] = ()
        if encoder is not None and "vectors" not in off:
            by_meaning = index.search_vectors(encoder.encode([query.embed_text])[0], CANDIDATES, contents)
            signals.add_passages("vectors", by_meaning, from_lowest=True)
        self._structure(documents, fits.scores, query, signals, off)
        if "document" not in off:
            signals.add_everywhere("document", fits.scores)
        hits = signals.hits({document.content: document for document in documents}, off)
        if only is not None:
            wanted = set(only)
            hits = (hit for hit in hits if (hit.document.content, hit.page) in wanted)
        ranked = sorted(hits, key=_order)
        if self._rows is not None and asks_for_rows(query) and "rows" not in off:
            version = self._catalog.contents.index_version()
            ranked = sorted(self._rows.add(ranked, query, version), key=_order)
        ranked = round_robin(ranked, fits.groups)
        found = Found(tuple(ranked[:limit]), tuple(documents), tuple(waiting), encoder is None, tuple(asked))
        return _Ranked(found, tuple(terms), tuple(by_meaning))

    def search_passages(
        self, scope: Scope, query: Query, limit: int, only: Iterable[tuple[str, int]] | None = None
    ) -> Found:
        """Rank passages: their words and, where encoded, their meaning, in the light of how their pages rank."""
        allowed = None if only is None else set(only)
        ranked = self._rank(scope, query, CANDIDATES, allowed, frozenset())
        index = self._index.for_tenant(scope.tenant)
        asked = {document.content: document for document in ranked.found.asked}
        by_words = index.search_passages(ranked.terms, CANDIDATES, list(asked)) if asked else []
        ranking = PassageRanking(self._catalog.contents, scope.tenant, asked, ranked.found.hits, allowed)
        return replace(ranked.found, hits=tuple(ranking.best(by_words, ranked.by_meaning, limit)))

    def passages_by_page(self, scope: Scope, query: Query) -> dict[tuple[str, int], list[tuple[int, int, float]]]:
        """The best passages by (content, page), each (start, end, share of the best one's score)."""
        hits = self.search_passages(scope, query, PASSAGES).hits
        chunks = self._catalog.contents.chunks_by_id(scope.tenant, [hit.passage for hit in hits if hit.passage])
        found: dict[tuple[str, int], list[tuple[int, int, float]]] = {}
        for hit in hits:
            chunk = chunks.get(hit.passage or "")
            if chunk is not None and hits[0].score > 0:
                place = found.setdefault((hit.document.content, hit.page), [])
                place.append((chunk.start, chunk.end, hit.score / hits[0].score))
        return found

    def mentions(self, scope: Scope, name: str, documents: Sequence[Document], about: str) -> bool:
        """Whether a name stands in these documents' text, its words together, or in what is known about them."""
        if squeezed(name) in squeezed(about):
            return True
        contents = [document.content for document in documents]
        index = self._index.for_tenant(scope.tenant)
        return any(index.search_pages([(way, 1.0)], 1, contents) for way in {name, squeezed(name)})

    def _lexical(
        self, index: TenantIndex, terms: Terms, contents: Sequence[str], signals: Signals, off: frozenset[str]
    ) -> None:
        if "lexical" not in off:
            signals.add_pages("lexical", index.search_pages(terms, CANDIDATES, contents))
        if "passages" not in off:
            signals.add_passages("passages", index.search_passages(terms, CANDIDATES, contents), from_lowest=False)

    def _structure(
        self,
        documents: Sequence[Document],
        fits: dict[str, float],
        query: Query,
        signals: Signals,
        off: frozenset[str],
    ) -> None:
        if not (query.statements or query.sections or query.at_start) or len(documents) == 0:
            return
        best = sorted(documents, key=lambda document: -fits.get(document.content, 0.0))[:FEW_DOCUMENTS]
        outlines = self._known_outlines()
        for document in best:
            outline = self._outline(document, outlines)
            main = main_statements(outline)
            for section in outline:
                for page, signal, value in structural(section, query, main):
                    if signal not in off:
                        signals.put(signal, document.content, page, value)
            if query.at_start and "start" not in off:
                for page, value in beginning(outline):
                    signals.put("start", document.content, page, value)

    def _known_outlines(self) -> dict[tuple[str, str], tuple[Section, ...]]:
        """Outlines remembered while nothing in the indexes changes: they are read far more often than written."""
        version = self._catalog.contents.index_version()
        if version != self._outlines_version:
            self._outlines, self._outlines_version = {}, version
        return self._outlines

    def _outline(self, document: Document, known: dict[tuple[str, str], tuple[Section, ...]]) -> tuple[Section, ...]:
        key = document.tenant, document.content
        if key not in known:
            known[key] = tuple(self._catalog.contents.outline(*key))
        return known[key]


def round_robin(ranked: Sequence[Hit], groups: Sequence[frozenset[str]]) -> list[Hit]:
    """The hits of each group of documents in turn, best first; what belongs to none comes last."""
    if len(groups) < 2:
        return list(ranked)
    queues = [[hit for hit in ranked if hit.document.content in group] for group in groups]
    turns = [hit for row in zip_longest(*queues) for hit in row if hit is not None]
    named = frozenset().union(*groups)
    return [*turns, *(hit for hit in ranked if hit.document.content not in named)]


def _order(hit: Hit) -> tuple[float, str, int]:
    return -hit.score, hit.document.id, hit.page


class EncoderSource:
    """Gives the query encoder once it has been exported; looks again until then."""

    def __init__(self, make: Callable[[], Encoder | None]) -> None:
        self._make = make
        self._encoder: Encoder | None = None

    def get(self) -> Encoder | None:
        """The encoder, or None while there is none."""
        if self._encoder is None:
            self._encoder = self._make()
        return self._encoder
