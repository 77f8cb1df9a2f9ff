"""Struck words are marked; underlined words, table rules and bars are not."""

import io
from pathlib import Path

import pytest
from drawn_pages import Drawing, draw, read
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject
from reportlab.pdfgen.canvas import Canvas

from ingest.types import MarkedKind, RawPage

TERM = "Notice must be given thirty (30) ninety (90) days before."
BEFORE, STRUCK = "Notice must be given ", "thirty (30)"


def extent(canvas: Canvas) -> tuple[float, float]:
    left = 72 + canvas.stringWidth(BEFORE, "Helvetica", 10)
    return left, left + canvas.stringWidth(STRUCK, "Helvetica", 10)


def struck(page: RawPage) -> list[str]:
    return [page.text[mark.start : mark.end] for mark in page.marked if mark.kind is MarkedKind.STRUCK]


def by_a_line(canvas: Canvas) -> None:
    canvas.drawString(72, 500, TERM)
    left, right = extent(canvas)
    canvas.line(left, 503, right, 503)


def by_a_thin_box(canvas: Canvas) -> None:
    canvas.drawString(72, 500, TERM)
    left, right = extent(canvas)
    canvas.rect(left, 502.5, right - left, 0.8, stroke=0, fill=1)


@pytest.mark.parametrize("drawing", [by_a_line, by_a_thin_box])
def test_words_a_stroke_runs_through_are_struck(tmp_path: Path, drawing: Drawing) -> None:
    page = read(tmp_path, draw(drawing))
    assert struck(page) == [STRUCK]
    assert TERM in page.text  # struck words are there to be seen and found


def test_words_of_a_strikeout_annotation_are_struck(tmp_path: Path) -> None:
    places: list[tuple[float, float]] = []

    def plain(canvas: Canvas) -> None:
        canvas.drawString(72, 500, TERM)
        places.append(extent(canvas))

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(draw(plain))))
    left, right = places[0]
    corners = (left, 509, right, 509, left, 498, right, 498)
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/StrikeOut"),
            NameObject("/Rect"): ArrayObject(FloatObject(v) for v in (left, 498, right, 509)),
            NameObject("/QuadPoints"): ArrayObject(FloatObject(v) for v in corners),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    buffer = io.BytesIO()
    writer.write(buffer)
    assert struck(read(tmp_path, buffer.getvalue())) == [STRUCK]


def underlined(canvas: Canvas) -> None:
    canvas.drawString(72, 500, TERM)
    left, right = extent(canvas)
    canvas.line(left, 498.6, right, 498.6)


def ruled(canvas: Canvas) -> None:
    canvas.drawString(72, 500, TERM)
    canvas.line(72, 511, 540, 511)
    canvas.line(72, 495, 540, 495)


def shaded(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.85, 0.85, 0.95)
    canvas.rect(72, 490, 400, 12, stroke=0, fill=1)
    canvas.rect(72, 502, 400, 2, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(72, 500, TERM)


@pytest.mark.parametrize("drawing", [underlined, ruled, shaded])
def test_lines_beside_words_and_light_seams_strike_nothing(tmp_path: Path, drawing: Drawing) -> None:
    assert struck(read(tmp_path, draw(drawing))) == []
