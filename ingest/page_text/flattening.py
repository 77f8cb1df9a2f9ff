"""Draws what stands over a page into it: form values, stamps, free text. Imports pypdfium2.

A person sees them as part of the page; PDFium's text does not hold them until they are drawn in. Changes the open
document in memory only. Knows nothing of text.
"""

from typing import Any

import pypdfium2.raw as pdfium

BARE_VALUE = 1000  # a field with a value and no appearance, beside PDFium's numbers of kinds
DRAWN_IN = (BARE_VALUE, pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)


class Flattener:
    """Opens the pages of a document with what stands over them drawn in."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._drawn_in: set[int] = set()

    def page(self, number: int) -> Any:
        """The open page as its file has it."""
        return self._document[number - 1]

    def flatten(self, number: int, page: Any) -> Any:
        """The page with form values, stamps and free text drawn in; the page given is closed if there are any."""
        kinds = [self._kind(page, index) for index in range(pdfium.FPDFPage_GetAnnotCount(page))]
        if not any(kind in DRAWN_IN for kind in kinds):
            return page
        if BARE_VALUE in kinds and not self._document.formenv:
            page.close()
            self._document.init_forms()  # gives fields with a value but no appearance one; hangs on some odd files
            page = self.page(number)
        if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
            return page
        self._drawn_in.add(number)
        page.close()
        return self.page(number)

    def _kind(self, page: Any, index: int) -> int:
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            return -1
        kind = _kind_of(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        return kind

    def has_drawn_in(self, number: int) -> bool:
        """Whether anything has been drawn into a page, now or when it was open before."""
        return number in self._drawn_in


def _kind_of(annotation: Any) -> int:
    subtype = int(pdfium.FPDFAnnot_GetSubtype(annotation))
    if subtype != pdfium.FPDF_ANNOT_WIDGET:
        return subtype
    bare = pdfium.FPDFAnnot_HasKey(annotation, b"V") and not pdfium.FPDFAnnot_HasKey(annotation, b"AP")
    return BARE_VALUE if bare else subtype
