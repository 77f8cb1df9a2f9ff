"""The index as service sees it: one handle per tenant over lexical and vector search. Knows no questions and no SQL.

The tenant is part of the handle, never a filter a query could forget. Readers call `refresh` before they search: it
compares the catalog's index version and reloads when that has grown. Only the worker writes.
"""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from ingest.index_types import IndexEntry, IndexHit, Vectors
from ingest.indexing.lexical import PAGE, PASSAGE, LexicalIndex
from ingest.indexing.vectors import VectorIndex


class Published(Protocol):
    """Which contents the catalog counts as searchable: what readers of an index go by."""

    def index_version(self) -> int:
        """Grows whenever an index has something new or less."""
        ...

    def embedded(self, tenant: str, fingerprint: str) -> list[str]:
        """Contents of the tenant whose vectors carry this encoder fingerprint."""
        ...


class LocalTenantIndex:
    """One tenant's Tantivy folder and vector segments."""

    def __init__(self, tenant: str, folder: Path, published: Published, fingerprint: str, exact_up_to: int) -> None:
        self._tenant = tenant
        self._published = published
        self._fingerprint = fingerprint
        self.lexical = LexicalIndex(folder / "lexical" / tenant)
        self.vectors = VectorIndex(folder / "vectors" / tenant, fingerprint, exact_up_to)
        self._version = -1
        self._lock = threading.Lock()

    def refresh(self) -> int:
        """See what has been published since, and return its version: once before the searches of one question."""
        version = self._published.index_version()
        with self._lock:
            if version != self._version:
                self.lexical.reload()
                self.vectors.load(self._published.embedded(self._tenant, self._fingerprint))
                self._version = version
        return version

    def search_pages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank pages by BM25 over weighted terms."""
        return self.lexical.search(PAGE, terms, limit, contents)

    def search_passages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank chunks by BM25 over weighted terms."""
        return self.lexical.search(PASSAGE, terms, limit, contents)

    def search_vectors(self, vector: Vectors, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        """Rank chunks by cosine similarity; exact under a size, approximate above."""
        return self.vectors.search(vector, limit, contents)

    def add_pages(self, content: str, entries: Iterable[IndexEntry]) -> None:
        """Put a content's pages into the lexical index (worker only)."""
        self.lexical.add(PAGE, content, entries)

    def add_passages(self, content: str, entries: Iterable[IndexEntry]) -> None:
        """Put a content's chunks into the lexical index (worker only)."""
        self.lexical.add(PASSAGE, content, entries)

    def add_vectors(self, content: str, ids: Sequence[str], pages: Sequence[int], matrix: Vectors) -> None:
        """Write a content's vectors (worker only)."""
        self.vectors.write(content, ids, pages, matrix)

    def delete(self, content: str) -> dict[str, int]:
        """Remove a content from both stores (worker only); returns counts."""
        self.lexical.delete(content)
        return {"vector_segments": self.vectors.delete(content)}


class LocalIndex:
    """Handles by tenant, opened when first asked for."""

    def __init__(self, folder: Path, published: Published, fingerprint: str, exact_up_to: int) -> None:
        self.fingerprint = fingerprint
        self._folder = folder
        self._published = published
        self._exact_up_to = exact_up_to
        self._tenants: dict[str, LocalTenantIndex] = {}
        self._lock = threading.Lock()

    def for_tenant(self, tenant: str) -> LocalTenantIndex:
        """The handle of one tenant."""
        with self._lock:
            if tenant not in self._tenants:
                self._tenants[tenant] = LocalTenantIndex(
                    tenant, self._folder, self._published, self.fingerprint, self._exact_up_to
                )
            return self._tenants[tenant]
