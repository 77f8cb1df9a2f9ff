"""What a document's outline says for its pages: statements, sections, covers, beginnings, definitions of terms.

Knows no index and no weights.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.catalog import Contents
from ingest.index_types import IndexHit
from ingest.types import Document
from service.question.understand import Query
from service.retrieval.found import Place
from service.retrieval.library import Corpus, Library
from service.retrieval.ranking.definitions import definitions_at
from service.retrieval.signals import beginning, structural

COVER = ((1, 1.0), (2, 0.5))  # a filing's first pages
FIRST_READ = 30  # passages by words on whose pages a definition is looked for, beside those of definitions


@dataclass(frozen=True)
class Structure:
    """Outlines of one search's documents."""

    contents: Contents
    library: Library
    corpus: Corpus

    def signals(
        self, query: Query, documents: Sequence[Document], defining: Mapping[str, Place]
    ) -> Iterator[tuple[str, str, int, float]]:
        """(signal, content, page, value between 0 and 1) of every page that stands where the question looks."""
        for content, page in defining.values():
            yield "defines", content, page, 1.0
        if not (query.statements or query.sections or query.at_start or query.on_cover):
            return
        for document in documents:
            for page, signal, value in self._of(document, query):
                yield signal, document.content, page, value

    def _of(self, document: Document, query: Query) -> Iterator[tuple[int, str, float]]:
        outline = self.library.outline(document, self.corpus.version)
        for section in outline.sections:
            yield from structural(section, query, outline.main)
        if query.at_start:
            yield from ((page, "start", value) for page, value in beginning(outline.sections))
        if query.on_cover:
            yield from ((page, "cover", value) for page, value in COVER)

    def definitions(
        self, query: Query, documents: Sequence[Document], by_words: Sequence[IndexHit]
    ) -> dict[str, Place]:
        """Chunks that define the terms a question asks the definition of, with their places."""
        found: dict[str, Place] = {}
        for document in documents if query.defined else ():
            sections = self.library.outline(document, self.corpus.version).sections
            pages = (hit.page for hit in by_words[:FIRST_READ] if hit.content == document.content)
            chunks = definitions_at(self.contents, document, sections, query.defined, pages)
            found |= {id: (document.content, page) for id, page in chunks.items()}
        return found
