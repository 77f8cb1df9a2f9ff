"""The Model Context Protocol's door, driven with the protocol's own client: as a subprocess and over HTTP."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters
from service_samples import PINCITE, Server, environment_for, pdf

from examples.make_samples import AGREEMENT, ANNUAL_REPORT
from ingest.types import Document
from service.app import create_app
from service.mcp.server import build_server
from service.wiring import Service

QUESTION = "What were total assets at December 31, 2024?"
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def talk(target: Any, calls: Callable[[Client], Awaitable[None]], mode: Any = "auto") -> None:
    """Connect, make the calls, disconnect."""

    async def connected() -> None:
        async with Client(target, read_timeout_seconds=60, mode=mode) as client:
            await calls(client)

    anyio.run(connected)


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    """What a tool replies, as structured content."""
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    reply: dict[str, Any] = result.structured_content or {}
    return reply


async def refused(client: Client, name: str, **arguments: Any) -> str:
    """The sentence a tool refuses with."""
    result = await client.call_tool(name, arguments)
    assert result.is_error
    return str(result.content[0].text)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def stdio(service: Service, home: Path) -> StdioServerParameters:
    return StdioServerParameters(command=PINCITE, args=["mcp"], env=environment_for(home))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_stdio_a_question_is_answered_with_checked_pages(stdio: StdioServerParameters, mode: str) -> None:
    async def calls(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"list_documents", "search", "read_pages", "ask"}
        assert all(tool.output_schema and tool.annotations for tool in tools.values())
        answer = await call(client, "ask", question=QUESTION)
        assert answer["answered"] and answer["route"]["mode"] == "extractive"
        citation = answer["citations"][0]
        assert citation["document_name"] == ANNUAL_REPORT and citation["verification"] == "exact"
        assert answer["statements"][0]["citations"] == [0]
        place = {"document_id": citation["document_id"], "first": citation["start_page_number"]}
        read = await call(client, "read_pages", **place)
        (page,) = read["pages"]
        assert citation["cited_text"] in page["text"] and page["page_label"] == citation["page_label"]

    talk(stdio, calls, mode)


def test_tools_take_scopes_and_limits(service: Service, agreement: Document) -> None:
    async def calls(client: Client) -> None:
        listed = await call(client, "list_documents", limit=1)
        assert len(listed["documents"]) == 1 and listed["next_cursor"]
        rest = await call(client, "list_documents", cursor=listed["next_cursor"])
        assert {entry["name"] for entry in [*listed["documents"], *rest["documents"]]} == {ANNUAL_REPORT, AGREEMENT}
        found = await call(client, "search", query="terminate for convenience", document_ids=[agreement.id], limit=3)
        assert {hit["document_id"] for hit in found["hits"]} == {agreement.id}
        assert all(hit["page"] >= 1 and hit["snippet"] for hit in found["hits"])
        pages = await call(client, "read_pages", document_id=agreement.id, first=1, last=20)
        assert [page["number"] for page in pages["pages"]] == list(range(1, min(20, agreement.pages or 0) + 1))
        one = await call(client, "ask", question="What is the notice period?", document_ids=[agreement.id])
        assert {citation["document_id"] for citation in one["citations"]} <= {agreement.id}

    talk(build_server(service), calls)


def test_what_cannot_be_done_is_said_in_a_sentence(service: Service, agreement: Document) -> None:
    async def calls(client: Client) -> None:
        assert "document_not_found" in await refused(client, "read_pages", document_id="doc_none", first=1)
        assert "page_not_found" in await refused(client, "read_pages", document_id=agreement.id, first=9000)
        assert "at most 20" in await refused(client, "read_pages", document_id=agreement.id, first=1, last=21)
        assert "collection_not_found" in await refused(client, "search", query="x", collection="none")
        assert "llm_not_configured" in await refused(client, "ask", question=QUESTION, mode="full")
        assert "bad_request" in await refused(client, "search", query="x", filter={"type": "like"})

    talk(build_server(service), calls)


def test_over_http_the_running_server_answers(server: Server) -> None:
    server.upload(pdf(["The harbour master keeps seventeen lanterns."]), "harbour.pdf", seconds=60)

    async def calls(client: Client) -> None:
        answer = await call(client, "ask", question="How many lanterns does the harbour master keep?")
        assert answer["citations"][0]["start_page_number"] == 1
        assert "seventeen lanterns" in answer["citations"][0]["cited_text"]
        kept = server.client.get(f"/v1/answers/{answer['id']}")
        assert kept.status_code == 200, "an answer given here can be found again"

    for mode in ("auto", "legacy"):
        talk(f"http://127.0.0.1:{server.port}/mcp", calls, mode)


def test_names_that_only_resolve_to_loopback_are_refused(server: Server) -> None:
    headers = {**ACCEPT, "host": f"evil.example:{server.port}"}
    assert server.client.post("/mcp", json=PING, headers=headers).status_code == 421
    headers = {**ACCEPT, "origin": "http://evil.example"}
    assert server.client.post("/mcp", json=PING, headers=headers).status_code == 403
    assert server.client.post("/mcp", json=PING, headers=ACCEPT).status_code not in (403, 421)


def test_the_door_stands_behind_a_path_prefix_too(service: Service) -> None:
    with TestClient(create_app(lambda: service), base_url="http://127.0.0.1:8080", root_path="/desk") as client:
        for path in ("/mcp", "/desk/mcp"):
            assert client.post(path, json=PING, headers=ACCEPT).status_code < 400
