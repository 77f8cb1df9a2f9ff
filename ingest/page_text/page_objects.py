"""The objects on a PDF page that text has to do with: pictures, filled boxes, thin strokes, StrikeOut annotations.

Boxes are in points as displayed. Pages of more than MAX_OBJECTS objects (some programs draw every letter apart) are
looked at only at their ends, where pictures are: looking at all would take longer than reading. Knows nothing of text.
"""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

MAX_OBJECTS = 700
ENDS = 40  # objects looked at from either end of a page with more
MAX_STROKE = 2.0  # points: a thicker line is a bar
MIN_STROKE_LENGTH = 4.0
MAX_STROKE_LIGHT = 200  # of 255, of its darkest part
MIN_COVER = 5.0  # points: what is smaller hides no word
OPAQUE = 250  # of 255
Box = tuple[float, float, float, float]
Colour = tuple[int, int, int, int]
Displayed = Callable[[float, float, float, float], Box]


@dataclass(frozen=True)
class Cover:
    """A filled box or a picture; `order` is its place in the order of drawing, `colour` None for a picture."""

    box: Box
    order: int
    colour: Colour | None


@dataclass(frozen=True)
class PageObjects:
    """What stands on a page beside letters. `order` gives text objects' places in the order of drawing."""

    pictures: tuple[Box, ...]
    covers: tuple[Cover, ...]
    strokes: tuple[Box, ...]
    strike_outs: tuple[Box, ...]
    order: dict[int, int]


def read_objects(page: Any, displayed: Displayed, strike_outs: Sequence[Box]) -> PageObjects:
    """The objects of an open page."""
    found = _Found(displayed)
    for index in _looked_at(pdfium.FPDFPage_CountObjects(page)):
        found.add(pdfium.FPDFPage_GetObject(page, index), index)
    return PageObjects(
        tuple(found.pictures), tuple(found.covers), tuple(found.strokes), tuple(strike_outs), found.order
    )


class _Found:
    """What has been found so far."""

    def __init__(self, displayed: Displayed) -> None:
        self.pictures: list[Box] = []
        self.covers: list[Cover] = []
        self.strokes: list[Box] = []
        self.order: dict[int, int] = {}
        self._displayed = displayed
        self._edges = tuple(ctypes.c_float() for _ in range(4))
        self._colours = Colours()

    def add(self, item: Any, index: int) -> None:
        """Put an object where it belongs."""
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self.order[ctypes.addressof(item.contents)] = index
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._add_path(item, index)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE or (kind == pdfium.FPDF_PAGEOBJ_FORM and _holds_picture(item)):
            box = self._bounds(item)
            self.pictures.append(box)
            self.covers.append(Cover(box, index, None))

    def _add_path(self, item: Any, index: int) -> None:
        box = self._bounds(item)
        width, height = box[2] - box[0], box[3] - box[1]
        if height <= MAX_STROKE + 1 and width >= MIN_STROKE_LENGTH:
            if _is_dark(item, self._colours):
                self.strokes.append(box)
        elif min(width, height) >= MIN_COVER and _is_filled(item, self._colours):
            self.covers.append(Cover(box, index, self._colours.fill(item)))

    def _bounds(self, item: Any) -> Box:
        pdfium.FPDFPageObj_GetBounds(item, *self._edges)
        left, bottom, right, top = self._edges
        return self._displayed(left.value, bottom.value, right.value, top.value)


def strike_outs(page: Any, displayed: Displayed) -> list[Box]:
    """Boxes of the words that StrikeOut annotations cross out; to be asked before annotations are drawn in."""
    boxes: list[Box] = []
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_STRIKEOUT:
                boxes += _quads(annotation, displayed)
            pdfium.FPDFPage_CloseAnnot(annotation)
    return boxes


def _quads(annotation: Any, displayed: Displayed) -> Iterator[Box]:
    for place in range(pdfium.FPDFAnnot_CountAttachmentPoints(annotation)):
        quad = pdfium.FS_QUADPOINTSF()
        if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, place, quad):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield displayed(min(xs), min(ys), max(xs), max(ys))


def inside(box: Box, other: Box) -> bool:
    """Whether the middle of a box lies in another."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


class Colours:
    """Asks for colours; the room for PDFium's replies is made once, for hundreds of questions a page."""

    def __init__(self) -> None:
        self._parts = tuple(ctypes.c_uint() for _ in range(4))

    def fill(self, item: Any) -> Colour:
        """Red, green, blue and alpha an object is filled with; black when PDFium cannot say."""
        return self._reply(pdfium.FPDFPageObj_GetFillColor(item, *self._parts))

    def stroke(self, item: Any) -> Colour:
        """The same of what it is drawn in."""
        return self._reply(pdfium.FPDFPageObj_GetStrokeColor(item, *self._parts))

    def _reply(self, known: int) -> Colour:
        red, green, blue, alpha = self._parts
        return (red.value, green.value, blue.value, alpha.value) if known else (0, 0, 0, 255)


def _looked_at(count: int) -> Iterator[int]:
    if count <= MAX_OBJECTS:
        yield from range(count)
    else:
        yield from range(ENDS)
        yield from range(count - ENDS, count)


def _is_filled(item: Any, colours: Colours) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    return mode.value != pdfium.FPDF_FILLMODE_NONE and colours.fill(item)[3] >= OPAQUE


def _is_dark(item: Any, colours: Colours) -> bool:
    """Whether a stroke can be seen: seams between shaded boxes are as light as they are."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, mode, stroke)
    if not stroke.value and mode.value == pdfium.FPDF_FILLMODE_NONE:
        return False
    colour = colours.stroke(item) if stroke.value else colours.fill(item)
    return min(colour[:3]) <= MAX_STROKE_LIGHT and colour[3] > OPAQUE // 2


def _holds_picture(form: Any) -> bool:
    count = min(pdfium.FPDFFormObj_CountObjects(form), ENDS)
    kinds = {pdfium.FPDFPageObj_GetType(pdfium.FPDFFormObj_GetObject(form, index)) for index in range(count)}
    return pdfium.FPDF_PAGEOBJ_IMAGE in kinds
