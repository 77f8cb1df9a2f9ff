"""What a model's calls give: pages in markup that can be quoted, and sentences about what went wrong."""

import json
from typing import Any

import pytest

from ingest.types import Document, Scope
from service.citation.evidence import Evidence
from service.contract.caller import scope_for
from service.grounding.json_schema import check_schema
from service.grounding.markup import Cite, unescape
from service.prompting.texts import TRUNCATED
from service.prompting.tools import SPECIFICATIONS, ToolBox, ToolResult, tool_schemas
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.filters import ListedPages
from service.wiring import Service


def toolbox(service: Service, scope: Scope | None = None, **more: Any) -> tuple[ToolBox, Evidence]:
    evidence = Evidence()
    catalog, pages = service.ingest.catalog, service.ingest.pages
    box = ToolBox(scope or scope_for(), service.retriever, pages, catalog, load_vocabulary(), evidence, **more)
    return box, evidence


def call(box: ToolBox, tool: str, **arguments: Any) -> ToolResult:
    return box.run(tool, json.dumps(arguments))


def test_the_schemas_keep_the_rules_of_strict_tools() -> None:
    for tool in tool_schemas():
        parameters = tool["function"]["parameters"]
        check_schema(parameters)
        assert tool["function"]["strict"] is True
        assert parameters["required"] == list(parameters["properties"]) and parameters["additionalProperties"] is False
    assert {tool["function"]["name"] for tool in tool_schemas()} == ToolBox.names == set(SPECIFICATIONS)


def test_pages_found_are_shown_and_become_evidence(service: Service) -> None:
    box, evidence = toolbox(service)
    found = call(box, "search_documents", query="capital expenditures", doc=None, limit=3)
    assert not found.failed and 1 <= len(found.pages) <= 3
    for alias, number in found.pages:
        page = evidence.page(alias, number)
        assert page is not None and page.text in unescape(found.text)
        assert f'<page number="{number}"' in found.text


def test_what_is_shown_can_be_quoted(service: Service, report_10k: Document) -> None:
    box, evidence = toolbox(service)
    shown = call(box, "read_pages", doc=report_10k.name, first=1, last=2)
    assert [number for _alias, number in shown.pages] == [1, 2]
    line = max(service.ingest.pages.page(report_10k, 2).text.splitlines(), key=len)
    cite = Cite(shown.pages[0][0], 2, line, line)
    assert evidence.find(cite.document, cite.page, [cite.quote]) is not None
    assert evidence.find(cite.document, 3, ["This was never shown to the model."]) is None


def test_a_search_may_be_kept_to_one_document(service: Service, agreement: Document) -> None:
    box, evidence = toolbox(service)
    found = call(box, "search_documents", query="total revenue", doc=agreement.id, limit=5)
    assert {evidence.documents[alias].id for alias, _number in found.pages} == {agreement.id}


def test_a_section_is_read_by_its_number_or_title(service: Service, report_10k: Document) -> None:
    box, _evidence = toolbox(service)
    outline = service.ingest.catalog.contents.outline(report_10k.tenant, report_10k.content)
    section = next(section for section in outline if section.title.startswith("Item 7"))
    for wanted in ("Item 7", section.title.lower()):
        found = call(box, "read_section", doc=report_10k.name, section=wanted)
        assert found.pages[0][1] == section.start_page
    missing = call(box, "read_section", doc=report_10k.name, section="Item 99 of nothing")
    assert missing.failed and section.title in missing.text


def test_a_table_is_read_row_by_row_as_the_page_has_it(service: Service, report_10k: Document) -> None:
    box, evidence = toolbox(service)
    number, table = next(
        (number, table)
        for number in range(1, (report_10k.pages or 0) + 1)
        for table in service.ingest.pages.tables(report_10k, number)
        if table.scale is not None and table.scale > 1
    )
    found = call(box, "read_table", doc=report_10k.id, page=number)
    page = service.ingest.pages.page(report_10k, number)
    row = page.text[table.rows[0].start : table.rows[0].end]
    assert row in unescape(found.text) and "scale: " in found.text
    assert evidence.find(None, number, [row]) is not None


def test_a_calculation_over_what_was_read_is_recorded(service: Service, report_10k: Document) -> None:
    box, _evidence = toolbox(service)
    number, table = next(
        (number, table)
        for number in range(1, (report_10k.pages or 0) + 1)
        for table in service.ingest.pages.tables(report_10k, number)
        if table.scale == 10**6 and any(cell.value and "," in cell.text for cell in table.rows[0].cells)
    )
    row, page = table.rows[0], service.ingest.pages.page(report_10k, number)
    operand = {"name": "a", "value": row.cells[0].text, "unit": "USD", "scale": "millions", "doc": "D1", "page": number}
    operands = [{**operand, "quote": page.text[row.start : row.end]}]
    unread = call(box, "calculate", name="half", expression="a / 2", operands=operands, digits=None)
    assert unread.failed and "does not stand on the pages you have read" in unread.text
    call(box, "read_pages", doc=report_10k.id, first=number, last=number)
    found = call(box, "calculate", name="half", expression="a / 2", operands=operands, digits=None)
    assert found.calculation is not None
    assert found.text.startswith("half = ") and found.text.endswith("millions USD")


def test_a_result_over_its_size_is_cut_at_a_page_and_says_so(service: Service, report_10k: Document) -> None:
    box, evidence = toolbox(service, max_characters=3000)
    found = call(box, "read_pages", doc=report_10k.id, first=1, last=10)
    assert TRUNCATED in found.text and 1 <= len(found.pages) < 10
    assert len(found.text) < 6000
    assert len(evidence.pages("D1")) == len(found.pages)


def test_the_callers_filter_holds_for_every_tool(service: Service, report_10k: Document) -> None:
    box, _evidence = toolbox(service, page_filter=ListedPages(frozenset({(report_10k.content, 2)})))
    assert [n for _alias, n in call(box, "read_pages", doc=report_10k.id, first=1, last=5).pages] == [2]
    assert call(box, "read_pages", doc=report_10k.id, first=3, last=5).failed
    assert call(box, "read_table", doc=report_10k.id, page=3).failed
    found = call(box, "search_documents", query="total revenue", doc=None, limit=5)
    assert {number for _alias, number in found.pages} <= {2}


def test_documents_outside_the_scope_do_not_exist(service: Service, report_10k: Document, agreement: Document) -> None:
    box, _evidence = toolbox(service, Scope("local", (agreement.id,)))
    refused = call(box, "read_pages", doc=report_10k.id, first=1, last=1)
    assert refused.failed and agreement.name in refused.text and report_10k.name not in refused.text


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("fly", "{}", "There is no tool 'fly'"),
        ("read_pages", "{", "not JSON"),
        ("read_pages", "[]", "do not fit"),
        ("read_pages", '{"doc": "D1", "first": 0, "last": 1}', "do not fit"),
        ("read_pages", '{"doc": "D1", "first": 1}', "'last' is a required property"),
        ("read_pages", '{"doc": "nothing.pdf", "first": 1, "last": 1}', "There is no document 'nothing.pdf'"),
        ("read_pages", '{"doc": "@", "first": 5, "last": 2}', "the first before the last"),
        ("read_pages", '{"doc": "@", "first": 1, "last": 100}', "1 to 20 pages"),
        ("read_pages", '{"doc": "@", "first": 999, "last": 999}', "no such page"),
        ("search_documents", '{"query": "x", "doc": null, "limit": 99}', "do not fit"),
    ],
)
def test_what_goes_wrong_is_told_and_not_raised(
    service: Service, report_10k: Document, name: str, arguments: str, says: str
) -> None:
    box, _evidence = toolbox(service)
    found = box.run(name, arguments.replace("@", report_10k.id))
    assert found.failed and found.text.startswith("Error: ") and says in found.text
