"""Query in, ranked pages out: BM25, vectors and the document's own structure, fused.

Knows nothing of Tantivy, FAISS or SQL: it asks a tenant's index for hits and the catalog for outlines. Every
signal can be switched off by name, which is how bench/ablate.py measures what each is worth.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ingest.catalog import Catalog
from ingest.types import READABLE, Document, Encoder, IndexHit, Scope, Section, TenantIndex
from service.document_fit import document_fits
from service.filters import allowed_pages
from service.understand import Query

CANDIDATES = 120
Terms = Sequence[tuple[str, float]]
# measured with bench/ablate.py on filings and contracts
WEIGHTS = {
    "lexical": 0.45,
    "passages": 0.35,
    "vectors": 0.5,
    "statement": 0.65,
    "section": 0.20,
    "document": 0.9,
    "start": 1.0,
}
FEW_DOCUMENTS = 6  # structure is consulted in at most this many documents, the ones the question names best


@dataclass(frozen=True)
class Hit:
    """A ranked page with what each signal gave it. `passage` is the best chunk's id, if one was found."""

    document: Document
    page: int
    score: float
    signals: dict[str, float] = field(default_factory=dict)
    passage: str | None = None


@dataclass(frozen=True)
class Found:
    """Ranked pages, and the documents in scope that could not be searched yet."""

    hits: tuple[Hit, ...]
    documents: tuple[Document, ...]
    not_yet_searchable: tuple[str, ...]
    lexical_only: bool


class IndexByTenant(Protocol):
    """Anything that hands out a tenant's index."""

    def for_tenant(self, tenant: str) -> TenantIndex:
        """The handle of one tenant."""
        ...


class Retriever:
    """Searches what a scope may see."""

    def __init__(self, catalog: Catalog, index: IndexByTenant, encoder: "EncoderSource") -> None:
        self._catalog = catalog
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
        """Rank pages for a query. `only` restricts to (content, page) pairs; `off` names signals to leave out."""
        documents, waiting = self.documents(scope)
        if not documents:
            return Found((), (), tuple(waiting), False)
        fits = document_fits(documents, query)
        asked = documents if "document" in off else fits.asked(documents)
        contents = [document.content for document in asked]
        signals = _Signals()
        index = self._index.for_tenant(scope.tenant)
        self._lexical(index, query.terms_within(len(asked) < len(documents)), contents, signals, off)
        encoder = self._encoder.get()
        if encoder is not None and "vectors" not in off:
            vector = encoder.encode([query.embed_text])[0]
            signals.add_passages("vectors", index.search_vectors(vector, CANDIDATES, contents), from_lowest=True)
        self._structure(documents, fits.scores, query, signals, off)
        if "document" not in off:
            signals.add_everywhere("document", fits.scores)
        by_content = {document.content: document for document in documents}
        hits = signals.hits(by_content, off)
        if only is not None:
            wanted = set(only)
            hits = (hit for hit in hits if (hit.document.content, hit.page) in wanted)
        ranked = sorted(hits, key=lambda hit: (-hit.score, hit.document.id, hit.page))
        return Found(tuple(ranked[:limit]), tuple(documents), tuple(waiting), encoder is None)

    def search_passages(
        self, scope: Scope, query: Query, limit: int, only: Iterable[tuple[str, int]] | None = None
    ) -> Found:
        """Rank passages: BM25 over chunks, each in the light of how its page ranks."""
        allowed = None if only is None else set(only)
        pages = self.search(scope, query, CANDIDATES, allowed)
        documents = {
            document.content: document for document in document_fits(pages.documents, query).asked(pages.documents)
        }
        terms = query.terms_within(len(documents) < len(pages.documents))
        index = self._index.for_tenant(scope.tenant)
        places = {(hit.document.content, hit.page): hit for hit in pages.hits}
        hits = index.search_passages(terms, CANDIDATES, list(documents))
        best = max((hit.score for hit in hits), default=1.0)
        ranked = []
        for hit in hits:
            place = places.get((hit.content, hit.page))
            if allowed is None or (hit.content, hit.page) in allowed:
                signals = {**(place.signals if place else {}), "passages": hit.score / best}
                score = WEIGHTS["lexical"] * signals["passages"] + (0.5 * place.score if place else 0.0)
                ranked.append(Hit(documents[hit.content], hit.page, score, signals, hit.id))
        ranked.sort(key=lambda hit: (-hit.score, hit.document.id, hit.page, hit.passage or ""))
        if len(ranked) < limit:
            ranked.extend(self._rest_of(pages.hits, {hit.passage for hit in ranked}, limit - len(ranked)))
        return replace(pages, hits=tuple(ranked[:limit]))

    def _rest_of(self, pages: Sequence[Hit], seen: set[str | None], count: int) -> list[Hit]:
        """Further passages of the best pages, in reading order: what holds none of the words may still answer."""
        rest: list[Hit] = []
        for place in pages:
            if len(rest) >= count:
                break
            chunks = self._catalog.contents.chunks(place.document.tenant, place.document.content, place.page)
            rest.extend(replace(place, score=0.0, passage=chunk.id) for chunk in chunks if chunk.id not in seen)
        return rest[:count]

    def mentions(self, scope: Scope, name: str, documents: Sequence[Document], about: str) -> bool:
        """Whether a name stands in these documents' text or in what is known about them."""
        if re.sub(r"\W", "", name.lower()) in re.sub(r"\W", "", about.lower()):
            return True
        contents = [document.content for document in documents]
        index = self._index.for_tenant(scope.tenant)
        return any(index.search_pages([(word, 1.0)], 1, contents) for word in name.split() if len(word) > 1)

    def _lexical(
        self, index: TenantIndex, terms: Terms, contents: Sequence[str], signals: "_Signals", off: frozenset[str]
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
        signals: "_Signals",
        off: frozenset[str],
    ) -> None:
        if not (query.statements or query.sections or query.at_start) or len(documents) == 0:
            return
        best = sorted(documents, key=lambda document: -fits.get(document.content, 0.0))[:FEW_DOCUMENTS]
        outlines = self._known_outlines()
        for document in best:
            outline = self._outline(document, outlines)
            for section in outline:
                for page, signal, value in _structural(section, query):
                    if signal not in off:
                        signals.put(signal, document.content, page, value)
            if query.at_start and "start" not in off:
                for page, value in _beginning(outline):
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


def last_page(section: Section) -> int:
    """The last page a section has text on."""
    return section.end_page if section.end > 0 else max(section.start_page, section.end_page - 1)


def _structural(section: Section, query: Query) -> Iterable[tuple[int, str, float]]:
    """(page, signal, value) for every page of a section the question asks for."""
    named = section.kind in query.statements
    title = section.title.lower()
    wanted = any(name.lower() in title for name in query.sections)
    if not (named or wanted):
        return
    for page in range(section.start_page, last_page(section) + 1):
        first = page == section.start_page
        if named:
            yield page, "statement", 1.0 if first else 0.6
        if wanted:
            yield page, "section", 1.0 if first else 0.7


def _beginning(outline: Sequence[Section]) -> Iterable[tuple[int, float]]:
    """(page, value) where an agreement names its parties and dates: its preamble, else its first pages."""
    first = next((section.start_page for section in outline if section.kind == "preamble"), 1)
    yield first, 1.0
    yield first + 1, 0.5
    yield (1, 0.5) if first > 1 else (3, 1 / 3)


class _Signals:
    """Scores of pages by signal, each between 0 and 1 before its weight."""

    def __init__(self) -> None:
        self._scores: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
        self._passages: dict[tuple[str, int], str] = {}
        self._everywhere: dict[str, dict[str, float]] = {}

    def put(self, signal: str, content: str, page: int, value: float) -> None:
        scores = self._scores[content, page]
        scores[signal] = max(scores.get(signal, 0.0), value)

    def add_pages(self, signal: str, hits: Sequence[IndexHit]) -> None:
        best = max((hit.score for hit in hits), default=0.0)
        for hit in hits:
            self.put(signal, hit.content, hit.page, hit.score / best)

    def add_passages(self, signal: str, hits: Sequence[IndexHit], from_lowest: bool) -> None:
        lowest = min((hit.score for hit in hits), default=0.0) if from_lowest else 0.0
        spread = max((hit.score for hit in hits), default=1.0) - lowest
        for hit in hits:
            value = (hit.score - lowest) / spread if spread > 0 else 0.0
            better = value > self._scores[hit.content, hit.page].get(signal, -1.0)
            if better and signal == "passages":
                self._passages[hit.content, hit.page] = hit.id
            self.put(signal, hit.content, hit.page, value)

    def add_everywhere(self, signal: str, by_content: dict[str, float]) -> None:
        self._everywhere[signal] = by_content

    def hits(self, documents: dict[str, Document], off: frozenset[str]) -> Iterable[Hit]:
        for (content, page), scores in self._scores.items():
            document = documents.get(content)
            if document is None:
                continue
            signals = {**scores, **{name: values.get(content, 0.0) for name, values in self._everywhere.items()}}
            score = sum(WEIGHTS[name] * value for name, value in signals.items() if name not in off)
            yield Hit(document, page, score, signals, self._passages.get((content, page)))


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
