"""Every error reaches the caller as one shape with a stable code, and a refusal loses nothing that is stored."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from service_samples import pdf, work

from ingest.errors import PinciteError
from service.app import create_app
from service.http.errors import STATUS, status_of
from service.wiring import Service, build_service

LETTER = pdf(["The heron delivered seventeen umbrellas to the lighthouse."])


def office(folder: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return buffer.getvalue()


def send(client: TestClient, data: bytes, name: str = "file.pdf", **form: str) -> httpx.Response:
    return client.post("/v1/documents", files={"file": (name, data)}, data=form)


def assert_problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(code)
    assert len(body["detail"]) > 8 and isinstance(body["retry"], bool)
    return body


UPLOADS = [
    ("empty", b"", "a.pdf", 400, "file_empty"),
    ("too large", b"%PDF-1.7 " + bytes(1 << 20), "a.pdf", 413, "file_too_large"),
    ("DOCX", office("word"), "a.pdf", 415, "file_type_unsupported"),
    ("XLSX", office("xl"), "a.xlsx", 415, "file_type_unsupported"),
    ("HTML", b"<!DOCTYPE html><html></html>", "a.txt", 415, "file_type_unsupported"),
    ("noise", bytes(range(256)) * 16, "a.pdf", 415, "file_type_unsupported"),
]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A data folder with one upload that waits, for requests that must change nothing."""
    built = build_service(
        {
            "PINCITE_HOME": str(tmp_path_factory.mktemp("quiet")),
            "PINCITE_MAX_UPLOAD_MB": "1",
            "PINCITE_HOSTS": "testserver",
        }
    )
    yield built
    built.close()


@pytest.fixture(scope="module")
def quiet_client(quiet: Service) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: quiet)) as talking:
        send(talking, LETTER, "kept.pdf")
        yield talking


@pytest.mark.parametrize(("kind", "data", "name", "status", "code"), UPLOADS, ids=[row[0] for row in UPLOADS])
def test_a_file_that_cannot_be_read_is_refused_and_not_stored(
    quiet: Service, quiet_client: TestClient, kind: str, data: bytes, name: str, status: int, code: str
) -> None:
    before = quiet_client.get("/v1/documents").json()
    body = assert_problem(send(quiet_client, data, name, collection="new"), status, code)
    if status == 415:
        assert "rint" in body["detail"] and "PDF" in body["detail"]
    if kind in ("DOCX", "XLSX", "HTML"):
        assert kind in body["detail"]
    assert quiet_client.get("/v1/documents").json() == before
    assert [document["name"] for document in before["documents"]] == ["kept.pdf"]
    assert quiet_client.get("/v1/collections").json() == {"collections": []}
    assert list(quiet.ingest.home.glob("incoming/*")) == []


@pytest.mark.parametrize("stated", [True, False], ids=["with a stated length", "in pieces without a length"])
def test_a_body_far_over_the_limit_is_refused_before_it_is_stored(quiet: Service, stated: bool) -> None:
    body = b"--x\r\n" + b'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + bytes(4 << 20)
    pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
    headers = {"content-type": "multipart/form-data; boundary=x"}
    with TestClient(create_app(lambda: quiet, "", 1)) as talking:
        reply = talking.post("/v1/documents", content=body if stated else pieces, headers=headers)
        assert_problem(reply, 413, "file_too_large")
        assert list(quiet.ingest.home.glob("incoming/*")) == []


def test_what_was_stored_before_a_refusal_is_read_all_the_same(fresh: Service, fresh_client: TestClient) -> None:
    kept = send(fresh_client, LETTER, "kept.pdf").json()["id"]
    assert_problem(send(fresh_client, b"", "kept.pdf"), 400, "file_empty")
    work(fresh)
    assert fresh_client.get(f"/v1/documents/{kept}").json()["status"] == "ready"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v1/documents/doc_none", None, 404, "document_not_found"),
        ("GET", "/v1/documents/doc_none/pages/1", None, 404, "document_not_found"),
        ("GET", "/v1/documents/doc_none/pages/1.png", None, 404, "document_not_found"),
        ("GET", "/v1/documents/doc_none/file", None, 404, "document_not_found"),
        ("PATCH", "/v1/documents/doc_none", {"name": "x"}, 404, "document_not_found"),
        ("DELETE", "/v1/documents/doc_none", None, 404, "document_not_found"),
        ("POST", "/v1/documents/doc_none/retry", {}, 404, "document_not_found"),
        ("POST", "/v1/search", {"query": "x", "document_ids": ["doc_none"]}, 404, "document_not_found"),
        ("POST", "/v1/search", {"query": "x", "collection": "none"}, 404, "collection_not_found"),
        ("GET", "/v1/documents?collection=none", None, 404, "collection_not_found"),
        ("GET", "/v1/collections/none", None, 404, "collection_not_found"),
        ("DELETE", "/v1/collections/none", None, 404, "collection_not_found"),
        ("GET", "/v1/answers/ans_none", None, 404, "answer_not_found"),
        ("GET", "/v1/nothing/here", None, 404, "not_found"),
        ("PUT", "/v1/documents", None, 405, "method_not_allowed"),
        ("POST", "/v1/documents", None, 422, "bad_request"),
        ("POST", "/v1/search", {}, 422, "bad_request"),
        ("POST", "/v1/search", {"query": ""}, 422, "bad_request"),
        ("POST", "/v1/search", {"query": "x", "limit": 101}, 422, "bad_request"),
        ("POST", "/v1/search", {"query": "x", "unit": "line"}, 422, "bad_request"),
        ("POST", "/v1/search", {"query": "x", "filter": {"type": "like"}}, 422, "bad_request"),
        ("POST", "/v1/search", {"query": "x", "documents": ["typing mistake"]}, 422, "bad_request"),
        ("POST", "/v1/answers", {"question": "x", "mode": "guess"}, 422, "bad_request"),
        ("POST", "/v1/answers", {"question": "x", "mode": "full"}, 409, "llm_not_configured"),
        ("POST", "/v1/answers", {"question": "x", "mode": "sections"}, 409, "llm_not_configured"),
        ("POST", "/v1/answers", {"question": "x", "mode": "retrieval"}, 409, "llm_not_configured"),
        ("GET", "/v1/documents?limit=0", None, 422, "bad_request"),
    ],
)
def test_each_wrong_request_gets_its_code(
    quiet_client: TestClient, method: str, path: str, body: Any, status: int, code: str
) -> None:
    assert_problem(quiet_client.request(method, path, json=body), status, code)


def test_a_body_that_is_no_json_is_a_bad_request(quiet_client: TestClient) -> None:
    reply = quiet_client.post("/v1/search", content=b"{no json", headers={"content-type": "application/json"})
    assert "fields" in assert_problem(reply, 422, "bad_request")


@pytest.mark.parametrize("metadata", ["{no json", "[1, 2]", '"text"'])
def test_metadata_that_is_no_object_is_a_bad_request(quiet_client: TestClient, metadata: str) -> None:
    assert_problem(send(quiet_client, LETTER, metadata=metadata), 422, "bad_request")
    assert len(quiet_client.get("/v1/documents").json()["documents"]) == 1


def test_a_document_that_waits_cannot_be_shown_or_retried(quiet_client: TestClient) -> None:
    found = quiet_client.get("/v1/documents").json()["documents"][0]["id"]
    for path in ("pages/1", "pages/1.png", "pages/1/rectangles?start=0&end=1", "tables"):
        body = assert_problem(quiet_client.get(f"/v1/documents/{found}/{path}"), 409, "document_not_readable")
        assert body["retry"] is True
    assert_problem(quiet_client.post(f"/v1/documents/{found}/retry", json={}), 409, "nothing_to_retry")


def test_a_page_outside_the_document_is_not_found(client: TestClient, report_10k: Any) -> None:
    base = f"/v1/documents/{report_10k.id}/pages"
    for path in (f"{base}/9999", f"{base}/9999.png", f"{base}/9999/rectangles?start=0&end=0"):
        assert_problem(client.get(path), 404, "page_not_found")
    assert_problem(client.get(f"{base}/0"), 422, "bad_request")
    assert_problem(client.get(f"{base}/1/rectangles?start=5&end=2"), 422, "bad_request")
    assert_problem(client.get(f"{base}/1/rectangles?start=0&end=999999"), 422, "bad_request")


def test_a_ready_document_has_nothing_to_retry(client: TestClient, report_10k: Any) -> None:
    assert_problem(client.post(f"/v1/documents/{report_10k.id}/retry", json={}), 409, "nothing_to_retry")


def test_a_collections_name_is_taken_once(fresh_client: TestClient) -> None:
    assert fresh_client.post("/v1/collections", json={"name": "filings"}).status_code == 201
    other = fresh_client.post("/v1/collections", json={"name": "other"}).json()["id"]
    assert_problem(fresh_client.post("/v1/collections", json={"name": "filings"}), 409, "collection_exists")
    assert_problem(fresh_client.patch(f"/v1/collections/{other}", json={"name": "filings"}), 409, "collection_exists")


def test_files_that_cannot_be_opened_fail_alone_and_a_password_mends_them(
    fresh: Service, fresh_client: TestClient
) -> None:
    locked = pdf(["The otter signed the treaty in the boathouse."], password="swordfish")
    sent = {
        "password_required": send(fresh_client, locked, "locked.pdf").json()["id"],
        "password_wrong": send(fresh_client, locked, "locked.pdf", password="guess").json()["id"],
        "file_damaged": send(fresh_client, b"%PDF-1.4 and then nothing of use", "bad.pdf").json()["id"],
    }
    good = send(fresh_client, LETTER).json()["id"]
    work(fresh)
    for code, found in sent.items():
        shown = fresh_client.get(f"/v1/documents/{found}").json()
        assert (shown["status"], shown["error"]["code"]) == ("failed", code)
        assert_problem(fresh_client.get(f"/v1/documents/{found}/pages/1"), 409, "document_not_readable")
    assert fresh_client.get(f"/v1/documents/{good}").json()["status"] == "ready"
    for found in (sent["password_required"], sent["password_wrong"]):
        again = fresh_client.post(f"/v1/documents/{found}/retry", json={"password": "swordfish"})
        assert (again.status_code, again.json()["status"]) == (202, "queued")
        work(fresh)
        shown = fresh_client.get(f"/v1/documents/{found}").json()
        assert (shown["status"], shown["error"]) == ("ready", None)
        assert "otter" in fresh_client.get(f"/v1/documents/{found}/pages/1").json()["text"]
        assert fresh_client.get(f"/v1/documents/{found}/pages/1.png").content.startswith(b"\x89PNG")


def test_a_missing_file_is_the_stores_fault(fresh: Service, fresh_client: TestClient) -> None:
    found = send(fresh_client, LETTER).json()
    fresh.ingest.blobs.path("local", found["content_sha256"]).unlink()
    with TestClient(create_app(lambda: fresh), raise_server_exceptions=False) as talking:
        assert_problem(talking.get(f"/v1/documents/{found['id']}/file"), 503, "store_damaged")


def test_a_surprise_is_an_internal_error_without_its_details(fresh: Service) -> None:
    def broken() -> Service:
        return fresh

    app = create_app(broken)

    @app.get("/surprise")
    def surprise() -> None:
        raise ZeroDivisionError("secret detail")

    with TestClient(app, raise_server_exceptions=False) as talking:
        reply = talking.get("/surprise")
    assert "secret" not in reply.text
    assert_problem(reply, 500, "internal")


def every(root: type[PinciteError]) -> list[type[PinciteError]]:
    return [root, *(found for child in root.__subclasses__() for found in every(child))]


def test_every_error_class_has_a_status_and_a_code_of_its_own() -> None:
    tree = every(PinciteError)
    assert all(400 <= status_of(error) <= 507 for error in tree)
    assert len({error.code for error in tree}) == len(tree)
    assert set(STATUS) <= set(tree)
