"""Filters over documents and pages: `{type: eq|…|and|or, key, value | filters}`. Knows nothing of ranking.

Reserved keys: section, page, form, company, period. Any other key is looked up in the document's metadata. A filter
goes down as a `PageFilter`, an object that is asked about one page; no set of pages is ever written out.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from ingest.errors import BadRequest
from ingest.types import Document, Section

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
KINDS = ("eq", "ne", "in", "and", "or", *COMPARISONS)
MAX_DEPTH = 8
OF_PAGES = ("page", "section")  # keys that tell pages of one document apart

Outline = Sequence[Section]


class PageFilter(Protocol):
    """Which pages may be found and read."""

    def allows(self, content: str, page: int, /) -> bool:
        """Whether this page (one-based) of this content may be."""
        ...


class EveryPage:
    """No filter."""

    def allows(self, _content: str, _page: int, /) -> bool:
        """Always."""
        return True


EVERY_PAGE = EveryPage()


@dataclass(frozen=True)
class ListedPages:
    """These (content, page) pairs and no others."""

    pages: frozenset[tuple[str, int]]

    def allows(self, content: str, page: int, /) -> bool:
        """Whether the page is listed."""
        return (content, page) in self.pages


@dataclass(frozen=True)
class WithinContent:
    """What another filter allows, of one content alone."""

    content: str
    inner: PageFilter = EVERY_PAGE

    def allows(self, content: str, page: int, /) -> bool:
        """Whether it is this content's, and allowed."""
        return content == self.content and self.inner.allows(content, page)


class FilterOverDocuments:
    """A caller's filter over the documents of a scope; `outline_of` gives a document's sections.

    A content uploaded several times has several documents, each with its own metadata: a page is allowed when it
    passes as a page of any of them. Raises BadRequest when the filter is malformed.
    """

    def __init__(
        self, conditions: Mapping[str, Any], documents: Iterable[Document], outline_of: Callable[[Document], Outline]
    ) -> None:
        check(conditions)
        self._conditions = conditions
        self._outline_of = outline_of
        self.documents = tuple(document for document in documents if self._some_page_passes(document))
        self._by_content: dict[str, list[Document]] = {}
        for document in self.documents:
            self._by_content.setdefault(document.content, []).append(document)

    def allows(self, content: str, page: int, /) -> bool:
        """Whether the page passes in one of the content's documents."""
        uploads = self._by_content.get(content, ())
        return any(self._passes(document, page) for document in uploads)

    def _some_page_passes(self, document: Document) -> bool:
        """Page by page only where the document's own facts leave it open."""
        if not _may_pass(self._conditions, document):
            return False
        return any(self._passes(document, number) for number in range(1, (document.pages or 0) + 1))

    def _passes(self, document: Document, number: int) -> bool:
        return _passes(self._conditions, document, number, partial(self._outline_of, document))


def check(conditions: Mapping[str, Any], depth: int = 0) -> None:
    """Raise BadRequest unless the filter is well formed."""
    kind = conditions.get("type")
    if kind not in KINDS:
        raise BadRequest(f"A filter's type must be one of {', '.join(KINDS)}.")
    if depth > MAX_DEPTH:
        raise BadRequest(f"A filter may be nested at most {MAX_DEPTH} deep.")
    if kind in ("and", "or"):
        inner = conditions.get("filters")
        if not isinstance(inner, list) or not all(isinstance(entry, dict) for entry in inner):
            raise BadRequest(f"A filter of type {kind} needs a list `filters`.")
        for entry in inner:
            check(entry, depth + 1)
    elif not isinstance(conditions.get("key"), str) or "value" not in conditions:
        raise BadRequest("A filter needs a `key` and a `value`.")
    else:
        _check_value(str(kind), conditions["value"])


def _check_value(kind: str, value: Any) -> None:
    plain = (str, int, float, bool)
    if kind == "in" and isinstance(value, list) and all(isinstance(choice, plain) for choice in value):
        return
    if not isinstance(value, plain):
        raise BadRequest("A filter's `value` must be a text, a number, true or false; `in` takes a list of them, too.")


def _may_pass(conditions: Mapping[str, Any], document: Document) -> bool:
    """Whether a document could pass if all conditions on its pages were met."""
    kind = conditions["type"]
    if kind in ("and", "or"):
        inner = (_may_pass(entry, document) for entry in conditions["filters"])
        return all(inner) if kind == "and" else any(inner)
    return conditions["key"] in OF_PAGES or _compares(conditions, _of_document(conditions["key"], document))


def _passes(conditions: Mapping[str, Any], document: Document, number: int, outline: Callable[[], Outline]) -> bool:
    kind = conditions["type"]
    if kind in ("and", "or"):
        inner = (_passes(entry, document, number, outline) for entry in conditions["filters"])
        return all(inner) if kind == "and" else any(inner)
    if conditions["key"] == "page":
        return _compares(conditions, [number])
    if conditions["key"] == "section":
        return _compares(conditions, _sections_at(outline(), number))
    return _compares(conditions, _of_document(conditions["key"], document))


def _compares(condition: Mapping[str, Any], values: Sequence[Any]) -> bool:
    kind, key, wanted = condition["type"], condition["key"], condition["value"]
    if kind == "ne":
        return not any(_equal(key, value, wanted) for value in values)
    if kind == "in":
        choices = wanted if isinstance(wanted, list) else [wanted]
        return any(_equal(key, value, choice) for value in values for choice in choices)
    if kind == "eq":
        return any(_equal(key, value, wanted) for value in values)
    return any(_compare(COMPARISONS[kind], value, wanted) for value in values)


def _sections_at(outline: Outline, number: int) -> list[str]:
    return [
        name
        for section in outline
        if section.start_page <= number <= max(section.start_page, section.end_page - (section.end == 0))
        for name in (section.title, section.kind.replace("_", " "))
    ]


def _of_document(key: str, document: Document) -> list[Any]:
    if key in ("form", "company", "period"):
        found = document.metadata.get(key, document.detected.known().get(key))
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
