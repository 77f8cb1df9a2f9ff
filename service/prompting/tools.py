"""The tools a language model may call: find pages, read pages, a section, a table, and calculate.

Results are text in the prompt's own page markup; every page shown becomes evidence, so that quotes from it can be
proved. What goes wrong is told to the model as text. Only what the caller's scope and filter let through is shown.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.catalog import Catalog
from ingest.errors import BadRequest, DocumentNotFound, PageNotFound, PinciteError
from ingest.pages import Pages
from ingest.table_types import Table
from ingest.text.currency import scale_name
from ingest.text.instructions import suspicious
from ingest.types import Document, Page, Scope, Section
from service.calculation.calculation import Calculation, calculate
from service.citation.evidence import Evidence
from service.grounding.json_schema import problems
from service.prompting.prompts import document_block, escape, page_block
from service.prompting.texts import SUSPICIOUS, TRUNCATED
from service.question.understand import understand
from service.question.vocabulary_files import Vocabulary
from service.retrieval.filters import EVERY_PAGE, PageFilter, WithinContent
from service.retrieval.retriever import Retriever
from service.retrieval.signals import last_page

MAX_CHARACTERS = 24_000  # of one result, about 6,000 tokens
MAX_PAGES = 20
MAX_TITLES = 40
MAX_DOCUMENTS = 30
DOC = {"type": "string", "description": "the document's id, such as D1, or its name"}
PAGE = {"type": "integer", "minimum": 1, "description": "physical page number"}
OPERAND = {
    "name": {"type": "string", "description": "letters, digits, underscores"},
    "value": {"type": "string", "description": "the number as the page shows it, such as 1,577 or (92)"},
    "unit": {"type": ["string", "null"], "description": "USD, %, shares, USD/share …; null for a plain count"},
    "scale": {"type": "string", "enum": ["ones", "thousands", "millions", "billions"]},
    "doc": DOC,
    "page": PAGE,
    "quote": {"type": "string", "description": "the exact row or sentence the value stands in"},
}
EXPRESSION = (
    "names, + - * / and brackets; growth(new, old), percent(part, whole), ratio(a, b), average, sum, min, max, abs"
)


def _strict(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SPECIFICATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "search_documents": (
        "Find the pages that fit a query best; returns their text.",
        _strict(
            {
                "query": {"type": "string", "description": "what to look for, in the documents' own words"},
                "doc": {**DOC, "type": ["string", "null"], "description": "search this document alone; null for all"},
                "limit": {"type": "integer", "minimum": 1, "maximum": 8, "description": "how many pages"},
            }
        ),
    ),
    "read_pages": ("Read pages in full, at most 20 at once.", _strict({"doc": DOC, "first": PAGE, "last": PAGE})),
    "read_section": (
        "Read a section by its title or number, such as Item 7 or Article 4.",
        _strict({"doc": DOC, "section": {"type": "string", "description": "title or number, or a part of it"}}),
    ),
    "read_table": (
        "Read the tables of a page row by row, with columns, unit and scale.",
        _strict({"doc": DOC, "page": PAGE}),
    ),
    "calculate": (
        "Work out a figure exactly. Each operand is quoted from a page you have read.",
        _strict(
            {
                "name": {"type": "string", "description": "what the result is"},
                "expression": {"type": "string", "description": EXPRESSION},
                "operands": {"type": "array", "items": _strict(OPERAND)},
                "digits": {"type": ["integer", "null"], "description": "decimals of the result; null for 4"},
            }
        ),
    ),
}


def tool_schemas() -> tuple[dict[str, Any], ...]:
    """The tools in the form of Chat Completions, strict."""
    return tuple(
        {
            "type": "function",
            "function": {"name": name, "description": description, "strict": True, "parameters": parameters},
        }
        for name, (description, parameters) in SPECIFICATIONS.items()
    )


@dataclass(frozen=True)
class ToolResult:
    """What a call gave: text for the model, pages shown as (short name, number), the calculation if it was one."""

    text: str
    pages: tuple[tuple[str, int], ...] = ()
    calculation: Calculation | None = None
    failed: bool = False


class ToolBox:
    """Runs a model's calls for one answer. Knows which tools are its own by `name in TOOLBOX.names`."""

    names = frozenset(SPECIFICATIONS)

    def __init__(
        self,
        scope: Scope,
        retriever: Retriever,
        pages: Pages,
        catalog: Catalog,
        vocabulary: Vocabulary,
        evidence: Evidence,
        page_filter: PageFilter = EVERY_PAGE,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self._scope = scope
        self._retriever = retriever
        self._pages = pages
        self._catalog = catalog
        self._vocabulary = vocabulary
        self._evidence = evidence
        self._page_filter = page_filter
        self._max_characters = max_characters

    def run(self, name: str, arguments: str | Mapping[str, Any]) -> ToolResult:
        """Run one call; what goes wrong comes back as a text that says what to do."""
        try:
            return self._run(name, _parsed(name, arguments))
        except PinciteError as error:
            return ToolResult(f"Error: {error.message}", failed=True)

    def _run(self, name: str, given: Mapping[str, Any]) -> ToolResult:
        if name == "search_documents":
            return self._search(str(given["query"]), given["doc"], int(given["limit"]))
        if name == "calculate":
            return self._calculate(given)
        document = self._document(str(given["doc"]))
        if name == "read_pages":
            first, last = int(given["first"]), int(given["last"])
            return self._show([(document, self._stored(document, first, last))])
        if name == "read_section":
            return self._section(document, str(given["section"]))
        return self._tables(document, int(given["page"]))

    def _search(self, query: str, name: str | None, limit: int) -> ToolResult:
        pages = self._page_filter
        if name is not None:
            pages = WithinContent(self._document(name).content, pages)
        found = self._retriever.search(self._scope, understand(query, self._vocabulary), limit, pages=pages)
        if not found.hits:
            return ToolResult("No page fits the query; try other words.")
        chosen: dict[str, tuple[Document, list[int]]] = {}
        for hit in found.hits:
            chosen.setdefault(hit.document.id, (hit.document, []))[1].append(hit.page)
        return self._show([(document, self._read(document, sorted(numbers))) for document, numbers in chosen.values()])

    def _section(self, document: Document, wanted: str) -> ToolResult:
        outline = self._catalog.contents.outline(document.tenant, document.content)
        section = _matching(outline, wanted)
        if section is None:
            highest = sorted(outline, key=lambda section: section.level)[:MAX_TITLES]  # sub-headings come last
            titles = "; ".join(section.title for section in sorted(highest, key=lambda section: section.ordinal))
            raise BadRequest(f"{document.name} has no section {wanted!r}. Its sections: {titles or 'none known'}.")
        last = min(last_page(section), section.start_page + MAX_PAGES - 1)
        return self._show([(document, self._stored(document, section.start_page, last))])

    def _tables(self, document: Document, number: int) -> ToolResult:
        (page,) = self._stored(document, number, number)
        tables = self._pages.tables(document, number)
        if not tables:
            raise BadRequest(f"Page {number} has no table that could be read; use read_pages.")
        alias = self._evidence.add(document, [page])
        body = "".join(_table_text(page, table) for table in tables)
        text = f'<document id="{alias}">\n<page number="{number}">\n{body}</page>\n</document>\n'
        return ToolResult(self._cut(text), ((alias, number),))

    def _calculate(self, given: Mapping[str, Any]) -> ToolResult:
        found = calculate(given, self._evidence)
        scale = f" {scale_name(found.scale)}" if found.scale > 1 else ""
        return ToolResult(f"{found.name} = {found.result}{scale} {found.unit or ''}".strip(), calculation=found)

    def _document(self, name: str) -> Document:
        """A document of the scope by short name, id or file name."""
        alias = self._evidence.named(name)
        known = self._evidence.documents.get(alias) if alias else None
        if known is not None and name.strip().casefold() in (str(alias).casefold(), known.id, known.name.casefold()):
            return known
        documents = self._retriever.documents(self._scope)
        for document in documents:
            if name.strip().casefold() in (document.id.casefold(), document.name.casefold()):
                return document
        names = ", ".join(document.name for document in documents[:MAX_DOCUMENTS])
        raise DocumentNotFound(f"There is no document {name!r}. Documents: {names}.")

    def _stored(self, document: Document, first: int, last: int) -> list[Page]:
        if last < first or last - first >= MAX_PAGES:
            raise BadRequest(f"Ask for 1 to {MAX_PAGES} pages, the first before the last.")
        found = self._read(document, range(first, last + 1))
        if not found:
            raise PageNotFound(f"{document.name} has no such page to show; it has {document.pages} pages.")
        return found

    def _read(self, document: Document, numbers: Sequence[int]) -> list[Page]:
        allowed = [n for n in numbers if self._page_filter.allows(document.content, n)]
        self._pages.content(document)  # refuses what cannot be shown
        return list(self._catalog.contents.iterate_pages(document.tenant, document.content, allowed)) if allowed else []

    def _show(self, chosen: Iterable[tuple[Document, Sequence[Page]]]) -> ToolResult:
        """Pages in markup up to the size limit; only what is shown becomes evidence."""
        parts: list[str] = []
        shown: list[tuple[str, int]] = []
        room, cut = self._max_characters, False
        for document, pages in chosen:
            fitting: list[Page] = []
            for page in pages:
                size = len(page_block(page))
                if size > room and (shown or fitting):
                    cut = True
                    break
                fitting.append(page)
                room -= size
            if fitting:
                alias = self._evidence.add(document, fitting)
                parts.append(document_block(alias, document, fitting) + _warnings(fitting))
                shown += [(alias, page.number) for page in fitting]
        text = self._cut("".join(parts))
        return ToolResult(f"{text}{TRUNCATED}" if cut else text, tuple(shown))

    def _cut(self, text: str) -> str:
        return (
            text
            if len(text) <= self._max_characters + 2000
            else f"{text[: self._max_characters]}\n</page>\n</document>\n{TRUNCATED}\n"
        )


def _parsed(name: str, arguments: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if name not in SPECIFICATIONS:
        raise BadRequest(f"There is no tool {name!r}; there are {', '.join(SPECIFICATIONS)}.")
    try:
        given = json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError as error:
        raise BadRequest("The arguments are not JSON.") from error
    wrong = problems(given, SPECIFICATIONS[name][1])
    if wrong:
        raise BadRequest(f"The arguments do not fit the tool: {'; '.join(wrong[:3])}")
    return dict(given)


def _matching(outline: Sequence[Section], wanted: str) -> Section | None:
    """The section of this number or title; else the shortest title that holds the words."""
    words = " ".join(wanted.casefold().split()).rstrip(".")
    for section in outline:
        title = " ".join(section.title.casefold().split())
        number = (section.number or "").casefold().rstrip(".")
        if words in (title, number) or title.startswith((f"{words}.", f"{words} ", f"{words}:")):
            return section
    holding = [section for section in outline if words and words in section.title.casefold()]
    return min(holding, key=lambda section: len(section.title), default=None)


def _table_text(page: Page, table: Table) -> str:
    columns = "; ".join(column.header or "?" for column in table.columns)
    head = f"[table: {table.caption} | columns: {columns} | unit: {table.unit or 'not stated'} | scale: "
    head += f"{scale_name(table.scale) if table.scale is not None else 'not stated'}]"
    rows = "".join(f"{escape(page.text[row.start : row.end])}\n" for row in table.rows)
    return f"{escape(head)}\n{rows}"


def _warnings(pages: Sequence[Page]) -> str:
    kinds = sorted({kind for page in pages for kind in suspicious(page.text)})
    return SUSPICIOUS.format(kinds=", ".join(kinds)) + "\n" if kinds else ""
