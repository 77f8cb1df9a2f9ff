"""Chooses the reader by the file's content and opens it. Knows nothing of processes or the catalog.

Heavy libraries are imported by the reader that needs them, when it is chosen: a PDF never loads OCR.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from PIL import Image, UnidentifiedImageError

from ingest.errors import FileDamaged, NoPages, UnsupportedType
from ingest.reading.plain_text import TextFile, decode
from ingest.types import PageKind, RawPage, Rectangle

PDF, TEXT, MARKDOWN = "application/pdf", "text/plain", "text/markdown"
HEAD_BYTES = 4096  # what `detect` wants to see of a file
IMAGE_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
# markup, behind blanks and comments; the headers of EDGAR submissions hold markup further down
MARKUP = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html\b|<head\b|<body\b|<\?xml|\{\\rtf"
    rb"|<sec-document>|<sec-header>|<submission>|<document>\s*<type>|-----begin privacy-enhanced message-----)",
    re.I | re.S,
)
DEFAULT_IMAGE_DPI = 200.0
MAX_PIXELS = 120_000_000


class Source(Protocol):
    """An open file as pages."""

    page_count: int

    def __enter__(self) -> "Source": ...
    def __exit__(self, *exception: object) -> None: ...
    def pages(self) -> Iterator[RawPage]: ...
    def page(self, number: int) -> RawPage: ...
    def rectangles(self, number: int, start: int, end: int) -> list[Rectangle]: ...
    def png(self, number: int, dpi: float) -> bytes: ...


@runtime_checkable
class Drawable(Protocol):
    """A source whose pages can be drawn for OCR."""

    def picture(self, number: int, dpi: float) -> Any: ...


@runtime_checkable
class WithText(Protocol):
    """A source whose pages may have a text of their own beneath or over a picture."""

    def native_page(self, number: int) -> RawPage: ...


def detect(head: bytes, path: Path, name: str) -> str:
    """The media type by content; raises UnsupportedType with what to do instead."""
    if b"%PDF-" in head[:1024]:
        return PDF
    for signature, media_type in IMAGE_SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    _refuse_known(head, path)
    if _is_text(head):
        return MARKDOWN if name.lower().endswith((".md", ".markdown")) else TEXT
    raise UnsupportedType(
        "This is no PDF, text, Markdown, PNG, JPEG, TIFF or WEBP file. Print it to PDF and upload that."
    )


def open_source(path: Path, media_type: str, password: str | None) -> Source:
    """Open the file with the reader for its type; a PDF that PDFium refuses is tried with pypdf."""
    if media_type in (TEXT, MARKDOWN):
        return TextFile(path)
    if media_type.startswith("image/"):
        return ImageFile(path)
    from ingest.reading.pdf import PdfFile  # noqa: PLC0415  (heavy, and not needed for text)

    try:
        return PdfFile(path, password)
    except (FileDamaged, NoPages) as refusal:
        try:
            return RepairedPdf(path, password)
        except FileDamaged:
            raise refusal from None


class RepairedPdf:
    """A PDF only pypdf can read: text without geometry, no pictures."""

    def __init__(self, path: Path, password: str | None) -> None:
        from ingest.reading.pdf_structure import read_pages  # noqa: PLC0415  (heavy)

        self._pages = list(read_pages(path, password))
        self.page_count = len(self._pages)
        if not any(page.text.strip() for page in self._pages):
            raise FileDamaged("The PDF is damaged beyond what our readers can repair.")

    def __enter__(self) -> "RepairedPdf":
        return self

    def __exit__(self, *_exception: object) -> None:
        """Nothing stays open."""

    def pages(self) -> Iterator[RawPage]:
        """Every page in order."""
        return iter(self._pages)

    def page(self, number: int) -> RawPage:
        """One page."""
        return self._pages[number - 1]

    def rectangles(self, number: int, start: int, end: int) -> list[Rectangle]:  # noqa: ARG002  (every reader has it)
        """None: pypdf gives no geometry."""
        return []

    def png(self, number: int, dpi: float) -> bytes:  # noqa: ARG002  (every reader has it)
        """A blank page: what PDFium refuses cannot be drawn."""
        image = Image.new("RGB", (round(612 * dpi / 72), round(792 * dpi / 72)), "white")
        return _png(image)


class ImageFile:
    """An image file as one page per frame; the words come from OCR later."""

    def __init__(self, path: Path) -> None:
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        try:
            self._image = Image.open(BytesIO(path.read_bytes()))  # a path would stay open when decoding fails
            self._image.load()
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ) as error:
            raise FileDamaged("The image is damaged or too large to decode.") from error
        self.page_count = int(getattr(self._image, "n_frames", 1))

    def __enter__(self) -> "ImageFile":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._image.close()

    def pages(self) -> Iterator[RawPage]:
        """Every frame as a scan without text yet."""
        for number in range(1, self.page_count + 1):
            yield self.page(number)

    def page(self, number: int) -> RawPage:
        """One frame's size."""
        self._image.seek(number - 1)
        scale = 72 / self._dpi()
        return RawPage(number, "", PageKind.SCAN, self._image.width * scale, self._image.height * scale)

    def rectangles(self, number: int, start: int, end: int) -> list[Rectangle]:  # noqa: ARG002  (every reader has it)
        """None: boxes of scans are stored with the page."""
        return []

    def png(self, number: int, dpi: float) -> bytes:
        """The frame scaled to `dpi`."""
        return _png(self.picture(number, dpi))

    def picture(self, number: int, dpi: float) -> Any:
        """The frame at `dpi` as a Pillow image."""
        self._image.seek(number - 1)
        ratio = dpi / self._dpi()
        size = max(1, round(self._image.width * ratio)), max(1, round(self._image.height * ratio))
        return self._image.convert("RGB").resize(size)

    def _dpi(self) -> float:
        stated = self._image.info.get("dpi", (DEFAULT_IMAGE_DPI,))[0]
        return float(stated) if 50 <= float(stated) <= 1200 else DEFAULT_IMAGE_DPI


def _png(image: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _refuse_known(head: bytes, path: Path) -> None:
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")) or MARKUP.match(_narrow(head)):
        raise UnsupportedType("HTML, XML and RTF files have no pages. Print the document to PDF and upload that.")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnsupportedType(
            f"{_office_name(path)} files are not read directly. Print the document to PDF and upload that."
        )


def _narrow(head: bytes) -> bytes:
    """UTF-16 text as single bytes, empty for anything else."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore").encode("ascii", "ignore")
    return b""


def _office_name(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, io.UnsupportedOperation):
        return "Old Office (DOC, XLS, PPT)"
    for folder, kind in (("word/", "DOCX"), ("xl/", "XLSX"), ("ppt/", "PPTX")):
        if any(entry.startswith(folder) for entry in names):
            return kind
    return "ZIP"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    text = decode(head)
    odd = sum(1 for character in text if character < " " and character not in "\t\n\r\f\x1b")
    return odd <= len(text) // 200
