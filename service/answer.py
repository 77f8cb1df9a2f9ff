"""One question, all the way: understand, route, retrieve, read, quote, check. A stream of typed events.

The reply that is not streamed folds the same stream. Asynchronous at this edge only: the parts it calls are plain
functions run in threads. Knows nothing of HTTP; every part arrives as an argument.
"""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import to_thread

from ingest.catalog import new_id
from ingest.errors import BadRequest, LlmNotConfigured
from ingest.pages import Pages
from ingest.types import Scope
from service.asking import MODES, Ask, Event
from service.cite import Citation, Located, Verification
from service.citing import Citer
from service.extractive import Draft, DraftStatement, EvidencePage, answer_extractively
from service.follow_up import resolve
from service.retrieve import EncoderSource, Found, Retriever
from service.signals import Hit
from service.understand import Query, understand
from service.views import citation_row, hit_row
from service.vocabulary_files import Vocabulary

NEAREST = 5


@dataclass(frozen=True)
class Answerer:
    """Answers questions over a scope."""

    pages: Pages
    retriever: Retriever
    citer: Citer
    encoder: EncoderSource
    vocabulary: Vocabulary
    evidence_pages: int

    async def events(self, scope: Scope, ask: Ask) -> AsyncIterator[Event]:
        """The answer as it comes about; the `done` event carries it whole."""
        started = time.monotonic()
        route = choose_route(ask.mode)
        yield Event("route", route)
        question = await to_thread.run_sync(resolve, ask.question, ask.history, self.vocabulary)
        query = understand(question, self.vocabulary)
        found = await to_thread.run_sync(self._retrieve, scope, query, ask)
        yield Event("evidence", {"pages": [hit_row(hit) for hit in found.hits[: self.evidence_pages]]})
        draft, citations = await to_thread.run_sync(self._extract, scope, query, found)
        for index, shipped in enumerate(citations):
            yield Event("delta", {"text": draft.statements[index].text + "\n"})
            yield Event("citation", citation_row(shipped))
        body = self._body(draft, citations, route, found, query)
        if question != ask.question:
            body.update(question=ask.question, resolved_question=question)
        body["usage"] = {"input_tokens": 0, "output_tokens": 0, "seconds": round(time.monotonic() - started, 3)}
        yield Event("usage", body["usage"])
        yield Event("done", body)

    async def answer(self, scope: Scope, ask: Ask) -> dict[str, Any]:
        """The whole answer at once."""
        return await fold(self.events(scope, ask))

    def _retrieve(self, scope: Scope, query: Query, ask: Ask) -> Found:
        only = self.retriever.allowed(scope, ask.filter)
        return self.retriever.search(scope, query, max(self.evidence_pages, NEAREST), only)

    def _extract(self, scope: Scope, query: Query, found: Found) -> tuple[Draft, list[Citation]]:
        evidence = self._read(found.hits[: self.evidence_pages])
        missing = self._missing_name(scope, query, found)
        if missing is not None:
            draft = Draft((), f"{missing!r} is not mentioned in the documents searched")
        else:
            draft = answer_extractively(query, evidence, self.encoder.get())
        return draft, self._cite(draft.statements)

    def _read(self, hits: Sequence[Hit]) -> list[EvidencePage]:
        return [
            EvidencePage(
                hit.document,
                self.pages.page(hit.document, hit.page),
                tuple(self.pages.tables(hit.document, hit.page)),
                hit.signals.get("statement", 0.0) > 0,
            )
            for hit in hits
        ]

    def _missing_name(self, scope: Scope, query: Query, found: Found) -> str | None:
        """The first name in the question that stands nowhere in the documents: then nothing they say is an answer."""
        for name in query.names:
            about = " ".join(f"{d.name} {d.detected.get('company', '')}" for d in found.documents)
            if not self.retriever.mentions(scope, name, found.documents, about):
                return name
        return None

    def _cite(self, statements: Sequence[DraftStatement]) -> list[Citation]:
        shipped = []
        for statement in statements:
            document = statement.evidence.document
            stored = self.pages.page(document, statement.evidence.page.number)
            shipped.append(self.citer.cite(document, Located(stored, statement.span, Verification.EXACT)))
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


async def fold(events: AsyncIterator[Event]) -> dict[str, Any]:
    """The whole answer: the data of the `done` event."""
    body: dict[str, Any] = {}
    async for event in events:
        if event.kind == "done":
            body = event.data
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


def _not_found(draft: Draft, found: Found) -> str:
    if not found.documents:
        return "There is nothing to search yet: no document in scope is searchable."
    pages = sum(document.pages or 0 for document in found.documents)
    return f"Not found in {len(found.documents)} document(s), {pages} pages: {draft.reason}."
