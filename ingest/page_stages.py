"""The stages that take pages out of a file: reading in a child process, printed labels, OCR of scans.

Stores pages in the catalog a batch at a time. Knows nothing of chunks, indexes or vectors, save that recognised
words belong in the outline and in the index of pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest.catalog import Content, Job, StageResult
from ingest.errors import ReadingFailed, TooComplex, TooManyPages
from ingest.index_stages import find_outline, index_pages
from ingest.reading.file_structure import Attachment, Bookmark, FileStructure
from ingest.reading.readers import PDF
from ingest.reading.sandbox import ReaderProcess, page_from_json
from ingest.run import Run, StageParts, as_raw
from ingest.settings import IngestSettings
from ingest.structure.cover import COVER_PAGES, read_cover
from ingest.structure.labels import infer_labels
from ingest.types import Detected, Page, PageKind, Progress, RawPage

BATCH_PAGES = 25  # pages stored in one short transaction
OCR_PAGES_PER_CALL = 8
MAX_SKIPPED_PAGES = 3  # of one file that need more work than a page may; with more, the file is given up
MAX_LINES = 10_000  # of a page; each question that reads its tables takes two seconds at this length


def read(parts: StageParts, run: Run) -> StageResult:
    """Read a file's pages from the beginning and store them."""
    assert run.job is not None, "only a document brings the password a file may need"
    document = run.job.document
    parts.catalog.contents.begin(*run.key, document.media_type, parts.tokens.name)
    unlocked = parts.blobs.path(*run.key, unlocked=True) if run.job.password and document.media_type == PDF else None
    request = _reading(parts, run.job, parts.settings.max_pages) | {"unlocked": str(unlocked) if unlocked else None}
    raw, structure = _store_pages(parts, run, request)
    _label(parts, run, raw, structure.labels)
    return StageResult(
        pages=len(raw),
        detected=replace(read_cover(raw), title=structure.title or None),
        structure=structure,
        failed_pages=tuple(page.number for page in raw if page.error),
        unlocked=bool(unlocked and unlocked.is_file()),
    )


def _store_pages(parts: StageParts, run: Run, request: Mapping[str, Any]) -> tuple[list[RawPage], FileStructure]:
    """Store the pages as they come; what is returned has no geometry: labels and cover need the words only."""
    structure = FileStructure()
    raw: list[RawPage] = []
    batch: list[Page] = []
    total = 0
    for reply in _going_on(parts.settings, request):
        if "pages" in reply:
            total = _checked(reply["pages"], parts.settings.max_pages)
        elif "structure" in reply:
            structure = _structure_from_json(reply["structure"])
        else:
            page = _page_of(reply)
            batch.append(_counted(parts, page))
            raw.append(replace(page, lines=()))
        if len(batch) >= BATCH_PAGES:
            parts.catalog.contents.add_pages(*run.key, batch)
            batch = []
            run.report(Progress("reading", len(raw), total))
    parts.catalog.contents.add_pages(*run.key, batch)
    run.report(Progress("reading", len(raw), total))
    return raw, structure


def _page_of(reply: Mapping[str, Any]) -> RawPage:
    """The page of a reader's reply; one without text where the reader could not get past it."""
    if "skipped" in reply:
        return RawPage(reply["skipped"], "", PageKind.EMPTY, 612.0, 792.0, (), reply["reason"])
    page = page_from_json(reply["page"])
    if len(page.lines) <= MAX_LINES:
        return page
    reason = f"The page has {len(page.lines)} lines, more than {MAX_LINES}: its text is read, its tables are not."
    return replace(page, lines=(), error=reason)


def check_password(parts: StageParts, job: Job) -> None:
    """Raise PasswordRequired or PasswordWrong unless the job's password opens its file."""
    for _reply in _ask_reader(parts.settings, _reading(parts, job, 0)):
        continue


def recognise_scans(parts: StageParts, run: Run) -> StageResult:
    """OCR every scan that has no text yet, then outline and index of pages again; a page at a time is stored."""
    if not any(page.kind is PageKind.SCAN for page in run.pages()):
        return StageResult()
    waiting = [p.number for p in run.pages() if p.kind is PageKind.SCAN and not p.lines and p.error is None]
    recognised: dict[int, Page] = {}
    for begin in range(0, len(waiting), OCR_PAGES_PER_CALL):
        for raw in _recognise(parts, run.content, waiting[begin : begin + OCR_PAGES_PER_CALL]):
            recognised[raw.number] = _counted(parts, raw)
            parts.catalog.contents.add_pages(*run.key, [recognised[raw.number]])
            run.report(Progress("recognising", len(recognised), len(waiting)), force=True)
    run.replace_pages(recognised)
    _label(parts, run, [as_raw(page) for page in run.pages()], run.content.structure.labels)
    outlined = find_outline(parts, run)
    indexed = index_pages(parts, run)
    failed = tuple(page.number for page in run.pages() if page.error)
    return replace(indexed, tokens=outlined.tokens, failed_pages=failed, detected=_detected_again(run))


def _detected_again(run: Run) -> Detected:
    """What the cover says, now that it can be read; what was known before stays."""
    known = run.content.detected
    if known.form or known.company or known.period:
        return known
    return replace(read_cover([as_raw(page) for page in run.pages()[:COVER_PAGES]]), title=known.title)


def _recognise(parts: StageParts, content: Content, numbers: Sequence[int]) -> Iterator[RawPage]:
    seconds = float(parts.settings.ocr_seconds_per_page)
    request = {
        "operation": "recognise",
        "path": str(parts.blobs.verified_path(content.tenant, content.sha256, unlocked=content.unlocked)),
        "media_type": content.media_type,
        "password": None,
        "numbers": list(numbers),
        "threads": parts.settings.encoder_threads,
    }
    process = ReaderProcess(parts.settings.ocr_memory_mb)
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


def _reading(parts: StageParts, job: Job, max_pages: int) -> dict[str, Any]:
    """What a reader is asked; with `max_pages` 0 it opens the file and reads no page."""
    document = job.document
    return {
        "operation": "read",
        "path": str(parts.blobs.verified_path(document.tenant, document.content)),
        "media_type": document.media_type,
        "password": job.password,
        "max_pages": max_pages,
        "unlocked": None,
        "first": 1,
        "page_seconds": parts.settings.reader_page_seconds,
    }


def _going_on(settings: IngestSettings, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Replies of a reader, started anew behind each page that was too much for it; `skipped` names such a page."""
    begun, first, skipped = False, 1, 0
    while True:
        try:
            for reply in _ask_reader(settings, {**request, "first": first}):
                begun = True
                if "page" in reply:
                    first = reply["page"]["number"] + 1
                yield reply
            return
        except TooComplex as error:
            skipped += 1
            if not begun or skipped > MAX_SKIPPED_PAGES:
                raise
            yield {"skipped": first, "reason": f"The page is too complex. {error.message}"}
            first += 1


def _ask_reader(settings: IngestSettings, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    process = ReaderProcess(settings.reader_memory_mb)
    try:
        yield from process.ask(dict(request), settings.reader_seconds, settings.reader_stall_seconds)
    finally:
        process.close()


def _structure_from_json(value: Mapping[str, Any]) -> FileStructure:
    return FileStructure(
        title=value["title"],
        labels={int(number): label for number, label in value["labels"].items()},
        bookmarks=tuple(Bookmark(**entry) for entry in value["bookmarks"]),
        attachments=tuple(Attachment(**entry) for entry in value["attachments"]),
    )


def _checked(count: int, limit: int) -> int:
    if count > limit:
        raise TooManyPages(f"The file has {count} pages; the limit is {limit}.")
    return count


def _counted(parts: StageParts, raw: RawPage) -> Page:
    tokens = parts.tokens.count(raw.text) if raw.text else 0
    return Page(
        raw.number,
        None,
        raw.kind,
        raw.text,
        raw.width,
        raw.height,
        0,
        tokens,
        raw.error,
        raw.lines,
        raw.marked,
        raw.text_layer,
    )


def _label(parts: StageParts, run: Run, pages: Sequence[RawPage], dictionary: Mapping[int, str]) -> None:
    labels = infer_labels(pages, dictionary)
    rows, start = [], 0
    for page in pages:
        rows.append((page.number, labels[page.number], start))
        start += len(page.text) + 1  # pages are joined by one form feed
    parts.catalog.contents.set_labels(*run.key, rows)
