"""The stages that take pages out of a file: reading in a child process, printed labels, OCR of scans.

Stores pages in the catalog a batch at a time. Knows nothing of sections, chunks, indexes or vectors.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.blobs import Blobs
from ingest.catalog import Catalog, Content, Job
from ingest.errors import ReadingFailed, TooManyPages
from ingest.indexing.tokens import TokenCounter
from ingest.reading.readers import PDF
from ingest.reading.sandbox import ReaderProcess, page_from_json
from ingest.settings import IngestSettings
from ingest.structure.cover import read_cover
from ingest.structure.labels import infer_labels
from ingest.types import Page, PageKind, Progress, RawPage

BATCH_PAGES = 25  # pages stored in one short transaction
OCR_PAGES_PER_CALL = 8
Report = Callable[..., None]


@dataclass(frozen=True)
class Reading:
    """Reads files into the catalog."""

    settings: IngestSettings
    catalog: Catalog
    blobs: Blobs
    tokens: TokenCounter

    def read(self, job: Job, report: Report) -> None:
        """Read a file's pages from the beginning and store them; ends the stage `read`."""
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
                page = page_from_json(reply["page"])
                batch.append(self._page(page))
                raw.append(replace(page, lines=()))  # labels and cover need the words only; geometry is the bulk
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

    def _checked(self, count: int) -> int:
        if count > self.settings.max_pages:
            raise TooManyPages(f"The file has {count} pages; the limit is {self.settings.max_pages}.")
        return count

    def _page(self, raw: RawPage) -> Page:
        tokens = self.tokens.count(raw.text) if raw.text else 0
        return Page(raw.number, None, raw.kind, raw.text, raw.width, raw.height, 0, tokens, raw.error, raw.lines)

    def _label(self, key: tuple[str, str], pages: Sequence[RawPage | Page], detected: dict[str, Any]) -> None:
        dictionary = {int(number): label for number, label in detected.get("labels", {}).items()}
        raw = [p if isinstance(p, RawPage) else as_raw(p) for p in pages]
        labels = infer_labels(raw, dictionary)
        rows, start = [], 0
        for page in raw:
            rows.append((page.number, labels[page.number], start))
            start += len(page.text) + 1  # pages are joined by one form feed
        self.catalog.contents.set_labels(*key, rows)

    def check_password(self, job: Job) -> None:
        """Raise PasswordRequired or PasswordWrong unless the job's password opens its file."""
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

    def recognise_scans(self, content: Content, report: Report) -> bool:
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
            detected = {**detected, **read_cover([as_raw(page) for page in pages[:3]])}
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


def as_raw(page: Page) -> RawPage:
    """A stored page as a reader would deliver it."""
    return RawPage(page.number, page.text, page.kind, page.width, page.height, page.lines, page.error)
