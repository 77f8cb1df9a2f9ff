"""One page of an open PDF: text with geometry, and the boxes of a span. Text is exactly what PDFium gives.

Knows nothing of files or passwords. PDFium counts text in an index of its own: code points are mapped to it, so that
an offset in the text is an offset in the PDF's own text.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2.raw as pdfium

from ingest.reading.header_lines import lines_over_values, speaks_of_periods
from ingest.types import Line, Mark, PageKind, RawPage, Rectangle

FEW_CHARACTERS = 20  # a page with a picture and less text than this is taken for a scan
MAX_CHARACTERS = 2_000_000  # a page with more text than this is an attack or damage, not a page
DEVICE_SCALE = 100  # PDFium's page-to-device call rounds to whole device units; this keeps hundredths of a point
BOLD_WEIGHT = 600
NUMBER = re.compile(r"[($]{0,3}(?:\d[\d,.]*|\.\d+)\)?%?|(?<=\s)[—–-](?=\s|$)")
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _TextMap:
    """Maps code points of the text to PDFium's character indexes; `indexes` is None when they are the same."""

    text: str
    indexes: list[int] | None

    def character(self, offset: int) -> int:
        return offset if self.indexes is None else self.indexes[offset]


class OpenPage:
    """A loaded page with its text page; closes both. Use as a context manager."""

    def __init__(self, document: Any, number: int) -> None:
        self.number = number
        self._page = document[number - 1]
        self._textpage = self._page.get_textpage()
        self.width, self.height = self._page.get_size()

    def __enter__(self) -> "OpenPage":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._textpage.close()
        self._page.close()

    def read(self) -> RawPage:
        """Text, kind and lines; raises ValueError for more text than a page can hold."""
        mapping = self._text()
        text = mapping.text
        if len(text) > MAX_CHARACTERS:
            raise ValueError(f"it holds {len(text)} characters, more than a page can")
        kind = PageKind.TEXT
        if len(text.strip()) < FEW_CHARACTERS and self._has_picture():
            kind = PageKind.SCAN
        elif not text.strip():
            kind = PageKind.EMPTY
        lines = tuple(self._lines(mapping)) if kind is PageKind.TEXT else ()
        return RawPage(self.number, text, kind, self.width, self.height, lines)

    def rectangles(self, start: int, end: int) -> list[Rectangle]:
        """Boxes of the code points [start, end) of the page's text, one per line."""
        mapping = self._text()
        end = min(end, len(mapping.text))
        if start >= end:
            return []
        first, last = mapping.character(start), mapping.character(end - 1)
        count = pdfium.FPDFText_CountRects(self._textpage, first, last - first + 1)
        boxes = []
        for index in range(count):
            left, top, right, bottom = (ctypes.c_double() for _ in range(4))
            pdfium.FPDFText_GetRect(self._textpage, index, left, top, right, bottom)
            boxes.append(self._displayed(left.value, bottom.value, right.value, top.value))
        return [Rectangle(self.number, *box) for box in _merge_on_lines(boxes)]

    def _text(self) -> _TextMap:
        count = pdfium.FPDFText_CountChars(self._textpage)
        if count <= 0:
            return _TextMap("", None)
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        units = pdfium.FPDFText_GetText(self._textpage, 0, count, buffer)
        raw = bytes(buffer)[: 2 * max(units - 1, 0)].decode("utf-16-le", "surrogatepass")
        # a lone surrogate or NUL cannot be stored or sent; one code point takes the place of one
        text = re.sub("[\ud800-\udfff\x00]", "�", raw)
        if len(text) == count and units - 1 == count:
            return _TextMap(text, None)
        return _TextMap(text, self._indexes(text, count))

    def _indexes(self, text: str, count: int) -> list[int]:
        """PDFium counts text in UTF-16 units or code points depending on the build: the total tells which."""
        last = pdfium.FPDFText_GetTextIndexFromCharIndex(self._textpage, count - 1)
        wide = sum(1 for character in text if ord(character) > 0xFFFF)
        step = 2 if wide and last + 1 > len(text) else 1
        indexes, unit, known = [], 0, 0
        for character in text:
            index = pdfium.FPDFText_GetCharIndexFromTextIndex(self._textpage, unit)
            known = index if index >= 0 else known
            indexes.append(known)
            unit += step if ord(character) > 0xFFFF else 1
        return indexes

    def _has_picture(self) -> bool:
        for index in range(min(pdfium.FPDFPage_CountObjects(self._page), 200)):
            kind = pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(self._page, index))
            if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
                return True
        return False

    def _lines(self, mapping: _TextMap) -> Iterator[Line]:
        position = 0
        pieces = mapping.text.splitlines(keepends=True)
        heads = lines_over_values(pieces)
        for row, piece in enumerate(pieces):
            start, position = position, position + len(piece)
            body = piece.strip()
            if not body:
                continue
            start += len(piece) - len(piece.lstrip())
            end = start + len(body)
            first, last = self._box(mapping, start), self._box(mapping, end - 1)
            middle = self._box(mapping, (start + end) // 2)
            index = mapping.character(start)
            yield Line(
                start,
                end,
                min(first[0], last[0]),
                min(first[1], last[1], middle[1]),
                max(first[2], last[2]),
                max(first[3], last[3], middle[3]),
                round(float(pdfium.FPDFText_GetFontSize(self._textpage, index)), 1),
                pdfium.FPDFText_GetFontWeight(self._textpage, index) >= BOLD_WEIGHT,
                tuple(self._marks(mapping, body, start, heads=row in heads)),
            )

    def _marks(self, mapping: _TextMap, body: str, start: int, *, heads: bool) -> Iterator[Mark]:
        # every word of a likely column header, else only the numbers: boxes cost time
        for match in (WORD if heads or speaks_of_periods(body) else NUMBER).finditer(body):
            left = self._box(mapping, start + match.start())
            right = self._box(mapping, start + match.end() - 1)
            yield Mark(start + match.start(), start + match.end(), min(left[0], right[0]), max(left[2], right[2]))

    def _box(self, mapping: _TextMap, offset: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._textpage, mapping.character(offset), left, right, bottom, top)
        return self._displayed(left.value, bottom.value, right.value, top.value)

    def _displayed(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Page space to points from the top left of the page as shown: crop box and rotation applied."""
        a, b, c, d, e, f = self._transform
        ax, ay = a * x0 + c * y0 + e, b * x0 + d * y0 + f
        bx, by = a * x1 + c * y1 + e, b * x1 + d * y1 + f
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    @cached_property
    def _transform(self) -> tuple[float, float, float, float, float, float]:
        """PDFium's own page-to-device map, asked for once a page at three points: it is affine."""
        origin, right, up = self._point(0, 0), self._point(1000, 0), self._point(0, 1000)
        a, b = (right[0] - origin[0]) / 1000, (right[1] - origin[1]) / 1000
        c, d = (up[0] - origin[0]) / 1000, (up[1] - origin[1]) / 1000
        return a, b, c, d, *origin

    def _point(self, x: float, y: float) -> tuple[float, float]:
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        size = round(self.width * DEVICE_SCALE), round(self.height * DEVICE_SCALE)
        pdfium.FPDF_PageToDevice(self._page, 0, 0, *size, 0, x, y, device_x, device_y)
        return device_x.value / DEVICE_SCALE, device_y.value / DEVICE_SCALE


def _merge_on_lines(
    boxes: list[tuple[float, float, float, float]],
) -> list[tuple[float, float, float, float]]:
    """Join runs that stand on one line: their heights overlap by more than half of the smaller."""
    merged: list[tuple[float, float, float, float]] = []
    for box in boxes:
        if merged:
            last = merged[-1]
            overlap = min(last[3], box[3]) - max(last[1], box[1])
            if overlap > 0.5 * min(last[3] - last[1], box[3] - box[1]):
                merged[-1] = (
                    min(last[0], box[0]),
                    min(last[1], box[1]),
                    max(last[2], box[2]),
                    max(last[3], box[3]),
                )
                continue
        merged.append(box)
    return merged
