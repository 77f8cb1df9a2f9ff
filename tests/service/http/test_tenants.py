"""Who may see what: keys, tenants and permissions, on every route of the application.

One matrix, read off the table of routes: what belongs to another tenant answers exactly as what does not exist.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from route_table import ROUTES, UNSAFE

from ingest.types import Scope
from service.app import create_app
from service.command_line.reading import read_waiting
from service.contract.caller import Limits, Permission
from service.http.authentication import ADMIN_PATHS, ASKING, OPEN_PATHS
from service.wiring import Service, build_service

LETTER = ("letter.txt", b"The otter of Alpha Ltd arrived on 4 May 2024 and cost 1,250 pounds.")
QUESTION = "How much did the otter cost?"
UNGUARDED = {*OPEN_PATHS, "/openapi.json"}
GUARDED = [(method, path) for method, path in ROUTES if path not in UNGUARDED]
EMPTY_BODIES: dict[str, Any] = {
    "/v1/search": {"query": "otter"},
    "/v1/answers": {"question": QUESTION},
    "/v1/answers/plan": {"question": QUESTION},
    "/openai/v1/responses": {"input": QUESTION},
    "/openai/v1/chat/completions": {"messages": [{"role": "user", "content": QUESTION}]},
}


@dataclass(frozen=True)
class House:
    """A service with two tenants: one owns something of every kind, the other a key and nothing else."""

    client: TestClient
    service: Service
    owner: dict[str, str]
    stranger: dict[str, str]
    reader: dict[str, str]
    owned: dict[str, str]  # a path parameter's name -> the owner's id for it


def header(secret: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("tenants")
    service = build_service({"PINCITE_HOME": str(home), "PINCITE_HOSTS": "testserver", "PINCITE_KEYS": "required"})
    both = {Permission.READ, Permission.WRITE}
    made = {
        name: service.records.keys.create(tenant, name, permissions, Limits(), None).secret
        for name, tenant, permissions in (
            ("owner", "alpha", both),
            ("stranger", "beta", both),
            ("reader", "alpha", {Permission.READ}),
        )
    }
    heads = {name: header(secret) for name, secret in made.items()}
    with TestClient(create_app(lambda: service), raise_server_exceptions=False) as client:
        owned = _fill(client, service, heads["owner"])
        yield House(client, service, heads["owner"], heads["stranger"], heads["reader"], owned)
    service.close()


def _fill(client: TestClient, service: Service, owner: Mapping[str, str]) -> dict[str, str]:
    """Something of every kind that has an id, and the ids."""

    def made(method: str, path: str, **request: Any) -> dict[str, Any]:
        reply = client.request(method, path, headers=owner, **request)
        assert reply.status_code < 300, (path, reply.text)
        found: dict[str, Any] = reply.json()
        return found

    document = made("POST", "/v1/documents", files={"file": LETTER}, data={"collection": "letters"})["id"]
    read_waiting(service, service.ingest.catalog.documents.select(Scope("alpha")), None)
    store = made("POST", "/openai/v1/vector_stores", json={"name": "post", "file_ids": [document]})["id"]
    batch = made("POST", f"/openai/v1/vector_stores/{store}/file_batches", json={"file_ids": [document]})["id"]
    thread = made("POST", "/v1/threads", json={"name": "otters"})["id"]
    answer = made("POST", "/v1/answers", json={"question": QUESTION, "thread": thread})
    assert answer["answered"] and "1,250" in answer["answer"]
    response = made("POST", "/openai/v1/responses", json={"input": QUESTION})["id"]
    collection = next(row for row in made("GET", "/v1/collections")["collections"] if row["name"] == "letters")["id"]
    return {
        "document_id": document,
        "file_id": document,
        "vector_store_id": store,
        "batch_id": batch,
        "thread_id": thread,
        "answer_id": answer["id"],
        "response_id": response,
        "key": collection,
    }


def filled(path: str, ids: Mapping[str, str]) -> str:
    """A path with these ids; other parameters have something that is right for every document."""
    path = path.replace(":path", "").replace("{number}", "1")
    return re.sub(r"\{(\w+)\}", lambda match: ids.get(match.group(1), "pincite"), path)


def body_for(method: str, path: str) -> dict[str, Any]:
    """A body the route accepts, as far as one is needed to get past the check of bodies."""
    if path.endswith("/files") and method == "POST":
        return {"json": {"file_id": "doc_none"}}
    if path.endswith("/file_batches"):
        return {"json": {"file_ids": ["doc_none"]}}
    if path.endswith("/files/{file_id}") and method == "POST":
        return {"json": {"attributes": {}}}
    if path.endswith("/search"):
        return {"json": {"query": "otter"}}
    if path.startswith(("/v1/collections/", "/v1/threads/")) and method == "PATCH":
        return {"json": {"name": "renamed"}}
    if path.endswith("/rectangles"):
        return {"params": {"start": 0, "end": 1}}
    if path.endswith("/find"):
        return {"params": {"query": "otter"}}
    return {"json": EMPTY_BODIES.get(path, {})} if method in ("POST", "PATCH") else {}


def told(reply: Any, ids: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
    """What a caller learns from a reply, the id that was asked for taken out."""
    text = reply.text
    for name, value in ids.items():
        text = text.replace(value, name)
    headers = {name: value for name, value in reply.headers.items() if name not in ("content-length", "etag")}
    return reply.status_code, text, headers


WITH_IDS = [(method, path) for method, path in GUARDED if "{" in path and "{model" not in path]


def test_the_matrix_covers_every_kind_of_id(house: House) -> None:
    named = {name for _method, path in WITH_IDS for name in re.findall(r"\{(\w+)", path)}
    assert named - {"number"} == set(house.owned)
    assert len(WITH_IDS) >= 30


def test_another_tenants_ids_answer_as_unknown_ids_do_on_every_route(house: House) -> None:
    unknown = {name: "".join("0" if sign.isdigit() else sign for sign in key) for name, key in house.owned.items()}
    assert all(unknown[name] != key for name, key in house.owned.items())
    for method, path in WITH_IDS:
        replies = [
            told(house.client.request(method, filled(path, ids), headers=house.stranger, **body_for(method, path)), ids)
            for ids in (house.owned, unknown)
        ]
        assert replies[0] == replies[1], (method, path)
        assert replies[0][0] == 404, (method, path, replies[0])
    still = house.client.get(f"/v1/documents/{house.owned['document_id']}", headers=house.owner)
    assert still.status_code == 200 and still.json()["collections"]


def test_ids_in_bodies_are_no_way_around(house: House) -> None:
    document, store, thread = (house.owned[name] for name in ("document_id", "vector_store_id", "thread_id"))
    chat = {"messages": [{"role": "user", "content": QUESTION}]}
    part = [
        {
            "role": "user",
            "content": [{"type": "input_text", "text": QUESTION}, {"type": "input_file", "file_id": document}],
        }
    ]
    tool = [{"type": "file_search", "vector_store_ids": [store]}]
    own = house.client.post("/openai/v1/vector_stores", headers=house.stranger, json={"name": "own"}).json()["id"]
    for path, body in (
        ("/v1/search", {"query": "otter", "document_ids": [document]}),
        ("/v1/search", {"query": "otter", "collection": house.owned["key"]}),
        ("/v1/answers", {"question": QUESTION, "document_ids": [document]}),
        ("/v1/answers", {"question": QUESTION, "thread": thread}),
        ("/v1/answers/plan", {"question": QUESTION, "document_ids": [document]}),
        ("/v1/threads", {"document_ids": [document]}),
        ("/openai/v1/responses", {"input": part}),
        ("/openai/v1/responses", {"input": QUESTION, "tools": tool}),
        ("/openai/v1/responses", {"input": QUESTION, "previous_response_id": house.owned["response_id"]}),
        ("/openai/v1/responses/input_tokens", {"input": part}),
        ("/openai/v1/chat/completions", {**chat, "vector_store_ids": [store]}),
        ("/openai/v1/vector_stores", {"name": "taken", "file_ids": [document]}),
        (f"/openai/v1/vector_stores/{own}/files", {"file_id": document}),
        (f"/openai/v1/vector_stores/{own}/file_batches", {"file_ids": [document]}),
    ):
        reply = house.client.post(path, headers=house.stranger, json=body)
        assert reply.status_code == 404, (path, body, reply.text)


def test_a_stranger_finds_and_lists_nothing(house: House) -> None:
    get = house.client.get
    assert get("/v1/documents", headers=house.stranger).json()["documents"] == []
    assert get("/v1/threads", headers=house.stranger).json()["threads"] == []
    assert get("/openai/v1/files", headers=house.stranger).json()["data"] == []
    found = house.client.post("/v1/search", headers=house.stranger, json={"query": "otter"}).json()
    assert found["hits"] == [] and found["not_yet_searchable"] == []
    answer = house.client.post("/v1/answers", headers=house.stranger, json={"question": QUESTION}).json()
    assert not answer["answered"] and answer["searched"]["documents"] == 0


def test_the_same_bytes_are_two_contents_in_two_tenants(house: House) -> None:
    sent = house.client.post("/v1/documents", headers=house.stranger, files={"file": LETTER})
    assert sent.status_code == 202 and sent.json()["status"] == "queued", "nothing is taken over from another tenant"
    house.client.delete(f"/v1/documents/{sent.json()['id']}", headers=house.stranger)
    assert (
        house.client.get(f"/v1/documents/{house.owned['document_id']}/file", headers=house.owner).content == LETTER[1]
    )


def test_without_a_key_every_guarded_route_is_closed(house: House) -> None:
    for method, path in GUARDED:
        for headers in ({}, header("pk_0000000000000000_nothing"), header(None), {"authorization": "Basic eDp5"}):
            reply = house.client.request(method, filled(path, house.owned), headers=headers, **body_for(method, path))
            assert reply.status_code == 401, (method, path, reply.text)
            assert reply.headers["www-authenticate"] == "Bearer" and "unauthenticated" in reply.text


def test_a_key_that_may_only_read_changes_nothing(house: House) -> None:
    for method, path in UNSAFE:
        if path in ASKING or path in OPEN_PATHS:
            continue
        reply = house.client.request(method, filled(path, house.owned), headers=house.reader, **body_for(method, path))
        assert reply.status_code == 403 and "forbidden" in reply.text, (method, path, reply.text)
    for path in ADMIN_PATHS:
        assert house.client.get(path, headers=house.owner).status_code == 403
    asked = house.client.post("/v1/answers", headers=house.reader, json={"question": QUESTION})
    assert asked.status_code == 200 and asked.json()["answered"]


def test_what_a_key_spends_is_its_own(house: House) -> None:
    keys = {house.client.get("/v1/usage", headers=head).json()["key"] for head in (house.owner, house.reader)}
    assert len(keys) == 2 and "local" not in keys


def test_the_protocols_tools_see_the_callers_tenant(house: House) -> None:
    call = {"name": "list_documents", "arguments": {}}
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accept = {"accept": "application/json, text/event-stream"}
    for head, count in ((house.owner, 1), (house.stranger, 0), (house.reader, 1)):
        reply = house.client.post("/mcp", json=ask, headers={**head, **accept})
        assert len(reply.json()["result"]["structuredContent"]["documents"]) == count, reply.text


def test_an_ended_key_opens_nothing(house: House) -> None:
    keys = house.service.records.keys
    revoked = keys.create("alpha", "gone", {Permission.READ}, Limits(), None)
    expired = keys.create("alpha", "late", {Permission.READ}, Limits(), 0.0)
    rotated = keys.create("alpha", "turned", {Permission.READ}, Limits(), None)
    keys.revoke(revoked.id)
    fresh = keys.rotate(rotated.id)
    for secret in (revoked.secret, expired.secret, rotated.secret):
        assert house.client.get("/v1/documents", headers=header(secret)).status_code == 401
    assert house.client.get("/v1/documents", headers=header(fresh.secret)).status_code == 200


def test_files_of_the_data_folder_are_the_owners_alone(house: House, tmp_path: Path) -> None:
    home = house.service.ingest.home
    assert home.stat().st_mode & 0o077 == 0
    shown = [path for path in home.rglob("*") if path.stat().st_mode & 0o077]
    assert shown == []
