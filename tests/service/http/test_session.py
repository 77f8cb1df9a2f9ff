"""The page signs in with a key: a cookie scripts cannot read, a token other sites cannot know."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.contract.caller import Limits, Permission
from service.http.authentication import COOKIE
from service.wiring import Service


@pytest.fixture
def secret(fresh: Service) -> str:
    """A key; from now on one is asked for."""
    both = (Permission.READ, Permission.WRITE)
    return str(fresh.records.keys.create("local", "desk", both, Limits(), None).secret)


@pytest.fixture
def page(fresh: Service, secret: str) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: fresh), base_url="http://localhost") as talking:
        yield talking


def test_without_any_key_nobody_has_to_sign_in(fresh_client: TestClient) -> None:
    assert fresh_client.get("/v1/session").json() == {"required": False, "signed_in": False, "csrf_token": None}
    assert fresh_client.get("/v1/documents").status_code == 200


def test_signing_in_opens_what_the_key_opens(page: TestClient, secret: str) -> None:
    assert page.get("/").status_code == 200, "the page itself has to load"
    assert page.get("/v1/documents").status_code == 401
    assert page.get("/v1/session").json()["required"]
    signed = page.post("/v1/session", json={"key": secret})
    cookie = signed.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and secret.lower() not in cookie
    assert page.get("/v1/documents").status_code == 200
    assert page.get("/v1/session").json()["csrf_token"] == signed.json()["csrf_token"]


def test_a_change_needs_the_pages_token(page: TestClient, secret: str) -> None:
    token = page.post("/v1/session", json={"key": secret}).json()["csrf_token"]
    body = {"name": "letters"}
    assert page.post("/v1/collections", json=body).status_code == 403
    assert page.post("/v1/collections", json=body, headers={"x-csrf-token": "0" * 64}).status_code == 403
    assert page.post("/v1/collections", json=body, headers={"x-csrf-token": token}).status_code == 201


def test_a_forged_or_ended_session_opens_nothing(page: TestClient, fresh: Service, secret: str) -> None:
    assert page.post("/v1/session", json={"key": "pk_0_wrong"}).status_code == 401
    page.post("/v1/session", json={"key": secret})
    value = page.cookies[COOKIE].strip('"')
    key, until, signature = value.split(".")
    for forged in (f"{key}.{int(until) + 9}.{signature}", f"{key}.1.{signature}", "..", "", "\u00e9.1.x"):
        reply = page.get("/v1/documents", headers=[(b"cookie", f"{COOKIE}={forged}".encode())])
        assert reply.status_code == 401, forged
    fresh.records.keys.revoke(key)
    assert page.get("/v1/documents").status_code == 401, "a revoked key ends its sessions"


def test_signing_out_takes_the_cookie_back(page: TestClient, secret: str) -> None:
    page.post("/v1/session", json={"key": secret})
    assert page.delete("/v1/session").json()["signed_in"] is False
    assert page.get("/v1/documents").status_code == 401
