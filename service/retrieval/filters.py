"""Filters over documents and pages: `{type: eq|…|and|or, key, value | filters}`. Knows nothing of ranking.

Reserved keys: section, page, form, company, period. Any other key is looked up in the document's metadata.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ingest.catalog import Catalog
from ingest.errors import BadRequest
from ingest.types import Document, Section

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
KINDS = ("eq", "ne", "in", "and", "or", *COMPARISONS)
DEEPEST = 8


def allowed_pages(filter: Mapping[str, Any], documents: Sequence[Document], catalog: Catalog) -> set[tuple[str, int]]:
    """The (content, page) pairs a filter lets through; a malformed filter raises BadRequest."""
    check(filter)
    allowed = set()
    for document in documents:
        outline = catalog.contents.outline(document.tenant, document.content)
        for number in range(1, (document.pages or 0) + 1):
            if _passes(filter, document, number, outline):
                allowed.add((document.content, number))
    return allowed


def check(filter: Mapping[str, Any], depth: int = 0) -> None:
    """Raise BadRequest unless the filter is well formed."""
    kind = filter.get("type")
    if kind not in KINDS or depth > DEEPEST:
        raise BadRequest(f"A filter's type must be one of {', '.join(KINDS)}.")
    if kind in ("and", "or"):
        inner = filter.get("filters")
        if not isinstance(inner, list) or not all(isinstance(entry, dict) for entry in inner):
            raise BadRequest(f"A filter of type {kind} needs a list `filters`.")
        for entry in inner:
            check(entry, depth + 1)
    elif not isinstance(filter.get("key"), str) or "value" not in filter:
        raise BadRequest("A filter needs a `key` and a `value`.")


def _passes(filter: Mapping[str, Any], document: Document, number: int, outline: Sequence[Section]) -> bool:
    kind = filter["type"]
    if kind == "and":
        return all(_passes(entry, document, number, outline) for entry in filter["filters"])
    if kind == "or":
        return any(_passes(entry, document, number, outline) for entry in filter["filters"])
    values = _values(filter["key"], document, number, outline)
    wanted = filter["value"]
    if kind == "ne":
        return not any(_equal(filter["key"], value, wanted) for value in values)
    if kind == "in":
        choices = wanted if isinstance(wanted, list) else [wanted]
        return any(_equal(filter["key"], value, choice) for value in values for choice in choices)
    if kind == "eq":
        return any(_equal(filter["key"], value, wanted) for value in values)
    return any(_compare(COMPARISONS[kind], value, wanted) for value in values)


def _values(key: str, document: Document, number: int, outline: Sequence[Section]) -> list[Any]:
    if key == "page":
        return [number]
    if key == "section":
        return [
            name
            for section in outline
            if section.start_page <= number <= max(section.start_page, section.end_page - (section.end == 0))
            for name in (section.title, section.kind.replace("_", " "))
        ]
    if key in ("form", "company", "period"):
        found = document.metadata.get(key, document.detected.get(key))
        return [] if found is None else [found]
    return [document.metadata[key]] if key in document.metadata else []


def _equal(key: str, value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        plain, asked = value.casefold(), wanted.casefold().strip()
        if key == "section":  # "Item 1A" names "Item 1A. Risk Factors", and "Note 1" is not "Note 12"
            return plain == asked or plain.startswith((asked + ".", asked + " "))
        return asked in plain if key == "company" else plain == asked
    return bool(value == wanted)


def _compare(compare: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    try:
        return compare(value, wanted)
    except TypeError:
        return False
