"""A vector store search as OpenAI's clients read it, and their filters as ours. Knows no HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.errors import BadRequest
from ingest.types import Scope
from service.openai_api.shapes import attributes
from service.openai_api.wire import StoreSearch
from service.wiring import Service


def search_store(service: Service, scope: Scope, asked: StoreSearch) -> dict[str, Any]:
    """Passages for one or several queries, each passage once, best first."""
    queries = [asked.query] if isinstance(asked.query, str) else list(asked.query)
    filter = our_filter(asked.filters)
    hits: dict[tuple[str, int, int], dict[str, Any]] = {}
    for query in queries:
        for hit in _relative(_hits(service, scope, query, asked.max_num_results, filter)):
            key = hit["document_id"], hit["page"], hit["span"]["start"]
            if key not in hits or hits[key]["score"] < hit["score"]:
                hits[key] = hit
    ranked = sorted(hits.values(), key=lambda hit: -hit["score"])[: asked.max_num_results]
    least = score_threshold(asked.ranking_options)
    return {
        "object": "vector_store.search_results.page",
        "search_query": queries,
        "data": _rows(service, scope, [hit for hit in ranked if hit["score"] >= least]),
        "has_more": False,
        "next_page": None,
    }


def our_filter(filter: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """OpenAI's filter in our words: the same but for `nin`, and an empty one is none."""
    if not filter:
        return None
    if filter.get("type") == "nin":
        values = filter.get("value")
        if not isinstance(values, list):
            raise BadRequest("A filter of type nin needs a list `value`.")
        return {"type": "and", "filters": [{"type": "ne", "key": filter.get("key"), "value": v} for v in values]}
    inner = filter.get("filters")
    if isinstance(inner, list):
        return {**filter, "filters": [our_filter(part) if isinstance(part, dict) else part for part in inner]}
    return dict(filter)


def score_threshold(options: Mapping[str, Any] | None) -> float:
    """The least score asked for."""
    value = (options or {}).get("score_threshold") or 0.0
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadRequest("ranking_options.score_threshold must be a number from 0 to 1.")
    return float(value)


def _hits(
    service: Service, scope: Scope, query: str, limit: int, filter: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Passages, or pages while a document's passages are not cut yet."""
    for unit in ("passage", "page"):
        hits: list[dict[str, Any]] = service.searcher.search(scope, query, unit, limit, filter, explain=False)["hits"]
        if hits:
            break
    return hits


def _relative(hits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scores as shares of the best, between 0 and 1: ours are comparable within one search only."""
    best = max((hit["score"] for hit in hits), default=0.0)
    shares = [max(0.0, hit["score"]) / best if best > 0 else 0.0 for hit in hits]
    return [{**hit, "score": round(share, 4)} for hit, share in zip(hits, shares, strict=True)]


def _rows(service: Service, scope: Scope, hits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {document.id: document for document in service.ingest.catalog.documents.select(scope)}
    return [
        {
            "file_id": hit["document_id"],
            "filename": hit["document_name"],
            "score": hit["score"],
            "attributes": attributes(known[hit["document_id"]]),
            "content": [{"type": "text", "text": hit["snippet"]}],
            "start_page_number": hit["page"],
            "end_page_number": hit["page"] + 1,
            "page_label": hit["page_label"],
            "section": hit["section"],
        }
        for hit in hits
        if hit["document_id"] in known
    ]
