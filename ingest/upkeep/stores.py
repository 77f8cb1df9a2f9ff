"""The stores compared with one another: catalog, file bytes, search index, vectors. Knows nothing of how they are read.

The catalog says what there must be. What is missing or damaged is made again from what stands above it in this list:
the file's bytes (a new upload alone brings them back), pages (read from the file), index and vectors (made of pages).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.blobs import Blobs
from ingest.catalog import Catalog, Content, Database
from ingest.indexing.index import BEFORE_PAGES, LocalIndex

REMEDIES = {
    "catalog": "restore a backup",
    "file": "upload the file again",
    "pages": "read from the file again",
    "search index": "made of the stored pages again",
    "vectors": "made of the stored pages again",
}


@dataclass(frozen=True)
class Finding:
    """Something stored that is missing or not what was stored; `content` is empty where it concerns everything."""

    store: str
    tenant: str
    content: str
    what: str

    @property
    def remedy(self) -> str:
        """What brings it back."""
        return REMEDIES[self.store]


@dataclass(frozen=True)
class Stores:
    """All stores of one data folder."""

    database: Database
    catalog: Catalog
    blobs: Blobs
    index: LocalIndex

    def check(self, *, repair: bool) -> list[Finding]:
        """Compare all stores; with `repair`, which only the holder of the writer's lock may ask for, start to mend.

        Mending sends contents back to the stage that makes again what is missing; the worker does the rest.
        """
        found = [Finding("catalog", "", "", fault) for fault in self.database.faults()]
        if found:
            return found  # nothing that a damaged catalog says can be trusted
        for tenant, sha256 in self.catalog.contents.every():
            content = self.catalog.contents.get(tenant, sha256)
            if content is not None and content.reached("read"):
                found += self._of_content(content, repair=repair)
        for tenant in sorted({tenant for tenant, _sha256 in self.catalog.contents.every()}):
            found += self._of_index(tenant, repair=repair)
        return found

    def _of_content(self, content: Content, *, repair: bool) -> Iterator[Finding]:
        key = content.tenant, content.sha256
        fault = self.blobs.fault(*key)
        if fault:
            yield Finding("file", *key, fault)
        stored = self.catalog.contents.count(*key)["pages"]
        if stored < content.pages:
            yield Finding("pages", *key, f"{stored} of {content.pages} pages are there")
            if repair and not fault:
                self.catalog.contents.send_back(*key, "none")

    def _of_index(self, tenant: str, *, repair: bool) -> Iterator[Finding]:
        index = self.index.for_tenant(tenant)
        for content, stage in sorted((index.repair() if repair else index.check()).items()):
            lexical = stage == BEFORE_PAGES
            what = "entries are missing or damaged" if lexical else "the segment is missing or damaged"
            yield Finding("search index" if lexical else "vectors", tenant, content, what)
