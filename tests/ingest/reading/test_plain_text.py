"""Text files on virtual pages: the text is cut, never changed, and every character has a place."""

import codecs
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ingest.errors import NoPages
from ingest.reading.plain_text import LINES_PER_PAGE, MARGIN, PAGE_WIDTH, TextFile, decode
from ingest.types import PageKind

ANY_TEXT = st.text(st.sampled_from("abc é😀漢 \t\r\n.,19()"), max_size=4000)


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("text") / "file.txt"


def opened(target: Path, text: str) -> TextFile:
    target.write_bytes(text.encode())
    return TextFile(target)


@settings(max_examples=40, deadline=None)
@given(text=ANY_TEXT.filter(lambda text: text.strip()))
def test_pages_joined_give_back_the_file(target: Path, text: str) -> None:
    assert "".join(page.text for page in opened(target, text).pages()) == text


@settings(max_examples=30, deadline=None)
@given(text=ANY_TEXT.filter(lambda text: text.strip()))
def test_lines_are_in_order_inside_the_text_and_on_the_page(target: Path, text: str) -> None:
    for page in opened(target, text).pages():
        last = 0
        for line in page.lines:
            assert last <= line.start < line.end <= len(page.text)
            assert MARGIN <= line.y0 < line.y1 <= page.height
            last = line.end


def test_form_feeds_separate_pages(target: Path) -> None:
    pages = list(opened(target, "one\ftwo\f\fthree\f").pages())
    assert [page.text for page in pages] == ["one", "two", "", "three"]
    assert pages[2].kind is PageKind.EMPTY


def test_a_long_file_is_cut_between_lines(target: Path) -> None:
    text = "".join(f"line {number}\r\n" for number in range(2 * LINES_PER_PAGE + 5))
    pages = list(opened(target, text).pages())
    assert len(pages) == 3
    assert all(page.text.endswith("\r\n") for page in pages)


def test_an_endless_line_is_cut_into_pages(target: Path) -> None:
    file = opened(target, "word " * 20_000)
    assert file.page_count > 5
    assert max(len(page.text) for page in file.pages()) < 20_000


def test_rectangles_of_a_word_stand_behind_the_words_before_it(target: Path) -> None:
    file = opened(target, "alpha beta\ngamma 1,234")
    [alpha] = file.rectangles(1, 0, 5)
    [beta] = file.rectangles(1, 6, 10)
    [gamma] = file.rectangles(1, 11, 16)
    assert alpha.x0 == gamma.x0 == MARGIN
    assert alpha.x1 < beta.x0 < beta.x1 < PAGE_WIDTH
    assert alpha.y1 <= gamma.y0
    assert len(file.rectangles(1, 6, 16)) == 2


def test_marks_of_numbers_agree_with_their_rectangles(target: Path) -> None:
    file = opened(target, "gamma 1,234")
    [mark] = file.page(1).lines[0].marks
    [box] = file.rectangles(1, 6, 11)
    assert (mark.start, mark.end) == (6, 11)
    assert (mark.x0, mark.x1) == (box.x0, box.x1)


def test_the_picture_shows_ink_where_the_rectangle_is(target: Path) -> None:
    file = opened(target, "\n\nHere it stands\n")
    [box] = file.rectangles(1, 2, 6)
    shades = np.asarray(Image.open(io.BytesIO(file.png(1, 72))).convert("L"))
    assert shades[int(box.y0) : int(box.y1) + 1, int(box.x0) : int(box.x1) + 1].min() < 128
    assert shades[int(box.y1) + 6 : 700, :600].min() == 255


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (codecs.BOM_UTF8 + "Füße".encode(), "Füße"),
        ("Füße".encode(), "Füße"),
        ("Füße".encode("utf-16"), "Füße"),
        ("“Füße”".encode("cp1252"), "“Füße”"),
    ],
)
def test_encodings_are_recognised(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_a_file_of_blanks_has_no_pages(target: Path) -> None:
    with pytest.raises(NoPages):
        opened(target, " \n\t\n")


def test_a_nul_cannot_reach_the_catalog(target: Path) -> None:
    assert opened(target, "a\x00b").page(1).text == "a�b"
