"""The words of a picture, with the places where they stand."""

import pytest
from ingest_samples import picture
from PIL import Image

from ingest.reading.ocr import WordReader
from ingest.types import PageKind, RawPage

DPI = 170.0


@pytest.fixture(scope="module")
def reader() -> WordReader:
    return WordReader(1)


@pytest.fixture(scope="module")
def recognised(reader: WordReader) -> RawPage:
    """Two rows; the second has a number far to the right, as in a table."""
    image = picture(["Walnut orchard"], (900, 200))
    image.paste(picture(["Ledger"], (300, 90)), (0, 90))
    image.paste(picture(["4711"], (250, 90)), (600, 90))
    return reader.read(image, 3, DPI)


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
    blank = reader.read(Image.new("L", (300, 200), 255), 1, DPI)
    assert (blank.kind, blank.text, blank.lines) == (PageKind.EMPTY, "", ())
