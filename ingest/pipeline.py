"""The straight line of one document: read, structure, index, recognise scans, embed. The only file that joins stages.

Each stage's result is in the catalog before the next begins, so a killed run goes on from the last finished one.
Knows nothing of HTTP, of questions, or of which process it runs in.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.blobs import Blobs
from ingest.catalog import Catalog, Content, Job
from ingest.chunk import chunk_pages
from ingest.cover import read_cover
from ingest.derived import even
from ingest.embed import EncoderTokenizer, embedded_texts
from ingest.errors import DocumentNotFound, ReaderCrashed, ReadingFailed, TooManyPages
from ingest.index import LocalIndex
from ingest.isolate import ReaderProcess, page_from_json
from ingest.labels import infer_labels
from ingest.readers import PDF
from ingest.sections import breadcrumb_at, find_sections
from ingest.settings import IngestSettings
from ingest.tokens import TokenCounter
from ingest.types import Chunk, Encoder, IndexEntry, Page, PageKind, Progress, RawPage, Scope, Section, Status

BATCH_PAGES = 25  # pages stored in one short transaction
EMBED_BATCH = 64
LEASE_SECONDS = 600.0
REPORT_SECONDS = 0.25  # progress is written at most this often
TOP_OF_PAGE = 3  # lines at a page's head that are indexed as its heading
OCR_PAGES_PER_CALL = 8


class DocumentDeleted(Exception):
    """The document was deleted while it was being read: stop quietly."""


@dataclass(frozen=True)
class Pipeline:
    """The parts a document passes through."""

    settings: IngestSettings
    catalog: Catalog
    blobs: Blobs
    index: LocalIndex
    tokens: TokenCounter
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
            content = self._read(job, report)
        if not content.reached("indexed"):
            self._structure_and_index(content, report)
        elif content.unlocked and job.document.status is Status.READING:
            self._check_password(job)  # another upload's password opened these bytes; this one must know it too
        self.catalog.documents.set_status(job.document.id, Status.SEARCHABLE)
        if not content.reached("embedded") and self.catalog.documents.release_if_others_wait(job.document.id):
            return  # the slow stages wait until everyone else can be asked about
        if self._recognise_scans(content, report):
            self._structure_and_index(self._known(tenant, sha256), report)
        content = self._known(tenant, sha256)
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

    # ── read ────────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, job: Job, report: "_Reporter") -> Content:
        document = job.document
        key = document.tenant, document.content
        self.catalog.contents.begin(*key, document.media_type, self.tokens.name)
        original = self.blobs.path(*key)
        unlocked = self.blobs.path(*key, unlocked=True) if job.password else None
        request = {
            "operation": "read",
            "path": str(original),
            "media_type": document.media_type,
            "password": job.password,
            "max_pages": self.settings.max_pages,
            "unlocked": str(unlocked) if unlocked and document.media_type == PDF else None,
        }
        structure: dict[str, Any] = {}
        raw: list[RawPage] = []
        batch: list[Page] = []
        total = 0
        for reply in self._ask_reader(request):
            if "pages" in reply:
                total = self._checked(reply["pages"])
            elif "structure" in reply:
                structure = reply["structure"]
            else:
                raw.append(page_from_json(reply["page"]))
                batch.append(self._page(raw[-1]))
            if len(batch) >= BATCH_PAGES:
                self.catalog.contents.add_pages(*key, batch)
                batch = []
                report(Progress("reading", len(raw), total))
        self.catalog.contents.add_pages(*key, batch)
        detected = {**read_cover(raw), **({"title": structure["title"]} if structure.get("title") else {})}
        detected["bookmarks"] = [[b["title"], b["level"], b["page"]] for b in structure.get("bookmarks", ())]
        detected["labels"] = structure.get("labels", {})
        self._label(key, raw, detected)
        self.catalog.contents.finish_stage(
            *key,
            "read",
            pages=len(raw),
            detected=detected,
            failed_pages=[page.number for page in raw if page.error],
            unlocked=bool(unlocked and unlocked.is_file()),
        )
        report(Progress("reading", len(raw), total))
        return self._known(*key)

    def _checked(self, count: int) -> int:
        if count > self.settings.max_pages:
            raise TooManyPages(f"The file has {count} pages; the limit is {self.settings.max_pages}.")
        return count

    def _page(self, raw: RawPage) -> Page:
        tokens = self.tokens.count(raw.text) if raw.text else 0
        return Page(raw.number, None, raw.kind, raw.text, raw.width, raw.height, 0, tokens, raw.error, raw.lines)

    def _label(self, key: tuple[str, str], pages: Sequence[RawPage | Page], detected: dict[str, Any]) -> None:
        dictionary = {int(number): label for number, label in detected.get("labels", {}).items()}
        raw = [p if isinstance(p, RawPage) else _as_raw(p) for p in pages]
        labels = infer_labels(raw, dictionary)
        rows, start = [], 0
        for page in raw:
            rows.append((page.number, labels[page.number], start))
            start += len(page.text) + 1  # pages are joined by one form feed
        self.catalog.contents.set_labels(*key, rows)

    def _check_password(self, job: Job) -> None:
        document = job.document
        request = {
            "operation": "read",
            "path": str(self.blobs.path(document.tenant, document.content)),
            "media_type": document.media_type,
            "password": job.password,
            "max_pages": 0,
            "unlocked": None,
        }
        for _reply in self._ask_reader(request):
            continue

    def _ask_reader(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        process = ReaderProcess(self.settings.reader_memory_mb)
        try:
            yield from process.ask(request, self.settings.reader_seconds, self.settings.reader_stall_seconds)
        finally:
            process.close()

    # ── scans ───────────────────────────────────────────────────────────────────────────────────────────────

    def _recognise_scans(self, content: Content, report: "_Reporter") -> bool:
        """OCR every scan that has no text yet; a page at a time is stored. Returns whether anything changed."""
        key = content.tenant, content.sha256
        waiting = [
            page.number
            for page in self.catalog.contents.iterate_pages(*key)
            if page.kind is PageKind.SCAN and not page.lines and page.error is None
        ]
        if not waiting:
            return False
        done = 0
        for begin in range(0, len(waiting), OCR_PAGES_PER_CALL):
            for raw in self._recognise(content, waiting[begin : begin + OCR_PAGES_PER_CALL]):
                self.catalog.contents.add_pages(*key, [self._page(raw)])
                done += 1
                report(Progress("recognising", done, len(waiting)), force=True)
        pages = list(self.catalog.contents.iterate_pages(*key))
        self._label(key, pages, content.detected)
        detected = content.detected
        if not any(name in detected for name in ("form", "company", "period")):
            detected = {**detected, **read_cover([_as_raw(page) for page in pages[:3]])}
        failed = [page.number for page in pages if page.error]
        self.catalog.contents.finish_stage(*key, "read", failed_pages=failed, detected=detected)
        return True

    def _recognise(self, content: Content, numbers: Sequence[int]) -> Iterator[RawPage]:
        seconds = float(self.settings.ocr_seconds_per_page)
        request = {
            "operation": "recognise",
            "path": str(self.blobs.path(content.tenant, content.sha256, content.unlocked)),
            "media_type": content.media_type,
            "password": None,
            "numbers": list(numbers),
            "threads": self.settings.encoder_threads,
        }
        process = ReaderProcess(self.settings.ocr_memory_mb)
        left = list(numbers)
        try:
            for reply in process.ask(request, seconds * len(numbers), seconds):
                page = page_from_json(reply["page"])
                left.remove(page.number)
                yield page
        except ReadingFailed as error:  # the rest of these pages is lost, the document is not
            for number in left:
                yield RawPage(number, "", PageKind.SCAN, 612.0, 792.0, (), error.message)
        finally:
            process.close()

    # ── structure, index ────────────────────────────────────────────────────────────────────────────────────

    def _structure_and_index(self, content: Content, report: "_Reporter") -> None:
        """Outline, and BM25 over whole pages: from here on the document can be asked about."""
        key = content.tenant, content.sha256
        report(Progress("indexing", 0, content.pages), force=True)
        pages = list(self.catalog.contents.iterate_pages(*key))
        sections = find_sections(
            [_as_raw(page) for page in pages], [tuple(b) for b in content.detected.get("bookmarks", ())]
        )
        self.catalog.contents.replace_outline(*key, sections)
        self.catalog.contents.finish_stage(*key, "structured", tokens=sum(page.tokens for page in pages))
        self.index.for_tenant(content.tenant).add_pages(content.sha256, page_entries(content.sha256, pages, sections))
        self.catalog.contents.finish_stage(*key, "indexed")
        report(Progress("indexing", content.pages, content.pages), force=True)

    def embed(self, content: Content, encoder: Encoder, report: Callable[..., None]) -> None:
        """Chunks with BM25 over them, then vectors of the pages; publishes both."""
        key = content.tenant, content.sha256
        pages = list(self.catalog.contents.iterate_pages(*key))
        sections = self.catalog.contents.outline(*key)
        chunks = list(chunk_pages(content.sha256, pages, sections, self.tokenizer.count, self.settings.chunk_tokens))
        self.catalog.contents.replace_chunks(*key, chunks)
        index = self.index.for_tenant(content.tenant)
        index.add_passages(content.sha256, passage_entries(content.sha256, pages, chunks))
        entries = list(vector_entries(content.sha256, pages, sections))
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


def _as_raw(page: Page) -> RawPage:
    return RawPage(page.number, page.text, page.kind, page.width, page.height, page.lines, page.error)


def page_entries(content: str, pages: Sequence[Page], sections: Sequence[Section]) -> Iterator[IndexEntry]:
    """What the index stores of each page: its top lines as heading, its sections, its words."""
    for page in pages:
        if page.text.strip():
            top = " ".join(page.text[line.start : line.end] for line in page.lines[:TOP_OF_PAGE])
            around = {title for s in sections if _touches(s, page.number) for title in (s.title,)}
            yield IndexEntry(
                f"{content[:16]}:{page.number}",
                content,
                page.number,
                even(top)[:400],
                even(" ".join([*breadcrumb_at(sections, page.number, 0), *sorted(around)]))[:1000],
                page.text,
            )


def _touches(section: Section, number: int) -> bool:
    ends_here = section.end_page == number and section.end > 0
    return section.start_page <= number and (number < section.end_page or ends_here) and section.level >= 3


def vector_entries(content: str, pages: Sequence[Page], sections: Sequence[Section]) -> Iterator[tuple[str, int, str]]:
    """What is encoded of each page: rows of (id, page, text)."""
    for page in pages:
        for part, text in enumerate(embedded_texts(breadcrumb_at(sections, page.number, 0), page.text)):
            yield f"{content[:16]}:{page.number}:{part}", page.number, text


def passage_entries(content: str, pages: Sequence[Page], chunks: Sequence[Chunk]) -> Iterator[IndexEntry]:
    """What the index stores of each chunk: its caption as heading, its breadcrumb, its words."""
    texts = {page.number: page.text for page in pages}
    for chunk in chunks:
        body = texts[chunk.page][chunk.start : chunk.end]
        if body.strip():
            yield IndexEntry(chunk.id, content, chunk.page, chunk.caption, " ".join(chunk.breadcrumb), body)
