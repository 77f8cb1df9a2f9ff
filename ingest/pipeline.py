"""The straight line of one document: read, structure, index, recognise scans, embed. The only file that joins stages.

Each stage's result is in the catalog before the next begins, so a killed run goes on from the last finished one.
Knows nothing of HTTP, of questions, or of which process it runs in.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ingest.catalog import Catalog, Content, Job
from ingest.errors import DocumentNotFound, ReaderCrashed, ReadingFailed
from ingest.indexing.chunk import chunk_pages
from ingest.indexing.embed import EncoderTokenizer
from ingest.indexing.entries import page_entries, passage_entries, passage_vector_entries, vector_entries
from ingest.indexing.index import LocalIndex
from ingest.page_stages import Reading, as_raw
from ingest.settings import IngestSettings
from ingest.structure.outline import find_sections
from ingest.types import Encoder, Page, Progress, Scope, Status

SHORT_DOCUMENT = 40_000  # tokens; up to here every chunk is encoded (some ten seconds), beyond it each page's words
EMBED_BATCH = 64
LEASE_SECONDS = 600.0
REPORT_SECONDS = 0.25  # progress is written at most this often


class DocumentDeleted(Exception):
    """The document was deleted while it was being read: stop quietly."""


@dataclass(frozen=True)
class Pipeline:
    """The parts a document passes through."""

    settings: IngestSettings
    catalog: Catalog
    reading: Reading
    index: LocalIndex
    tokenizer: EncoderTokenizer
    encoder: Callable[[], Encoder]

    def run(self, job: Job, on_progress: Callable[[], None] | None = None) -> None:
        """Bring a claimed document to `ready`, `partial` or `failed`; `on_progress` is called at each report."""
        document = job.document
        report = _Reporter(self.catalog, document.id, on_progress)
        try:
            self._run(job, report)
        except DocumentDeleted:
            return
        except ReaderCrashed as error:
            attempts = self.catalog.documents.count_attempt(document.id)
            if attempts >= self.settings.max_attempts:
                self.fail(job, error.code, error.message)
        except ReadingFailed as error:
            self.fail(job, error.code, error.message)

    def fail(self, job: Job, code: str, message: str) -> None:
        """Settle a document that could not be finished: `partial` when it can be asked about, else `failed`."""
        try:
            now = self.catalog.documents.get(Scope(job.document.tenant), job.document.id)
        except DocumentNotFound:  # deleted meanwhile: nothing to settle
            return
        status = Status.PARTIAL if now.status is Status.SEARCHABLE else Status.FAILED
        self.catalog.documents.set_status(job.document.id, status, (code, message))

    def _run(self, job: Job, report: "_Reporter") -> None:
        tenant, sha256 = job.document.tenant, job.document.content
        content = self.catalog.contents.get(tenant, sha256)
        if content is None or not content.reached("read") or _must_reread(job, content):
            self.reading.read(job, report)
            content = self._known(tenant, sha256)
        if not content.reached("indexed"):
            self._structure_and_index(content, report)
        elif content.unlocked and job.document.status is Status.READING:
            self.reading.check_password(job)  # another upload's password opened these bytes; this one must know it too
        self.catalog.documents.set_status(job.document.id, Status.SEARCHABLE)
        if not content.reached("embedded") and self.catalog.documents.release_if_others_wait(job.document.id):
            return  # the slow stages wait until everyone else can be asked about
        if self.reading.recognise_scans(content, report):
            self._structure_and_index(self._known(tenant, sha256), report)
        content = self._known(tenant, sha256)
        if not content.reached("passages"):
            self._index_passages(content)
        encoder = self.encoder()
        if not content.reached("embedded") or content.encoder != encoder.fingerprint:
            self.embed(content, encoder, report)
        failed = content.failed_pages
        if failed:
            shown = ", ".join(map(str, failed[:10])) + (" …" if len(failed) > 10 else "")
            error = ("pages_failed", f"These pages could not be read: {shown}.")
            self.catalog.documents.set_status(job.document.id, Status.PARTIAL, error)
        else:
            self.catalog.documents.set_status(job.document.id, Status.READY)

    def _known(self, tenant: str, sha256: str) -> Content:
        content = self.catalog.contents.get(tenant, sha256)
        if content is None:
            raise DocumentDeleted
        return content

    def _structure_and_index(self, content: Content, report: "_Reporter") -> None:
        """Outline, and BM25 over whole pages: from here on the document can be asked about."""
        key = content.tenant, content.sha256
        report(Progress("indexing", 0, content.pages), force=True)
        pages = list(self.catalog.contents.iterate_pages(*key))
        sections = find_sections(
            [as_raw(page) for page in pages], [tuple(b) for b in content.detected.get("bookmarks", ())]
        )
        self.catalog.contents.replace_outline(*key, sections)
        self.catalog.contents.finish_stage(*key, "structured", tokens=sum(page.tokens for page in pages))
        self.index.for_tenant(content.tenant).add_pages(content.sha256, page_entries(content.sha256, pages, sections))
        self.catalog.contents.finish_stage(*key, "indexed")
        report(Progress("indexing", content.pages, content.pages), force=True)

    def _index_passages(self, content: Content) -> None:
        """Chunks, and BM25 over them."""
        key = content.tenant, content.sha256
        sections = self.catalog.contents.outline(*key)
        pages: list[Page] = []

        def passing() -> Iterator[Page]:
            for page in self.catalog.contents.iterate_pages(*key):
                pages.append(replace(page, lines=()))  # the chunks' words are needed again, the geometry is not
                yield page

        chunks = list(
            chunk_pages(content.sha256, passing(), sections, self.tokenizer.count, self.settings.chunk_tokens)
        )
        self.catalog.contents.replace_chunks(*key, chunks)
        self.index.for_tenant(content.tenant).add_passages(
            content.sha256, passage_entries(content.sha256, pages, chunks)
        )
        self.catalog.contents.finish_stage(*key, "passages")

    def embed(self, content: Content, encoder: Encoder, report: Callable[..., None]) -> None:
        """Vectors of the pages, of a short document of its chunks, published as one segment."""
        key = content.tenant, content.sha256
        index = self.index.for_tenant(content.tenant)
        pages = self.catalog.contents.iterate_pages(*key)
        if content.tokens <= SHORT_DOCUMENT:
            entries = list(passage_vector_entries(pages, self.catalog.contents.chunks(*key)))
        else:
            entries = list(vector_entries(content.sha256, pages, self.catalog.contents.outline(*key)))
        texts = [text for _id, _page, text in entries]
        matrix = []
        for begin in range(0, len(texts), EMBED_BATCH):
            matrix.append(encoder.encode(texts[begin : begin + EMBED_BATCH]))
            report(Progress("embedding", min(begin + EMBED_BATCH, len(texts)), len(texts)))
        if matrix:
            ids, numbers = [entry[0] for entry in entries], [entry[1] for entry in entries]
            index.add_vectors(content.sha256, ids, numbers, np.concatenate(matrix))
        self.catalog.contents.finish_stage(*key, "embedded", encoder=encoder.fingerprint)


class _Reporter:
    """Writes progress to the catalog, not too often, and notices that the document has been deleted."""

    def __init__(self, catalog: Catalog, document_id: str, on_progress: Callable[[], None] | None) -> None:
        self._on_progress = on_progress
        self._catalog = catalog
        self._document_id = document_id
        self._last = 0.0

    def __call__(self, progress: Progress, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._last < REPORT_SECONDS and progress.done != progress.total:
            return
        self._last = now
        if not self._catalog.documents.is_alive(self._document_id):
            raise DocumentDeleted
        self._catalog.documents.set_progress(self._document_id, progress, LEASE_SECONDS)
        if self._on_progress is not None:
            self._on_progress()


def _must_reread(job: Job, content: Content) -> bool:
    """A retry of a document some of whose pages failed starts from the file again."""
    return bool(content.failed_pages) and job.document.status is Status.READING
