"""Turns blocks of prose and tables into reportlab's flowables, in the manner of a filing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import NextPageTemplate, PageBreak, Paragraph, Spacer
from reportlab.platypus import Table as SetTable

from examples.prose import Block, typographic
from examples.tables import Row, Table

SHADE = colors.HexColor("#DDEEFA")
SYMBOL_WIDTH = 11.0
INDENTS = {"indent": 12.0, "line": 0.0}


@dataclass(frozen=True)
class Face:
    """What differs between the typefaces of two documents."""

    size: float = 10.5
    leading: float = 15.5
    after: float = 9.0
    width: float = 468.0


def paragraph_styles(face: Face) -> dict[str, Any]:
    """A style for each kind of block."""
    base = ParagraphStyle(
        "paragraph", fontName="Times-Roman", fontSize=face.size, leading=face.leading,
        spaceAfter=face.after, alignment=TA_JUSTIFY,
    )  # fmt: skip
    bold = {"fontName": "Times-Bold", "alignment": TA_LEFT, "keepWithNext": 1}
    changes: dict[str, dict[str, Any]] = {
        "paragraph": {},
        "title": {"fontName": "Times-Bold", "alignment": TA_CENTER, "fontSize": 17, "leading": 22},
        "part": bold | {"alignment": TA_CENTER, "fontSize": face.size + 2, "spaceBefore": 4},
        "item": bold | {"fontSize": face.size + 1, "spaceBefore": 6},
        "heading": bold | {"spaceBefore": 4},
        "subheading": bold | {"fontName": "Times-BoldItalic"},
        "bullet": {"leftIndent": 24, "bulletIndent": 10},
        "centred": {"alignment": TA_CENTER},
        "section": {},
        "clause": {"leftIndent": 36},
        "subclause": {"leftIndent": 64},
        "cell": {"alignment": TA_LEFT, "fontSize": 9.5, "leading": 12, "spaceAfter": 0},
        "column": {"fontSize": 9, "leading": 12.2, "spaceAfter": 6},
    }
    return {kind: ParagraphStyle(kind, parent=base, **change) for kind, change in changes.items()}


class Typesetter:
    """Makes the flowables of one document."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.styles = paragraph_styles(face)

    def block(self, block: Block, style: str = "") -> Any:
        """A paragraph or heading; headings of items carry their text for the table of contents."""
        if block.kind == "entry":
            mark = Spacer(1, 0.1)
            mark.contents_entry = block.text
            return mark
        text = escape(block.text)
        bullet = {"bulletText": "•"} if block.kind == "bullet" else {}
        flowable = Paragraph(text, self.styles[style or block.kind], **bullet)
        if block.text.endswith((":", "as follows.")):
            flowable.keepWithNext = 1
        if block.kind == "item":
            flowable.contents_entry = block.text
        return flowable

    def page_break(self, template: str = "") -> list[Any]:
        return [NextPageTemplate(template), PageBreak()] if template else [PageBreak()]

    def figure_table(self, table: Table, width: float = 0) -> list[Any]:
        """A table of figures with its caption; kept on one page with the line that leads to it."""
        captions = [line for line in table.caption.split("\n") if line]
        parts = [Paragraph(escape(typographic(line)), self._caption_style()) for line in captions]
        if table.unit and captions:
            parts.append(Paragraph(escape(table.unit), self._caption_style("Times-Roman", 6)))
        parts.append(set_figures(table, width or self.face.width))
        return [*parts, Spacer(1, self.face.after + 3)]

    def _caption_style(self, font: str = "Times-Bold", after: float = 0) -> Any:
        change = {"fontName": font, "leading": 13, "spaceAfter": after, "keepWithNext": 1}
        return ParagraphStyle("caption", parent=self.styles["centred"], **change)

    def grid(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> list[Any]:
        """A ruled table of text, its widths given as shares of the page's; its head repeated on each page."""
        share = self.face.width / sum(widths)
        head = [Paragraph(f"<b>{escape(cell)}</b>", self.styles["cell"]) for cell in headings]
        body = [[Paragraph(escape(typographic(cell)), self.styles["cell"]) for cell in row] for row in rows]
        style = [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.grey),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
        columns = [width * share for width in widths]
        table = SetTable([head, *body], colWidths=columns, repeatRows=1, style=style)
        return [table, Spacer(1, self.face.after + 3)]


def set_figures(table: Table, width: float) -> Any:
    """A table of figures: the label, then for each figure a column for the sign and one for the number."""
    count = len(table.headings)
    words = [line for heading in table.headings for line in heading.split("\n")]
    number = max(44.0, *(stringWidth(line, "Times-Bold", 8.5) + 4 for line in words))
    if count > 6:
        number = 34.0
    label = width - count * (number + SYMBOL_WIDTH)
    head = _head_rows(table, count)
    body = [_cells(row, count) for row in table.rows]
    style = _base_style(len(head), count) + [
        command for index, row in enumerate(table.rows) for command in _row_style(row, index, len(head))
    ]
    widths = [label, *([SYMBOL_WIDTH, number] * count)]
    return SetTable([*head, *body], colWidths=widths, style=style, repeatRows=len(head))


def _head_rows(table: Table, count: int) -> list[list[str]]:
    unit = table.unit if not table.caption else ""
    span = [[unit, table.span, *[""] * (2 * count - 1)]] if table.span else []
    unit = "" if table.span or table.caption else table.unit or "(In millions)"
    return [*span, [unit, *(cell for heading in table.headings for cell in ("", heading))]]


def _cells(row: Row, count: int) -> list[str]:
    if not row.cells:
        return [typographic(row.label), *[""] * (2 * count)]
    pairs = (("$" if row.dollar else "", cell) for cell in row.cells)
    return [typographic(row.label), *(part for pair in pairs for part in pair)]


def _base_style(head: int, count: int) -> list[Any]:
    last = head - 1
    columns = range(1, 2 * count, 2)
    rules = [("LINEBELOW", (column, last), (column + 1, last), 0.6, colors.black) for column in columns]
    return [
        ("FONT", (0, 0), (-1, last), "Times-Bold", 8.5),
        ("FONT", (0, head), (-1, -1), "Times-Roman", 9.5),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("FONT", (0, 0), (0, last), "Times-Italic", 8.5),
        ("SPAN", (1, 0), (-1 if head > 1 else 1, 0)),
        ("ALIGN", (1, 0), (-1, 0), "CENTER" if head > 1 else "RIGHT"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("NOSPLIT", (0, 0), (0, -1)),
        *rules,
    ]


def _row_style(row: Row, index: int, head: int) -> list[Any]:
    """Shading on every other row, rules at totals, and room where a positive number has no parenthesis."""
    line = index + head
    columns = range(1, 2 * len(row.cells), 2)
    style: list[Any] = [("BACKGROUND", (0, line), (-1, line), SHADE)] if index % 2 == 0 else []
    if row.style in ("indent", "dollar"):
        style.append(("LEFTPADDING", (0, line), (0, line), 14))
    if row.style in ("subtotal", "total"):
        style += [("LINEABOVE", (c, line), (c + 1, line), 0.6, colors.black) for c in columns]
    if row.style == "total":
        style += [("LINEBELOW", (c, line), (c + 1, line), 0.6, colors.black, None, None, None, 2, 1.2) for c in columns]
    if row.style == "heading" or row.style == "total":
        style.append(("FONT", (0, line), (0, line), "Times-Bold", 9.5))
    for number, cell in enumerate(row.cells):
        if not cell.endswith(")"):
            style.append(("RIGHTPADDING", (2 + 2 * number, line), (2 + 2 * number, line), 5.2))
    return style
