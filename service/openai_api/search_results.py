"""The pages an answer has read, as results of a file search call. Knows no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.contract.caller import Caller
from service.contract.events import EvidenceGathered
from service.openai_api.shapes import attributes
from service.wiring import Service

MAX_SHOWN = 20  # where the caller does not say; OpenAI's own number


@dataclass(frozen=True)
class PageRead:
    """A page an answer has read, with the score it was found with."""

    document_id: str
    page: int
    score: float


def pages_read(evidence: EvidenceGathered) -> list[PageRead]:
    """The pages of the evidence, best first; those put before a model come in document order."""
    ranked = [PageRead(hit.document_id, hit.page, hit.score) for hit in evidence.pages]
    read = [
        PageRead(part.document_id, number, score)
        for part in evidence.documents
        for number, score in zip(part.pages, part.scores, strict=True)
    ]
    return ranked or sorted(read, key=lambda page: -page.score)


def search_results(
    service: Service, caller: Caller, pages: Sequence[PageRead], max_pages: int | None, min_score: float
) -> list[dict[str, Any]]:
    """Pages with their text, best first; `score` is relative to the best of them."""
    best = max((page.score for page in pages), default=0.0)
    rows = []
    for page in pages[: max_pages or MAX_SHOWN]:
        score = round(max(0.0, page.score) / best, 4) if best > 0 else 0.0
        if score < min_score:
            continue
        document = service.ingest.catalog.documents.get(caller.scope, page.document_id)
        stored = service.ingest.pages.page(document, page.page)
        rows.append(
            {
                "file_id": document.id,
                "filename": document.name,
                "score": score,
                "attributes": attributes(document),
                "text": stored.text,
                "start_page_number": stored.number,
                "end_page_number": stored.number + 1,
                "page_label": stored.label,
            }
        )
    return rows
