"""A search as the wire wants it: ranked pages or passages with label, section, snippet and span. Knows no HTTP."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.catalog import Catalog
from ingest.types import Chunk, Page, Scope
from service.citation.citations import section_at
from service.question.understand import Query, understand
from service.question.vocabulary_files import Vocabulary
from service.retrieval.found import Found
from service.retrieval.retriever import Retriever
from service.retrieval.signals import Hit

SNIPPET = 320


@dataclass(frozen=True)
class Searcher:
    """Runs searches over a scope."""

    catalog: Catalog
    retriever: Retriever
    vocabulary: Vocabulary

    def search(
        self, scope: Scope, text: str, unit: str, limit: int, filter: Mapping[str, Any] | None, *, explain: bool
    ) -> dict[str, Any]:
        """Ranked hits as plain values."""
        query = understand(text, self.vocabulary)
        search = self.retriever.search_passages if unit == "passage" else self.retriever.search
        found = search(scope, query, limit, conditions=filter)
        reply: dict[str, Any] = {
            "hits": self._rows(found, query, explain=explain),
            "not_yet_searchable": list(found.not_yet_searchable),
            "lexical_only": found.lexical_only,
        }
        if explain:
            reply["understood"] = query.explain()
        return reply

    def _rows(self, found: Found, query: Query, *, explain: bool) -> list[dict[str, Any]]:
        """The hits as plain values; what they need of the catalog is read once."""
        contents = self.catalog.contents
        ids = [hit.passage for hit in found.hits if hit.passage is not None]
        chunks = contents.chunks_by_id(found.hits[0].document.tenant, ids) if ids else {}
        pages = self._pages(found)
        rows = []
        for hit in found.hits:
            page, outline = pages[hit.document.id, hit.page], self.retriever.outline(hit.document, found.version)
            start, end = snippet_span(page, chunks.get(hit.passage or ""), query.words)
            row = _row(hit, page, section_at(outline, hit.page, start), (start, end))
            if explain:
                row["signals"] = {name: round(value, 4) for name, value in hit.signals.items()}
            rows.append(row)
        return rows

    def _pages(self, found: Found) -> dict[tuple[str, int], Page]:
        """The pages of the hits without their lines, by document and number; one read a document."""
        pages: dict[tuple[str, int], Page] = {}
        for document in {hit.document.id: hit.document for hit in found.hits}.values():
            numbers = [hit.page for hit in found.hits if hit.document.id == document.id]
            stored = self.catalog.contents.iterate_pages(document.tenant, document.content, numbers, geometry=False)
            pages |= {(document.id, page.number): page for page in stored}
        return pages


def _row(hit: Hit, page: Page, section: str | None, span: tuple[int, int]) -> dict[str, Any]:
    start, end = span
    return {
        "document_id": hit.document.id,
        "document_name": hit.document.name,
        "page": hit.page,
        "page_label": page.label,
        "score": round(hit.score, 4),
        "section": section,
        "snippet": re.sub(r"\s+", " ", page.text[start:end]).strip(),
        "span": {"start": start, "end": end},
    }


def snippet_span(page: Page, chunk: Chunk | None, words: Sequence[str]) -> tuple[int, int]:
    """The part of a page to show: the best chunk, or the stretch of lines with most of the question's words."""
    if chunk is not None:
        return chunk.start, min(chunk.end, chunk.start + 3 * SNIPPET)
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\r\n]+", page.text)]
    if not lines:
        return 0, 0
    best, best_score = 0, -1
    for index in range(len(lines)):
        body = page.text[lines[index][0] : lines[min(index + 3, len(lines) - 1)][1]].lower()
        score = sum(1 for word in words if word in body)
        if score > best_score:
            best, best_score = index, score
    return lines[best][0], min(lines[min(best + 3, len(lines) - 1)][1], lines[best][0] + 3 * SNIPPET)
