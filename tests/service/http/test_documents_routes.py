"""Documents over HTTP: upload, list, show, change, delete, and everything that can be asked of a page."""

import csv
import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from PIL import Image
from service_samples import Samples, Server, pdf, work

from examples.make_samples import ANNUAL_REPORT
from ingest.types import Document
from service.contract.caller import scope_for
from service.wiring import Service

TEXT = "The walrus audited the marmalade reserves of Petrograd."
LETTER = pdf([TEXT], ["Second page: the abacus was found to be in order."])


def send(client: TestClient, data: bytes, name: str = "letter.pdf", **form: str) -> dict[str, Any]:
    reply = client.post("/v1/documents", files={"file": (name, data)}, data=form)
    assert reply.status_code == 202, reply.text
    body: dict[str, Any] = reply.json()
    return body


def read_events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(event, data) of a server-sent stream."""
    name = ""
    for line in lines:
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            yield name, json.loads(line.removeprefix("data:"))


# ── a real server ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_upload_is_accepted_at_once(server: Server) -> None:
    reply = server.upload(pdf(["An upload nobody waits for."]), "quick.pdf")
    assert reply.status_code == 202
    assert reply.json()["id"].startswith("doc_")
    assert reply.json()["name"] == "quick.pdf"


def test_waiting_returns_when_the_document_is_ready(server: Server) -> None:
    reply = server.upload(LETTER, "letter.pdf", seconds=60, metadata='{"author": "Walrus"}', collection="letters")
    assert reply.status_code == 200
    body = reply.json()
    assert (body["status"], body["pages"], body["metadata"]) == ("ready", 2, {"author": "Walrus"})
    assert body["tokens"] > 10 and body["tokenizer"]
    assert len(body["collections"]) == 1


def test_waiting_too_short_returns_the_state_so_far(server: Server, samples: Samples) -> None:
    reply = server.upload((samples.folder / ANNUAL_REPORT).read_bytes(), "long.pdf", seconds=0.05)
    assert reply.status_code == 202
    assert reply.json()["status"] in ("queued", "reading")
    found = reply.json()["id"]
    with server.client.stream("GET", f"/v1/documents/{found}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        events = list(read_events(stream.iter_lines()))
    states = [data["status"] for _name, data in events]
    assert {name for name, _data in events} == {"document"}
    assert states[-1] == "ready" and "searchable" in states
    assert states == sorted(states, key=["queued", "reading", "searchable", "ready"].index)
    stages = [data["progress"]["stage"] for _name, data in events]
    assert "embedding" in stages
    reply = server.client.delete(f"/v1/documents/{found}")
    assert reply.json()["deleted"]["pages"] > 80


def test_waiting_for_searchable_does_not_wait_for_vectors(server: Server) -> None:
    reply = server.client.post(
        "/v1/documents",
        files={"file": ("s.pdf", pdf(["The pelican keeps a ledger of its lanterns."]))},
        params={"wait": "60", "wait_for": "searchable"},
    )
    assert reply.status_code == 200
    assert reply.json()["status"] in ("searchable", "ready")
    hits = server.client.post("/v1/search", json={"query": "pelican ledger"}).json()["hits"]
    assert hits[0]["document_id"] == reply.json()["id"]


def test_the_stream_of_all_documents_shows_each(server: Server) -> None:
    known = {document["id"] for document in server.client.get("/v1/documents").json()["documents"]}
    seen = set()
    with server.client.stream("GET", "/v1/events") as stream:
        for _name, data in read_events(stream.iter_lines()):
            seen.add(data["id"])
            if seen >= known:
                break
    assert seen >= known


def test_a_running_server_is_healthy_and_counts_its_requests(server: Server) -> None:
    assert server.client.get("/healthz").json() == {"status": "ok"}
    ready = server.client.get("/readyz").json()
    assert (ready["status"], ready["encoder"], ready["missing"]) == ("ready", True, [])
    metrics = server.client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'pincite_requests_total{method="POST",route="/v1/documents",status="202"}' in metrics.text
    assert 'pincite_documents{status="ready"}' in metrics.text


# ── lists, names, collections ───────────────────────────────────────────────────────────────────────────────


def test_lists_are_paged_newest_first_without_gap_or_repeat(fresh_client: TestClient) -> None:
    sent = [send(fresh_client, f"Note number {number}".encode(), f"{number}.txt")["id"] for number in range(5)]
    listed, cursor = [], None
    for _ in range(5):
        found = fresh_client.get("/v1/documents", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        listed += [document["id"] for document in found["documents"]]
        assert len(found["documents"]) <= 2
        cursor = found["next_cursor"]
        if cursor is None:
            break
    assert listed == sorted(sent, reverse=True)


def test_a_document_is_renamed_described_and_regrouped(fresh_client: TestClient) -> None:
    found = send(fresh_client, LETTER, collection="one")["id"]
    two = fresh_client.post("/v1/collections", json={"name": "two"}).json()["id"]
    changed = fresh_client.patch(f"/v1/documents/{found}", json={"name": "b.pdf", "metadata": {"k": [1]}}).json()
    assert (changed["name"], changed["metadata"], len(changed["collections"])) == ("b.pdf", {"k": [1]}, 1)
    changed = fresh_client.patch(f"/v1/documents/{found}", json={"collections": ["two", two]}).json()
    assert (changed["name"], changed["collections"]) == ("b.pdf", [two])
    assert fresh_client.patch(f"/v1/documents/{found}", json={"collections": []}).json()["collections"] == []


def test_an_unknown_collection_changes_nothing(fresh_client: TestClient) -> None:
    found = send(fresh_client, LETTER)["id"]
    reply = fresh_client.patch(f"/v1/documents/{found}", json={"name": "changed.pdf", "collections": ["none"]})
    assert reply.status_code == 404
    assert fresh_client.get(f"/v1/documents/{found}").json()["name"] == "letter.pdf"


def test_collections_are_made_renamed_and_removed_without_their_documents(fresh_client: TestClient) -> None:
    made = fresh_client.post("/v1/collections", json={"name": "filings"})
    assert made.status_code == 201
    key = made.json()["id"]
    found = send(fresh_client, LETTER, collection="filings")["id"]
    assert fresh_client.get("/v1/collections/filings").json()["documents"] == 1
    assert fresh_client.patch(f"/v1/collections/{key}", json={"name": "old"}).json()["name"] == "old"
    assert [c["name"] for c in fresh_client.get("/v1/collections").json()["collections"]] == ["old"]
    inside = fresh_client.get("/v1/documents", params={"collection": "old"}).json()["documents"]
    assert [document["id"] for document in inside] == [found]
    assert fresh_client.delete("/v1/collections/old").json()["id"] == key
    assert fresh_client.get("/v1/collections").json() == {"collections": []}
    assert fresh_client.get(f"/v1/documents/{found}").json()["collections"] == []


def test_names_are_stripped_of_paths(fresh_client: TestClient) -> None:
    assert send(fresh_client, LETTER, "../../etc/secret.pdf")["name"] == "secret.pdf"


# ── copies and deletion ─────────────────────────────────────────────────────────────────────────────────────


def search(client: TestClient, query: str, **scope: Any) -> list[tuple[str, int]]:
    reply = client.post("/v1/search", json={"query": query, **scope})
    assert reply.status_code == 200, reply.text
    return [(hit["document_id"], hit["page"]) for hit in reply.json()["hits"]]


def test_two_copies_share_their_pages_and_live_apart(fresh: Service, fresh_client: TestClient) -> None:
    first, second = send(fresh_client, LETTER, "first.pdf")["id"], send(fresh_client, LETTER, "second.pdf")["id"]
    assert first != second
    work(fresh)
    hits = search(fresh_client, "walrus marmalade")
    assert len(hits) == len(set(hits)) and {document for document, _page in hits} == {first}
    assert {document for document, _page in search(fresh_client, "walrus", document_ids=[second])} == {second}
    receipt = fresh_client.delete(f"/v1/documents/{first}").json()["deleted"]
    assert (receipt["documents"], receipt["files"], receipt["still_shared_by"]) == (1, 0, 1)
    for _ in range(2):  # before the purge and after it
        assert {document for document, _page in search(fresh_client, "walrus marmalade")} == {second}
        assert TEXT in fresh_client.get(f"/v1/documents/{second}/pages/1").json()["text"]
        assert fresh_client.get(f"/v1/documents/{second}/file").content == LETTER
        work(fresh)


def test_a_deleted_document_is_never_found_again(fresh: Service, fresh_client: TestClient) -> None:
    found = send(fresh_client, LETTER, collection="letters")["id"]
    work(fresh)
    assert search(fresh_client, "walrus marmalade") != []
    receipt = fresh_client.delete(f"/v1/documents/{found}").json()
    assert receipt["id"] == found
    assert {key: receipt["deleted"][key] for key in ("documents", "pages", "files")} == {"documents": 1, "pages": 2, "files": 1}  # fmt: skip
    assert receipt["deleted"]["chunks"] >= 2
    for _ in range(2):  # before the purge and after it
        assert search(fresh_client, "walrus marmalade") == []
        assert search(fresh_client, "walrus marmalade", collection="letters") == []
        assert fresh_client.get("/v1/documents").json()["documents"] == []
        for path in ("", "/pages/1", "/pages/1.png", "/file", "/events", "/tables", "/tables.xlsx"):
            assert fresh_client.get(f"/v1/documents/{found}{path}").status_code == 404, path
        assert fresh_client.delete(f"/v1/documents/{found}").status_code == 404
        assert fresh_client.get("/v1/collections/letters").json()["documents"] == 0
        work(fresh)
    assert [path for path in (fresh.ingest.home / "blobs").rglob("*") if path.is_file()] == []


def test_a_document_that_waits_is_left_out_and_named(fresh: Service, fresh_client: TestClient) -> None:
    read = send(fresh_client, LETTER)["id"]
    work(fresh)
    waiting = send(fresh_client, b"The walrus again, in plain text.", "later.txt")["id"]
    body = fresh_client.post("/v1/search", json={"query": "walrus"}).json()
    assert {hit["document_id"] for hit in body["hits"]} == {read}
    assert body["not_yet_searchable"] == [waiting]
    reply = fresh_client.post("/v1/answers", json={"question": "What did the walrus audit?"}).json()
    assert reply["answered"] and reply["not_yet_searchable"] == [waiting]
    alone = fresh_client.post("/v1/answers", json={"question": "What?", "document_ids": [waiting]}).json()
    assert (alone["answered"], alone["not_yet_searchable"]) == (False, [waiting])


def test_the_stream_of_a_settled_document_ends_at_once(fresh: Service, fresh_client: TestClient) -> None:
    settled = send(fresh_client, b"bytes of text here", "a.txt")["id"]
    work(fresh)
    with fresh_client.stream("GET", f"/v1/documents/{settled}/events") as stream:
        events = list(read_events(stream.iter_lines()))
    assert [(name, data["status"]) for name, data in events] == [("document", "ready")]


def test_the_stream_of_a_document_ends_when_it_is_deleted(fresh: Service, fresh_client: TestClient) -> None:
    waiting = send(fresh_client, LETTER)["id"]
    threading.Timer(0.5, fresh.ingest.intake.delete, (scope_for(), waiting)).start()
    with fresh_client.stream("GET", f"/v1/documents/{waiting}/events") as stream:
        events = list(read_events(stream.iter_lines()))
    assert [name for name, _data in events] == ["document", "deleted"]
    assert events[-1][1] == {"id": waiting}


# ── what can be asked of a document that has been read ──────────────────────────────────────────────────────


def test_a_read_document_shows_its_pages_and_outline(client: TestClient, report_10k: Document) -> None:
    body = client.get(f"/v1/documents/{report_10k.id}").json()
    assert [row["number"] for row in body["page_report"]] == list(range(1, body["pages"] + 1))
    assert sum(row["tokens"] for row in body["page_report"]) == body["tokens"]
    assert {row["kind"] for row in body["page_report"]} <= {"text", "empty"}
    titles = [section["title"] for section in body["sections"]]
    assert any(title.startswith("Item 1A") for title in titles)
    assert not {"bookmarks", "labels"} & set(body["detected"]) and body["detected"]["form"] == body["form"] == "10-K"
    ordinals = {section["ordinal"] for section in body["sections"]}
    assert all(section["parent"] is None or section["parent"] in ordinals for section in body["sections"])


def test_a_pages_text_stands_at_its_place_in_the_document(client: TestClient, agreement: Document) -> None:
    first, second = (client.get(f"/v1/documents/{agreement.id}/pages/{number}").json() for number in (1, 2))
    assert first["document_start"] == 0
    assert second["document_start"] == len(first["text"]) + 1
    assert (first["width"], first["height"]) == (612, 792)


def test_a_pages_layout_gives_every_line_a_box_on_the_page(client: TestClient, report_10k: Document) -> None:
    body = client.get(f"/v1/documents/{report_10k.id}/pages/40/layout").json()
    page = client.get(f"/v1/documents/{report_10k.id}/pages/40").json()
    assert (body["text"], body["label"], body["width"]) == (page["text"], page["label"], page["width"])
    words = [body["text"][line["span"]["start"] : line["span"]["end"]] for line in body["lines"]]
    assert any("Capital expenditures" in line for line in words)
    for line in body["lines"]:
        assert 0 <= line["x0"] < line["x1"] <= body["width"] and 0 <= line["y0"] < line["y1"] <= body["height"]
        for mark in line["marks"]:
            assert line["span"]["start"] <= mark["span"]["start"] < mark["span"]["end"] <= line["span"]["end"]


def test_the_page_report_gives_the_size_of_every_page(client: TestClient, agreement: Document) -> None:
    report = client.get(f"/v1/documents/{agreement.id}").json()["page_report"]
    assert {(row["width"], row["height"]) for row in report} == {(612.0, 792.0)}


def test_a_page_is_drawn_at_the_resolution_asked_for(client: TestClient, report_10k: Document) -> None:
    base = f"/v1/documents/{report_10k.id}/pages/3.png"
    small, large = client.get(base, params={"dpi": 36}), client.get(base, params={"dpi": 72})
    assert small.headers["content-type"] == "image/png"
    assert "immutable" in small.headers["cache-control"]
    assert small.headers["etag"] != large.headers["etag"]
    assert Image.open(io.BytesIO(large.content)).size == (612, 792)
    assert Image.open(io.BytesIO(small.content)).size == (306, 396)
    assert client.get(base, params={"dpi": 36}).content == small.content
    assert client.get(base, params={"dpi": 20}).status_code == 422
    assert client.get(base, params={"dpi": 2000}).status_code == 422


def test_rectangles_enclose_the_span_on_the_page(client: TestClient, agreement: Document) -> None:
    base = f"/v1/documents/{agreement.id}/pages/5"
    text = client.get(base).json()["text"]
    lines = [line for line in text.splitlines() if len(line) > 60][:2]
    start, end = text.index(lines[0]), text.index(lines[1]) + len(lines[1])
    body = client.get(f"{base}/rectangles", params={"start": start, "end": end}).json()
    assert body["text"] == text[start:end]
    assert len(body["rectangles"]) == len(text[start:end].splitlines())
    for box in body["rectangles"]:
        assert box["page"] == 5
        assert 0 <= box["x0"] < box["x1"] <= body["width"] and 0 <= box["y0"] < box["y1"] <= body["height"]
    tops = [box["y0"] for box in body["rectangles"]]
    assert tops == sorted(tops)
    assert client.get(f"{base}/rectangles", params={"start": 3, "end": 3}).json()["rectangles"] == []


def test_tables_come_as_json_and_csv(client: TestClient, report_10k: Document) -> None:
    base = f"/v1/documents/{report_10k.id}/tables"
    tables = client.get(base, params={"page": 61}).json()["tables"]
    text = client.get(f"/v1/documents/{report_10k.id}/pages/61").json()["text"]
    rows = {row["label"]: row for table in tables for row in table["rows"]}
    revenue = rows["Total revenue"]
    assert [cell["value"] for cell in revenue["cells"]] == ["2230", "2116", "1956"]
    assert text[revenue["span"]["start"] : revenue["span"]["end"]].startswith("Total revenue")
    assert [column["period"] for column in tables[0]["columns"]] == ["2024", "2023", "2022"]
    assert (tables[0]["unit"], tables[0]["scale"]) == ("USD", 1_000_000)
    assert (tables[0]["page"], tables[0]["continued_from"]) == (61, None)
    reply = client.get(base, params={"page": 61, "format": "csv"})
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert ["Total revenue", "2230", "2116", "1956"] in list(csv.reader(io.StringIO(reply.text)))
    assert client.get(base, params={"format": "xml"}).status_code == 422
    by_header = client.get(base, params={"page": 61}, headers={"Accept": "text/csv"})
    assert by_header.text == reply.text


def test_cells_are_typed_and_columns_say_what_they_are_in(client: TestClient, report_10k: Document) -> None:
    body = client.get(f"/v1/documents/{report_10k.id}/tables", params={"page": 61}).json()
    column, cell = body["tables"][0]["columns"][0], body["tables"][0]["rows"][0]["cells"][0]
    assert (column["unit"], column["scale"], cell["kind"], cell["unit"]) == ("USD", 1_000_000, "number", "USD")
    text = client.get(f"/v1/documents/{report_10k.id}/pages/61").json()["text"]
    assert text[cell["span"]["start"] : cell["span"]["end"]] == cell["text"]
    assert "million" in " ".join(text[span["start"] : span["end"]] for span in column["evidence"]).lower()
    assert body["warnings"] == []


def test_a_workbook_holds_numbers_as_numbers(client: TestClient, report_10k: Document) -> None:
    reply = client.get(f"/v1/documents/{report_10k.id}/tables.xlsx", params={"page": 61})
    assert reply.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    [sheet] = load_workbook(io.BytesIO(reply.content)).worksheets
    rows = [[content for content in row if content is not None] for row in sheet.iter_rows(values_only=True)]
    assert ["Revenue", "Total revenue", 2230, 2116, 1956] in rows


def test_tables_of_the_whole_document_name_their_pages(client: TestClient, agreement: Document) -> None:
    tables = client.get(f"/v1/documents/{agreement.id}/tables").json()["tables"]
    pages = [table["page"] for table in tables]
    assert pages == sorted(pages) and len(set(pages)) >= 1


@pytest.mark.parametrize(
    ("range", "status", "start", "end"),
    [
        (None, 200, 0, None),
        ("bytes=0-99", 206, 0, 100),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=0-99999999", 206, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=1-2,5-6", 200, 0, None),
    ],
)
def test_the_file_comes_back_whole_or_in_the_range_asked_for(
    client: TestClient,
    samples: Samples,
    report_10k: Document,
    range: str | None,
    status: int,
    start: int,
    end: int | None,
) -> None:
    data = (samples.folder / ANNUAL_REPORT).read_bytes()
    reply = client.get(f"/v1/documents/{report_10k.id}/file", headers={"Range": range} if range else {})
    assert reply.status_code == status
    assert reply.content == data[start:end]
    assert reply.headers["accept-ranges"] == "bytes"
    assert int(reply.headers["content-length"]) == len(reply.content)
    if status == 206:
        first = start % len(data)
        assert reply.headers["content-range"] == f"bytes {first}-{first + len(reply.content) - 1}/{len(data)}"


@pytest.mark.parametrize("range", ["bytes=99999999-", "bytes=10-5", "bytes=-0"])
def test_a_range_outside_the_file_is_not_satisfiable(client: TestClient, report_10k: Document, range: str) -> None:
    reply = client.get(f"/v1/documents/{report_10k.id}/file", headers={"Range": range})
    assert reply.status_code == 416
    assert reply.headers["content-range"] == f"bytes */{report_10k.bytes}"


def test_the_api_describes_itself(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    operations = {
        f"{method} {path}": operation
        for path, methods in paths.items()
        if path.startswith("/v1")
        for method, operation in methods.items()
    }
    assert len(operations) >= 20
    for name, operation in operations.items():
        assert operation["summary"], name
        good = [reply for status, reply in operation["responses"].items() if status.startswith("2")]
        assert good, name
        schemas = [kind.get("schema") for reply in good for kind in reply.get("content", {}).values()]
        streams = ("png", "/file", "/events", "/tables", "/tables.xlsx")
        assert any(schemas) or name.endswith(streams), f"{name} says nothing of what it returns"
