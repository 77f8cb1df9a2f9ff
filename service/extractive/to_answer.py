"""Drafts in the form an answer goes out: one result per question asked, each answered or said to be not found.

Results worked out stand before the rows they were worked out from. A place quoted for two parts is cited once; the same
statement is made once. Knows no HTTP and no index.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.text.instructions import suspicious
from ingest.types import Document, Page, Span
from service.citation.page_warnings import page_warnings
from service.contract.answer import Calculation, Citation, Content, Figure, Nearest, Operand, Part, Statement
from service.extractive.draft import Draft, DraftStatement, Worked
from service.retrieval.filters import EVERY_PAGE
from service.retrieval.found import Found

Cite = Callable[[DraftStatement], Citation]
INSTRUCTION_LIKE = "instruction_like_text"
MAX_CAPTION = 160  # characters of a table's caption, its end


def content_of(asked: Sequence[str], drafts: Sequence[Draft], found: Found, cite: Cite) -> Content:
    """What an answer says; `asked` are the questions the drafts answer, in order."""
    assembly = _Assembly(cite)
    parts = tuple(assembly.add(question, draft) for question, draft in zip(asked, drafts, strict=True))
    content = Content(
        "",
        any(part.answered for part in parts),
        tuple(assembly.statements),
        tuple(assembly.citations),
        tuple(assembly.calculations),
        tuple(assembly.figures),
        parts if len(parts) > 1 else (),
        tuple(dict.fromkeys(warning for place in assembly.places for warning in page_warnings(*place))),
        nearest=tuple(assembly.nearest),
    )
    said = " ".join(text for text, _citations in spoken(content))
    return replace(content, text=said or not_found(found, drafts[0].reason))


def spoken(content: Content) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The sentences of an answer in order, each with its citations; parts without an answer are said to have none."""
    if not content.answered:
        return
    said: set[int] = set()
    for part in content.parts or (Part("", True, tuple(range(len(content.statements)))),):
        for index in part.statements:
            if index not in said:
                said.add(index)
                yield content.statements[index].text, content.statements[index].citations
        if not part.answered:
            yield not_answered(part), ()


def not_answered(part: Part) -> str:
    """What is said of a question of several that nothing answers."""
    return f'Not found: "{part.question}" ({part.reason}).'


def not_found(found: Found, reason: str) -> str:
    """What is said when nothing answers."""
    if not found.documents and found.page_filter is not EVERY_PAGE:
        return "No searchable document in scope passes the filter."
    if not found.documents:
        return "There is nothing to search yet: no document in scope is searchable."
    pages = sum(document.pages or 0 for document in found.documents)
    return f"Not found in {len(found.documents)} document(s), {pages} pages: {reason}."


@dataclass
class _Assembly:
    """Statements, citations, calculations and figures of one answer as its parts are added."""

    cite: Cite
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    calculations: list[Calculation] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    places: list[tuple[Document, Page]] = field(default_factory=list)  # pages cited
    nearest: list[Nearest] = field(default_factory=list)
    _places: dict[tuple[str, int, Span], int] = field(default_factory=dict)

    def add(self, question: str, draft: Draft) -> Part:
        """One question's result."""
        rows = [(row.text, (self._citation(row),), row.confidence) for row in draft.statements]
        sure = min((row.confidence for row in draft.statements if row.confidence is not None), default=None)
        worked = [self._calculation(each) for each in draft.worked]
        results = [
            (each.text, tuple(dict.fromkeys(operand.citation for operand in calculation.operands)), sure)
            for each, calculation in zip(draft.worked, worked, strict=True)
        ]
        self.calculations += worked
        self.nearest += [Nearest(row.text, self._citation(row)) for row in draft.nearest]
        if not worked:
            self.figures += [figure for row in draft.statements if (figure := self._figure(row)) is not None]
        indexes = tuple(dict.fromkeys(self._statement(*said) for said in (*results, *rows)))
        return Part(question, bool(indexes), indexes, None if indexes else draft.reason)

    def _statement(self, text: str, citations: tuple[int, ...], confidence: float | None) -> int:
        documents = tuple(dict.fromkeys(self.citations[index].document_id for index in citations))
        flags = (INSTRUCTION_LIKE,) if suspicious(text) else ()
        statement = Statement(text, citations, flags=flags, confidence=confidence, document_ids=documents)
        if statement not in self.statements:
            self.statements.append(statement)
        return self.statements.index(statement)

    def _citation(self, row: DraftStatement) -> int:
        place = row.evidence.document.id, row.evidence.page.number, row.span
        if place not in self._places:
            self._places[place] = len(self.citations)
            self.citations.append(self.cite(row))
            self.places.append((row.evidence.document, row.evidence.page))
        return self._places[place]

    def _calculation(self, worked: Worked) -> Calculation:
        operands = []
        for operand in worked.operands:
            figure = operand.statement.figure
            value, unit, scale = (figure.cell.value, figure.unit, figure.scale) if figure else (None, None, 1)
            operands.append(Operand(operand.name, value, unit, scale or 1, self._citation(operand.statement)))
        return Calculation(worked.name, worked.expression, tuple(operands), worked.result, worked.unit, worked.scale)

    def _figure(self, row: DraftStatement) -> Figure | None:
        if row.figure is None:
            return None
        figure, document = row.figure, row.evidence.document
        return Figure(
            label=figure.row.label,
            segment=row.segment,
            period=figure.period,
            value=figure.cell.value,
            unit=figure.unit,
            scale=figure.scale,
            document_id=document.id,
            citation=self._citation(row),
            caption=figure.table.caption[-MAX_CAPTION:] or None,
        )
