"""A client that goes away ends the answer it was waiting for, at once."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import anyio
import pytest

from ingest.types import Scope
from service.answering.answerer import Answerer
from service.app import create_app
from service.contract.answer import RouteTaken
from service.contract.events import Delta, Event, RouteDecided
from service.contract.question import Mode, Question
from service.http.authentication import Doorkeeper
from service.llm.budget import DayReservation
from service.wiring import Service

ROUTE = RouteTaken(Mode.RETRIEVAL, "", model="m-1", tokenizer="t")


class Endless:
    """An answerer that begins an answer and never ends it."""

    def __init__(self) -> None:
        self.ended = False

    async def events(
        self, scope: Scope, question: Question, day_reservation: DayReservation | None = None
    ) -> AsyncIterator[Event]:
        try:
            yield RouteDecided(ROUTE)
            yield Delta("It is")
            await anyio.sleep_forever()
        finally:
            self.ended = True


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/openai/v1/responses", {"input": "What?", "stream": True}),
        ("/openai/v1/chat/completions", {"messages": [{"role": "user", "content": "What?"}], "stream": True}),
    ],
)
def test_a_client_that_goes_away_ends_its_answer(fresh: Service, path: str, asked: dict[str, Any]) -> None:
    answerer = Endless()
    app = create_app(lambda: fresh)
    app.state.service = replace(fresh, answerer=cast(Answerer, answerer))
    app.state.doorkeeper = Doorkeeper(app.state.service)
    sent: list[bytes] = []

    async def visit() -> None:
        begun = anyio.Event()
        bodies = [{"type": "http.request", "body": json.dumps(asked).encode(), "more_body": False}]

        async def receive() -> Any:
            if bodies:
                return bodies.pop()
            await begun.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))
            if b"It is" in sent[-1]:
                begun.set()

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "query_string": b""}
        with anyio.fail_after(20):
            await app({**scope, "asgi": {"version": "3.0", "spec_version": "2.3"}}, receive, send)
        assert answerer.ended

    anyio.run(visit)
    assert any(b"It is" in body for body in sent)
