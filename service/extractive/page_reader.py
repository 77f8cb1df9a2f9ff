"""Pages and their tables as evidence, each read once while nothing in the indexes changes. Knows no question."""

from threading import Lock

from cachetools import LRUCache

from ingest.pages import Pages
from ingest.table_types import Table
from ingest.text.marked import in_force
from ingest.types import Document, Page

MAX_PAGES = 1000  # remembered, with their tables
Key = tuple[int, str, str, int]  # version of the indexes, tenant, content, page


class PageReader:
    """Reads stored pages of documents the caller may see."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._known: LRUCache[Key, Page] = LRUCache(MAX_PAGES)
        self._tables: LRUCache[Key, tuple[Table, ...]] = LRUCache(MAX_PAGES)
        self._lock = Lock()

    def page(self, document: Document, version: int, number: int) -> Page:
        """A page as of a version of the indexes; raises NotReadableYet and PageNotFound."""
        key = version, document.tenant, document.content, number
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = in_force(self._pages.page(document, number))
            with self._lock:
                self._known[key] = known
        return known

    def tables(self, document: Document, version: int, number: int) -> tuple[Table, ...]:
        """The tables of a page; the first knows columns, unit and scale of the page before if it continues there."""
        key = version, document.tenant, document.content, number
        with self._lock:
            known = self._tables.get(key)
        if known is None:
            known = tuple(self._pages.tables(document, number))
            with self._lock:
                self._tables[key] = known
        return known
