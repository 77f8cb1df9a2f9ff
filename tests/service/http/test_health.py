"""Readiness: whether what is stored can be answered from, and what is missing if not."""

from typing import Any

from fastapi.testclient import TestClient
from service_samples import pdf, work

from service.wiring import Service

LETTER = pdf(["The heron delivered seventeen umbrellas to the lighthouse."])


def ready(client: TestClient) -> tuple[int, dict[str, Any]]:
    reply = client.get("/readyz")
    return reply.status_code, reply.json()


def test_a_service_without_a_worker_says_so_and_still_answers(fresh_client: TestClient) -> None:
    status, body = ready(fresh_client)
    assert (status, body["status"], body["worker_seconds"]) == (200, "ready", None)
    assert "has not run yet" in body["missing"][0]


def test_a_lost_index_is_never_answered_from(fresh: Service, fresh_client: TestClient) -> None:
    document = fresh_client.post("/v1/documents", files={"file": ("letter.pdf", LETTER)}).json()
    work(fresh)
    asked = {"question": "What did the heron deliver?", "mode": "extractive"}
    assert fresh_client.post("/v1/answers", json=asked).json()["answered"]
    fresh.ingest.index.for_tenant("local").lexical.delete(document["content_sha256"])
    fresh.ingest.stores.check(repair=True)
    answer = fresh_client.post("/v1/answers", json=asked).json()
    assert (answer["answered"], answer["not_yet_searchable"]) == (False, [document["id"]])
    status, body = ready(fresh_client)
    assert (status, body["status"], body["rebuilding"]) == (503, "incomplete", 1)
    work(fresh)
    assert ready(fresh_client)[0] == 200
    answer = fresh_client.post("/v1/answers", json=asked).json()
    assert (answer["answered"], answer["not_yet_searchable"]) == (True, [])
