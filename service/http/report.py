"""An answer with its citations and page pictures as one self-contained HTML file, made to be printed. Knows no HTTP."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader

from ingest.pages import Pages
from ingest.text.currency import scale_name
from ingest.types import Document

DPI = 110
CHECKS = {
    "exact": "stands on the page word for word",
    "normalized": "equal to the page but for typography and spacing",
    "fuzzy": "the same words and numbers, but for damaged letters",
    "moved": "found on another page than the one first named",
}
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # the file carries it wherever it is opened


@dataclass(frozen=True)
class Picture:
    """A page as PNG in base64, and the style of each mark on it."""

    data: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A citation as the template shows it."""

    citation: Mapping[str, Any]
    place: str
    quote: str
    check: str
    pictures: tuple[Picture, ...]


def answer_as_html(answer: Mapping[str, Any], documents: Mapping[str, Document], pages: Pages) -> str:
    """The whole answer as a page that needs nothing but itself."""
    sources = [_source(citation, documents.get(citation["document_id"]), pages) for citation in answer["citations"]]
    return _templates().get_template("answer.html").render(answer=answer, sources=sources, policy=POLICY)


@cache
def _templates() -> Environment:
    made = Environment(loader=PackageLoader("service.http"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"amount": _amount, "scale": _scale}
    return made


def _source(citation: Mapping[str, Any], document: Document | None, pages: Pages) -> Source:
    pictures: tuple[Picture, ...] = ()
    if document is not None:
        quoted = range(citation["start_page_number"], citation["end_page_number"])
        pictures = tuple(_picture(citation["rectangles"], document, number, pages) for number in quoted)
    quote = citation["cited_text"].replace("\f", "\n")  # where a quote runs over a page's end
    check = CHECKS.get(citation["verification"], "see the page")
    return Source(citation, page_name(citation), quote, check, pictures)


def _picture(boxes: Sequence[Mapping[str, float]], document: Document, number: int, pages: Pages) -> Picture:
    """A page's picture with the boxes that lie on it."""
    page = pages.page(document, number)
    marks = tuple(_mark(box, page.width, page.height) for box in boxes if box["page"] == number)
    return Picture(base64.b64encode(pages.png(document, number, DPI)).decode(), marks)


def _mark(box: Mapping[str, float], width: float, height: float) -> str:
    left, top = 100 * box["x0"] / width, 100 * box["y0"] / height
    across, down = 100 * (box["x1"] - box["x0"]) / width, 100 * (box["y1"] - box["y0"]) / height
    return f"left:{left:.2f}%;top:{top:.2f}%;width:{across:.2f}%;height:{down:.2f}%"


def _amount(value: object) -> str:
    text = str(value)
    digits = text.lstrip("-")
    if not digits.replace(".", "", 1).isdecimal():
        return text
    whole, point, rest = digits.partition(".")
    shown = f"{int(whole or '0'):,}{point}{rest}"
    return f"({shown})" if text.startswith("-") else shown


def _scale(scale: object) -> str:
    factor = int(str(scale)) if str(scale).isdecimal() else 1
    return f"in {scale_name(factor)}" if factor > 1 else ""


def page_name(citation: Mapping[str, Any]) -> str:
    """How a page is named to people: "p. F-4 (PDF 62)", or "PDF p. 62" when nothing is printed on it.

    A quote that runs over a page's end is named by both: "p. F-4 (PDF 62-63)".
    """
    return page_range_name(citation["start_page_number"], citation["end_page_number"] - 1, citation["page_label"])


def page_range_name(first: int, last: int, label: str | None) -> str:
    """The same for the first and last page quoted from and the printed label of the first."""
    numbers = str(first) if first == last else f"{first}-{last}"
    return f"p. {label} (PDF {numbers})" if label else f"PDF p. {numbers}"
