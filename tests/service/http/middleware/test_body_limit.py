"""Bodies that are too large or come too slowly are given up."""

import asyncio
from typing import Any

import anyio
from fastapi import FastAPI, Request

from service.http import errors
from service.http.middleware.body_limit import MAX_JSON_BYTES, BodyLimitMiddleware


def reply_to(headers: dict[str, str], pieces: list[bytes], *, pause: float = 0.0) -> int:
    """The status of a POST whose body comes in these pieces, with a pause before each."""
    app = FastAPI()
    errors.install(app, {})

    @app.post("/")
    async def read(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(BodyLimitMiddleware, max_bytes=MAX_JSON_BYTES * 2, inline_files="/openai", max_pause=0.2)
    sent: list[Any] = []
    left = list(pieces)

    async def receive() -> Any:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "query_string": b"", "http_version": "1.1"}
    anyio.run(app, scope, receive, send)
    return int(sent[0]["status"])


JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=x"}


def test_a_body_within_the_limit_passes() -> None:
    assert reply_to(JSON, [b"{", b"}"]) == 200


def test_json_has_a_smaller_limit_than_files() -> None:
    piece = b"x" * MAX_JSON_BYTES
    assert reply_to(JSON, [piece, b"x"]) == 413
    assert reply_to(FORM, [piece, b"x"]) == 200
    assert reply_to(FORM, [piece, piece, b"x"]) == 413


def test_a_stated_length_is_refused_before_anything_is_read() -> None:
    assert reply_to({**JSON, "content-length": "9" * 30}, [b""]) == 413


def test_a_body_that_pauses_too_long_is_given_up() -> None:
    assert reply_to(JSON, [b"{", b"}"], pause=0.05) == 200
    assert reply_to(JSON, [b"{", b"}"], pause=1.0) == 408
