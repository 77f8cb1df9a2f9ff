"""What a PDF says about itself, and the second opinion when PDFium refuses a file. The only importer of pypdf.

Runs inside a reader process. Knows nothing of page geometry.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import Destination

from ingest.errors import FileDamaged, PasswordRequired, PasswordWrong
from ingest.reading.file_structure import Attachment, Bookmark, FileStructure
from ingest.types import PageKind, RawPage

MAX_BOOKMARKS = 5000
MAX_ATTACHMENTS = 500
MAX_PAGES_FOR_PINS = 300  # of a longer file only what belongs to the whole is listed
# what a damaged structure makes pypdf raise besides its own errors
DAMAGE = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    OverflowError,
    NotImplementedError,
    AssertionError,
    ArithmeticError,
    OSError,
)


def read_structure(path: Path, password: str | None) -> FileStructure:
    """Read metadata, labels and bookmarks; a part that is damaged is left out, never an error."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            reader.decrypt(password or "")
        root = reader.root_object
    except DAMAGE:
        return FileStructure()
    return FileStructure(
        _title(reader),
        _labels(reader) if "/PageLabels" in root else {},
        tuple(_bookmarks(reader)) if "/Outlines" in root else (),
        tuple(_attachments(reader)),
    )


def read_pages(path: Path, password: str | None) -> Iterator[RawPage]:
    """Text of every page without geometry, for files PDFium refuses."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(password or ""):
            if password:
                raise PasswordWrong("The password does not open this PDF; try again with the right one.")
            raise PasswordRequired("This PDF is encrypted; send its password with a retry.")
        count = len(reader.pages)
    except DAMAGE as error:
        raise FileDamaged("The PDF is damaged beyond what our readers can repair.") from error
    if count == 0:
        raise FileDamaged("The PDF is damaged: no page can be found in it.")
    for number in range(1, count + 1):
        yield _page(reader, number)


def _page(reader: PdfReader, number: int) -> RawPage:
    try:
        page = reader.pages[number - 1]
        text = re.sub("[\ud800-\udfff\x00]", "�", page.extract_text())
        kind = PageKind.TEXT if text.strip() else PageKind.EMPTY
        return RawPage(number, text, kind, float(page.mediabox.width), float(page.mediabox.height))
    except DAMAGE as error:
        return RawPage(number, "", PageKind.EMPTY, 612.0, 792.0, (), f"The page cannot be read: {error}")


def _title(reader: PdfReader) -> str | None:
    try:
        title = reader.metadata.title if reader.metadata else None
        return str(title).strip()[:300] or None if title else None
    except DAMAGE:
        return None


def _labels(reader: PdfReader) -> dict[int, str]:
    try:
        labels = {number: str(label) for number, label in enumerate(reader.page_labels, 1)}
    except DAMAGE:
        return {}
    if all(label == str(number) for number, label in labels.items()):
        return {}  # a dictionary that only counts pages says nothing about what is printed
    return labels


def _bookmarks(reader: PdfReader) -> Iterator[Bookmark]:
    try:
        numbers = {
            page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, 1) if page.indirect_reference
        }
        yield from list(_walk(reader.outline, 1, numbers))[:MAX_BOOKMARKS]
    except DAMAGE:
        return


def _attachments(reader: PdfReader) -> Iterator[Attachment]:
    """Embedded files of the document (a portfolio's parts among them), then those pinned to pages."""
    try:
        found = [
            Attachment(each.name[:300], str(each.subtype).lstrip("/") if each.subtype else None, each.size)
            for each in islice(reader.attachment_list, MAX_ATTACHMENTS)
        ]
        if len(reader.pages) <= MAX_PAGES_FOR_PINS:
            found += [pin for number, page in enumerate(reader.pages, 1) for pin in _pinned(page, number)]
        yield from found[:MAX_ATTACHMENTS]
    except DAMAGE:
        return


def _pinned(page: PageObject, number: int) -> Iterator[Attachment]:
    for reference in page.get("/Annots", None) or ():
        note = reference.get_object()
        if note.get("/Subtype") != "/FileAttachment":
            continue
        file = note["/FS"].get_object()
        name = str(file.get("/UF") or file.get("/F") or "")
        stream = file["/EF"]["/F"].get_object()
        size = stream.get("/Params", {}).get("/Size")
        kind = str(stream["/Subtype"]).lstrip("/") if "/Subtype" in stream else None
        yield Attachment(name[:300], kind, int(size) if size is not None else len(stream.get_data()), number)


def _walk(entries: Sequence[Any], level: int, numbers: dict[int, int]) -> Iterator[Bookmark]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _walk(entry, level + 1, numbers)
        elif isinstance(entry, Destination):
            number = numbers.get(getattr(entry.page, "idnum", -1))
            title = str(entry.title or "").replace("\x00", "").strip()
            if number and title:
                yield Bookmark(title[:300], level, number)
