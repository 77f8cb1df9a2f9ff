"""A client that hangs up before a whole reply stops the model, and is billed for what may have been spent."""

import http.client
import json
import time
from typing import Any

import anyio
import pytest
from fastapi import Request
from model_server import Talk
from scripted_llm import Reply
from starlette.requests import ClientDisconnect

from ingest.errors import LlmNotConfigured
from ingest.types import Document
from service.http.presence import cancel_on_disconnect

QUESTION = "What was total revenue in 2024?"


def ledger(talk: Talk) -> list[tuple[str, int]]:
    with talk.service.ingest.database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT status, nano_usd FROM ledger ORDER BY at")]


def until(true: Any) -> bool:
    deadline = time.monotonic() + 10
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(true())


@pytest.fixture(params=["/v1/answers", "/openai/v1/responses", "/openai/v1/chat/completions"])
def asked(request: pytest.FixtureRequest, report_10k: Document) -> tuple[str, dict[str, Any]]:
    """A door and a question to it, not streamed."""
    path: str = request.param
    messages = [{"role": "user", "content": QUESTION}]
    body = {"question": QUESTION, "input": QUESTION, "messages": messages}
    wanted = {"/v1/answers": "question", "/openai/v1/responses": "input", "/openai/v1/chat/completions": "messages"}
    return path, {wanted[path]: body[wanted[path]], "mode": "retrieval"}


def hang_up(talk: Talk, path: str, body: dict[str, Any]) -> None:
    """Ask, and leave once the model is at work."""
    connection = http.client.HTTPConnection(talk.http.base_url.host, talk.http.base_url.port or 80)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    assert until(lambda: talk.model.open == 1)
    connection.close()


@pytest.mark.parametrize("reply", [Reply("word " * 400, between=0.05), Reply(kind="silent")])
def test_a_client_that_hangs_up_stops_the_model(talk: Talk, asked: tuple[str, dict[str, Any]], reply: Reply) -> None:
    talk.says([reply])
    left, billed = talk.model.left_early, len(ledger(talk))
    hang_up(talk, *asked)
    assert until(lambda: talk.model.left_early == left + 1) and talk.model.open == 0
    assert until(lambda: len(ledger(talk)) == billed + 1)
    status, nano_usd = ledger(talk)[-1]
    assert status == "cancelled" and nano_usd > 0
    assert len(talk.model.received) == 1  # and nothing was tried again


def test_the_lost_request_is_counted_as_such(talk: Talk, report_10k: Document) -> None:
    talk.says([Reply("word " * 400, between=0.05)])
    hang_up(talk, "/v1/answers", {"question": QUESTION, "document_ids": [report_10k.id], "mode": "retrieval"})
    line = 'route="/v1/answers",status="499"'
    assert until(lambda: line in talk.http.get("/metrics").text)


def visitor(stays: bool) -> Request:
    """A request whose client hangs up at once, or stays."""
    gone = anyio.Event()

    async def receive() -> Any:
        if stays:
            await gone.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def failing() -> None:
    await anyio.sleep(0)
    raise LlmNotConfigured("none")


def test_work_gives_what_it_gives_while_its_client_is_there() -> None:
    async def run() -> str:
        async def work() -> str:
            await anyio.sleep(0.01)
            return "done"

        return await cancel_on_disconnect(visitor(True), work())

    assert anyio.run(run) == "done"


def test_an_error_of_the_work_arrives_as_it_is() -> None:
    async def run() -> None:
        await cancel_on_disconnect(visitor(True), failing())

    with pytest.raises(LlmNotConfigured):
        anyio.run(run)


def test_work_without_a_client_is_cancelled() -> None:
    async def run() -> None:
        await cancel_on_disconnect(visitor(False), anyio.sleep_forever())

    with pytest.raises(ClientDisconnect):
        anyio.run(run)
