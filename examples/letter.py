"""Draws the scanned letter: a typed page as a picture, a little turned and noisy, with no text layer."""

import io
import tomllib
from typing import Any

import numpy
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from examples.books import DATA_FOLDER

RESOLUTION = 200
TEXT_SIZE = 33
LINE_HEIGHT = 46
MARGIN = 210
TILT = 0.6
NOISE = 6.0
PAPER = 248


def letter_lines() -> list[str]:
    """The letter's lines, as the typist broke them."""
    table: dict[str, Any] = tomllib.loads((DATA_FOLDER / "letter.toml").read_text(encoding="utf-8"))
    return list(table["lines"])


def draw_page(lines: list[str]) -> Image.Image:
    """The typed page, straight and clean."""
    width, height = (round(points / 72 * RESOLUTION) for points in letter)
    page = Image.new("L", (width, height), PAPER)
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(size=TEXT_SIZE)
    for number, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + number * LINE_HEIGHT), line, fill=30, font=font)
    return page


def scanned(page: Image.Image) -> Image.Image:
    """The page as a scanner gives it back: turned by less than a degree, with grain."""
    turned = page.rotate(TILT, resample=Image.Resampling.BICUBIC, fillcolor=PAPER)
    noise = numpy.random.default_rng(7).normal(0, NOISE, (turned.height, turned.width))
    grains = numpy.clip(numpy.asarray(turned, dtype=float) + noise, 0, 255).astype(numpy.uint8)
    return Image.fromarray(grains)


def scanned_letter() -> bytes:
    """A one-page PDF that holds nothing but the picture."""
    picture = io.BytesIO()
    scanned(draw_page(letter_lines())).save(picture, "JPEG", quality=80)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=letter, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *letter)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
