"""Corners of the surface that need no worker: limits, paging, refusals, and what is kept and forgotten."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from service_samples import pdf, work

from service.contract.caller import scope_for
from service.wiring import Service

PREFIX = "/openai/v1"


def upload(client: TestClient, name: str = "a.txt", text: bytes = b"A note on barges.") -> str:
    reply = client.post(f"{PREFIX}/files", files={"file": (name, text)}, data={"purpose": "assistants"})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


def error(reply: Any) -> tuple[int, str]:
    assert set(reply.json()) == {"error"} and set(reply.json()["error"]) == {"message", "type", "param", "code"}
    return reply.status_code, reply.json()["error"]["code"]


def test_errors_have_openais_shape_under_the_prefix_and_ours_elsewhere(fresh_client: TestClient) -> None:
    assert error(fresh_client.get(f"{PREFIX}/files/doc_none")) == (404, "document_not_found")
    assert error(fresh_client.get(f"{PREFIX}/nothing")) == (404, "not_found")
    assert error(fresh_client.put(f"{PREFIX}/files")) == (405, "method_not_allowed")
    wrong = fresh_client.post(f"{PREFIX}/vector_stores/x/search", json={"query": ""})
    assert error(wrong) == (400, "bad_request") and wrong.json()["error"]["param"].startswith("query")
    assert fresh_client.get("/v1/documents/doc_none").json()["status"] == 404
    assert fresh_client.get("/openai/v10").json()["code"] == "not_found"


def test_a_body_over_the_limit_is_refused_in_openais_shape(fresh_client: TestClient) -> None:
    large = b"x" * (3 << 20)
    app_limit = fresh_client.post(f"{PREFIX}/files", files={"file": ("large.txt", large)}, data={"purpose": "evals"})
    assert error(app_limit) == (413, "file_too_large")
    empty = fresh_client.post(f"{PREFIX}/files", files={"file": ("empty.txt", b"")}, data={"purpose": "evals"})
    assert error(empty) == (400, "file_empty")


def test_a_key_is_accepted_and_ignored(fresh_client: TestClient) -> None:
    headers = {"authorization": "Bearer anything"}
    assert fresh_client.get(f"{PREFIX}/models", headers=headers).status_code == 200


def test_expiry_is_refused_rather_than_forgotten(fresh_client: TestClient) -> None:
    form = {"purpose": "evals", "expires_after[anchor]": "created_at", "expires_after[seconds]": "3600"}
    files = {"file": ("a.txt", b"text")}
    assert error(fresh_client.post(f"{PREFIX}/files", files=files, data=form)) == (400, "bad_request")
    body = {"expires_after": {"anchor": "last_active_at", "days": 1}}
    assert error(fresh_client.post(f"{PREFIX}/vector_stores", json=body)) == (400, "bad_request")
    assert fresh_client.get(f"{PREFIX}/files").json()["data"] == []


def test_a_store_is_made_with_all_of_its_files_or_not_at_all(fresh_client: TestClient) -> None:
    known = upload(fresh_client)
    refused = fresh_client.post(f"{PREFIX}/vector_stores", json={"name": "x", "file_ids": [known, "doc_none"]})
    assert error(refused) == (404, "document_not_found")
    assert fresh_client.get(f"{PREFIX}/vector_stores").json()["data"] == []
    made = fresh_client.post(f"{PREFIX}/vector_stores", json={"file_ids": [known]}).json()
    assert (made["name"], made["status"], made["file_counts"]["in_progress"]) == ("", "in_progress", 1)


def test_a_collection_renamed_natively_shows_its_new_name(fresh_client: TestClient) -> None:
    made = fresh_client.post(f"{PREFIX}/vector_stores", json={"name": "old"}).json()
    fresh_client.patch(f"/v1/collections/{made['id']}", json={"name": "new"})
    assert fresh_client.get(f"{PREFIX}/vector_stores/{made['id']}").json()["name"] == "new"
    changed = fresh_client.post(f"{PREFIX}/vector_stores/{made['id']}", json={"metadata": {"a": "b"}}).json()
    assert (changed["name"], changed["metadata"]) == ("new", {"a": "b"})


def test_cancelling_a_batch_takes_unread_files_out_of_the_store(fresh_client: TestClient) -> None:
    store = fresh_client.post(f"{PREFIX}/vector_stores", json={"name": "x"}).json()["id"]
    files = [upload(fresh_client, f"{n}.txt", f"Note {n}".encode()) for n in range(2)]
    path = f"{PREFIX}/vector_stores/{store}/file_batches"
    batch = fresh_client.post(path, json={"file_ids": files, "attributes": {"year": 1}}).json()
    assert batch["status"] == "in_progress" and batch["file_counts"]["in_progress"] == 2
    listed = fresh_client.get(f"{path}/{batch['id']}/files").json()["data"]
    assert [row["attributes"] for row in listed] == [{"year": 1}] * 2
    cancelled = fresh_client.post(f"{path}/{batch['id']}/cancel").json()
    assert (cancelled["status"], cancelled["file_counts"]["cancelled"]) == ("cancelled", 2)
    assert fresh_client.get(f"{PREFIX}/vector_stores/{store}/files").json()["data"] == []
    assert fresh_client.get(f"{PREFIX}/files/{files[0]}").status_code == 200
    assert error(fresh_client.get(f"{path}/vsfb_none")) == (404, "not_found")
    assert error(fresh_client.post(path, json={})) == (400, "bad_request")


def test_a_file_can_be_in_two_stores_and_leaves_one(fresh_client: TestClient, fresh: Service) -> None:
    file = upload(fresh_client)
    stores = [fresh_client.post(f"{PREFIX}/vector_stores", json={"name": n}).json()["id"] for n in ("a", "b")]
    for store in (*stores, stores[0]):
        added = fresh_client.post(f"{PREFIX}/vector_stores/{store}/files", json={"file_id": file})
        assert added.json()["status"] == "in_progress"
    fresh_client.delete(f"{PREFIX}/vector_stores/{stores[0]}/files/{file}")
    assert fresh.ingest.catalog.documents.get(scope_for(), file).collections == (stores[1],)
    gone = fresh_client.get(f"{PREFIX}/vector_stores/{stores[0]}/files/{file}")
    assert error(gone) == (404, "document_not_found")


def test_attributes_are_bounded_and_replaced_by_null(fresh_client: TestClient) -> None:
    file = upload(fresh_client)
    store = fresh_client.post(f"{PREFIX}/vector_stores", json={"file_ids": [file]}).json()["id"]
    path = f"{PREFIX}/vector_stores/{store}/files/{file}"
    many = {f"k{n}": n for n in range(17)}
    assert error(fresh_client.post(path, json={"attributes": many})) == (400, "bad_request")
    assert error(fresh_client.post(path, json={"attributes": {"k": "v" * 513}})) == (400, "bad_request")
    assert fresh_client.post(path, json={"attributes": {"k": True}}).json()["attributes"] == {"k": True}
    assert fresh_client.post(path, json={"attributes": None}).json()["attributes"] == {}


def test_pages_of_a_list_go_both_ways(fresh_client: TestClient) -> None:
    files = [upload(fresh_client, f"{n}.txt", f"Note {n}".encode()) for n in range(4)]

    def ids(**query: Any) -> tuple[list[str], bool]:
        body = fresh_client.get(f"{PREFIX}/files", params=query).json()
        return [row["id"] for row in body["data"]], body["has_more"]

    assert ids(limit=3) == (files[:0:-1], True)
    assert ids(limit=3, after=files[1]) == ([files[0]], False)
    assert ids(limit=2, before=files[0]) == ([files[2], files[1]], False)
    assert ids(order="asc", limit=2) == (files[:2], True)
    assert error(fresh_client.get(f"{PREFIX}/files", params={"after": "doc_none"})) == (400, "bad_request")


def test_a_file_sent_along_that_cannot_be_read_says_why(fresh_client: TestClient, fresh: Service) -> None:
    file = upload(fresh_client, "locked.pdf", pdf(["Secret."], password="x"))
    work(fresh)
    part = {"type": "input_file", "file_id": file}
    asked = {"input": [{"role": "user", "content": [part, {"type": "input_text", "text": "What?"}]}]}
    assert error(fresh_client.post(f"{PREFIX}/responses", json=asked)) == (400, "password_required")
    for data in ("no base64!", "data:text/plain,abc"):
        asked["input"][0]["content"] = [{"type": "input_file", "file_data": data}, {"type": "input_text", "text": "?"}]
        assert error(fresh_client.post(f"{PREFIX}/responses", json=asked)) == (400, "bad_request")


@pytest.mark.parametrize(
    "tools",
    [
        [{"type": "file_search"}],
        [{"type": "file_search", "vector_store_ids": []}],
        [{"type": "file_search", "vector_store_ids": ["a"]}] * 2,
        [{"type": "file_search", "vector_store_ids": ["a"], "max_num_results": 51}],
        [{"type": "file_search", "vector_store_ids": ["a"], "filters": "x"}],
        [{"type": "file_search", "vector_store_ids": ["a"], "ranking_options": {"score_threshold": 2}}],
        [{"type": "file_search", "vector_store_ids": ["a"], "filters": {"type": "nin", "key": "k", "value": 1}}],
    ],
)
def test_a_malformed_file_search_is_a_bad_request(fresh_client: TestClient, tools: list[dict[str, Any]]) -> None:
    reply = fresh_client.post(f"{PREFIX}/responses", json={"input": "What?", "tools": tools})
    assert error(reply) == (400, "bad_request")


def test_a_store_without_files_has_nothing_to_search(fresh_client: TestClient) -> None:
    stores = [fresh_client.post(f"{PREFIX}/vector_stores", json={}).json()["id"] for _ in range(2)]
    tool = {"type": "file_search", "vector_store_ids": stores}
    reply = fresh_client.post(f"{PREFIX}/responses", json={"input": "What?", "tools": [tool]}).json()
    text = reply["output"][1]["content"][0]["text"]
    assert reply["status"] == "completed" and text.startswith("There is nothing to search yet")
    assert fresh_client.post(f"{PREFIX}/vector_stores/{stores[0]}/search", json={"query": "x"}).json()["data"] == []
