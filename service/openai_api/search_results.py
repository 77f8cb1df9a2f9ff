"""The pages an answer has read, as results of a file search call. Knows no HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.contract.caller import scope_for
from service.openai_api.shapes import attributes
from service.wiring import Service

MAX_SHOWN = 20  # where the caller does not say; OpenAI's own number


def pages_read(evidence: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pages of an `evidence` event, best first; those put before a model come in document order."""
    ranked: list[dict[str, Any]] = evidence.get("pages") or []
    read = [
        {"document_id": part["document_id"], "page": number, "score": score}
        for part in evidence.get("documents", ())
        for number, score in zip(part["pages"], part["scores"], strict=True)
    ]
    return ranked or sorted(read, key=lambda page: -page["score"])


def search_results(
    service: Service, pages: Sequence[Mapping[str, Any]], most: int | None, least: float
) -> list[dict[str, Any]]:
    """Pages with their text, best first; `score` is relative to the best of them."""
    best = max((page["score"] for page in pages), default=0.0)
    rows = []
    for page in pages[: most or MAX_SHOWN]:
        score = round(max(0.0, page["score"]) / best, 4) if best > 0 else 0.0
        if score < least:
            continue
        document = service.ingest.catalog.documents.get(scope_for(), page["document_id"])
        stored = service.ingest.pages.page(document, page["page"])
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
