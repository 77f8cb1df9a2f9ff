"""One document on its way through the stages: its content as recorded, its pages read back once, its progress told.

Knows nothing of what the stages do.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ingest.blobs import Blobs
from ingest.catalog import Catalog, Content, Job
from ingest.index_types import Encoder
from ingest.indexing.embed import EncoderTokenizer
from ingest.indexing.index import LocalIndex
from ingest.indexing.tokens import TokenCounter
from ingest.settings import IngestSettings
from ingest.types import Page, Progress, RawPage

LEASE_SECONDS = 600.0
REPORT_SECONDS = 0.25  # progress is written at most this often


class DocumentDeleted(Exception):
    """The document was deleted while it was being read: stop quietly."""


@dataclass(frozen=True)
class StageParts:
    """What stages work with."""

    settings: IngestSettings
    catalog: Catalog
    blobs: Blobs
    tokens: TokenCounter
    index: LocalIndex
    tokenizer: EncoderTokenizer
    encoder: Callable[[], Encoder]


class Run:
    """A content being worked on, for one document (`job`) or for nobody in particular (None)."""

    def __init__(
        self, catalog: Catalog, key: tuple[str, str], job: Job | None, on_progress: Callable[[], None] | None = None
    ) -> None:
        self.key = key
        self.job = job
        self._catalog = catalog
        self._on_progress = on_progress
        self._reported = 0.0
        self._content: Content | None = None
        self._pages: list[Page] | None = None

    @property
    def content(self) -> Content:
        """The content as last recorded; raises DocumentDeleted when it is gone."""
        if self._content is None:
            self._content = self._catalog.contents.get(*self.key)
        if self._content is None:
            raise DocumentDeleted
        return self._content

    def reached(self, stage: str) -> bool:
        """Whether this stage has finished."""
        found = self._content or self._catalog.contents.get(*self.key)
        return found is not None and found.reached(stage)

    def recorded(self) -> None:
        """Something about the content has been recorded: read its row anew when next asked."""
        self._content = None

    def pages(self) -> list[Page]:
        """All pages in order, read from the catalog the first time."""
        if self._pages is None:
            self._pages = list(self._catalog.contents.iterate_pages(*self.key))
        return self._pages

    def replace_pages(self, changed: Mapping[int, Page]) -> None:
        """Put pages that have been stored anew in place of those read back."""
        self._pages = [changed.get(page.number, page) for page in self.pages()]

    def drop_geometry(self) -> None:
        """Keep the pages' words alone: geometry is the bulk, and later stages do not look at it."""
        self._pages = [replace(page, lines=()) for page in self.pages()]

    def report(self, progress: Progress, *, force: bool = False) -> None:
        """Write progress, not too often; raises DocumentDeleted when the document has been deleted meanwhile."""
        now = time.monotonic()
        if self.job is None or (
            not force and now - self._reported < REPORT_SECONDS and progress.done != progress.total
        ):
            return
        self._reported = now
        document = self.job.document.id
        if not self._catalog.documents.is_alive(document):
            raise DocumentDeleted
        self._catalog.documents.set_progress(document, progress, LEASE_SECONDS)
        if self._on_progress is not None:
            self._on_progress()


def as_raw(page: Page) -> RawPage:
    """A stored page as a reader would deliver it."""
    return RawPage(page.number, page.text, page.kind, page.width, page.height, page.lines, page.error)
