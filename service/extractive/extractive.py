"""The answer without a model: reads the pages found, quotes them, cites what it quotes. Knows no model and no HTTP."""

from dataclasses import dataclass

from ingest.text.scripts import without_accents
from service.citation.citations import Citer
from service.citation.locate import Located
from service.contract.answer import Citation, Content, Verification
from service.extractive.about_document import DocumentReader
from service.extractive.decide import answer_extractively
from service.extractive.draft import Draft, DraftStatement, EvidencePage
from service.extractive.page_reader import PageReader
from service.extractive.to_answer import content_of
from service.question.understand import Query
from service.retrieval.found import Found, PartFound
from service.retrieval.names_known import names_filer
from service.retrieval.query_encoder import EncoderSource


@dataclass(frozen=True)
class Quoted:
    """An extractive answer with its checked citations, and why it says what it says."""

    content: Content
    reason: str


@dataclass(frozen=True)
class Extractive:
    """Answers by quoting the evidence it is given; it searches nothing."""

    pages: PageReader
    citer: Citer
    encoder: EncoderSource
    evidence_pages: int
    documents: DocumentReader

    def quote(self, found: Found) -> Quoted:
        """Read the first pages each part found and quote what answers it."""
        drafts = [self._draft(part, found) for part in found.parts]
        content = content_of([part.query.question for part in found.parts], drafts, found, self._cite)
        return Quoted(content, next((draft for draft in drafts if draft.statements), drafts[0]).reason)

    def _draft(self, part: PartFound, found: Found) -> Draft:
        if part.unknown_name is not None:
            return Draft((), f"{part.unknown_name!r} is not mentioned in the documents searched")
        evidence = self.evidence(part, found.version)
        if part.query.names and not names_filer(part.query, found.documents):
            evidence = [place for place in evidence if _speaks_of(place, part.query)]
        return answer_extractively(part.query, evidence, self.encoder.get(), self.documents)

    def evidence(self, part: PartFound, version: int) -> list[EvidencePage]:
        """The first pages found of one question, read, with what is known of their documents."""
        hits = part.hits[: self.evidence_pages]
        return [
            EvidencePage(
                hit.document,
                self.pages.page(hit.document, version, hit.page),
                self.pages.tables(hit.document, version, hit.page),
                hit.is_statement,
                hit.signals.get("start", 0.0) > 0,
                hit.score / hits[0].score if hits[0].score > 0 else 0.0,
                part.passages.get((hit.document.content, hit.page), ()),
                self.documents.about(hit.document),
            )
            for hit in hits
        ]

    def _cite(self, statement: DraftStatement) -> Citation:
        place = Located(statement.evidence.page, statement.span, Verification.EXACT)
        return self.citer.cite(statement.evidence.document, place)


def _speaks_of(place: EvidencePage, query: Query) -> bool:
    """Whether a page names one of those the question names.

    A filing that mentions a competitor somewhere must not give its own figures for the competitor's.
    """
    text = without_accents(place.page.text).lower()
    return any(without_accents(name).lower() in text for name in query.names)
