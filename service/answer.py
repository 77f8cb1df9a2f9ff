"""One question, all the way: understand, route, retrieve, read, quote, check. A stream of typed events.

The reply that is not streamed folds the same stream. Knows nothing of HTTP; every part arrives as an argument.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.catalog import Catalog, new_id
from ingest.errors import BadRequest, LlmNotConfigured
from ingest.pages import Pages
from ingest.types import Scope, Section
from service.cite import Citation, Located, Verification, citation
from service.extractive import Draft, DraftStatement, EvidencePage, answer_extractively
from service.filters import allowed_pages
from service.retrieve import EncoderSource, Found, Hit, Retriever
from service.understand import Query, understand
from service.vocabulary_files import Vocabulary

MODES = ("auto", "full", "sections", "retrieval", "extractive")
NEAREST = 5


@dataclass(frozen=True)
class Event:
    """One step of an answer: `route`, `evidence`, `delta`, `citation`, `usage`, `done`."""

    kind: str
    data: dict[str, Any]


class Answerer:
    """Answers questions over a scope."""

    def __init__(
        self,
        catalog: Catalog,
        pages: Pages,
        retriever: Retriever,
        encoder: EncoderSource,
        vocabulary: Vocabulary,
        evidence_pages: int,
    ) -> None:
        self._catalog = catalog
        self._pages = pages
        self._retriever = retriever
        self._encoder = encoder
        self._vocabulary = vocabulary
        self._evidence_pages = evidence_pages

    def events(
        self, scope: Scope, question: str, mode: str, filter: Mapping[str, Any] | None = None
    ) -> Iterator[Event]:
        """The answer as it comes about; the `done` event carries it whole."""
        started = time.monotonic()
        route = choose_route(mode)
        yield Event("route", route)
        query = understand(question, self._vocabulary)
        only = None
        if filter is not None:
            documents, _waiting = self._retriever.documents(scope)
            only = allowed_pages(filter, documents, self._catalog)
        found = self._retriever.search(scope, query, max(self._evidence_pages, NEAREST), only)
        yield Event("evidence", {"pages": [hit_row(hit) for hit in found.hits[: self._evidence_pages]]})
        evidence = self._read(found.hits[: self._evidence_pages])
        missing = self._missing_name(scope, query, found)
        if missing is not None:
            draft = Draft((), f"{missing!r} is not mentioned in the documents searched")
        else:
            draft = answer_extractively(query, evidence, self._encoder.get())
        citations = self._cite(draft.statements)
        for index, shipped in enumerate(citations):
            yield Event("delta", {"text": draft.statements[index].text + "\n"})
            yield Event("citation", citation_row(shipped))
        body = self._body(draft, citations, route, found, query)
        body["usage"] = {"input_tokens": 0, "output_tokens": 0, "seconds": round(time.monotonic() - started, 3)}
        yield Event("usage", body["usage"])
        yield Event("done", body)

    def answer(self, scope: Scope, question: str, mode: str, filter: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The whole answer: the last event's data."""
        body: dict[str, Any] = {}
        for event in self.events(scope, question, mode, filter):
            if event.kind == "done":
                body = event.data
        return body

    def _read(self, hits: Sequence[Hit]) -> list[EvidencePage]:
        return [
            EvidencePage(
                hit.document,
                self._pages.page(hit.document, hit.page),
                tuple(self._pages.tables(hit.document, hit.page)),
                hit.signals.get("statement", 0.0) > 0,
            )
            for hit in hits
        ]

    def _missing_name(self, scope: Scope, query: Query, found: Found) -> str | None:
        """The first name in the question that stands nowhere in the documents: then nothing they say is an answer."""
        for name in query.names:
            about = " ".join(f"{d.name} {d.detected.get('company', '')}" for d in found.documents)
            if not self._retriever.mentions(scope, name, found.documents, about):
                return name
        return None

    def _cite(self, statements: Sequence[DraftStatement]) -> list[Citation]:
        shipped = []
        for statement in statements:
            document, page = statement.evidence.document, statement.evidence.page
            stored = self._pages.page(document, page.number)
            located = Located(stored, statement.span, Verification.EXACT)
            span = (stored.number, statement.span.start, statement.span.end)
            rectangles = self._pages.rectangles(document, [span])[0]
            outline = self._catalog.contents.outline(document.tenant, document.content)
            section = section_at(outline, stored.number, statement.span.start)
            shipped.append(citation(document, located, None, section, rectangles))
        return shipped

    def _body(
        self, draft: Draft, citations: Sequence[Citation], route: dict[str, Any], found: Found, query: Query
    ) -> dict[str, Any]:
        statements = [
            {"text": statement.text, "citations": [index], "supported": True}
            for index, statement in enumerate(draft.statements)
        ]
        figure = next((s.figure for s in draft.statements if s.figure is not None), None)
        body: dict[str, Any] = {
            "id": new_id("ans"),
            "question": query.question,
            "answer": " ".join(s.text for s in draft.statements) or _not_found(draft, found),
            "answered": bool(draft.statements),
            "statements": statements,
            "citations": [citation_row(shipped) for shipped in citations],
            "route": {**route, "reason": f"{route['reason']}; {draft.reason}"},
            "searched": {
                "documents": len(found.documents),
                "pages": sum(document.pages or 0 for document in found.documents),
                "nearest": [hit_row(hit) for hit in found.hits[:NEAREST]],
                "lexical_only": found.lexical_only,
            },
            "not_yet_searchable": list(found.not_yet_searchable),
        }
        if figure is not None:
            body["figure"] = {
                "value": figure.cell.value,
                "unit": figure.unit,
                "scale": figure.scale,
                "period": figure.period,
                "statement": figure.table.caption[-160:] or None,
            }
        return body


def choose_route(mode: str) -> dict[str, Any]:
    """The route for a mode while no language model is configured."""
    if mode not in MODES:
        raise BadRequest(f"mode must be one of {', '.join(MODES)}.")
    if mode in ("full", "sections", "retrieval"):
        raise LlmNotConfigured(f"Mode {mode!r} needs a language model and none is configured; use 'extractive'.")
    reason = "no language model is configured, so the answer quotes the documents"
    if mode == "extractive":
        reason = "asked for: the answer quotes the documents"
    return {"mode": "extractive", "reason": reason, "considered": [], "model": None, "tokenizer": None}


def section_at(outline: Sequence[Section], page: int, offset: int) -> str | None:
    """Titles of the sections around a place, joined, outermost first."""
    around = [s for s in outline if (s.start_page, s.start) <= (page, offset) < (s.end_page, s.end)]
    return " › ".join(section.title for section in sorted(around, key=lambda s: (s.level, s.ordinal))) or None


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
        "end_page_number": shipped.page + 1,
        "page_label": shipped.page_label,
        "section": shipped.section,
        "span": {"start": shipped.span.start, "end": shipped.span.end},
        "rectangles": [
            {"page": box.page, "x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} for box in shipped.rectangles
        ],
        "verification": str(shipped.verification),
    }


def _not_found(draft: Draft, found: Found) -> str:
    if not found.documents:
        return "There is nothing to search yet: no document in scope is searchable."
    pages = sum(document.pages or 0 for document in found.documents)
    return f"Not found in {len(found.documents)} document(s), {pages} pages: {draft.reason}."
