"""The index as service sees it: one handle per tenant over lexical and vector search. Knows no questions and no SQL.

The tenant is part of the handle, never a filter a query could forget. Readers call `refresh` before they search: it
compares the catalog's index version and reloads when that has grown. What is loaded is compared with what the catalog
says was written: a content that is not whole goes back to the stage that makes it anew. Only the worker writes.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ingest.errors import IndexDamaged
from ingest.index_types import IndexEntry, IndexHit, Manifest, Vectors
from ingest.indexing.lexical import PAGE, PASSAGE, LexicalIndex
from ingest.indexing.vectors import VectorIndex

BEFORE_PAGES, BEFORE_VECTORS = "structured", "recognised"  # stages of ingest.catalog to go on from


class Published(Protocol):
    """Which contents the catalog counts as searchable: what readers of an index go by."""

    def index_version(self) -> int:
        """Grows whenever an index has something new or less."""
        ...

    def manifests(self, tenant: str) -> dict[str, Manifest]:
        """What the indexes must hold of each content that can be searched."""
        ...

    def send_back(self, tenant: str, content: str, stage: str) -> bool:
        """Have the stages after this one done again; says whether that was needed."""
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
        self._counted: dict[str, Manifest] = {}
        self._unreadable = False
        self._lock = threading.Lock()

    def refresh(self) -> int:
        """See what has been published since, and return its version: once before the searches of one question."""
        version = self._published.index_version()
        with self._lock:
            if version != self._version:
                self.send_back(self._load(thoroughly=self._version < 0))
                self._version = version
        return version

    def check(self) -> dict[str, str]:
        """Compare everything on disk with what the catalog says of it: the stage each damaged content goes back to."""
        with self._lock:
            self._counted.clear()
            return self._load(thoroughly=True)

    def repair(self) -> dict[str, str]:
        """Check, remove a search index that cannot be read, and have what is missing made again (worker only)."""
        damaged = self.check()
        if self._unreadable:
            self.lexical.destroy()
        self.send_back(damaged)
        return damaged

    def send_back(self, damaged: Mapping[str, str]) -> None:
        """Have contents made searchable again from these stages on."""
        for content, stage in damaged.items():
            self._published.send_back(self._tenant, content, stage)

    def _load(self, *, thoroughly: bool) -> dict[str, str]:
        """See what has been published and look whether it is there; contents that are not whole, by stage."""
        manifests = self._published.manifests(self._tenant)
        damaged = self._lexical_damage(manifests, thoroughly=thoroughly)
        # a content without words has no segment
        embedded = {c: m.vectors for c, m in manifests.items() if m.encoder == self._fingerprint and m.vectors != 0}
        for content in self.vectors.load(embedded):
            damaged.setdefault(content, BEFORE_VECTORS)
        return damaged

    def _lexical_damage(self, manifests: Mapping[str, Manifest], *, thoroughly: bool) -> dict[str, str]:
        self._unreadable = False
        for last_try in (False, True):  # the index may have been made anew under an older handle
            try:
                if thoroughly:
                    self.lexical.verify()
                self.lexical.reload()
                whole = {content for content, manifest in manifests.items() if self._is_indexed(content, manifest)}
                return {content: BEFORE_PAGES for content in manifests if content not in whole}
            except IndexDamaged:
                self.lexical.close()
                self._counted.clear()
                if last_try:
                    self._unreadable = True
        return dict.fromkeys(manifests, BEFORE_PAGES)

    def _is_indexed(self, content: str, manifest: Manifest) -> bool:
        """Whether the entries counted when they were written are there; counted once for each manifest."""
        if self._counted.get(content) == manifest:
            return True
        for unit, expected in ((PAGE, manifest.pages), (PASSAGE, manifest.passages)):
            if expected and self.lexical.count(unit, content) < expected:
                return False
        self._counted[content] = manifest
        return True

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

    def add_pages(self, content: str, entries: Iterable[IndexEntry]) -> int:
        """Put a content's pages into the lexical index and count them (worker only)."""
        return self.lexical.add(PAGE, content, entries)

    def add_passages(self, content: str, entries: Iterable[IndexEntry]) -> int:
        """Put a content's chunks into the lexical index and count them (worker only)."""
        return self.lexical.add(PASSAGE, content, entries)

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
