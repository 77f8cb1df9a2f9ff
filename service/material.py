"""What could be put before a model for a question: whole documents, whole sections, or the pages found.

Counts tokens from what was stored at ingest, so that nothing has to be read to compare prices. Knows no model, no
prompt wording and no price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.catalog import Catalog
from ingest.types import Document, Section
from service.retrieve import Found
from service.signals import last_page

PER_PAGE, PER_DOCUMENT = 14, 24  # tokens of the markup around a page and around a document
WHOLE = ("item", "note", "article", "exhibit", "preamble", "definitions", "recitals")
STATEMENTS = ("income_statement", "balance_sheet", "cash_flow_statement", "equity_statement", "comprehensive_income")
AROUND = 1  # pages taken on either side of a hit that stands in no section small enough


@dataclass(frozen=True)
class Part:
    """Pages of one document, in order, with their tokens, markup included."""

    document: Document
    numbers: tuple[int, ...]
    tokens: int


@dataclass(frozen=True)
class Material:
    """The pages of each mode, in document order."""

    full: tuple[Part, ...]
    sections: tuple[Part, ...]
    retrieval: tuple[Part, ...]

    def of(self, mode: str) -> tuple[Part, ...]:
        """The parts of a mode."""
        return {"full": self.full, "sections": self.sections, "retrieval": self.retrieval}[mode]

    def tokens(self, mode: str) -> int:
        """Tokens of a mode's pages with their markup."""
        return sum(part.tokens for part in self.of(mode))


@dataclass(frozen=True)
class Gatherer:
    """Gathers material. `section_tokens` bounds what whole sections may add up to."""

    catalog: Catalog
    evidence_pages: int
    section_tokens: int

    def gather(self, found: Found, only: set[tuple[str, int]] | None) -> Material:
        """What each mode would send for ranked pages; `only` holds the (content, page) pairs a filter lets through."""
        sizes = {document.content: self._sizes(document, only) for document in found.asked}
        by_content = {document.content: document for document in found.asked}
        hits = [(hit.document.content, hit.page) for hit in found.hits if hit.document.content in sizes]
        pages = hits[: self.evidence_pages]
        full = [(content, number) for content, tokens in sizes.items() for number in tokens]
        return Material(
            _parts(full, sizes, by_content),
            _parts(self._sections(hits, sizes, by_content), sizes, by_content),
            _parts(pages, sizes, by_content),
        )

    def _sizes(self, document: Document, only: set[tuple[str, int]] | None) -> dict[int, int]:
        rows = self.catalog.contents.page_report(document.tenant, document.content)
        return {
            row["number"]: row["tokens"] + PER_PAGE
            for row in rows
            if row["tokens"] and (only is None or (document.content, row["number"]) in only)
        }

    def _sections(
        self,
        hits: Sequence[tuple[str, int]],
        sizes: dict[str, dict[int, int]],
        documents: dict[str, Document],
    ) -> set[tuple[str, int]]:
        """Whole sections around the best pages while they fit, the best page's first."""
        chosen: set[tuple[str, int]] = set()
        left = self.section_tokens
        outlines: dict[str, list[Section]] = {}
        for content, number in hits:
            if (content, number) in chosen:
                continue
            if content not in outlines:
                document = documents[content]
                outlines[content] = self.catalog.contents.outline(document.tenant, content)
            for numbers in _around(outlines[content], number):
                added = {(content, n) for n in numbers if n in sizes[content]} - chosen
                cost = sum(sizes[content][n] for _content, n in added)
                if cost <= left:
                    chosen |= added
                    left -= cost
                    break
        return chosen


def _around(outline: Iterable[Section], number: int) -> Iterable[range]:
    """Ranges of pages around a page, the largest sensible first: its section, its heading's pages, its neighbours."""
    around = [s for s in outline if s.start_page <= number <= last_page(s)]
    whole = [s for s in around if s.kind in (*WHOLE, *STATEMENTS) or (s.kind == "clause" and s.level <= 2)]
    for section in sorted(whole, key=lambda s: s.level):
        yield range(section.start_page, last_page(section) + 1)
    for section in sorted((s for s in around if s not in whole and s.level > 1), key=lambda s: s.level):
        yield range(section.start_page, last_page(section) + 1)
    yield range(number - AROUND, number + AROUND + 1)
    yield range(number, number + 1)


def _parts(
    pages: Iterable[tuple[str, int]], sizes: dict[str, dict[int, int]], documents: dict[str, Document]
) -> tuple[Part, ...]:
    numbers: dict[str, set[int]] = {}
    for content, number in pages:
        if number in sizes[content]:
            numbers.setdefault(content, set()).add(number)
    return tuple(
        Part(documents[content], tuple(sorted(found)), PER_DOCUMENT + sum(sizes[content][n] for n in found))
        for content, found in sorted(numbers.items(), key=lambda row: documents[row[0]].id)
    )
