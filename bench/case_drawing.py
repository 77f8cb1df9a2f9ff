"""Draws the pages that cases of `bench/cases.py` describe: paragraphs, statements of figures, columns, scans.

Knows nothing of servers. The functions have the names the cases call them by.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

UNICODE_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")  # fonts-dejavu-core on Debian
ENDS = (400.0, 480.0)  # where the figures of a statement end
Rows = Sequence[tuple[str, Sequence[str]]]


def register_fonts() -> None:
    """Make the fonts known that cases draw in: DV (DejaVu Sans) and STSong-Light."""
    pdfmetrics.registerFont(TTFont("DV", str(UNICODE_FONT)))
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def new() -> tuple[io.BytesIO, Canvas]:
    """A buffer and the canvas that writes a letter page into it."""
    buffer = io.BytesIO()
    return buffer, Canvas(buffer, pagesize=letter)


def done(buffer: io.BytesIO, drawing: Canvas) -> bytes:
    """The finished file."""
    drawing.showPage()
    drawing.save()
    return buffer.getvalue()


def para(c: Canvas, x: float, y: float, lines: Sequence[str], **look: Any) -> None:
    """Lines of text below each other; look: font, size, lead."""
    size = look.get("size", 10)
    c.setFont(look.get("font", "Helvetica"), size)
    for line in lines:
        c.drawString(x, y, line)
        y -= look.get("lead", size * 1.4)


def table(c: Canvas, x: float, y: float, heads: Sequence[Sequence[str]], rows: Rows, ends: Sequence[float]) -> None:
    """Header rows, then labelled rows; figures end at `ends`."""
    for values in (*heads, *((label, *values) for label, values in rows)):
        if len(values) > len(ends):
            c.drawString(x, y, values[0])
        for end, value in zip(ends, values[len(values) - len(ends) :], strict=True):
            c.drawRightString(end, y, value)
        y -= 15


def stmt(rows: Rows, **look: Any) -> bytes:
    """A statement of two years; look: font, title, note, header."""
    buffer, c = new()
    font = look.get("font", "DV")
    c.setFont("Helvetica-Bold", 12)
    c.drawString(72, 740, look.get("title", "Orvane Industries plc - Consolidated income statement"))
    note = look.get("note", "(in millions of US dollars)")
    para(c, 72, 722, ["For the years ended December 31", note], font=font)
    c.setFont(font, 10)
    table(c, 72, 690, [look.get("header", ("2024", "2023"))], rows, ENDS)
    return done(buffer, c)


def small() -> bytes:
    """One sentence on one page."""
    buffer, c = new()
    para(c, 72, 740, ["The Lessee shall keep the Premises insured for no less than EUR 900,000."])
    return done(buffer, c)


LEFT = (
    "The Supplier shall deliver the equip-",
    "ment to the Buyer at Port Kelwyn no",
    "later than 14 May 2025. Title passes",
    "on delivery and risk passes when the",
    "carrier has signed the receipt.",
)
RIGHT = (
    "The Buyer shall pay the purchase",
    "price of EUR 8,450,000 within forty-",
    "five days of the invoice. Interest on",
    "late payment runs at four per cent",
    "above the base rate of the bank.",
)


def cols(order: str) -> bytes:
    """Two columns, drawn one after the other ("columns") or line by line ("rows")."""
    buffer, c = new()
    c.setFont("Helvetica-Bold", 12)
    c.drawString(72, 740, "Equipment supply agreement")
    c.setFont("Helvetica", 10)
    places = [(x, 710 - 14 * row, line) for x, column in ((72, LEFT), (320, RIGHT)) for row, line in enumerate(column)]
    if order == "rows":
        places.sort(key=lambda place: -place[1])
    for place in places:
        c.drawString(*place)
    return done(buffer, c)


def rotated(turn: int) -> bytes:
    """A statement drawn turned on its page, which /Rotate turns upright again."""
    buffer, c = new()
    width, height = (792, 612) if turn in (90, 270) else (612, 792)
    c.setPageRotation(turn)
    c.setPageSize((612, 792))
    c.translate(*{90: (612, 0), 180: (612, 792), 270: (0, 792)}[turn])
    c.rotate(turn if turn != 270 else -90)
    top = height - 52
    assert width
    c.setFont("Helvetica-Bold", 12)
    c.drawString(72, top, "Orvane Industries plc - Consolidated income statement")
    para(c, 72, top - 18, ["For the years ended December 31", "(in millions of US dollars)"])
    rows = [
        ("Net revenue", ("4,210", "3,980")),
        ("Other income", ("45", "39")),
        ("Profit for the year", ("330", "167")),
    ]
    table(c, 72, top - 50, [("2024", "2023")], rows, ENDS)
    return done(buffer, c)


def scan_lines(lines: Sequence[str]) -> Image.Image:
    """A scanned page at 200 dpi."""
    page = Image.new("L", (1700, 2200), 250)
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        pen.text((200, 220 + 60 * row), line, fill=20, font=ImageFont.truetype(str(UNICODE_FONT), 40))
    return page
