"""What could be put before a model for a question: whole documents, whole sections, or the pages found.

Counts tokens from what was stored at ingest, so that nothing has to be read to compare prices. Knows no model, no
prompt wording and no price.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.catalog import Catalog
from ingest.types import Document, PageKind, Section
from service.contract.question import Mode
from service.prompting.pictures import Picture
from service.retrieval.filters import PageFilter
from service.retrieval.found import Found
from service.retrieval.signals import STATEMENTS, Hit, last_page

PER_PAGE, PER_DOCUMENT = 14, 24  # tokens of the markup around a page and around a document
WHOLE = ("item", "note", "article", "exhibit", "preamble", "definitions", "recitals")
MAX_PICTURES = 8  # shown to a model that can see
AROUND = 1  # pages taken on either side of a hit that stands in no section small enough


@dataclass(frozen=True)
class Part:
    """Pages of one document, in order, with their tokens, markup included; `pictures` are those worth one.

    `scores` say for each page how well it was found, as a share of the best page's, 0 for one that was not. Of the
    pages without words only as many are among them as can be shown; `unseen` counts the others.
    """

    document: Document
    numbers: tuple[int, ...]
    tokens: int
    pictures: tuple[Picture, ...] = ()
    unseen: int = 0
    scores: tuple[float, ...] = ()


@dataclass(frozen=True)
class Context:
    """The pages of each mode, in document order."""

    full: tuple[Part, ...]
    sections: tuple[Part, ...]
    retrieval: tuple[Part, ...]

    def of(self, mode: Mode) -> tuple[Part, ...]:
        """The parts of a mode."""
        return {Mode.FULL: self.full, Mode.SECTIONS: self.sections, Mode.RETRIEVAL: self.retrieval}[mode]

    def tokens(self, mode: Mode) -> int:
        """Tokens of a mode's pages with their markup, pictures aside."""
        return sum(part.tokens for part in self.of(mode))

    def pictures(self, mode: Mode) -> tuple[Picture, ...]:
        """Pages of a mode shown as pictures: first those that have nothing else to show."""
        all_of_them = [picture for part in self.of(mode) for picture in part.pictures]
        return tuple(sorted(all_of_them, key=lambda picture: not picture.wordless)[:MAX_PICTURES])


@dataclass(frozen=True)
class _Book:
    """A document's pages that may be sent, with their tokens, and those of them that are worth a picture."""

    document: Document
    sizes: dict[int, int]
    pictures: dict[int, Picture]

    @property
    def wordless(self) -> bool:
        """Whether there is nothing but pictures."""
        return bool(self.sizes) and all(n in self.pictures and self.pictures[n].wordless for n in self.sizes)


@dataclass(frozen=True)
class ContextBuilder:
    """Gathers context. `section_tokens` bounds what whole sections may add up to."""

    catalog: Catalog
    evidence_pages: int
    section_tokens: int

    def gather(self, found: Found, *, sees: bool = False, most: int | None = None) -> Context:
        """What each mode would send for ranked pages to a model that sees pictures, or not.

        Of the documents only the pages that pass `found.page_filter`; `most` is how many pages found are read where
        the caller says so. No search finds a document without words: among a few documents its pages go along in every
        mode.
        """
        books = {document.content: self._book(document, found.page_filter, sees=sees) for document in found.asked}
        shares = _shares([hit for hit in found.hits if hit.document.content in books])
        hits = list(shares)
        full = [(content, number) for content, book in books.items() for number in book.sizes]
        few = len(books) <= MAX_PICTURES
        lone = [(content, number) for content, number in full if few and books[content].wordless]
        return Context(
            _parts(full, books, shares),
            _parts([*self._sections(hits, books), *lone], books, shares),
            _parts([*hits[: most or self.evidence_pages], *lone], books, shares),
        )

    def _book(self, document: Document, page_filter: PageFilter, *, sees: bool) -> _Book:
        report = self.catalog.contents.page_report(document.tenant, document.content)
        scans = [row for row in report if row["kind"] == PageKind.SCAN]
        worth = scans if any(row["tokens"] for row in report) else report  # or OCR has found no word on any page
        pictures = {
            row["number"]: Picture(document, row["number"], row["width"], row["height"], not row["tokens"])
            for row in worth
            if sees
        }
        sizes = {
            row["number"]: row["tokens"] + PER_PAGE
            for row in report
            if (row["tokens"] or row["number"] in pictures) and page_filter.allows(document.content, row["number"])
        }
        return _Book(document, sizes, pictures)

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


def _shares(hits: Sequence[Hit]) -> dict[tuple[str, int], float]:
    """How well each page was found, best first, as a share of the best one's score."""
    best = max((hit.score for hit in hits), default=0.0)
    best = best if best > 0 else 1.0
    return {(hit.document.content, hit.page): round(max(0.0, hit.score) / best, 4) for hit in hits}


def _parts(
    pages: Iterable[tuple[str, int]], books: dict[str, _Book], shares: Mapping[tuple[str, int], float]
) -> tuple[Part, ...]:
    numbers: dict[str, set[int]] = {}
    for content, number in pages:
        if number in books[content].sizes:
            numbers.setdefault(content, set()).add(number)
    room = MAX_PICTURES  # for pages without words, over all documents
    parts = []
    for content in sorted(numbers, key=lambda content: books[content].document.id):
        part = _part(books[content], sorted(numbers[content]), room)
        room -= sum(picture.wordless for picture in part.pictures)
        parts.append(replace(part, scores=tuple(shares.get((content, number), 0.0) for number in part.numbers)))
    return tuple(part for part in parts if part.numbers)


def _part(book: _Book, numbers: Sequence[int], room: int) -> Part:
    wordless = [n for n in numbers if n in book.pictures and book.pictures[n].wordless]
    unseen = wordless[max(0, room) :]
    kept = tuple(n for n in numbers if n not in unseen)
    pictures = tuple(book.pictures[n] for n in kept if n in book.pictures)
    return Part(book.document, kept, PER_DOCUMENT + sum(book.sizes[n] for n in kept), pictures, len(unseen))
