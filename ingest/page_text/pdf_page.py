"""One page of an open PDF: text with geometry, and the boxes of a span. Text is exactly what PDFium gives.

Knows nothing of files or passwords. PDFium counts text in an index of its own: code points are mapped to it, so that
an offset in the text is an offset in the PDF's own text.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from functools import cached_property, partial

import pypdfium2.raw as pdfium

from ingest.page_text.flattening import Flattener
from ingest.page_text.header_lines import lines_over_values, speaks_of_periods
from ingest.page_text.page_objects import Box, PageObjects, read_objects, strike_outs
from ingest.page_text.page_view import PageView, split_lines
from ingest.page_text.reading_order import column_order, values_beside_labels
from ingest.page_text.text_layer import Traits, as_scan, doubt
from ingest.page_text.text_map import TextMap, merge_on_lines
from ingest.page_text.visibility import Visibility, Watcher, masked
from ingest.types import Line, Mark, PageKind, RawPage, Rectangle

MAX_FORMS_LOOKED_AT = 200
UNMAPPED_SAMPLES = 24
FEW_CHARACTERS = 20  # a page with a picture and less text than this is taken for a scan
MAX_CHARACTERS = 2_000_000  # a page with more text than this is an attack or damage, not a page
DEVICE_SCALE = 100  # PDFium's page-to-device call rounds to whole device units; this keeps hundredths of a point
BOLD_WEIGHT = 600
NUMBER = re.compile(r"[($]{0,3}(?:\d[\d,.]*|\.\d+)\)?%?|(?<=\s)[—–-](?=\s|$)")
WORD = re.compile(r"\S+")
RAISED = 0.85  # of the size of what they hang on: footnote marks are smaller


class OpenPage:
    """A loaded page with its text page; closes both. Use as a context manager."""

    def __init__(self, flattener: Flattener, number: int, *, layers: bool = False) -> None:
        self.number = number
        self._layers = layers
        self._edges = tuple(ctypes.c_double() for _ in range(4))  # made once: a box is asked for a hundred times a page
        self._page = flattener.page(number)
        self.width, self.height = self._page.get_size()
        self._strike_outs = strike_outs(self._page, self._displayed)
        self._page = flattener.flatten(number, self._page)
        self._drawn_in = flattener.has_drawn_in(number)
        self._textpage = self._page.get_textpage()

    def __enter__(self) -> "OpenPage":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._textpage.close()
        self._page.close()

    def read(self, *, judge: bool = True) -> RawPage:
        """Text, kind and lines; raises ValueError for more text than a page can hold.

        With `judge`, a page whose own text is doubted comes as a scan without lines, to be read by OCR.
        """
        mapping = self._text()
        text = mapping.text
        if len(text) > MAX_CHARACTERS:
            raise ValueError(f"it holds {len(text)} characters, more than a page can")
        objects = read_objects(self._page, self._displayed, self._strike_outs)
        seen = Watcher(self._view(mapping), objects).look()
        text = masked(text, seen.marked)
        kind = PageKind.TEXT
        if len(text.strip()) < FEW_CHARACTERS and (objects.pictures or self._has_form()):
            kind = PageKind.SCAN
        elif not text.strip():
            kind = PageKind.EMPTY
        lines = tuple(self._lines(TextMap(text, mapping.indexes))) if kind is PageKind.TEXT else ()
        page = RawPage(self.number, text, kind, self.width, self.height, lines, marked=seen.marked)
        if judge and kind is PageKind.TEXT and doubt(text, self._traits(mapping, lines, objects, seen)):
            return as_scan(page)
        return page

    def rectangles(self, start: int, end: int) -> list[Rectangle]:
        """Boxes of the code points [start, end) of the page's text, one per line."""
        mapping = self._text()
        boxes: list[Box] = []
        for first, last in mapping.runs(start, min(end, len(mapping.text))):
            for index in range(pdfium.FPDFText_CountRects(self._textpage, first, last - first + 1)):
                left, top, right, bottom = (ctypes.c_double() for _ in range(4))
                pdfium.FPDFText_GetRect(self._textpage, index, left, top, right, bottom)
                boxes.append(self._displayed(left.value, bottom.value, right.value, top.value))
        return [Rectangle(self.number, *box) for box in merge_on_lines(boxes)]

    def _view(self, mapping: TextMap) -> PageView:
        return PageView(
            self._textpage,
            mapping.text,
            (self.width, self.height),
            mapping.character,
            partial(self._box, mapping),
            lambda dpi: self._page.render(scale=dpi / 72, may_draw_forms=False).to_pil(),
            self._layers,
        )

    def _traits(self, mapping: TextMap, lines: Sequence[Line], objects: PageObjects, seen: Visibility) -> Traits:
        area = self.width * self.height
        covered = sum((b[2] - b[0]) * (b[3] - b[1]) for b in objects.pictures) / area
        height = sum(line.y1 - line.y0 for line in lines) / self.height
        return Traits(seen.over_pictures, min(covered, 1.0), height, self._unmapped(mapping))

    def _unmapped(self, mapping: TextMap) -> float:
        """Share of sampled characters whose font does not say which letter they are."""
        step = max(1, len(mapping.text) // UNMAPPED_SAMPLES)
        offsets = [o for o in range(0, len(mapping.text), step) if not mapping.text[o].isspace()]
        wrong = sum(pdfium.FPDFText_HasUnicodeMapError(self._textpage, mapping.character(o)) == 1 for o in offsets)
        return wrong / len(offsets) if offsets else 0.0

    def _text(self) -> TextMap:
        """The page's text in reading order."""
        mapping = self._stored_text()
        lines = list(split_lines(mapping.text))
        place = values_beside_labels if self._drawn_in else column_order
        order = place(mapping.text, lines, partial(self._box, mapping))
        return mapping if order is None else mapping.reordered(order)

    def _stored_text(self) -> TextMap:
        count = pdfium.FPDFText_CountChars(self._textpage)
        if count <= 0:
            return TextMap("", None)
        buffer = (ctypes.c_ushort * (2 * count + 2))()
        units = pdfium.FPDFText_GetText(self._textpage, 0, count, buffer)
        raw = bytes(buffer)[: 2 * max(units - 1, 0)].decode("utf-16-le", "surrogatepass")
        # a lone surrogate or NUL cannot be stored or sent; one code point takes the place of one
        text = re.sub("[\ud800-\udfff\x00]", "�", raw)
        if len(text) == count and units - 1 == count:
            return TextMap(text, None)
        return TextMap(text, self._indexes(text, count))

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

    def _has_form(self) -> bool:
        """Whether a drawing of its own stands on the page: it may hold a picture deeper down."""
        count = min(pdfium.FPDFPage_CountObjects(self._page), MAX_FORMS_LOOKED_AT)
        objects = (pdfium.FPDFPage_GetObject(self._page, index) for index in range(count))
        return any(pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_FORM for item in objects)

    def _lines(self, mapping: TextMap) -> Iterator[Line]:
        ranges = list(split_lines(mapping.text))
        heads = lines_over_values([mapping.text[start:end] for start, end in ranges])
        for row, (start, end) in enumerate(ranges):
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
                tuple(self._marks(mapping, mapping.text[start:end], start, heads=row in heads)),
            )

    def _marks(self, mapping: TextMap, body: str, start: int, *, heads: bool) -> Iterator[Mark]:
        # every word of a likely column header, else only the numbers: boxes cost time
        for match in (WORD if heads or speaks_of_periods(body) else NUMBER).finditer(body):
            begin, end = start + match.start(), start + match.end()
            hung_on = body[max(0, match.start() - 1) : match.start()].isalpha()  # "year1": its letter is measured, too
            raised = self._raised(mapping, begin - hung_on, end)
            if raised is None:
                yield self._mark(mapping, begin, end)
            else:
                yield self._mark(mapping, min(begin, raised - 1), raised)
                yield self._mark(mapping, raised, end)

    def _mark(self, mapping: TextMap, start: int, end: int) -> Mark:
        left, right = self._box(mapping, start), self._box(mapping, end - 1)
        return Mark(start, end, min(left[0], right[0]), max(left[2], right[2]))

    def _raised(self, mapping: TextMap, start: int, end: int) -> int | None:
        """Where the small letters of a footnote mark begin at the end of a word; None where all are of one size."""
        size = self._size(mapping, start)
        if end - start < 2 or self._size(mapping, end - 1) >= RAISED * size:
            return None
        return next(offset for offset in range(start + 1, end) if self._size(mapping, offset) < RAISED * size)

    def _size(self, mapping: TextMap, offset: int) -> float:
        return float(pdfium.FPDFText_GetFontSize(self._textpage, mapping.character(offset)))

    def _box(self, mapping: TextMap, offset: int) -> Box:
        pdfium.FPDFText_GetCharBox(self._textpage, mapping.character(offset), *self._edges)
        left, right, bottom, top = self._edges
        return self._displayed(left.value, bottom.value, right.value, top.value)

    def _displayed(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Page space to points from the top left of the page as shown: crop box and rotation applied."""
        a, b, c, d, e, f = self._transform
        ax, ay, bx, by = a * x0 + c * y0 + e, b * x0 + d * y0 + f, a * x1 + c * y1 + e, b * x1 + d * y1 + f
        if ax > bx:
            ax, bx = bx, ax
        return (ax, by, bx, ay) if ay > by else (ax, ay, bx, by)

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
