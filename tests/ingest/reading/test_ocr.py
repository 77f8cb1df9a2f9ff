"""The words of a picture, with the places where they stand."""

import pytest
from ingest_samples import picture
from PIL import Image, ImageDraw

from ingest.reading.ocr import OCR_DPI, WordReader
from ingest.types import PageKind, RawPage

DPI = OCR_DPI


@pytest.fixture(scope="module")
def reader() -> WordReader:
    return WordReader(1)


@pytest.fixture(scope="module")
def recognised(reader: WordReader) -> RawPage:
    """Two rows; the second has a number far to the right, as in a table."""
    image = picture(["Walnut orchard"], (900, 200))
    image.paste(picture(["Ledger"], (300, 90)), (0, 90))
    image.paste(picture(["4711"], (250, 90)), (600, 90))
    return reader.read(lambda dpi: image, 3)


def test_rows_come_from_top_to_bottom_and_cells_from_left_to_right(recognised: RawPage) -> None:
    assert recognised.text.lower().split() == ["walnut", "orchard", "ledger", "4711"]
    assert [line.y0 for line in recognised.lines] == sorted(line.y0 for line in recognised.lines)
    assert len(recognised.lines) == 2


def test_a_wide_gap_is_kept_as_two_spaces(recognised: RawPage) -> None:
    assert recognised.text.splitlines()[1] == "Ledger  4711"


def test_every_word_is_a_mark_with_its_place(recognised: RawPage) -> None:
    words = [recognised.text[mark.start : mark.end] for line in recognised.lines for mark in line.marks]
    assert words == recognised.text.split()
    number = recognised.lines[1].marks[-1]
    assert abs(number.x0 - (600 + 30) * 72 / DPI) < 6
    assert recognised.lines[0].y1 < recognised.lines[1].y1


def test_the_page_has_its_number_kind_and_size_in_points(recognised: RawPage) -> None:
    assert (recognised.number, recognised.kind) == (3, PageKind.SCAN)
    assert recognised.width == pytest.approx(900 * 72 / DPI)


def test_a_blank_picture_is_an_empty_page(reader: WordReader) -> None:
    blank = reader.read(lambda dpi: Image.new("L", (300, 200), 255), 1)
    assert (blank.kind, blank.text, blank.lines, blank.error) == (PageKind.EMPTY, "", (), None)


SENTENCES = [
    f"{word} of the walnut orchard are due in {month}"
    for word, month in zip(
        ("Rents", "Taxes", "Repairs", "Wages", "Loans", "Fees"),
        ("March", "April", "June", "August", "October", "December"),
        strict=True,
    )
]


def drawn(dpi: float, *, worn: int) -> Image.Image:
    """A page of six sentences at a resolution; of the first `worn` of them upright strips are missing."""
    page = Image.new("L", (1000, 700), 255)
    for row, sentence in enumerate(SENTENCES):
        line = picture([sentence], (1000, 100))
        pen = ImageDraw.Draw(line)
        for x in range(0, line.width if row < worn else 0, 14):
            pen.rectangle((x, 0, x + 7, line.height), fill="white")
        page.paste(line, (0, row * 110))
    return page.resize((round(1000 * dpi / DPI), round(700 * dpi / DPI)))


def test_a_line_of_low_confidence_is_read_again_at_another_scale(reader: WordReader) -> None:
    page = reader.read(lambda dpi: drawn(dpi, worn=1 if dpi == OCR_DPI else 0), 1)
    assert page.text.splitlines()[0] == SENTENCES[0]
    assert page.error is None
    first = page.lines[0]
    assert first.confidence > 0.9
    assert abs(first.marks[0].x0 - 30 * 72 / DPI) < 6  # its words stand where the picture shows them


def test_a_line_that_stays_doubtful_keeps_its_confidence(reader: WordReader) -> None:
    page = reader.read(lambda dpi: drawn(dpi, worn=1), 1)
    assert page.lines[-1].confidence > 0.95
    assert all(line.confidence < 0.9 for line in page.lines if line.y0 < 40)
    assert page.error is None


def test_a_page_that_stays_illegible_says_so(reader: WordReader) -> None:
    page = reader.read(lambda dpi: drawn(dpi, worn=6), 1)
    assert page.text  # kept, but told of
    assert page.error is not None and "low confidence" in page.error
