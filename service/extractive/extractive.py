"""The answer without a model: reads the pages found, quotes them, cites what it quotes. Knows no model and no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.pages import Pages
from ingest.types import Document, Span
from service.citation.citations import Citer
from service.citation.locate import Citation, Located, Verification
from service.extractive.decide import answer_extractively
from service.extractive.draft import Draft, DraftStatement, EvidencePage, Worked
from service.extractive.figure_answers import distinct
from service.http.serializers import calculation_row, citation_row, operand_row
from service.question.understand import Query
from service.retrieval.filters import EVERY_PAGE
from service.retrieval.found import Found, PartFound
from service.retrieval.names_known import names_filer
from service.retrieval.query_encoder import EncoderSource
from service.retrieval.signals import IS_STATEMENT


@dataclass(frozen=True)
class Quoted:
    """An extractive answer with its checked citations, one a statement."""

    draft: Draft
    citations: tuple[Citation, ...]

    def body(self, found: Found) -> dict[str, Any]:
        """What of an answer's body it fills: results worked out first, then the rows and sentences quoted."""
        places = {(s.evidence.document.id, s.span): index for index, s in enumerate(self.draft.statements)}
        worked = [_calculation(each, places) for each in self.draft.worked]
        rows = [(statement.text, [index]) for index, statement in enumerate(self.draft.statements)]
        results = [
            (each.text, [operand["citation"] for operand in row["operands"]])
            for each, row in zip(self.draft.worked, worked, strict=True)
        ]
        statements = [
            {"text": text, "citations": list(dict.fromkeys(citations)), "supported": True, "flags": []}
            for text, citations in (*results, *rows)
        ]
        said = " ".join(text for text, _citations in (*results, *rows))
        body: dict[str, Any] = {
            "answer": said or not_found(found, self.draft.reason),
            "answered": bool(statements),
            "statements": statements,
            "calculations": worked,
            "citations": [citation_row(shipped) for shipped in self.citations],
        }
        figure = next((s.figure for s in self.draft.statements if s.figure is not None), None)
        if figure is not None and not worked:
            body["figure"] = {
                "value": figure.cell.value,
                "unit": figure.unit,
                "scale": figure.scale,
                "period": figure.period,
                "statement": figure.table.caption[-160:] or None,
            }
        return body


def _calculation(worked: Worked, places: Mapping[tuple[str, Span], int]) -> dict[str, Any]:
    """A result with its operands; `places` gives the number of the citation of each row."""
    operands = []
    for operand in worked.operands:
        figure, place = operand.statement.figure, (operand.statement.evidence.document.id, operand.statement.span)
        value, unit, scale = (figure.cell.value, figure.unit, figure.scale) if figure else (None, None, 1)
        operands.append(operand_row(operand.name, value, unit, scale or 1, places[place]))
    return calculation_row(worked.name, worked.expression, operands, worked.result, worked.unit, worked.scale)


@dataclass(frozen=True)
class Extractive:
    """Answers by quoting the evidence it is given; it searches nothing."""

    pages: Pages
    citer: Citer
    encoder: EncoderSource
    evidence_pages: int

    def quote(self, found: Found) -> Quoted:
        """Read the first pages each part found and quote what answers it."""
        draft = joined([self._draft(part, found.documents) for part in found.parts])
        return Quoted(draft, tuple(self._cite(draft.statements)))

    def _draft(self, part: PartFound, documents: Sequence[Document]) -> Draft:
        if part.unknown_name is not None:
            return Draft((), f"{part.unknown_name!r} is not mentioned in the documents searched")
        evidence = self._read(part)
        if part.query.names and not names_filer(part.query, documents):
            evidence = [place for place in evidence if _speaks_of(place, part.query)]
        return answer_extractively(part.query, evidence, self.encoder.get())

    def _read(self, part: PartFound) -> list[EvidencePage]:
        hits = part.hits[: self.evidence_pages]
        return [
            EvidencePage(
                hit.document,
                self.pages.page(hit.document, hit.page),
                tuple(self.pages.tables(hit.document, hit.page)),
                hit.signals.get("statement", 0.0) >= IS_STATEMENT,
                hit.signals.get("start", 0.0) > 0,
                hit.score / hits[0].score if hits[0].score > 0 else 0.0,
                part.passages.get((hit.document.content, hit.page), ()),
            )
            for hit in hits
        ]

    def _cite(self, statements: Sequence[DraftStatement]) -> list[Citation]:
        shipped = []
        for statement in statements:
            document = statement.evidence.document
            stored = self.pages.page(document, statement.evidence.page.number)
            shipped.append(self.citer.cite(document, Located(stored, statement.span, Verification.EXACT)))
        return shipped


def _speaks_of(place: EvidencePage, query: Query) -> bool:
    """Whether a page names one of those the question names.

    A filing that mentions a competitor somewhere must not give its own figures for the competitor's.
    """
    text = place.page.text.lower()
    return any(name.lower() in text for name in query.names)


def joined(drafts: Sequence[Draft]) -> Draft:
    """The drafts of a question's parts as one answer."""
    if len(drafts) == 1:
        return drafts[0]
    statements = distinct([statement for draft in drafts for statement in draft.statements])
    reason = next((draft.reason for draft in drafts if draft.statements), drafts[0].reason)
    return Draft(tuple(statements), reason, tuple(each for draft in drafts for each in draft.worked))


def not_found(found: Found, reason: str) -> str:
    """What is said when nothing answers."""
    if not found.documents and found.page_filter is not EVERY_PAGE:
        return "No searchable document in scope passes the filter."
    if not found.documents:
        return "There is nothing to search yet: no document in scope is searchable."
    pages = sum(document.pages or 0 for document in found.documents)
    return f"Not found in {len(found.documents)} document(s), {pages} pages: {reason}."
