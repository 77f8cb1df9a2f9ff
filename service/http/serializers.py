"""Turns documents, pages, hits, citations and collections into plain values for the wire. Knows no HTTP."""

from decimal import Decimal
from typing import Any

from ingest.catalog import Catalog, Collection
from ingest.types import READABLE, Document, Page
from service.citation.locate import Citation
from service.llm.models import ModelInfo
from service.records import Thread
from service.retrieval.signals import Hit


def document_row(document: Document) -> dict[str, Any]:
    """A document as lists and receipts show it."""
    return {
        "id": document.id,
        "name": document.name,
        "status": document.status.value,
        "progress": {
            "stage": document.progress.stage,
            "done": document.progress.done,
            "total": document.progress.total,
        },
        "error": {"code": document.error[0], "message": document.error[1]} if document.error else None,
        "media_type": document.media_type,
        "bytes": document.bytes,
        "content_sha256": document.content,
        "pages": document.pages,
        "tokens": document.tokens,
        "tokenizer": document.tokenizer,
        "metadata": document.metadata,
        "detected": document.detected.known(),
        "title": document.detected.title,
        "company": document.detected.company,
        "form": document.detected.form,
        "period": document.detected.period,
        "collections": list(document.collections),
        "created_at": document.created_at,
    }


def document_detail(document: Document, catalog: Catalog) -> dict[str, Any]:
    """A document with its page report and outline, once it can be shown."""
    row = document_row(document)
    if document.status in READABLE:
        row["page_report"] = catalog.contents.page_report(document.tenant, document.content)
        row["sections"] = [
            {
                "ordinal": section.ordinal,
                "parent": section.parent,
                "level": section.level,
                "kind": section.kind,
                "title": section.title,
                "number": section.number,
                "start_page": section.start_page,
                "end_page": section.end_page,
            }
            for section in catalog.contents.outline(document.tenant, document.content)
        ]
    return row


def page_row(document: Document, page: Page, section: str | None) -> dict[str, Any]:
    """A page with its text."""
    return {
        "document_id": document.id,
        "number": page.number,
        "label": page.label,
        "kind": page.kind.value,
        "text": page.text,
        "width": page.width,
        "height": page.height,
        "document_start": page.document_start,
        "tokens": page.tokens,
        "section": section,
        "error": page.error,
    }


def layout_row(page: Page) -> dict[str, Any]:
    """A page's text with the boxes of its lines and, inside a line, of the runs whose place is known."""
    return {
        "number": page.number,
        "label": page.label,
        "kind": page.kind.value,
        "error": page.error,
        "width": page.width,
        "height": page.height,
        "text": page.text,
        "lines": [
            {
                "span": {"start": line.start, "end": line.end},
                "x0": line.x0,
                "y0": line.y0,
                "x1": line.x1,
                "y1": line.y1,
                "marks": [
                    {"span": {"start": mark.start, "end": mark.end}, "x0": mark.x0, "x1": mark.x1}
                    for mark in line.marks
                ],
            }
            for line in page.lines
        ],
    }


def collection_row(collection: Collection) -> dict[str, Any]:
    """A collection with the number of its documents."""
    return {
        "id": collection.id,
        "name": collection.name,
        "documents": collection.documents,
        "created_at": collection.created_at,
    }


def hit_row(hit: Hit) -> dict[str, Any]:
    """A hit in few words."""
    return {
        "document_id": hit.document.id,
        "document_name": hit.document.name,
        "page": hit.page,
        "score": round(hit.score, 4),
    }


def citation_row(shipped: Citation) -> dict[str, Any]:
    """A citation as it goes over the wire."""
    return {
        "document_id": shipped.document_id,
        "document_name": shipped.document_name,
        "cited_text": shipped.cited_text,
        **({"quote": shipped.quote} if shipped.quote else {}),
        "start_page_number": shipped.page,
        "end_page_number": (shipped.continued[-1][0] if shipped.continued else shipped.page) + 1,
        "page_label": shipped.page_label,
        "section": shipped.section,
        **_spans(shipped),
        "rectangles": [
            {"page": box.page, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} for box in shipped.rectangles
        ],
        "verification": str(shipped.verification),
    }


def model_row(model: ModelInfo) -> dict[str, Any]:
    """A language model with its prices."""
    return {
        "name": model.name,
        "window": model.window,
        "max_out": model.max_out,
        "input": model.input,
        "cached_input": model.cached_input,
        "output": model.output,
        "vision": model.vision,
        "known": model.known,
    }


def thread_row(thread: Thread) -> dict[str, Any]:
    """A conversation as lists show it."""
    return {
        "id": thread.id,
        "name": thread.name,
        "collection": thread.collection,
        "document_ids": None if thread.document_ids is None else list(thread.document_ids),
        "created_at": thread.created_at,
        "updated_at": thread.updated_at,
        "answers": thread.answers,
    }


def _spans(shipped: Citation) -> dict[str, Any]:
    """`span` on one page; `spans` with their pages where the quote runs over a page's end."""
    if not shipped.continued:
        return {"span": {"start": shipped.span.start, "end": shipped.span.end}}
    places = ((shipped.page, shipped.span), *shipped.continued)
    return {"spans": [{"page": page, "start": span.start, "end": span.end} for page, span in places]}


def operand_row(name: str, value: str | None, unit: str | None, scale: int, citation: int) -> dict[str, Any]:
    """An operand of a calculation; `citation` is the number of the one that shows its value."""
    return {"name": name, "value": value, "unit": unit, "scale": scale, "citation": citation}


def calculation_row(
    name: str, expression: str, operands: list[dict[str, Any]], result: Decimal, unit: str | None, scale: int
) -> dict[str, Any]:
    """A recorded calculation, whoever worked it out."""
    return {
        "name": name,
        "expression": expression,
        "operands": operands,
        "result": str(result),
        "unit": unit,
        "scale": scale,
    }
