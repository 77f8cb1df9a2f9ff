"""Which pages' own text is doubted, and which of two readings is kept."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from drawn_pages import draw, read
from ingest_samples import picture
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.page_text.text_layer import Traits, better, doubt
from ingest.types import PageKind, RawPage, TextLayer

FONT_FILE = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SENTENCE = (
    "The storage fee payable by the tenant of the warehouse falls due on the first day of every month in the year."
)
NATIVE = Traits(over_pictures=0.0, pictures=0.0, text_height=0.5, unmapped=0.0)
OVER_SCAN = Traits(over_pictures=1.0, pictures=1.0, text_height=0.5, unmapped=0.0)


def shifted(text: str) -> str:
    """Every letter replaced by the seventh after it, as a wrong map from glyphs to letters does."""
    return re.sub("[a-z]", lambda m: chr((ord(m.group()) - 97 + 7) % 26 + 97), text.lower())


def page(text: str, layer: TextLayer = TextLayer.NATIVE) -> RawPage:
    return RawPage(1, text, PageKind.TEXT, 612, 792, text_layer=layer)


def recognised(text: str) -> RawPage:
    return RawPage(1, text, PageKind.SCAN, 612, 792, text_layer=TextLayer.OCR)


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "Die Miete für das Lager ist am ersten Tag eines jeden Monats im Voraus an den Vermieter zu zahlen, sofern nicht.",
        "Le loyer de l'entrepôt est payable le premier jour de chaque mois par le locataire au bailleur et non après.",
        "Net sales 1,234 1,100 Cost of sales 800 700 Gross profit 434 400 Income taxes 34 40 Total assets at year end 91",
        "倉庫の賃料は毎月一日に支払うものとする。" * 4,
        "Склад сдаётся в аренду на девять лет, плата вносится первого числа каждого месяца арендатором вперёд до срока.",
    ],
)
def test_running_text_and_tables_are_not_doubted(text: str) -> None:
    assert doubt(text, NATIVE) is None


def test_text_of_no_words_is_doubted() -> None:
    assert doubt(shifted(SENTENCE), NATIVE) == "its text holds words that are none"


def test_letters_without_a_name_are_doubted() -> None:
    assert doubt("\ue012\ue013 \ufffd\ufffd 12", NATIVE) == "its font does not say which letters it shows"


def test_a_layer_of_misread_words_over_a_scan_is_doubted_and_a_good_one_is_not() -> None:
    assert doubt("Tbe st0rage fce payablc by tbe tcnant 1s duc 0n tbe f1rst day 0f tbe m0nth", OVER_SCAN) is not None
    assert doubt(SENTENCE, OVER_SCAN) is None


def test_a_header_over_a_scan_is_doubted_and_a_page_with_a_picture_is_not() -> None:
    assert doubt("Exhibit 4", Traits(0.0, 0.9, 0.02, 0.0)) == "most of it is a picture"
    assert doubt(SENTENCE * 9, Traits(0.0, 0.9, 0.4, 0.0)) is None


def test_words_take_the_place_of_no_words() -> None:
    kept = better(page(shifted(SENTENCE)), recognised(SENTENCE))
    assert (kept.text, kept.text_layer) == (SENTENCE, TextLayer.REPLACED)


def test_a_reading_that_agrees_leaves_the_files_own_text() -> None:
    assert better(page(SENTENCE), recognised(SENTENCE.replace("tenant", "tcnant"))).text == SENTENCE


def test_a_scan_says_more_than_its_header() -> None:
    kept = better(page("Exhibit 4 Lease agreement"), recognised(f"Exhibit 4 Lease agreement\n{SENTENCE}"))
    assert (kept.text_layer, SENTENCE in kept.text) == (TextLayer.OCR, True)


def test_a_page_that_holds_no_words_either_way_is_unreadable() -> None:
    kept = better(page(shifted(SENTENCE)), recognised("ii lI 1l"))
    assert kept.text_layer is TextLayer.UNREADABLE
    assert kept.error is not None and "words that are none" in kept.error


def test_a_language_without_a_list_keeps_its_own_text() -> None:
    text = (
        "Varaston vuokra maksetaan jokaisen kuukauden ensimmäisenä päivänä vuokralaisen toimesta etukäteen koko kausi."
    )
    assert better(page(text), recognised(text.replace("ä", "a"))).text == text


def test_a_font_that_maps_to_wrong_letters_makes_a_page_wait_for_ocr(tmp_path: Path) -> None:
    pdfmetrics.registerFont(TTFont("Seen", FONT_FILE))

    def sentences(canvas: Canvas) -> None:
        canvas.setFont("Seen", 8)
        for row in range(20):
            canvas.drawString(72, 600 - 14 * row, SENTENCE)

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(draw(sentences))))
    resources: Any = writer.pages[0]["/Resources"]
    for item in resources["/Font"].values():
        font = item.get_object()
        if "/ToUnicode" in font:
            letters = re.sub(rb"(?<=> )<00([67][0-9A-Fa-f])>", _next_letter, font["/ToUnicode"].get_data())
            stream = StreamObject()
            stream.set_data(letters)
            font[NameObject("/ToUnicode")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert read(tmp_path, buffer.getvalue()).kind is PageKind.SCAN


def _next_letter(match: re.Match[bytes]) -> bytes:
    letter = int(match.group(1), 16)
    return b"<%04X>" % ((letter - 97 + 7) % 26 + 97 if 97 <= letter < 123 else letter)


def test_a_scan_under_a_header_waits_for_ocr_and_keeps_its_text_until_then(tmp_path: Path) -> None:
    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(picture(["The harbour lease"])), 0, 0, 612, 700)

    page_read = read(tmp_path, draw(scan))
    assert page_read.kind is PageKind.SCAN
    assert page_read.lines == () and "harbour lease" in page_read.text
