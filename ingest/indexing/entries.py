"""What the indexes store of a document: derived text of pages and chunks, never what is cited.

Knows nothing of the indexes themselves.
"""

from collections.abc import Iterable, Iterator, Sequence

from ingest.index_types import IndexEntry
from ingest.indexing.embed import embedded_texts
from ingest.structure.outline import breadcrumb_at
from ingest.text.normalize import Level, normalize
from ingest.types import Chunk, Page, Section

TOP_OF_PAGE = 3  # lines at a page's head that are indexed as its heading


def page_entries(content: str, pages: Sequence[Page], sections: Sequence[Section]) -> Iterator[IndexEntry]:
    """What the index stores of each page: its top lines as heading, its sections, its words."""
    for page in pages:
        if page.text.strip():
            top = " ".join(page.text[line.start : line.end] for line in page.lines[:TOP_OF_PAGE])
            around = {title for s in sections if _touches(s, page.number) for title in (s.title,)}
            headings = " ".join([*breadcrumb_at(sections, page.number, 0), *sorted(around)])
            yield IndexEntry(
                f"{content[:16]}:{page.number}",
                content,
                page.number,
                normalize(top, Level.TYPOGRAPHY)[:400],
                normalize(headings, Level.TYPOGRAPHY)[:1000],
                page.text,
            )


def _touches(section: Section, number: int) -> bool:
    ends_here = section.end_page == number and section.end > 0
    return section.start_page <= number and (number < section.end_page or ends_here) and section.level >= 3


def vector_entries(content: str, pages: Iterable[Page], sections: Sequence[Section]) -> Iterator[tuple[str, int, str]]:
    """What is encoded of each page: rows of (id, page, text)."""
    for page in pages:
        for part, text in enumerate(embedded_texts(breadcrumb_at(sections, page.number, 0), page.text)):
            yield f"{content[:16]}:{page.number}:{part}", page.number, text


def passage_vector_entries(pages: Iterable[Page], chunks: Sequence[Chunk]) -> Iterator[tuple[str, int, str]]:
    """What is encoded of a short document: every chunk under its innermost section, as rows of (id, page, text)."""
    texts = {page.number: page.text for page in pages}
    for chunk in chunks:
        body = normalize(texts[chunk.page][chunk.start : chunk.end], Level.TYPOGRAPHY)
        if body.strip():
            yield chunk.id, chunk.page, ". ".join([*chunk.breadcrumb[-1:], body])


def passage_entries(content: str, pages: Sequence[Page], chunks: Sequence[Chunk]) -> Iterator[IndexEntry]:
    """What the index stores of each chunk: its caption as heading, its breadcrumb, its words."""
    texts = {page.number: page.text for page in pages}
    for chunk in chunks:
        body = texts[chunk.page][chunk.start : chunk.end]
        if body.strip():
            yield IndexEntry(chunk.id, content, chunk.page, chunk.caption, " ".join(chunk.breadcrumb), body)
