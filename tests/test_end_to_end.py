"""From a file to a cited page over HTTP: a 10-K, a scanned letter and an encrypted memo, and again after a restart."""

from typing import Any

import pytest
from service_samples import Samples, Server, start_server

from examples.make_samples import ANNUAL_REPORT, LETTER, MEMO
from examples.memo import PASSWORD


@pytest.fixture(scope="module")
def uploaded(server: Server, samples: Samples) -> dict[str, str]:
    """The ids of the three files, by name, once each is settled."""
    ids = {}
    for name in (ANNUAL_REPORT, LETTER, MEMO):
        reply = server.upload((samples.folder / name).read_bytes(), name, seconds=150)
        assert reply.status_code == 200, reply.text
        ids[name] = reply.json()["id"]
    return ids


def ask(server: Server, question: str, document: str) -> dict[str, Any]:
    reply = server.client.post("/v1/answers", json={"question": question, "document_ids": [document]})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


NET_INCOME = "What was Quillmere's net income in fiscal year 2023?"


def test_a_figure_of_the_10k_is_answered_with_its_row(
    server: Server, uploaded: dict[str, str], samples: Samples
) -> None:
    gold = next(fact for fact in samples.facts if fact["question"] == NET_INCOME)
    answer = ask(server, NET_INCOME, uploaded[ANNUAL_REPORT])
    citation = answer["citations"][0]
    assert (citation["start_page_number"], citation["page_label"]) == (gold["page"], gold["label"])
    value = f"{int(answer['figure']['value']):,}"
    assert value in citation["cited_text"] and value in answer["answer"]
    assert answer["figure"]["scale"] == 1_000_000
    base = f"/v1/documents/{citation['document_id']}/pages/{citation['start_page_number']}"
    page = server.client.get(base).json()
    assert page["text"][citation["span"]["start"] : citation["span"]["end"]] == citation["cited_text"]
    picture = server.client.get(f"{base}.png")
    assert picture.content.startswith(b"\x89PNG")


def test_a_scanned_letter_is_read_and_cited_with_boxes(
    server: Server, uploaded: dict[str, str], samples: Samples
) -> None:
    shown = server.client.get(f"/v1/documents/{uploaded[LETTER]}").json()
    assert (shown["status"], [page["kind"] for page in shown["page_report"]]) == ("ready", ["scan"])
    facts = [fact for fact in samples.facts if fact["kind"] == "scan"]
    answers = [ask(server, fact["question"], uploaded[LETTER]) for fact in facts]
    assert sum(answer["answered"] for answer in answers) >= 2
    for answer in answers:
        for citation in answer["citations"]:
            assert citation["start_page_number"] == 1
            assert citation["rectangles"]
            assert all(box["x1"] > box["x0"] and box["y1"] > box["y0"] for box in citation["rectangles"])


def test_an_encrypted_memo_is_read_once_its_password_is_there(
    server: Server, uploaded: dict[str, str], samples: Samples
) -> None:
    memo = uploaded[MEMO]
    assert server.client.get(f"/v1/documents/{memo}").json()["error"]["code"] == "password_required"
    assert server.client.post(f"/v1/documents/{memo}/retry", json={"password": PASSWORD}).status_code == 202
    with server.client.stream("GET", f"/v1/documents/{memo}/events") as stream:
        assert "ready" in list(filter(None, stream.iter_lines()))[-1]
    facts = [fact for fact in samples.facts if fact["document"] == MEMO]
    pages = [
        (fact["page"], [c["start_page_number"] for c in ask(server, fact["question"], memo)["citations"]])
        for fact in facts
    ]
    assert any(gold in cited for gold, cited in pages), pages


def test_everything_is_there_after_a_restart_and_a_deleted_file_is_not(
    server: Server, uploaded: dict[str, str]
) -> None:
    kept = ask(server, NET_INCOME, uploaded[ANNUAL_REPORT])
    assert server.client.delete(f"/v1/documents/{uploaded[LETTER]}").json()["deleted"]["documents"] == 1
    server.stop()
    again = start_server(server.home)
    try:
        assert again.client.get(f"/v1/answers/{kept['id']}").json() == kept
        anew = ask(again, kept["question"], uploaded[ANNUAL_REPORT])
        assert anew["citations"] == kept["citations"]
        assert again.client.get(f"/v1/documents/{uploaded[LETTER]}").status_code == 404
        listed = {document["id"] for document in again.client.get("/v1/documents").json()["documents"]}
        assert listed == {uploaded[ANNUAL_REPORT], uploaded[MEMO]}
    finally:
        again.stop()
