"""Plain text and Markdown as pages: typeset on virtual pages so that they can be shown and cited like a PDF.

Form feeds separate pages where there are any; otherwise a page holds a fixed number of typeset lines. Knows
nothing of PDFs. `Page.text` is the file's own text, cut, never changed.
"""

import codecs
import re
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ingest.errors import NoPages
from ingest.types import Line, Mark, PageKind, RawPage, Rectangle

PAGE_WIDTH, MARGIN, FONT_SIZE, LINE_HEIGHT = 612.0, 54.0, 10.0, 14.0
LINES_PER_PAGE = 48
MAX_COLUMNS = 96
NUMBER = re.compile(r"[($]{0,3}(?:\d[\d,.]*|\.\d+)\)?%?")


def decode(data: bytes) -> str:
    """Text of the bytes: a byte order mark decides, else UTF-8, else Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


class TextFile:
    """A text file laid out on virtual pages."""

    def __init__(self, path: Path) -> None:
        text = decode(path.read_bytes()).replace("\x00", "�")
        if not text.strip():
            raise NoPages("The file holds no text.")
        self._pages = _cut(text)
        self.page_count = len(self._pages)

    def __enter__(self) -> "TextFile":
        return self

    def __exit__(self, *_exception: object) -> None:
        """Nothing stays open."""

    def pages(self) -> Iterator[RawPage]:
        """Every page in order."""
        for number in range(1, self.page_count + 1):
            yield self.page(number)

    def page(self, number: int) -> RawPage:
        """One page's text and typeset lines."""
        text = self._pages[number - 1]
        lines = tuple(self._typeset.line(text, start, end, row) for row, (start, end) in enumerate(_wrap(text)))
        shown = tuple(line for line in lines if line.end > line.start)
        kind = PageKind.TEXT if text.strip() else PageKind.EMPTY
        return RawPage(number, text, kind, PAGE_WIDTH, self._height(text), shown)

    def rectangles(self, number: int, start: int, end: int) -> list[Rectangle]:
        """The boxes of [start, end), one per typeset line."""
        text = self._pages[number - 1]
        boxes = []
        for row, (first, last) in enumerate(_wrap(text)):
            left, right = max(first, start), min(last, end)
            if left < right:
                line = self._typeset.line(text, left, right, row, first)
                boxes.append(Rectangle(number, line.x0, line.y0, line.x1, line.y1))
        return boxes

    def png(self, number: int, dpi: float) -> bytes:
        """The typeset page as PNG bytes."""
        text, scale = self._pages[number - 1], dpi / 72
        image = Image.new("RGB", (round(PAGE_WIDTH * scale), round(self._height(text) * scale)), "white")
        draw = ImageDraw.Draw(image)
        font = ImageFont.load_default(FONT_SIZE * scale)
        for row, (start, end) in enumerate(_wrap(text)):
            draw.text((MARGIN * scale, (MARGIN + row * LINE_HEIGHT) * scale), text[start:end], "black", font=font)
        buffer = BytesIO()
        image.save(buffer, "PNG")
        return buffer.getvalue()

    def _height(self, text: str) -> float:
        return max(792.0, 2 * MARGIN + LINE_HEIGHT * len(_wrap(text)))

    @cached_property
    def _typeset(self) -> "_Typesetter":
        return _Typesetter()


class _Typesetter:
    """Measures runs of characters in the font pages are drawn in."""

    def __init__(self) -> None:
        self._font = ImageFont.load_default(FONT_SIZE)

    def line(self, text: str, start: int, end: int, row: int, origin: int | None = None) -> Line:
        left = self._x(text, start if origin is None else origin, start)
        body = text[start:end]
        marks = tuple(
            Mark(
                start + match.start(),
                start + match.end(),
                self._x(text, start, start + match.start()),
                self._x(text, start, start + match.end()),
            )
            for match in NUMBER.finditer(body)
        )
        top = MARGIN + row * LINE_HEIGHT
        right = left + float(self._font.getlength(body))
        return Line(start, end, left, top, right, top + LINE_HEIGHT, FONT_SIZE, marks=marks)

    def _x(self, text: str, origin: int, position: int) -> float:
        return MARGIN + float(self._font.getlength(text[origin:position]))


def _cut(text: str) -> list[str]:
    if "\f" in text:
        return text.rstrip("\f").split("\f")
    pages, start, rows = [], 0, 0
    for first, _last in _wrap(text):
        full = rows >= LINES_PER_PAGE and text[first - 1] in "\r\n"
        if full or rows >= 2 * LINES_PER_PAGE:  # an endless line is cut where it wraps
            pages.append(text[start:first])
            start, rows = first, 0
        rows += 1
    pages.append(text[start:])
    return pages


def _wrap(text: str) -> list[tuple[int, int]]:
    """Ranges of typeset lines: a file's own lines, broken at spaces where they are too wide."""
    ranges, position = [], 0
    for piece in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
        end = position + len(piece.rstrip("\r\n"))
        start = position
        while end - start > MAX_COLUMNS:
            space = text.rfind(" ", start, start + MAX_COLUMNS)
            stop = space + 1 if space > start else start + MAX_COLUMNS
            ranges.append((start, stop))
            start = stop
        if piece:
            ranges.append((start, end))
        position += len(piece)
    return ranges
