"""An answer with its citations and page pictures as one self-contained HTML file. Knows no HTTP."""

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.pages import Pages
from ingest.types import Document

DPI = 110
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.3rem} blockquote{margin:.5rem 0;padding:.5rem 1rem;border-left:4px solid #2457a6;background:#f3f6fb;
white-space:pre-wrap} figure{margin:1rem 0 2rem;position:relative} .page{position:relative;border:1px solid #bbb}
.page img{display:block;width:100%} .mark{position:absolute;background:rgba(255,200,0,.35);outline:1px solid #b57b00}
small{color:#555} @media print{figure{break-inside:avoid}}
"""


def answer_as_html(answer: Mapping[str, Any], documents: Mapping[str, Document], pages: Pages) -> str:
    """The whole answer as a page that needs nothing but itself."""
    route = answer["route"]
    parts = [
        f"<h1>{html.escape(answer['question'])}</h1>",
        f"<p>{html.escape(answer['answer'])}</p>",
        f"<p><small>Route: {html.escape(route['mode'])}. {html.escape(route['reason'])}.</small></p>",
    ]
    for number, citation in enumerate(answer["citations"], 1):
        parts.append(_citation(number, citation, documents.get(citation["document_id"]), pages))
    title = html.escape(answer["question"][:100])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _citation(number: int, citation: Mapping[str, Any], document: Document | None, pages: Pages) -> str:
    place = page_name(citation)
    quote = citation["cited_text"].replace("\f", "\n")  # where a quote runs over a page's end
    head = (
        f"<h2>[{number}] {html.escape(citation['document_name'])}, {html.escape(place)}</h2>"
        f"<blockquote>{html.escape(quote)}</blockquote>"
        f"<small>verification: {html.escape(citation['verification'])}</small>"
    )
    if document is None:
        return f"<section>{head}</section>"
    quoted = range(citation["start_page_number"], citation["end_page_number"])
    figures = "".join(_figure(place, citation["rectangles"], document, page, pages) for page in quoted)
    return f"<section>{head}{figures}</section>"


def _figure(place: str, boxes: Sequence[Mapping[str, float]], document: Document, number: int, pages: Pages) -> str:
    """A page's picture with the boxes that lie on it."""
    page = pages.page(document, number)
    picture = base64.b64encode(pages.png(document, number, DPI)).decode()
    marks = "".join(_mark(box, page.width, page.height) for box in boxes if box["page"] == number)
    image = f'<img alt="{html.escape(place)}" src="data:image/png;base64,{picture}">'
    return f'<figure><div class="page">{image}{marks}</div></figure>'


def _mark(box: Mapping[str, float], width: float, height: float) -> str:
    left, top = 100 * box["x0"] / width, 100 * box["y0"] / height
    across, down = 100 * (box["x1"] - box["x0"]) / width, 100 * (box["y1"] - box["y0"]) / height
    return f'<div class="mark" style="left:{left:.2f}%;top:{top:.2f}%;width:{across:.2f}%;height:{down:.2f}%"></div>'


def page_name(citation: Mapping[str, Any]) -> str:
    """How a page is named to people: "p. F-4 (PDF 62)", or "PDF p. 62" when nothing is printed on it.

    A quote that runs over a page's end is named by both: "p. F-4 (PDF 62-63)".
    """
    first, last, label = citation["start_page_number"], citation["end_page_number"] - 1, citation["page_label"]
    numbers = str(first) if first == last else f"{first}-{last}"
    return f"p. {label} (PDF {numbers})" if label else f"PDF p. {numbers}"
