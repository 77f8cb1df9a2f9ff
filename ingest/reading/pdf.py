"""Reads and draws PDF pages with PDFium: opens the file, draws pictures, and asks `pdf_page` for text and rectangles.

These, `flattening`, `page_objects` and `visibility` alone import pypdfium2. Runs inside a reader process. Knows nothing
of documents, catalogs or processes.
"""

from collections.abc import Iterator
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.errors import FileDamaged, NoPages, PasswordRequired, PasswordWrong
from ingest.page_text.flattening import Flattener
from ingest.page_text.pdf_page import OpenPage
from ingest.types import PageKind, RawPage, Rectangle

NO_PAGES = "The PDF opens but holds no page."


class PdfFile:
    """An open PDF. Use as a context manager."""

    def __init__(self, path: Path, password: str | None = None) -> None:
        # PDFium names no error of its own for an empty page tree: what a missing file leaves behind then tells of one
        pdfium.FPDF_LoadDocument(b"", None)
        try:
            self._document = pypdfium2.PdfDocument(path, password=password)
        except pypdfium2.PdfiumError as error:
            raise _open_error(error, password) from error
        self._flattener = Flattener(self._document)
        self._layers = may_have_layers(path)
        self.page_count = len(self._document)
        if self.page_count == 0:
            self._document.close()
            raise NoPages(NO_PAGES)

    def __enter__(self) -> "PdfFile":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._document.close()

    def pages(self) -> Iterator[RawPage]:
        """Every page in order; one that cannot be read comes with its `error` set."""
        for number in range(1, self.page_count + 1):
            yield self.page(number)

    def page(self, number: int) -> RawPage:
        """One page's text, kind and lines; a page whose own text is doubted comes as a scan, to be read by OCR."""
        return self._read(number, judge=True)

    def native_page(self, number: int) -> RawPage:
        """One page as its own text has it, doubted or not."""
        return self._read(number, judge=False)

    def _read(self, number: int, *, judge: bool) -> RawPage:
        try:
            with OpenPage(self._flattener, number, layers=self._layers) as opened:
                return opened.read(judge=judge)
        except (pypdfium2.PdfiumError, ValueError) as error:
            return RawPage(number, "", PageKind.EMPTY, 612.0, 792.0, (), f"The page cannot be read: {error}")

    def rectangles(self, number: int, start: int, end: int) -> list[Rectangle]:
        """The boxes of the characters [start, end) of the page's text, one per line."""
        with OpenPage(self._flattener, number) as opened:
            return opened.rectangles(start, end)

    def picture(self, number: int, dpi: float) -> Any:
        """The page as displayed, as a Pillow image."""
        page = self._flattener.flatten(number, self._flattener.page(number))
        try:
            return page.render(scale=dpi / 72, may_draw_forms=False).to_pil()
        finally:
            page.close()

    def png(self, number: int, dpi: float) -> bytes:
        """The page as displayed, as PNG bytes."""
        buffer = BytesIO()
        self.picture(number, dpi).convert("RGB").save(buffer, "PNG")
        return buffer.getvalue()

    def save_unlocked(self, target: Path) -> None:
        """Write a copy without encryption, for drawing pages later without keeping the password."""
        self._document.save(target, flags=pdfium.FPDF_REMOVE_SECURITY)


def may_have_layers(path: Path) -> bool:
    """Whether a file may hold layers that are switched off: it names them, or it packs its objects."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return data.find(b"/OCProperties") >= 0 or data.find(b"/ObjStm") >= 0


def _open_error(error: pypdfium2.PdfiumError, password: str | None) -> Exception:
    if error.err_code == pdfium.FPDF_ERR_FILE:  # the file is there: pypdfium2 has looked
        return NoPages(NO_PAGES)
    if error.err_code == pdfium.FPDF_ERR_PASSWORD:
        if password:
            return PasswordWrong("The password does not open this PDF; try again with the right one.")
        return PasswordRequired("This PDF is encrypted; send its password with a retry.")
    return FileDamaged("The PDF is damaged beyond what our readers can repair.")
