"""Turns documents, pages, collections and an answer's events into plain values for the wire. Knows no HTTP."""

from typing import Any

from ingest.catalog import Catalog, Collection
from ingest.text.marked import hidden_characters
from ingest.types import READABLE, Document, MarkedKind, Page
from service.contract.events import (
    CitationFound,
    Delta,
    Done,
    Event,
    EvidenceGathered,
    Failed,
    RouteDecided,
    UsageReported,
)
from service.contract.question import Mode
from service.llm.models import ModelInfo
from service.records import Thread
from service.records.answer_json import answer_json, citation_json, hit_json, route_json, usage_json


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
        content = catalog.contents.get(document.tenant, document.content)
        row["attachments"] = [
            {"name": each.name, "type": each.type, "bytes": each.bytes, "page": each.page}
            for each in (content.structure.attachments if content else ())
        ]
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
        "text_layer": page.text_layer.value,
        "hidden_characters": hidden_characters(page),
        "hidden": _marked_rows(page, MarkedKind.HIDDEN),
        "struck": _marked_rows(page, MarkedKind.STRUCK),
    }


def _marked_rows(page: Page, kind: MarkedKind) -> list[dict[str, Any]]:
    return [
        {
            "span": {"start": mark.start, "end": mark.end},
            "reason": mark.reason,
            "text": mark.text or page.text[mark.start : mark.end],
        }
        for mark in page.marked
        if mark.kind is kind
    ]


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


def event_row(event: Event) -> tuple[str, dict[str, Any]]:
    """An answer's event as its name and its data."""
    match event:
        case RouteDecided(route):
            return "route", route_json(route)
        case EvidenceGathered():
            return "evidence", _evidence_row(event)
        case Delta(text):
            return "delta", {"text": text}
        case CitationFound(citation):
            return "citation", citation_json(citation)
        case UsageReported(usage):
            return "usage", usage_json(usage)
        case Done(answer):
            return "done", answer_json(answer)
        case Failed(code, detail, retry):
            return "error", {"code": code, "detail": detail, "retry": retry}


def _evidence_row(event: EvidenceGathered) -> dict[str, Any]:
    if event.mode == Mode.EXTRACTIVE:
        return {"mode": event.mode.value, "pages": [hit_json(hit) for hit in event.pages]}
    documents = [
        {
            "document_id": read.document_id,
            "document_name": read.document_name,
            "pages": list(read.pages),
            "scores": list(read.scores),
            "tokens": read.tokens,
        }
        for read in event.documents
    ]
    return {"mode": event.mode.value, "documents": documents}
