"""How much is taken on at once, per key and per kind of request."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient

from ingest.errors import RateLimited
from service.app import create_app
from service.contract.caller import Limits, Permission
from service.http.middleware.admission import AdmissionMiddleware, Kind, Shares
from service.wiring import Service


def test_a_keys_requests_a_minute_are_counted() -> None:
    now = 0.0
    shares = Shares(clock=lambda: now)
    for _ in range(3):
        shares.take("a", 3, 9)()
    with pytest.raises(RateLimited) as caught:
        shares.take("a", 3, 9)
    assert caught.value.retry_after == 60.0
    shares.take("b", 3, 9)
    now = 60.0
    shares.take("a", 3, 9)


def test_requests_running_at_once_are_counted_until_they_end() -> None:
    shares = Shares()
    release = shares.take("a", 99, 1)
    with pytest.raises(RateLimited):
        shares.take("a", 99, 1)
    release()
    shares.take("a", 99, 1)


@pytest.fixture
def limited(fresh: Service) -> Iterator[tuple[TestClient, dict[str, str]]]:
    key = fresh.records.keys.create("local", "slow", [Permission.READ], Limits(requests_per_minute=2), None)
    with TestClient(create_app(lambda: fresh)) as talking:
        yield talking, {"authorization": f"Bearer {key.secret}"}


@pytest.mark.parametrize("path", ["/v1/documents", "/openai/v1/files"])
def test_a_key_that_sends_too_much_is_told_when_to_come_again(
    limited: tuple[TestClient, dict[str, str]], path: str
) -> None:
    client, headers = limited
    assert [client.get(path, headers=headers).status_code for _ in range(3)] == [200, 200, 429]
    reply = client.get(path, headers=headers)
    assert 1 <= int(reply.headers["retry-after"]) <= 60 and "rate_limited" in reply.text
    assert client.get("/healthz").status_code == 200


def test_what_neither_runs_nor_may_wait_gets_a_quick_503() -> None:
    """Two run, one waits, the fourth is turned away; the waiting one runs when another has ended."""
    kind = Kind(re.compile("/slow$"), running=2, waiting=1)
    going = anyio.Event()

    class App:
        state = type("State", (), {"error_shapes": {}})()

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/slow":
                await going.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    async def visit(middleware: AdmissionMiddleware, path: str) -> tuple[int, dict[bytes, bytes]]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "app": App()}
        await middleware(scope, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"])

    async def run() -> None:
        middleware = AdmissionMiddleware(App(), (kind,))
        slow = [asyncio.create_task(visit(middleware, "/slow")) for _ in range(3)]
        await asyncio.sleep(0)
        status, headers = await visit(middleware, "/slow")
        assert status == 503 and headers[b"retry-after"] == b"1"
        assert (await visit(middleware, "/quick"))[0] == 200
        going.set()
        assert [(await task)[0] for task in slow] == [200, 200, 200]

    anyio.run(run)
