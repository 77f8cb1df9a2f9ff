"""Tiny files and parts for the tests of the ingest room, made on the spot."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from ingest.catalog import UploadDetails
from ingest.index_types import IndexHit, Vectors
from ingest.indexing.index import LocalTenantIndex
from ingest.parts import Parts, build_parts, build_pipeline
from ingest.pipeline import Pipeline
from ingest.settings import IngestSettings
from ingest.types import Document, Line, Mark, Page, PageKind, RawPage, Scope
from ingest.worker import Worker

TENANT = Scope("tenant")
MAX_BYTES = 50_000_000
CHARACTER = 6.0  # points a character is wide in pages made by `raw_page`


def pdf(pages: Sequence[Sequence[str]], size: int = 11) -> bytes:
    """A PDF whose pages hold these lines, from the top down."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=(612, 792), invariant=1)
    for lines in pages:
        drawing.setFont("Helvetica", size)
        for row, line in enumerate(lines):
            drawing.drawString(72, 720 - 16 * row, line)
        drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def broken_pdf() -> bytes:
    """Three pages written by hand, the second of which points at an object that is not there."""

    def content(text: str) -> bytes:
        stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
        return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)

    def leaf(stream: int) -> bytes:
        fonts = b"<< /Font << /F1 8 0 R >> >>"
        return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources %s >>" % (
            stream,
            fonts,
        )

    return assemble_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 99 0 R 5 0 R] /Count 3 >>",
            3: leaf(4),
            4: content("The first page tells of pelicans and lanterns."),
            5: leaf(6),
            6: content("The third page tells of marmalade and turbines."),
            8: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        }
    )


def assemble_pdf(objects: dict[int, bytes]) -> bytes:
    """The file of these numbered objects, the first being the catalog."""
    body, offsets = b"%PDF-1.4\n", {}
    for number, data in objects.items():
        offsets[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (max(objects) + 1)
    for number in range(1, max(objects) + 1):
        body += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n"
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, table)


def pageless_pdf() -> bytes:
    """A PDF in good order that holds no page."""
    return assemble_pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"})


def bomb_pdf(depth: int = 9, width: int = 10) -> bytes:
    """Three pages in two kilobytes; the second draws a form that draws a form … `width` to the power of `depth` times."""

    def stream(content: bytes, extra: bytes = b"") -> bytes:
        return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (extra, len(content), content)

    def leaf(content: int) -> bytes:
        named = b"/Resources << /XObject << /F 20 0 R >> /Font << /F1 9 0 R >> >>"
        return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R %s >>" % (content, named)

    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>",
        **{3 + place: leaf(6 + place) for place in range(3)},
        6: stream(b"BT /F1 12 Tf 72 700 Td (The first page tells of pelicans and lanterns.) Tj ET"),
        7: stream(b"/F Do"),
        8: stream(b"BT /F1 12 Tf 72 700 Td (The third page tells of marmalade and turbines.) Tj ET"),
        9: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    for level in range(depth):
        inner = b"" if level == depth - 1 else b"/XObject << /F %d 0 R >>" % (21 + level)
        body = b"BT /F1 9 Tf 20 20 Td (boom) Tj ET" if level == depth - 1 else b"/F Do " * width
        form = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 9 0 R >> %s >>" % inner
        objects[20 + level] = stream(body, form)
    return assemble_pdf(objects)


def encrypted(data: bytes, password: str) -> bytes:
    """The same PDF behind a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def picture(words: Sequence[str], size: tuple[int, int] = (700, 220)) -> Image.Image:
    """A white picture with lines of large black words."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(words):
        draw.text((30, 30 + 70 * row), line, "black", font=ImageFont.load_default(44))
    return image


def mixed_pdf(native: str, scanned: Sequence[str], stamp: str = "", labelled: bool = False) -> bytes:
    """Page 1 has text; page 2 is a picture of words, with an optional stamp of native text."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=(300, 140), invariant=1)
    drawing.setFont("Helvetica", 9)
    drawing.drawString(20, 100, native)
    drawing.showPage()
    drawing.drawImage(ImageReader(picture(scanned)), 20, 30, width=252, height=79)
    drawing.setFont("Helvetica", 9)
    drawing.drawString(20, 10, stamp)
    drawing.showPage()
    drawing.save()
    if not labelled:
        return buffer.getvalue()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(buffer.getvalue())))
    writer.set_page_label(0, 1, style=PageLabelStyle.DECIMAL, prefix="X-", start=7)
    labelled_file = io.BytesIO()
    writer.write(labelled_file)
    return labelled_file.getvalue()


def raw_page(number: int, text: str, size: float = 10.0, sizes: dict[int, float] | None = None) -> RawPage:
    """A page of text in a font of one width, every word with its extent; `sizes` gives lines another font size."""
    lines, position = [], 0
    for row, piece in enumerate(text.splitlines(keepends=True)):
        body = piece.rstrip("\r\n")
        if body.strip():
            lines.append(_line(body, position, row, (sizes or {}).get(row, size)))
        position += len(piece)
    return RawPage(number, text, PageKind.TEXT, 612.0, 792.0, tuple(lines))


def _line(body: str, position: int, row: int, size: float) -> Line:
    first = len(body) - len(body.lstrip())
    last = len(body.rstrip())
    marks, place = [], 0
    for word in body.split():
        place = body.index(word, place)
        end = place + len(word)
        marks.append(Mark(position + place, position + end, 50 + place * CHARACTER, 50 + end * CHARACTER))
        place = end
    top = 50.0 + 14 * row
    x0, x1 = 50 + first * CHARACTER, 50 + last * CHARACTER
    return Line(position + first, position + last, x0, top, x1, top + 12, size, False, tuple(marks))


def page(number: int, text: str) -> Page:
    """The same as it is stored."""
    raw = raw_page(number, text)
    return Page(number, None, raw.kind, text, raw.width, raw.height, 0, len(text) // 4, None, raw.lines)


def write(folder: Path, data: bytes, name: str = "file.pdf") -> Path:
    """The bytes as a file in the folder."""
    target = folder / name
    target.write_bytes(data)
    return target


class LetterEncoder:
    """Counts letters: a vector of 26 numbers, without any model."""

    dimensions = 26
    fingerprint = "letters"

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        rows = [[1.0 + text.lower().count(chr(97 + letter)) for letter in range(26)] for text in texts]
        matrix = np.array(rows, np.float32)
        unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit


@dataclass
class House:
    """A data folder with everything that works on it."""

    parts: Parts
    pipeline: Pipeline

    def upload(
        self, data: bytes, name: str = "file.pdf", password: str | None = None, scope: Scope = TENANT
    ) -> Document:
        """Accept a file without working on it."""
        return self.parts.intake.accept(scope, io.BytesIO(data), name, MAX_BYTES, UploadDetails(password=password))

    def work(self, pipeline: Pipeline | None = None) -> None:
        """Be the worker until nothing is left to do."""
        worker = Worker(self.parts, pipeline or self.pipeline)
        while worker.step():
            pass

    def ingest(self, data: bytes, name: str = "file.pdf", password: str | None = None) -> Document:
        """Accept a file and work until it is settled."""
        document = self.upload(data, name, password)
        self.work()
        return self.document(document.id)

    def document(self, document_id: str, scope: Scope = TENANT) -> Document:
        """The document as it is now."""
        return self.parts.catalog.documents.get(scope, document_id)

    def text(self, document: Document) -> list[str]:
        """The text of every page."""
        stored = self.parts.catalog.contents.iterate_pages(document.tenant, document.content)
        return [page.text for page in stored]

    def found(self, word: str, scope: Scope = TENANT) -> set[str]:
        """Documents in scope a reader finds under this word on their pages: tombstones checked as every reader does."""
        return self._holders(scope, word, self._index(scope).search_pages)

    def quoted(self, word: str, scope: Scope = TENANT) -> set[str]:
        """The same in passages."""
        return self._holders(scope, word, self._index(scope).search_passages)

    def _index(self, scope: Scope) -> LocalTenantIndex:
        index = self.parts.index.for_tenant(scope.tenant)
        index.refresh()
        return index

    def _holders(self, scope: Scope, word: str, search: Callable[..., list[IndexHit]]) -> set[str]:
        living = {document.content: document.id for document in self.parts.catalog.documents.select(scope)}
        return {living[hit.content] for hit in search([(word, 1.0)], 10, list(living))}

    def nearest(self, text: str, scope: Scope = TENANT) -> set[str]:
        """The same by vectors."""
        living = {document.content: document.id for document in self.parts.catalog.documents.select(scope)}
        vector = self.pipeline.encoder().encode([text])[0]
        hits = self._index(scope).search_vectors(vector, 10, list(living))
        return {living[hit.content] for hit in hits}


def build_house(home: Path, *, real_encoder: bool = False, **settings: Any) -> House:
    """A data folder under `home`; with the letter encoder unless the real one is asked for."""
    parts = build_parts(IngestSettings(home=home, **settings))
    pipeline = build_pipeline(parts)
    if not real_encoder:
        encoder = LetterEncoder()
        parts.index.fingerprint = encoder.fingerprint
        pipeline = replace(pipeline, encoder=lambda: encoder)
    return House(parts, pipeline)
