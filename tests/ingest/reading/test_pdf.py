"""What the PDF reader says of a page: its text unchanged, and where on the page it stands."""

import io
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_samples import assemble_pdf, broken_pdf, encrypted, mixed_pdf, pageless_pdf, pdf, write
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from ingest.errors import FileDamaged, NoPages, PasswordRequired, PasswordWrong
from ingest.reading.pdf import PdfFile
from ingest.types import PageKind, Rectangle

FONT_FILE = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
WIDTH, HEIGHT, SIZE = 612.0, 792.0, 14.0
WORDS = ("office", "ﬁnal", "oﬃce", "waﬄe", "Total", "1,234", "(56)", "naïve", "café", "Q4", "§2.1", "–", "tax")


class Drawn:
    """A one-page PDF of words at known places, with those places as displayed."""

    def __init__(self, words: list[str], rotate: int = 0, offset: tuple[float, float] = (0, 0), font: str = "") -> None:
        self.places: list[tuple[str, tuple[float, float, float, float]]] = []
        buffer = io.BytesIO()
        left, bottom = offset
        drawing = canvas.Canvas(buffer, pagesize=(1000, 1000), invariant=1)
        drawing.setPageRotation(rotate)
        drawing.setCropBox((left, bottom, left + WIDTH, bottom + HEIGHT))
        name = font or "Helvetica"
        drawing.setFont(name, SIZE)
        x, y = left + 60, bottom + 700
        for word in words:
            width = pdfmetrics.stringWidth(word, name, SIZE)
            if x + width > left + 500:
                x, y = left + 60, y - 30
            drawing.drawString(x, y, word)
            self.places.append((word, displayed((x - left, y - bottom, x - left + width, y - bottom + SIZE), rotate)))
            x += width + pdfmetrics.stringWidth(" ", name, SIZE)
        drawing.showPage()
        drawing.save()
        self.data = buffer.getvalue()


def displayed(box: tuple[float, float, float, float], rotate: int) -> tuple[float, float, float, float]:
    """A box measured from the bottom left of the crop box, as seen from the top left of the turned page."""
    x0, y0, x1, y1 = box
    return {
        0: (x0, HEIGHT - y1, x1, HEIGHT - y0),
        90: (y0, x0, y1, x1),
        180: (WIDTH - x1, y0, WIDTH - x0, y1),
        270: (HEIGHT - y1, WIDTH - x1, HEIGHT - y0, WIDTH - x0),
    }[rotate]


@cache
def dejavu() -> str:
    """A font with real ligature characters; registered once."""
    pdfmetrics.registerFont(TTFont("DejaVu", str(FONT_FILE)))
    return "DejaVu"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pdf")


def spans_of(text: str, drawn: Drawn) -> Iterator[tuple[int, int, tuple[float, float, float, float]]]:
    """The words of the page's text beside the places where they were drawn, in the order of drawing."""
    position = 0
    for word, place in drawn.places:
        written = word if word in text[position:] else word.translate(LIGATURES)
        start = text.index(written, position)
        position = start + len(written)
        yield start, position, place


LIGATURES = str.maketrans({"ﬁ": "fi", "ﬄ": "ffl", "ﬃ": "ffi", "ﬂ": "fl", "ﬀ": "ff"})


def assert_lies_in(box: Rectangle, place: tuple[float, float, float, float], turned: bool = False) -> None:
    """Within 3 points along the line of text; across it, ascenders and descenders take up to 7."""
    x0, y0, x1, y1 = place
    across, along = (7.0, 3.0) if turned else (3.0, 7.0)
    assert x0 - across <= box.x0 < box.x1 <= x1 + across, (box, place)
    assert y0 - along <= box.y0 < box.y1 <= y1 + along, (box, place)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("offset", [(0, 0), (37, 91)])
def test_rectangles_of_a_word_lie_where_it_was_drawn(folder: Path, rotate: int, offset: tuple[int, int]) -> None:
    drawn = Drawn(["Revenue", "grew", "to", "1,234", "in", "Cleveland", "final", "office"], rotate, offset)
    with PdfFile(write(folder, drawn.data)) as source:
        page = source.page(1)
        assert (page.width, page.height) == ((HEIGHT, WIDTH) if rotate in (90, 270) else (WIDTH, HEIGHT))
        for word, place in drawn.places:  # PDFium gives the words of a page turned upside down in another order
            [found] = re.finditer(rf"(?<!\S){re.escape(word)}(?!\S)", page.text)
            boxes = source.rectangles(1, *found.span())
            assert len(boxes) == 1
            assert_lies_in(boxes[0], place, turned=rotate in (90, 270))


def test_rectangles_of_a_landscape_page_lie_where_its_words_are_read(folder: Path) -> None:
    """A wide table is set sideways on a page that is then turned: its words read upright."""
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=(792, 612), invariant=1)  # reportlab swaps the two on turned pages
    drawing.setPageRotation(90)
    drawing.translate(612, 0)
    drawing.rotate(90)
    drawing.setFont("Helvetica", SIZE)
    for x, word in ((100, "Segment"), (300, "Assets"), (500, "9,876")):
        drawing.drawString(x, 400, word)
    drawing.showPage()
    drawing.save()
    with PdfFile(write(folder, buffer.getvalue(), "landscape.pdf")) as source:
        page = source.page(1)
        assert (page.width, page.height) == (792, 612)
        for x, word in ((100, "Segment"), (300, "Assets"), (500, "9,876")):
            start = page.text.index(word)
            [box] = source.rectangles(1, start, start + len(word))
            width = pdfmetrics.stringWidth(word, "Helvetica", SIZE)
            assert_lies_in(box, (x, 612 - 400 - SIZE, x + width, 612 - 400))


@settings(max_examples=25, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=40), rotate=st.sampled_from([0, 90]))
def test_rectangles_of_a_span_give_back_its_text(folder: Path, words: list[str], rotate: int) -> None:
    """Every word's rectangle holds the drawn word, ligatures and all, and no rectangle holds another's place."""
    drawn = Drawn(words, rotate, (20, 10), dejavu())
    with PdfFile(write(folder, drawn.data, "words.pdf")) as source:
        text = source.page(1).text
        for start, end, place in spans_of(text, drawn):
            boxes = source.rectangles(1, start, end)
            assert len(boxes) == 1, (text[start:end], boxes)
            assert_lies_in(boxes[0], place, turned=rotate in (90, 270))


def test_a_span_over_two_lines_has_two_rectangles(folder: Path) -> None:
    with PdfFile(write(folder, pdf([["The first line", "the second line"]]))) as source:
        text = source.page(1).text
        boxes = source.rectangles(1, 0, len(text))
    assert len(boxes) == 2
    assert boxes[0].y1 <= boxes[1].y0 + 1


def test_an_empty_or_outlying_span_has_no_rectangle(folder: Path) -> None:
    with PdfFile(write(folder, pdf([["Some words here"]]))) as source:
        assert source.rectangles(1, 4, 4) == []
        assert source.rectangles(1, 900, 950) == []


def test_offsets_behind_an_emoji_still_find_their_words(folder: Path) -> None:
    """A font of our own that says its first glyph is an emoji: no installed font carries one reportlab can embed."""
    data = emoji_pdf()
    with PdfFile(write(folder, data, "emoji.pdf")) as source:
        text = source.page(1).text
        assert "\U0001f600" in text
        start = text.index("Bravo")
        [box] = source.rectangles(1, start, start + 5)
        [emoji] = source.rectangles(1, text.index("\U0001f600"), text.index("\U0001f600") + 1)
    assert_lies_in(box, (300, HEIGHT - 700 - 20, 300 + 5 * 12, HEIGHT - 700))
    assert_lies_in(emoji, (100, HEIGHT - 700 - 20, 112, HEIGHT - 700))


def emoji_pdf() -> bytes:
    """'!' is mapped to U+1F600 by the font's ToUnicode table; drawn at x 100 twice, then a word at x 300."""
    mapping = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfrange <22> <7E> <0022> <20> <20> <0020> endbfrange\n1 beginbfchar <21> <D83DDE00> endbfchar\n"
        b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    stream = b"BT /F1 20 Tf 100 700 Td (!! ) Tj 200 0 Td (Bravo) Tj ET"

    def wrapped(data: bytes) -> bytes:
        return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)

    widths = b" ".join([b"600"] * 95)
    return assemble_pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>",
            4: wrapped(stream),
            5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /FirstChar 32 /LastChar 126 /Widths [%s]"
            b" /ToUnicode 6 0 R >>" % widths,
            6: wrapped(mapping),
        }
    )


def test_lines_and_numbers_carry_their_places(folder: Path) -> None:
    with PdfFile(write(folder, pdf([["Net sales 1,234 5,678", "of which abroad 12"]]))) as source:
        page = source.page(1)
    assert [page.text[line.start : line.end] for line in page.lines] == ["Net sales 1,234 5,678", "of which abroad 12"]
    first = page.lines[0]
    assert [page.text[mark.start : mark.end] for mark in first.marks] == ["1,234", "5,678"]
    assert first.marks[0].x1 < first.marks[1].x0
    assert abs(first.x0 - 72) < 2
    assert abs(first.size - 11) < 0.5


def test_a_page_that_cannot_be_read_comes_with_its_error(folder: Path) -> None:
    with PdfFile(write(folder, broken_pdf())) as source:
        pages = list(source.pages())
    assert [page.number for page in pages] == [1, 2, 3]
    assert pages[1].error is not None
    assert pages[1].text == ""
    assert "marmalade" in pages[2].text


def test_a_picture_without_text_is_a_scan_and_a_bare_page_is_empty(folder: Path) -> None:
    with PdfFile(write(folder, mixed_pdf("A native page of enough words.", ["ink"]))) as source:
        assert [page.kind for page in source.pages()] == [PageKind.TEXT, PageKind.SCAN]
    with PdfFile(write(folder, pdf([[]]), "bare.pdf")) as source:
        assert source.page(1).kind is PageKind.EMPTY


def test_a_picture_of_a_turned_page_has_its_displayed_size(folder: Path) -> None:
    with PdfFile(write(folder, Drawn(["Word"], 90).data)) as source:
        image = Image.open(io.BytesIO(source.png(1, 36)))
    assert image.size == (round(HEIGHT / 2), round(WIDTH / 2))


def test_passwords_are_asked_for_checked_and_removed(folder: Path) -> None:
    path = write(folder, encrypted(pdf([["hidden words"]]), "sesame"))
    with pytest.raises(PasswordRequired):
        PdfFile(path)
    with pytest.raises(PasswordWrong):
        PdfFile(path, "guess")
    with PdfFile(path, "sesame") as source:
        source.save_unlocked(folder / "open.pdf")
    with PdfFile(folder / "open.pdf") as source:
        assert "hidden words" in source.page(1).text


def test_a_file_without_pages_is_never_taken_for_an_encrypted_one(folder: Path) -> None:
    """PDFium's last error is that of the file before: here a locked one."""
    with pytest.raises(PasswordRequired):
        PdfFile(write(folder, encrypted(pdf([["hidden"]]), "sesame")))
    with pytest.raises(NoPages):
        PdfFile(write(folder, pageless_pdf(), "none.pdf"))


def test_a_file_of_noise_is_refused(folder: Path) -> None:
    noise = b"%PDF-1.7\n" + random.Random(7).randbytes(5000)
    with pytest.raises(FileDamaged):
        PdfFile(write(folder, noise, "noise.pdf"))


def test_text_holds_no_lone_surrogate_and_no_nul(folder: Path) -> None:
    broken = emoji_pdf().replace(b"<D83DDE00>", b"<D83D>    ")
    with PdfFile(write(folder, broken, "lone.pdf")) as source:
        text = source.page(1).text
    assert not re.search("[\ud800-\udfff\x00]", text)
    assert "Bravo" in text
    text.encode("utf-8")
