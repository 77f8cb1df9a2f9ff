"""What a scope holds at the moment of a search: its documents, their outlines, the index and its version.

Everything is read once a search. Outlines are remembered by the version of the indexes, as they change with nothing
else. Knows nothing of questions and ranking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from cachetools import LRUCache

from ingest.catalog import Catalog
from ingest.index_types import TenantIndex
from ingest.types import READABLE, Document, Scope, Section
from service.retrieval.filters import EVERY_PAGE, FilterOverDocuments, PageFilter
from service.retrieval.signals import main_statements

MAX_OUTLINES = 512  # remembered


class IndexByTenant(Protocol):
    """Anything that hands out a tenant's index."""

    def for_tenant(self, tenant: str) -> TenantIndex:
        """The handle of one tenant."""
        ...


@dataclass(frozen=True)
class Outline:
    """A document's sections in order; `main` are the ordinals of its primary statements proper."""

    sections: tuple[Section, ...]
    main: frozenset[int]


@dataclass(frozen=True)
class Corpus:
    """What one search looks through: documents, one a content, and the index at one version."""

    index: TenantIndex
    version: int
    documents: tuple[Document, ...]
    waiting: tuple[str, ...]  # ids of documents that cannot be searched yet
    page_filter: PageFilter


class Library:
    """Opens what a scope may search."""

    def __init__(self, catalog: Catalog, index: IndexByTenant) -> None:
        self._catalog = catalog
        self._index = index
        self._outlines: LRUCache[tuple[int, str, str], Outline] = LRUCache(MAX_OUTLINES)
        self._lock = Lock()

    def documents(self, scope: Scope) -> tuple[list[Document], list[str]]:
        """Readable documents in scope, one a content (the oldest), and the ids of those not searchable yet."""
        uploads, waiting = self._uploads(scope)
        return one_a_content(uploads), waiting

    def open(self, scope: Scope, conditions: Mapping[str, Any] | None) -> Corpus:
        """What a scope holds now, as far as a caller's filter lets it through; BadRequest for a malformed filter.

        The filter comes first and equal contents are merged among those that pass: of one file uploaded twice, the
        newer copy may be the one whose metadata is asked for.
        """
        index = self._index.for_tenant(scope.tenant)
        version = index.refresh()
        uploads, waiting = self._uploads(scope)
        if conditions is None:
            return Corpus(index, version, tuple(one_a_content(uploads)), tuple(waiting), EVERY_PAGE)
        chosen = FilterOverDocuments(conditions, uploads, lambda document: self.outline(document, version).sections)
        return Corpus(index, version, tuple(one_a_content(chosen.documents)), tuple(waiting), chosen)

    def outline(self, document: Document, version: int) -> Outline:
        """A document's outline as of a version of the indexes."""
        key = version, document.tenant, document.content
        with self._lock:
            known = self._outlines.get(key)
        if known is None:
            sections = tuple(self._catalog.contents.outline(document.tenant, document.content))
            known = Outline(sections, main_statements(sections))
            with self._lock:
                self._outlines[key] = known
        return known

    def _uploads(self, scope: Scope) -> tuple[list[Document], list[str]]:
        selected = self._catalog.documents.select(scope)
        readable = [document for document in selected if document.status in READABLE]
        waiting = [d.id for d in selected if d.status not in READABLE and d.error is None]
        return readable, waiting


def one_a_content(documents: Sequence[Document]) -> list[Document]:
    """The first document of each content, in order."""
    first: dict[str, Document] = {}
    for document in documents:
        first.setdefault(document.content, document)
    return list(first.values())
