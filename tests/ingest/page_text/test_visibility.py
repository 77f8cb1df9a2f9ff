"""Text nobody sees leaves blanks in the page's text and is told of with the reason; what is seen stays."""

from pathlib import Path

import pytest
from drawn_pages import SEEN, UNSEEN, Drawing, draw, on_layer_switched_off, read
from ingest_samples import picture
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.types import MarkedKind, RawPage


def without_ink(canvas: Canvas) -> None:
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(3)
    text.textLine(UNSEEN)
    canvas.drawText(text)


def white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 500, UNSEEN)


def blue_on_blue(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.5)
    canvas.rect(60, 490, 400, 30, stroke=0, fill=1)
    canvas.drawString(72, 500, UNSEEN)


def transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(72, 500, UNSEEN)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.4)
    canvas.drawString(72, 500, UNSEEN)


def below_the_page(canvas: Canvas) -> None:
    canvas.drawString(72, -50, UNSEEN)


def cropped(canvas: Canvas) -> None:
    canvas.setCropBox((0, 100, 612, 792))
    canvas.drawString(72, 50, UNSEEN)


def covered(canvas: Canvas) -> None:
    canvas.drawString(72, 500, UNSEEN)
    canvas.setFillColorRGB(0.2, 0.2, 0.2)
    canvas.rect(60, 490, 400, 30, stroke=0, fill=1)


def covered_by_a_picture(canvas: Canvas) -> None:
    canvas.drawString(72, 500, UNSEEN)
    canvas.drawImage(ImageReader(picture([], (40, 40))), 60, 490, 400, 30)


REASONS: list[tuple[Drawing, str]] = [
    (without_ink, "no ink"),
    (white, "the colour of its background"),
    (blue_on_blue, "the colour of its background"),
    (transparent, "transparent"),
    (tiny, "too small to read"),
    (below_the_page, "outside the page"),
    (cropped, "outside the page"),
    (covered, "covered by something drawn later"),
    (covered_by_a_picture, "covered by something drawn later"),
]


def hidden(page: RawPage) -> list[tuple[str, str]]:
    return [(mark.reason, mark.text) for mark in page.marked if mark.kind is MarkedKind.HIDDEN]


@pytest.mark.parametrize(("drawing", "reason"), REASONS, ids=lambda value: getattr(value, "__name__", None))
def test_text_nobody_sees_is_marked_and_left_out(tmp_path: Path, drawing: Drawing, reason: str) -> None:
    page = read(tmp_path, draw(drawing))
    assert hidden(page) == [(reason, UNSEEN)]
    assert page.text.strip() == SEEN
    [mark] = page.marked
    assert page.text[mark.start : mark.end].strip() == ""
    assert mark.end - mark.start == len(UNSEEN)  # blanks: offsets stay


def test_text_on_a_layer_switched_off_is_hidden(tmp_path: Path) -> None:
    def optional(canvas: Canvas) -> None:
        canvas._code.append("/OC /Layer BDC")
        canvas.drawString(72, 500, UNSEEN)
        canvas._code.append("EMC")

    page = read(tmp_path, on_layer_switched_off(draw(optional)))
    assert hidden(page) == [("on a layer that is switched off", UNSEEN)]


def white_on_black(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0, 0, 0)
    canvas.rect(60, 490, 400, 30, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, 500, UNSEEN)


def black_on_grey(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.9, 0.9, 0.9)
    canvas.rect(60, 490, 400, 30, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.drawString(72, 500, UNSEEN)


def framed(canvas: Canvas) -> None:
    canvas.drawString(72, 500, UNSEEN)
    canvas.rect(60, 490, 400, 30, stroke=1, fill=0)


def small_print(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 4)
    canvas.drawString(72, 500, UNSEEN)


def outlined(canvas: Canvas) -> None:
    text = canvas.beginText(72, 500)
    text.setTextRenderMode(1)
    text.setFillColorRGB(1, 1, 1)
    text.textLine(UNSEEN)
    canvas.drawText(text)


@pytest.mark.parametrize("drawing", [white_on_black, black_on_grey, framed, small_print, outlined])
def test_text_that_is_seen_stays(tmp_path: Path, drawing: Drawing) -> None:
    page = read(tmp_path, draw(drawing))
    assert page.marked == ()
    assert UNSEEN in page.text


def test_recognised_words_over_a_scan_are_no_hidden_text(tmp_path: Path) -> None:
    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture(["The harbour lease"])), 0, 0, 612, 700)
        without_ink(canvas)

    assert hidden(read(tmp_path, draw(scan))) == []
