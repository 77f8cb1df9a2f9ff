"""A stored page as service sees it: text, tables, picture, rectangles, the file's bytes. Knows nothing of readers'
insides: drawing happens in other processes. Pictures are cached by content, page and resolution.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path

from ingest.blobs import Blobs
from ingest.catalog import Catalog, Content, PageText
from ingest.errors import NotReadableYet
from ingest.reading.sandbox import Viewers
from ingest.table_types import Table
from ingest.tables.joins import tables_of
from ingest.tables.rows import read_tables
from ingest.text.marked import in_force
from ingest.types import READABLE, Document, Line, Page, PageKind, Rectangle

PAGES_KEPT = 8  # while tables are read in order: as many as one may look back


class Pages:
    """Reads of single pages of documents the caller has already been allowed to see."""

    def __init__(self, catalog: Catalog, blobs: Blobs, viewers: Viewers, images: Path) -> None:
        self._catalog = catalog
        self._blobs = blobs
        self._viewers = viewers
        self._images = images

    def page(self, document: Document, number: int) -> Page:
        """One page; NotReadableYet before the document is searchable, PageNotFound outside it."""
        self.content(document)
        return self._catalog.contents.page(document.tenant, document.content, number)

    def pages(self, document: Document, numbers: Sequence[int]) -> list[Page]:
        """Several pages of a document in one go, in order, without geometry."""
        self.content(document)
        return list(self._catalog.contents.iterate_pages(document.tenant, document.content, numbers, geometry=False))

    def content(self, document: Document) -> Content:
        """What has been read of a document, if it may be shown."""
        content = self._catalog.contents.get(document.tenant, document.content)
        if document.status not in READABLE or content is None:
            hint = document.error[1] if document.error else "It is still being read; try again in a moment."
            raise NotReadableYet(f"{document.name} cannot be shown: it is {document.status}. {hint}")
        return content

    def texts(self, document: Document, after: int = 0) -> Iterator[PageText]:
        """Texts of the pages after this one, in order and without geometry."""
        self.content(document)
        return self._catalog.texts.after(document.tenant, document.content, after)

    def tables(self, document: Document, number: int) -> list[Table]:
        """The tables of a page; the first knows columns, unit and scale of the page before if it continues there."""
        return tables_of(number, partial(self._in_force, document))

    def tables_of_pages(self, document: Document, numbers: Iterable[int]) -> Iterator[Table]:
        """The tables of several pages, in order, as `tables` reads them; each page is fetched once."""
        page_at = lru_cache(maxsize=PAGES_KEPT)(partial(self.page, document))
        for number in numbers:
            yield from tables_of(number, page_at)

    def tables_alone(self, document: Document, numbers: Sequence[int]) -> dict[int, list[Table]]:
        """Tables of several pages in one reading, each as its own page shows it: none knows the page before."""
        self.content(document)
        stored = self._catalog.contents.iterate_pages(document.tenant, document.content, numbers)
        return {page.number: read_tables(page.number, in_force(page).text, page.lines) for page in stored}

    def _in_force(self, document: Document, number: int) -> Page:
        return in_force(self.page(document, number))

    def png(self, document: Document, number: int, dpi: int) -> bytes:
        """The page as displayed, as PNG."""
        content = self.content(document)
        self._catalog.contents.page(document.tenant, document.content, number)
        target = self._image_folder(document.tenant, document.content) / f"{number}-{dpi}.png"
        if target.is_file():
            return target.read_bytes()
        data = self._viewers.png(self._path(content), content.media_type, number, dpi)
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_suffix(f".{os.getpid()}.tmp")
        scratch.write_bytes(data)
        os.replace(scratch, target)
        return data

    def rectangles(self, document: Document, spans: Sequence[tuple[int, int, int]]) -> list[list[Rectangle]]:
        """Boxes for spans (page, start, end): scans from stored word boxes, native text from the PDF itself."""
        content = self.content(document)
        numbers = [number for number, _start, _end in spans]
        pages = {
            page.number: page
            for page in self._catalog.contents.iterate_pages(document.tenant, document.content, numbers)
        }
        native = [span for span in spans if span[0] in pages and pages[span[0]].kind is not PageKind.SCAN]
        drawn = self._viewers.rectangles(self._path(content), content.media_type, native) if native else []
        boxes = dict(zip(native, drawn, strict=True))
        return [
            boxes[span] if span in boxes else _from_lines(pages[span[0]], span) if span[0] in pages else []
            for span in spans
        ]

    def file(self, document: Document, start: int, end: int) -> Iterator[bytes]:
        """The uploaded bytes [start, end)."""
        return self._blobs.read_range(document.tenant, document.content, start, end)

    def forget(self, tenant: str, content: str) -> int:
        """Drop cached pictures of a content; returns how many."""
        folder = self._image_folder(tenant, content)
        count = len(list(folder.glob("*.png"))) if folder.is_dir() else 0
        shutil.rmtree(folder, ignore_errors=True)
        return count

    def _image_folder(self, tenant: str, content: str) -> Path:
        return self._images / tenant / content

    def _path(self, content: Content) -> Path:
        return self._blobs.verified_path(content.tenant, content.sha256, unlocked=content.unlocked)


def _from_lines(page: Page, span: tuple[int, int, int]) -> list[Rectangle]:
    _number, start, end = span
    boxes = []
    for line in page.lines:
        if line.start < end and start < line.end:
            x0, x1 = _extent(line, max(start, line.start), min(end, line.end))
            boxes.append(Rectangle(page.number, x0, line.y0, x1, line.y1))
    return boxes


def _extent(line: Line, start: int, end: int) -> tuple[float, float]:
    marks = [mark for mark in line.marks if mark.start < end and start < mark.end]
    if not marks:
        return line.x0, line.x1
    return min(mark.x0 for mark in marks), max(mark.x1 for mark in marks)
