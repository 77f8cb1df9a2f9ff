"""An exported answer is one file that needs nothing but itself."""

import base64
import re
from typing import Any

import anyio
from markupsafe import escape

from ingest.types import Document, Span
from service.citation.locate import Located
from service.contract.answer import Verification
from service.contract.caller import scope_for
from service.contract.question import Question
from service.http.report import POLICY, answer_as_html, page_name
from service.records.answer_json import answer_json, citation_json
from service.wiring import Service

QUESTION = "What was total revenue in 2024, <script>alert(1)</script>?"


def export(
    service: Service, document: Document, question: str = QUESTION, **known: Document
) -> tuple[str, dict[str, Any]]:
    body = answer_json(anyio.run(service.answerer.answer, scope_for([document.id]), Question(question)))
    return answer_as_html(body, {document.id: document} if not known else {}, service.ingest.pages), body


def test_the_export_is_self_contained(service: Service, report_10k: Document) -> None:
    text, body = export(service, report_10k)
    sources = re.findall(r'(?:src|href)="([^#][^"]*)"', text) + re.findall(r"url\(([^)]*)\)", text)
    assert len(sources) == len(body["citations"]) > 0
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert base64.b64decode(sources[0].split(",")[1]).startswith(b"\x89PNG")
    assert "http:" not in text and "https:" not in text


def test_the_export_shows_quote_page_and_marks(service: Service, report_10k: Document) -> None:
    text, body = export(service, report_10k)
    citation = body["citations"][0]
    assert f"<blockquote>{citation['cited_text']}</blockquote>" in text
    assert page_name(citation) in text
    assert text.count('class="mark"') == sum(len(entry["rectangles"]) for entry in body["citations"])
    shares = [float(share) for share in re.findall(r"(?:left|top|width|height):([\d.]+)%", text)]
    assert shares and all(0 <= share <= 100 for share in shares)


def test_the_export_shows_figure_unsupported_statements_and_calculations(
    service: Service, report_10k: Document
) -> None:
    _text, body = export(service, report_10k, "What was total revenue in 2024?")
    body["statements"].append({"text": "Demand was strong.", "citations": [], "supported": False})
    operand = {"name": "sales", "value": "1200.5", "unit": "USD", "scale": 1000, "citation": 0}
    sum_up = {"name": "Half", "expression": "sales / 2", "operands": [operand], "result": "-600.25", "unit": "USD"}
    body |= {
        "calculations": [sum_up],
        "warnings": ["Look twice.", {"code": "lexical_only", "message": "By words alone."}],
    }
    text = answer_as_html(body, {}, service.ingest.pages)
    assert "USD, in millions" in text and '<p class="figure">' in text
    assert '<span class="unsupported">Demand was strong.</span>' in text and "unsupported: no checked quote" in text
    assert "Half: sales / 2 = (600.25) USD" in text and "1,200.5" in text and "USD in thousands" in text
    assert '<p class="note">Look twice.</p>' in text and '<p class="note">By words alone.</p>' in text
    assert text.count('href="#source-1"') == 2 and 'id="source-1"' in text


def test_the_export_carries_its_own_policy(service: Service, report_10k: Document) -> None:
    text, _body = export(service, report_10k)
    head = text[: text.index("<style>")]
    assert f'http-equiv="Content-Security-Policy" content="{escape(POLICY)}"' in head
    assert "script-src" not in POLICY and "default-src 'none'" in POLICY


def test_what_came_from_outside_is_escaped(service: Service, report_10k: Document) -> None:
    text, _body = export(service, report_10k)
    assert "<script" not in text and "&lt;script&gt;" in text


def test_a_document_that_is_gone_is_quoted_without_its_picture(service: Service, report_10k: Document) -> None:
    text, body = export(service, report_10k, gone=report_10k)
    assert "<img" not in text
    assert body["citations"][0]["cited_text"] in text


def test_a_quote_over_a_page_end_is_marked_on_both_pages(service: Service, report_10k: Document) -> None:
    number = next(n for n in range(1, 20) if all(_words(service, report_10k, n + i) for i in (0, 1)))
    first, second = (service.ingest.pages.page(report_10k, number + i) for i in (0, 1))
    start = len(first.text.rstrip()) - 10
    located = Located(first, Span(start, start + 10), Verification.NORMALIZED, ((second, Span(0, 10)),))
    row = citation_json(service.answerer.extractive.citer.cite(report_10k, located))
    body = {
        "id": "ans_1",
        "question": "q",
        "answer": "a",
        "route": {"mode": "full", "reason": "short"},
        "statements": [],
        "citations": [row],
    }
    text = answer_as_html(body, {report_10k.id: report_10k}, service.ingest.pages)
    marks = [figure.count('class="mark"') for figure in text.split("<figure>")[1:]]
    assert marks == [sum(box["page"] == page for box in row["rectangles"]) for page in (number, number + 1)]
    assert all(marks) and page_name(row) in text
    assert "\f" in row["cited_text"] and "\f" not in text


def _words(service: Service, document: Document, number: int) -> bool:
    return len(service.ingest.pages.page(document, number).text.split()) > 20


def test_pages_are_named_by_label_and_number() -> None:
    assert page_name({"start_page_number": 62, "end_page_number": 63, "page_label": "F-4"}) == "p. F-4 (PDF 62)"
    assert page_name({"start_page_number": 62, "end_page_number": 63, "page_label": None}) == "PDF p. 62"
    assert page_name({"start_page_number": 62, "end_page_number": 64, "page_label": "F-4"}) == "p. F-4 (PDF 62-63)"
