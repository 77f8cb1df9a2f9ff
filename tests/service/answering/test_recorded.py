"""Events on their way out: an answer is kept once, billed however it ends, and its source told when nobody listens."""

import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import anyio
import pytest
from starlette.requests import ClientDisconnect

from ingest.errors import AnswerNotFound, LlmNotConfigured
from ingest.types import Scope
from service.answering.recorded import RecordedAnswers
from service.contract.answer import Answer, Content, RouteTaken, Usage
from service.contract.events import Delta, Done, Event, RouteDecided, UsageReported, collect
from service.contract.question import Mode
from service.http.event_stream import streamed
from service.records.answer_json import answer_json
from service.wiring import Service

LOCAL = Scope("local")
ROUTE = RouteTaken(Mode.FULL, "fits", model="small")
FIRST = Usage(1000, 10, 0, 0.001, 1)
LAST = Usage(2000, 20, 30, 0.0031, 2, seconds=1.25)
ANSWER = Answer("ans_1", "What?", Content("That.", answered=True), ROUTE, LAST)
BODY = answer_json(ANSWER)
EVENTS = (RouteDecided(ROUTE), UsageReported(FIRST), Delta("That."), UsageReported(LAST), Done(ANSWER))


@dataclass
class Source:
    """An answer's events; it may break off before one of them, and notes whether it was told to end."""

    breaks_before: type[Event] | None = None
    error: Exception = field(default_factory=lambda: LlmNotConfigured("none"))
    waits: bool = False
    ended: bool = False

    async def events(self) -> AsyncGenerator[Event]:
        try:
            for event in EVENTS:
                if self.breaks_before is not None and isinstance(event, self.breaks_before):
                    if self.waits:
                        await anyio.sleep_forever()
                    raise self.error
                yield event
        finally:
            self.ended = True


def kept(
    service: Service, scope: Scope, events: AsyncGenerator[Event], thread: str | None = None
) -> AsyncGenerator[Event]:
    return RecordedAnswers(service.answerer, service.records).kept(scope, events, thread)


def rows(service: Service) -> list[dict[str, Any]]:
    with service.ingest.database.read() as connection:
        return [dict(row._mapping) for row in connection.exec_driver_sql("SELECT * FROM ledger")]


def test_a_whole_answer_is_kept_and_billed_with_its_last_usage(fresh: Service) -> None:
    assert anyio.run(collect, kept(fresh, LOCAL, Source().events())) == ANSWER
    assert fresh.records.get(LOCAL, "ans_1") == BODY
    (row,) = rows(fresh)
    assert (row["id"], row["mode"], row["model"], row["status"]) == ("ans_1", "full", "small", "done")
    assert (row["calls"], row["input_tokens"], row["cached_tokens"], row["output_tokens"]) == (2, 2000, 20, 30)
    assert (row["nano_usd"], row["seconds"]) == (3_100_000, 1.25)


def test_an_answer_in_a_thread_names_it(fresh: Service) -> None:
    thread = fresh.records.threads.add(LOCAL).id
    answer = anyio.run(collect, kept(fresh, LOCAL, Source().events(), thread))
    assert answer_json(answer) == {**BODY, "thread": thread} == fresh.records.get(LOCAL, "ans_1")
    assert fresh.records.threads.bodies(LOCAL, thread) == [answer_json(answer)]


@pytest.mark.parametrize("error", [LlmNotConfigured("none"), RuntimeError("broken")])
def test_an_answer_that_fails_after_it_cost_something_is_billed(fresh: Service, error: Exception) -> None:
    source = Source(Delta, error)
    with pytest.raises(type(error)):
        anyio.run(collect, kept(fresh, LOCAL, source.events()))
    (row,) = rows(fresh)
    assert (row["status"], row["nano_usd"], row["input_tokens"]) == ("failed", 1_000_000, 1000)
    assert row["id"].startswith("use_") and source.ended
    with pytest.raises(AnswerNotFound):
        fresh.records.get(LOCAL, "ans_1")


def test_an_answer_that_fails_before_it_cost_anything_leaves_no_row(fresh: Service) -> None:
    with pytest.raises(LlmNotConfigured):
        anyio.run(collect, kept(fresh, LOCAL, Source(UsageReported).events()))
    assert rows(fresh) == []


def test_an_answer_that_cannot_be_stored_is_billed_as_failed(fresh: Service) -> None:
    fresh.records.keep(LOCAL, "ans_1", BODY)  # the id is taken
    with pytest.raises(Exception, match="UNIQUE"):
        anyio.run(collect, kept(fresh, LOCAL, Source().events()))
    (row,) = rows(fresh)
    assert (row["status"], row["nano_usd"]) == ("failed", 3_100_000)


@pytest.mark.parametrize(("taken", "expected"), [(1, []), (2, ["cancelled"]), (4, ["cancelled"]), (5, ["done"])])
def test_a_stream_that_is_closed_is_billed_for_what_it_had_cost(
    fresh: Service, taken: int, expected: list[str]
) -> None:
    source = Source()

    async def take() -> None:
        events = kept(fresh, LOCAL, source.events())
        for _ in range(taken):
            await anext(events)
        await events.aclose()

    anyio.run(take)
    assert [row["status"] for row in rows(fresh)] == expected
    assert source.ended


def test_an_answer_cancelled_while_it_waits_is_billed(fresh: Service) -> None:
    source = Source(Delta, waits=True)

    async def give_up() -> None:
        with anyio.move_on_after(0.2):
            await collect(kept(fresh, LOCAL, source.events()))

    anyio.run(give_up)
    (row,) = rows(fresh)
    assert (row["status"], row["nano_usd"]) == ("cancelled", 1_000_000) and source.ended


@dataclass
class Listener:
    """A client that goes away once it has been sent so many parts, as each version of the protocol tells it."""

    version: str
    leaves_after: int
    parts: list[bytes] = field(default_factory=list)
    gone: anyio.Event = field(default_factory=anyio.Event)

    @property
    def scope(self) -> dict[str, Any]:
        return {"type": "http", "method": "POST", "asgi": {"spec_version": self.version}}

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.gone.is_set():
            raise OSError("the connection is closed")
        if message.get("body"):
            self.parts.append(message["body"])
        if len(self.parts) >= self.leaves_after:
            self.gone.set()
            if self.version < "2.4":
                await anyio.sleep(1)  # time to be told


def listen(service: Service, source: Source, make: Callable[[], Listener]) -> Listener:
    async def run() -> Listener:
        listener = make()
        response = await streamed(kept(service, LOCAL, source.events()))
        try:
            await response(listener.scope, listener.receive, listener.send)
        except* ClientDisconnect:
            pass
        return listener

    return anyio.run(run)


# a server of version 2.4 tells of a lost client only when the next part is sent: there is nothing to wait for
@pytest.mark.parametrize(("version", "waits"), [("2.3", False), ("2.3", True), ("2.4", False)])
def test_a_client_that_goes_away_ends_the_answer_at_once_and_it_is_billed(
    fresh: Service, version: str, waits: bool
) -> None:
    source = Source(Delta if waits else None, waits=waits)
    listener = listen(fresh, source, lambda: Listener(version, 2))
    assert len(listener.parts) == 2 and source.ended
    assert [(row["status"], row["nano_usd"]) for row in rows(fresh)] == [("cancelled", 1_000_000)]


def test_a_stream_that_breaks_off_says_so_in_its_last_event(fresh: Service) -> None:
    listener = listen(fresh, Source(Delta), lambda: Listener("2.3", 99))
    kind, data = listener.parts[-1].decode().strip().splitlines()
    assert kind == "event: error" and json.loads(data.removeprefix("data: "))["code"] == "llm_not_configured"
    assert [row["status"] for row in rows(fresh)] == ["failed"]
    assert fresh.records.ledger.spent_today(LOCAL) == Decimal("0.001")
