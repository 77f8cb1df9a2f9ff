"""Requests are typed, strict and bounded: blank questions, hollow names and endless numbers are refused."""

import pytest
from fastapi.testclient import TestClient

from service.http.requests import clean_name


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/search", {"query": " \n\t"}),
        ("/v1/answers", {"question": "\u2003"}),
        ("/v1/answers", {"question": "x", "seed": 2**63}),
        ("/v1/answers", {"question": "x", "strict": "yes"}),
        ("/v1/answers", {"question": "x", "max_tokens": 10**9}),
        ("/v1/collections", {"name": "\u0000\u200b "}),
        ("/v1/threads", {"name": "   "}),
        ("/v1/search", {"query": "x", "limit": 10**30}),
    ],
)
def test_what_is_blank_or_out_of_range_is_refused(client: TestClient, path: str, body: dict[str, object]) -> None:
    reply = client.post(path, json=body)
    assert reply.status_code == 422 and reply.json()["code"] == "bad_request", reply.text


@pytest.mark.parametrize("number", ["0", str(2**63), "9" * 400])
def test_page_numbers_are_bounded(client: TestClient, number: str) -> None:
    assert client.get(f"/v1/documents/doc_x/pages/{number}").status_code in (404, 422)
    assert client.get("/v1/documents/doc_x/find", params={"query": "x", "after": number}).status_code in (404, 422)


def test_names_lose_control_characters_and_surplus_space() -> None:
    assert clean_name(" annual\x00 \u202ereport\n2024 ") == "annual report 2024"


def test_a_collection_named_at_the_upload_is_named_as_elsewhere(fresh_client: TestClient) -> None:
    file = {"file": ("a.txt", b"otter")}
    assert fresh_client.post("/v1/documents", files=file, data={"collection": "  old\x07 letters "}).status_code == 202
    assert [row["name"] for row in fresh_client.get("/v1/collections").json()["collections"]] == ["old letters"]
    assert fresh_client.post("/v1/documents", files=file, data={"collection": "x" * 201}).status_code == 422
