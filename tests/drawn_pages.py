"""PDF pages drawn on the spot for the tests of what a person sees."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from ingest.reading.pdf import PdfFile
from ingest.types import RawPage

SEEN = "The harbour lease runs for nine years from the first of May."
UNSEEN = "The harbour lease runs for one day."
Drawing = Callable[[Canvas], None]


def draw(drawing: Drawing, before: Drawing | None = None) -> bytes:
    """A letter page with one sentence anybody sees, and what `drawing` adds after it (`before` before it)."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(612, 792), invariant=1)
    canvas.setFont("Helvetica", 10)
    if before is not None:
        before(canvas)
    canvas.drawString(72, 720, SEEN)
    drawing(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(folder: Path, data: bytes) -> RawPage:
    """The first page as the reader gives it."""
    path = folder / "page.pdf"
    path.write_bytes(data)
    with PdfFile(path) as file:
        return file.page(1)


def on_layer_switched_off(data: bytes) -> bytes:
    """The same file with its marked content `/OC /Layer` on a layer that is switched off."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    layer = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("notes")})
    )
    off = DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): off}
    )
    resources: Any = writer.pages[0]["/Resources"].get_object()
    resources[NameObject("/Properties")] = DictionaryObject({NameObject("/Layer"): layer})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
