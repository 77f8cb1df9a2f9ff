"""What could be put before a model for a question: whole documents, whole sections, or the pages found.

Counts tokens from what was stored at ingest, so that nothing has to be read to compare prices. Knows no model, no
prompt wording and no price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.catalog import Catalog
from ingest.types import Document, PageKind, Section
from service.retrieve import Found
from service.signals import STATEMENTS, last_page

PER_PAGE, PER_DOCUMENT = 14, 24  # tokens of the markup around a page and around a document
WHOLE = ("item", "note", "article", "exhibit", "preamble", "definitions", "recitals")
MOST_PICTURES = 8  # pages without text of their own that are shown as pictures
AROUND = 1  # pages taken on either side of a hit that stands in no section small enough


@dataclass(frozen=True)
class Part:
    """Pages of one document, in order, with their tokens, markup included; `scans` are those worth a picture."""

    document: Document
    numbers: tuple[int, ...]
    tokens: int
    scans: tuple[int, ...] = ()


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

    def pictures(self, mode: str) -> int:
        """How many pages of a mode a model that can see is shown."""
        return min(MOST_PICTURES, sum(len(part.scans) for part in self.of(mode)))


@dataclass(frozen=True)
class _Book:
    """A document's pages that may be sent, with their tokens, and which of them are scans."""

    document: Document
    sizes: dict[int, int]
    scans: frozenset[int]


@dataclass(frozen=True)
class Gatherer:
    """Gathers material. `section_tokens` bounds what whole sections may add up to."""

    catalog: Catalog
    evidence_pages: int
    section_tokens: int

    def gather(self, found: Found, only: set[tuple[str, int]] | None) -> Material:
        """What each mode would send for ranked pages; `only` holds the (content, page) pairs a filter lets through."""
        books = {document.content: self._book(document, only) for document in found.asked}
        hits = [(hit.document.content, hit.page) for hit in found.hits if hit.document.content in books]
        full = [(content, number) for content, book in books.items() for number in book.sizes]
        return Material(
            _parts(full, books),
            _parts(self._sections(hits, books), books),
            _parts(hits[: self.evidence_pages], books),
        )

    def _book(self, document: Document, only: set[tuple[str, int]] | None) -> _Book:
        rows = [
            row
            for row in self.catalog.contents.page_report(document.tenant, document.content)
            if row["tokens"] and (only is None or (document.content, row["number"]) in only)
        ]
        sizes = {row["number"]: row["tokens"] + PER_PAGE for row in rows}
        return _Book(document, sizes, frozenset(row["number"] for row in rows if row["kind"] != PageKind.TEXT))

    def _sections(self, hits: Sequence[tuple[str, int]], books: dict[str, _Book]) -> set[tuple[str, int]]:
        """Whole sections around the best pages while they fit, the best page's first."""
        chosen: set[tuple[str, int]] = set()
        left = self.section_tokens
        outlines: dict[str, list[Section]] = {}
        for content, number in hits:
            if (content, number) in chosen:
                continue
            if content not in outlines:
                document = books[content].document
                outlines[content] = self.catalog.contents.outline(document.tenant, content)
            for numbers in _around(outlines[content], number):
                sizes = books[content].sizes
                added = {(content, n) for n in numbers if n in sizes} - chosen
                cost = sum(sizes[n] for _content, n in added)
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


def _parts(pages: Iterable[tuple[str, int]], books: dict[str, _Book]) -> tuple[Part, ...]:
    numbers: dict[str, set[int]] = {}
    for content, number in pages:
        if number in books[content].sizes:
            numbers.setdefault(content, set()).add(number)
    chosen = sorted(((books[each], sorted(numbers[each])) for each in numbers), key=lambda row: row[0].document.id)
    return tuple(
        Part(
            book.document,
            tuple(found),
            PER_DOCUMENT + sum(book.sizes[n] for n in found),
            tuple(n for n in found if n in book.scans),
        )
        for book, found in chosen
    )
