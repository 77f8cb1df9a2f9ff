"""An answer with its citations and page pictures as one self-contained HTML file, made to be printed. Knows no HTTP."""

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

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
STYLE = """
:root{color-scheme:light}
body{font:16px/1.55 Georgia,"Liberation Serif",serif;max-width:46rem;margin:2.5rem auto;padding:0 1.25rem;
color:#16191b;background:#fff;font-variant-numeric:tabular-nums}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 1.25rem} h2{font:600 .95rem/1.4 Arial,sans-serif;margin:2.25rem 0 .4rem}
small,table,.note{font:.8125rem/1.5 Arial,sans-serif;color:#535b61} a{color:#0d5962}
.statement{margin:.6rem 0} .unsupported{text-decoration:underline wavy #9c1f2b 1px} sup a{text-decoration:none}
.note{border-left:3px solid #7a4a00;padding:.2rem .7rem;background:#fcf3e1}
.figure{font-size:2rem;line-height:1.2;margin:0} .facts{margin:0 0 1rem}
table{border-collapse:collapse;margin:.5rem 0} td,th{padding:.2rem .9rem .2rem 0;text-align:left;font-weight:400;
border-bottom:1px solid #d6dbda} td.number{text-align:right}
blockquote{margin:.4rem 0;padding:.1rem 0 .1rem .9rem;border-left:3px solid #ffd640;white-space:pre-wrap}
figure{margin:.9rem 0 0} .page{position:relative;border:1px solid #bfc6c8} .page img{display:block;width:100%}
.mark{position:absolute;background:rgba(255,214,64,.45);outline:1.5px solid #8a6400;mix-blend-mode:multiply}
footer{margin-top:3rem;border-top:1px solid #d6dbda;padding-top:.6rem}
@page{margin:18mm 16mm} @media print{body{margin:0;max-width:none;padding:0;font-size:11pt}
section{break-before:page} figure,blockquote,tr{break-inside:avoid} .page{width:88%} a{color:inherit}
.mark,.note{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def answer_as_html(answer: Mapping[str, Any], documents: Mapping[str, Document], pages: Pages) -> str:
    """The whole answer as a page that needs nothing but itself."""
    parts = [
        f"<h1>{_text(answer['question'])}</h1>",
        _figure(answer.get("figure")),
        *(_statement(statement) for statement in answer["statements"]),
        "" if answer["statements"] else f"<p>{_text(answer['answer'])}</p>",
        *(_calculation(calculation) for calculation in answer.get("calculations") or ()),
        *(_part(part) for part in answer.get("parts") or () if not part["answered"]),
        *(f'<p class="note">{_text(_message(warning))}</p>' for warning in answer.get("warnings") or ()),
    ]
    for number, citation in enumerate(answer["citations"], 1):
        parts.append(_citation(number, citation, documents.get(citation["document_id"]), pages))
    parts.append(_foot(answer))
    title = _text(answer["question"][:100])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _text(value: object) -> str:
    return html.escape(str(value))


def _figure(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    amount = _amount(figure["value"])
    facts = [figure.get("unit"), _scale(figure.get("scale")), figure.get("period")]
    told = ", ".join(_text(fact) for fact in facts if fact)
    return f'<p class="figure">{amount}</p><p class="facts"><small>{told}</small></p>'


def _statement(statement: Mapping[str, Any]) -> str:
    notes = "".join(f'<sup><a href="#source-{index + 1}">[{index + 1}]</a></sup>' for index in statement["citations"])
    if statement["supported"]:
        return f'<p class="statement">{_text(statement["text"])} {notes}</p>'
    mark = "<small>(unsupported: no checked quote says this)</small>"
    return f'<p class="statement"><span class="unsupported">{_text(statement["text"])}</span> {notes} {mark}</p>'


def _part(part: Mapping[str, Any]) -> str:
    return f'<p class="note">Not found: {_text(part["question"])} ({_text(part.get("reason") or "")})</p>'


def _message(warning: object) -> object:
    """What a warning says; answers stored before warnings had codes hold them as text."""
    return warning["message"] if isinstance(warning, Mapping) else warning


def _calculation(calculation: Mapping[str, Any]) -> str:
    rows = "".join(_operand(operand) for operand in calculation["operands"])
    result = f"{_amount(calculation['result'])} {_text(calculation.get('unit') or '')}"
    head = f"{_text(calculation['name'])}: {_text(calculation['expression'])} = {result}"
    return f"<table><caption>{head}</caption>{rows}</table>"


def _operand(operand: Mapping[str, Any]) -> str:
    index = operand.get("citation")
    unit = " ".join(str(part) for part in (operand.get("unit"), _scale(operand.get("scale"))) if part)
    place = "" if index is None else f'<a href="#source-{index + 1}">[{index + 1}]</a>'
    value = f'<td class="number">{_amount(operand["value"])}</td>'
    return f"<tr><th>{_text(operand['name'])}</th>{value}<td>{_text(unit)}</td><td>{place}</td></tr>"


def _amount(value: object) -> str:
    text = str(value)
    digits = text.lstrip("-")
    if not digits.replace(".", "", 1).isdecimal():
        return _text(text)
    whole, point, rest = digits.partition(".")
    shown = f"{int(whole or '0'):,}{point}{rest}"
    return f"({shown})" if text.startswith("-") else shown


def _scale(scale: object) -> str:
    factor = int(str(scale)) if str(scale).isdecimal() else 1
    return f"in {scale_name(factor)}" if factor > 1 else ""


def _citation(number: int, citation: Mapping[str, Any], document: Document | None, pages: Pages) -> str:
    place = page_name(citation)
    check = citation["verification"]
    quote = citation["cited_text"].replace("\f", "\n")  # where a quote runs over a page's end
    section = f"<small>{_text(citation['section'])}</small>" if citation.get("section") else ""
    head = (
        f'<h2 id="source-{number}">[{number}] {_text(citation["document_name"])}, {_text(place)}</h2>{section}'
        f"<blockquote>{_text(quote)}</blockquote>"
        f"<small>verification: {_text(check)}, {_text(CHECKS.get(check, 'see the page'))}</small>"
    )
    if document is None:
        return f"<section>{head}</section>"
    quoted = range(citation["start_page_number"], citation["end_page_number"])
    pictures = "".join(_picture(place, citation["rectangles"], document, page, pages) for page in quoted)
    return f"<section>{head}{pictures}</section>"


def _picture(place: str, boxes: Sequence[Mapping[str, float]], document: Document, number: int, pages: Pages) -> str:
    """A page's picture with the boxes that lie on it."""
    page = pages.page(document, number)
    picture = base64.b64encode(pages.png(document, number, DPI)).decode()
    marks = "".join(_mark(box, page.width, page.height) for box in boxes if box["page"] == number)
    image = f'<img alt="{_text(place)}" src="data:image/png;base64,{picture}">'
    return f'<figure><div class="page">{image}{marks}</div></figure>'


def _mark(box: Mapping[str, float], width: float, height: float) -> str:
    left, top = 100 * box["x0"] / width, 100 * box["y0"] / height
    across, down = 100 * (box["x1"] - box["x0"]) / width, 100 * (box["y1"] - box["y0"]) / height
    return f'<div class="mark" style="left:{left:.2f}%;top:{top:.2f}%;width:{across:.2f}%;height:{down:.2f}%"></div>'


def _foot(answer: Mapping[str, Any]) -> str:
    route, searched = answer["route"], answer.get("searched") or {}
    told = [f"Route: {_text(route['mode'])}", _text(route["reason"])]
    if route.get("model"):
        told.insert(1, f"model {_text(route['model'])}")
    if searched.get("pages"):
        told.append(f"{searched['pages']} pages of {searched['documents']} documents in scope")
    return f"<footer><small>{'; '.join(told)}. Answer {_text(answer['id'])}, by Pincite.</small></footer>"


def page_name(citation: Mapping[str, Any]) -> str:
    """How a page is named to people: "p. F-4 (PDF 62)", or "PDF p. 62" when nothing is printed on it.

    A quote that runs over a page's end is named by both: "p. F-4 (PDF 62-63)".
    """
    return page_range_name(citation["start_page_number"], citation["end_page_number"] - 1, citation["page_label"])


def page_range_name(first: int, last: int, label: str | None) -> str:
    """The same for the first and last page quoted from and the printed label of the first."""
    numbers = str(first) if first == last else f"{first}-{last}"
    return f"p. {label} (PDF {numbers})" if label else f"PDF p. {numbers}"
