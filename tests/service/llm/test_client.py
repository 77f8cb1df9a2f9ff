"""The client against a real HTTP server that says what a script tells it: every way a call can go."""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import anyio
import pytest
from scripted_llm import Reply, Script, ScriptedLlm

from ingest.errors import (
    BadRequest,
    BudgetExceeded,
    LlmBrokenOff,
    LlmGarbled,
    LlmRefused,
    LlmTimedOut,
    LlmUnavailable,
    PinciteError,
)
from ingest.indexing.tokens import TokenCounter
from service.llm.budget import Budget, worst_case
from service.llm.client import OpenAiLlm
from service.llm.endpoint import Endpoint
from service.llm.limits import Limits
from service.llm.models import load_models
from service.llm.protocol import Finished, LlmRequest, TextDelta

COUNT = TokenCounter(None).count
MINI = load_models().get("gpt-5.2-mini")
KEY = "sk-very-secret-0123456789"
QUESTION = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "What were capital expenditures?"})
TEXT = "Capital expenditures were $92 million in 2024."
FORMS = pytest.mark.parametrize("api", ["chat", "responses"])


def request(**changes: Any) -> LlmRequest:
    return LlmRequest(**{"model": MINI, "messages": QUESTION, "max_tokens": 200, **changes})


class Naps:
    """Remembers the waits between tries and does not wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


def client_of(server: ScriptedLlm, api: str = "chat", naps: Naps | None = None, **endpoint: Any) -> OpenAiLlm:
    place = {"base_url": f"{server.url}/v1", "api_key": KEY, "timeout_s": 20.0, "api": api, **endpoint}
    return OpenAiLlm(Endpoint(**place), COUNT, Limits(), (naps or Naps()).sleep)


def replies(llm: OpenAiLlm, asked: Iterable[LlmRequest]) -> list[tuple[str, Finished]]:
    """Ask one after the other in one event loop; each text with its end."""

    async def ask() -> list[tuple[str, Finished]]:
        found = []
        try:
            for one in asked:
                pieces = [piece async for piece in llm.stream(one)]
                end = pieces.pop()
                assert isinstance(end, Finished)
                found.append(("".join(piece.text for piece in pieces if isinstance(piece, TextDelta)), end))
        finally:
            await llm.aclose()
        return found

    return anyio.run(ask)


def reply(llm: OpenAiLlm, asked: LlmRequest | None = None) -> tuple[str, Finished]:
    return replies(llm, [asked or request()])[0]


def failure(script: Script, kind: type[PinciteError], asked: LlmRequest | None = None, **client: Any) -> PinciteError:
    """The error a script leads to."""
    with ScriptedLlm(script).running() as server, pytest.raises(kind) as caught:
        reply(client_of(server, **client), asked)
    return caught.value


# ── what goes well ──────────────────────────────────────────────────────────────────────────────────────────────


@FORMS
def test_a_reply_comes_piece_by_piece_and_ends_with_the_servers_usage(api: str) -> None:
    async def ask(llm: OpenAiLlm) -> list[TextDelta | Finished]:
        found = [piece async for piece in llm.stream(request())]
        await llm.aclose()
        return found

    with ScriptedLlm([Reply(TEXT, cached=5)]).running() as server:
        pieces = anyio.run(ask, client_of(server, api))
        (one,) = server.received
    assert len(pieces) > 5 and "".join(p.text for p in pieces if isinstance(p, TextDelta)) == TEXT
    end = pieces[-1]
    assert isinstance(end, Finished) and (end.reason, end.tries, end.usage.estimated) == ("stop", 1, False)
    assert end.usage.cached_tokens == 5
    assert (end.usage.input_tokens, end.usage.output_tokens) == (one.input_tokens, one.output_tokens)


@FORMS
def test_parallel_tool_calls_come_back_whole_and_in_order(api: str) -> None:
    calls = (("read_pages", {"pages": [3, 4]}), ("calculate", {"expression": "a / b, rounded"}))
    with ScriptedLlm([Reply("Let me look.", calls)]).running() as server:
        text, end = reply(client_of(server, api))
    assert (text, end.reason) == ("Let me look.", "tool_calls")
    assert [(call.id, call.name, json.loads(call.arguments)) for call in end.tool_calls] == [
        ("call_0", "read_pages", {"pages": [3, 4]}),
        ("call_1", "calculate", {"expression": "a / b, rounded"}),
    ]


@FORMS
def test_a_reply_cut_at_the_limit_says_so(api: str) -> None:
    with ScriptedLlm([Reply(TEXT, reason="length")]).running() as server:
        assert reply(client_of(server, api))[1].reason == "length"


@FORMS
def test_without_a_usage_from_the_server_the_tokens_are_counted_here(api: str) -> None:
    with ScriptedLlm([Reply(TEXT, usage=False)]).running() as server:
        usage = reply(client_of(server, api))[1].usage
        (one,) = server.received
    assert usage.estimated
    assert usage.input_tokens == pytest.approx(one.input_tokens, rel=0.1)
    assert usage.output_tokens == pytest.approx(one.output_tokens, abs=2)


def test_parameters_reach_a_chat_endpoint_unchanged() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    sampling = {
        "temperature": 0.1,
        "top_p": 0.9,
        "frequency_penalty": 0.2,
        "presence_penalty": 0.3,
        "seed": 7,
        "stop": None,
    }
    asked = request(
        sampling=sampling, tools=(tool,), tool_choice="auto", response_format={"type": "json_object"}, max_tokens=55
    )
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        reply(client_of(server), asked)
        (body,) = server.bodies
    assert body == {
        "model": "gpt-5.2-mini",
        "messages": list(QUESTION),
        "stream": True,
        "tools": [tool],
        "temperature": 0.1,
        "top_p": 0.9,
        "frequency_penalty": 0.2,
        "presence_penalty": 0.3,
        "seed": 7,
        "tool_choice": "auto",
        "response_format": {"type": "json_object"},
        "max_tokens": 55,
        "stream_options": {"include_usage": True},
    }


def test_a_request_in_the_responses_form_is_translated() -> None:
    function = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
    schema = {"name": "figures", "strict": True, "schema": {"type": "object"}}
    messages = (
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Look."},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": "high"}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "42"},
        {"role": "assistant", "content": "It is 42."},
        {"role": "user", "content": "Sure?"},
    )
    asked = request(
        messages=messages,
        tools=({"type": "function", "function": function},),
        tool_choice={"type": "function", "function": {"name": "f"}},
        response_format={"type": "json_schema", "json_schema": schema},
        sampling={"temperature": 0.5, "reasoning_effort": "low"},
    )
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        reply(client_of(server, "responses"), asked)
        (body,) = server.bodies
    assert body["input"] == [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "Look."},
                {"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "high"},
            ],
        },
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "42"},
        {"role": "assistant", "content": "It is 42."},
        {"role": "user", "content": "Sure?"},
    ]
    assert body["tools"] == [{"type": "function", "strict": False, **function}]
    assert body["tool_choice"] == {"type": "function", "name": "f"}
    assert body["text"] == {"format": {"type": "json_schema", **schema}}
    assert (body["max_output_tokens"], body["store"], body["reasoning"]) == (200, False, {"effort": "low"})


def test_what_the_responses_form_does_not_have_is_refused_before_the_call() -> None:
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        with pytest.raises(BadRequest, match="seed"):
            reply(client_of(server, "responses"), request(sampling={"seed": 1}))
        assert server.received == []


def test_azure_is_called_by_deployment_version_and_its_own_key_header() -> None:
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        place: dict[str, Any] = {"base_url": "", "azure_endpoint": server.url, "azure_api_version": "2024-10-21"}
        text, _end = reply(client_of(server, **place))
        (one,) = server.received
    assert (text, one.path) == (TEXT, "/openai/deployments/gpt-5.2-mini/chat/completions")
    assert one.headers["api-key"] == KEY
    assert one.body["max_completion_tokens"] == 200 and "max_tokens" not in one.body


def test_a_local_server_needs_no_key() -> None:
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        assert reply(client_of(server, api_key=""))[0] == TEXT


def test_the_limits_other_name_is_used_from_then_on_when_the_endpoint_wants_it() -> None:
    def picky(body: dict[str, Any]) -> Reply:
        if "max_tokens" not in body:
            return Reply(TEXT)
        said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'."
        return Reply(kind="status", status=400, code="unsupported_parameter", message=said)

    with ScriptedLlm(picky).running() as server:
        (_, first), (_, second) = replies(client_of(server), [request(), request()])
    assert (first.tries, second.tries) == (2, 1)


# ── what goes wrong and is put right ────────────────────────────────────────────────────────────────────────────


@FORMS
def test_a_rate_limit_is_waited_out_as_long_as_the_endpoint_says(api: str) -> None:
    busy = Reply(kind="status", status=429, code="rate_limit_exceeded", headers=(("retry-after", "7"),))
    naps = Naps()
    with ScriptedLlm([busy, Reply(TEXT)]).running() as server:
        text, end = reply(client_of(server, api, naps))
    assert (text, end.tries) == (TEXT, 2)
    (nap,) = naps.seconds
    assert 7 <= nap < 7.5


def test_a_broken_server_is_tried_again_after_growing_waits() -> None:
    naps = Naps()
    broken = Reply(kind="status", status=500)
    with ScriptedLlm([broken, broken, broken, Reply(TEXT)]).running() as server:
        _text, end = reply(client_of(server, naps=naps))
    assert end.tries == 4
    assert [0.25 <= naps.seconds[0] <= 0.5, 0.5 <= naps.seconds[1] <= 1, 1 <= naps.seconds[2] <= 2] == [True] * 3


def test_an_error_event_or_a_cut_before_the_first_word_is_tried_again() -> None:
    overloaded = Reply(kind="error", code="server_error")
    with ScriptedLlm([overloaded, Reply(kind="half"), Reply(kind="unfinished"), Reply(TEXT)]).running() as server:
        text, end = reply(client_of(server))
    assert (text, end.tries) == (TEXT, 4)


# ── what goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def test_after_four_tries_the_endpoint_counts_as_unavailable() -> None:
    error = failure([Reply(kind="status", status=503, message="overloaded")], LlmUnavailable)
    assert error.retry and "overloaded" in error.message and "4 time" in error.message


def test_an_endpoint_that_asks_to_wait_for_minutes_is_not_waited_for() -> None:
    naps = Naps()
    far = Reply(kind="status", status=429, headers=(("retry-after", "600"),))
    error = failure([far], LlmUnavailable, naps=naps)
    assert "600 seconds" in error.message and naps.seconds == []


def test_nobody_listening_is_unavailable() -> None:
    with ScriptedLlm([]).running() as server:
        gone = client_of(server)
    with pytest.raises(LlmUnavailable, match="cannot be reached"):
        reply(gone)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "invalid_api_key", "OPENAI_API_KEY"),
        (404, "model_not_found", "PINCITE_LLM_BASE_URL"),
        (400, "context_length_exceeded", "PINCITE_MODELS_FILE"),
        (429, "insufficient_quota", "no credit"),
        (422, "bad", "refuses the request"),
    ],
)
def test_a_refusal_is_not_repeated_and_says_what_to_do(status: int, code: str, said: str) -> None:
    naps = Naps()
    error = failure([Reply(kind="status", status=status, code=code)], LlmRefused, naps=naps)
    assert said in error.message and not error.retry and naps.seconds == []


@FORMS
@pytest.mark.parametrize("kind", ["half", "unfinished", "error"])
def test_a_reply_that_breaks_off_after_a_word_went_out_is_an_error_and_is_not_repeated(api: str, kind: str) -> None:
    naps = Naps()
    with ScriptedLlm([Reply(TEXT, kind=kind), Reply(TEXT)]).running() as server:
        with pytest.raises(LlmBrokenOff):
            reply(client_of(server, api, naps))
        assert len(server.received) == 1 and naps.seconds == []


@FORMS
@pytest.mark.parametrize(
    "garbage",
    [
        Reply("<html><body>Sign in to the wireless network</body></html>", kind="garbage"),
        Reply('{"choices": [{"message": {"content": "not streamed"}}]}', kind="garbage"),
        Reply(lines=("data: {broken\n\n",)),
        Reply(lines=("data: [1, 2]\n\n",)),
        Reply(lines=('data: {"hello": "world"}\n\n',)),
        Reply(lines=('data: {"choices": [{"delta": "x"}], "type": 3}\n\n',)),
        Reply(lines=('data: {"choices": "x", "usage": "y", "type": "response.completed", "response": "z"}\n\n',)),
    ],
    ids=["html", "not-a-stream", "broken-json", "list", "other-object", "wrong-types", "wrong-usage"],
)
def test_what_is_no_reply_of_a_model_is_garbled(api: str, garbage: Reply) -> None:
    failure([garbage], LlmGarbled, api=api)


@FORMS
def test_an_endpoint_that_never_begins_is_timed_out_and_not_asked_again(api: str) -> None:
    with ScriptedLlm([Reply(kind="silent")]).running() as server:
        started = time.monotonic()
        with pytest.raises(LlmTimedOut):
            reply(client_of(server, api), request(timeout_s=0.4))
        assert 0.4 <= time.monotonic() - started < 5 and len(server.received) == 1


def test_a_reply_that_stops_in_the_middle_is_broken_off() -> None:
    word = 'data: {"choices": [{"index": 0, "delta": {"content": "Capital"}}]}\n\n'
    failure([Reply(TEXT, lines=(word,), between=3)], LlmBrokenOff, request(timeout_s=0.5))


def test_events_without_words_do_not_prolong_the_wait_for_the_first_word() -> None:
    empty = 'data: {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}\n\n'
    failure([Reply(TEXT, lines=(empty,) * 50, between=0.1)], LlmTimedOut, request(timeout_s=0.6))


# ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(5):
        while not condition():
            await anyio.sleep(0.01)


async def close_after_a_word(llm: OpenAiLlm) -> None:
    stream = llm.stream(request())
    await anext(stream)
    await stream.aclose()


async def cancel_after_a_word(llm: OpenAiLlm) -> None:
    with anyio.CancelScope() as scope:
        async for _piece in llm.stream(request()):
            scope.cancel()


async def cancel_while_waiting(llm: OpenAiLlm) -> None:
    with anyio.move_on_after(0.3):
        async for _piece in llm.stream(request()):
            pass


@pytest.mark.parametrize(
    ("leave", "slow"),
    [
        (close_after_a_word, Reply(TEXT, between=0.2)),
        (cancel_after_a_word, Reply(TEXT, between=0.2)),
        (cancel_while_waiting, Reply(kind="silent")),
    ],
)
def test_whoever_leaves_closes_the_upstream_response(
    leave: Callable[[OpenAiLlm], Awaitable[None]], slow: Reply
) -> None:
    async def ask(server: ScriptedLlm) -> None:
        llm = client_of(server)
        await leave(llm)
        await until(lambda: server.left_early == 1 and server.open == 0)
        await llm.aclose()

    with ScriptedLlm([slow]).running() as server:
        anyio.run(ask, server)


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_beyond_the_ceiling_is_never_sent() -> None:
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        with pytest.raises(BudgetExceeded):
            reply(client_of(server), request(budget=Budget(0.0001)))
        assert server.received == []


def test_a_reply_is_settled_at_what_the_server_counted() -> None:
    budget = Budget(1.0)
    with ScriptedLlm([Reply(TEXT)]).running() as server:
        reply(client_of(server), request(budget=budget))
        (one,) = server.received
    assert budget.spent_usd == pytest.approx((one.input_tokens * 1.0 + one.output_tokens * 2.0) / 1e6)
    assert budget.open == []


def test_tries_that_may_have_been_charged_count_at_their_worst_and_refused_ones_nothing() -> None:
    budget = Budget(None)
    script = [Reply(kind="status", status=500), Reply(kind="half"), Reply(TEXT)]
    with ScriptedLlm(script).running() as server:
        _text, end = reply(client_of(server), request(budget=budget, input_tokens=1000))
        worst = worst_case(MINI, 1000, 200)
        last = (end.usage.input_tokens * 1.0 + end.usage.output_tokens * 2.0) / 1e6
    assert budget.calls == 3 and budget.spent_usd == pytest.approx(worst + last)


def test_tries_stop_where_the_ceiling_is_reached() -> None:
    budget = Budget(worst_case(MINI, 1000, 200) * 1.5)
    with ScriptedLlm([Reply(kind="half")]).running() as server:
        with pytest.raises(BudgetExceeded):
            reply(client_of(server), request(budget=budget, input_tokens=1000))
        assert len(server.received) == 1 and budget.spent_usd <= (budget.ceiling_usd or 0)


def test_whoever_leaves_early_is_charged_the_worst_case() -> None:
    budget = Budget(1.0)

    async def ask(server: ScriptedLlm) -> None:
        llm = client_of(server)
        stream = llm.stream(request(budget=budget, input_tokens=1000))
        await anext(stream)
        await stream.aclose()
        await llm.aclose()

    with ScriptedLlm([Reply(TEXT, between=0.2)]).running() as server:
        anyio.run(ask, server)
    assert budget.spent_usd == pytest.approx(worst_case(MINI, 1000, 200)) and budget.open == []


def test_a_server_that_ignores_the_limit_on_output_is_cut_off() -> None:
    with ScriptedLlm([Reply("word " * 5000)]).running() as server:
        text, end = reply(client_of(server), request(max_tokens=50))
    assert (end.reason, end.usage.estimated) == ("length", True)
    assert COUNT(text) <= 50 * 1.2 + 20


# ── secrets ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_key_stands_in_no_message_repr_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = f"Incorrect API key provided: {KEY}."
    with ScriptedLlm([Reply(kind="status", status=401, code="invalid_api_key", message=said)]).running() as server:
        llm = client_of(server)
        with pytest.raises(LlmRefused) as caught:
            reply(llm)
        assert server.received[0].headers["authorization"] == f"Bearer {KEY}"
    logging.getLogger("test").error("as the log would show it", exc_info=caught.value)
    told = f"{caught.value!r} {caught.value.message} {llm.endpoint!r} {vars(llm)!r} {caplog.text}"
    assert KEY not in told and KEY[:12] not in told


# ── many at once ────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_hundred_streams_at_once_lose_nothing() -> None:
    async def ask(server: ScriptedLlm) -> list[str]:
        llm = client_of(server)
        texts = [""] * 200

        async def one(place: int) -> None:
            async for piece in llm.stream(request()):
                texts[place] += piece.text if isinstance(piece, TextDelta) else ""

        async with anyio.create_task_group() as group:
            for place in range(200):
                group.start_soon(one, place)
        await llm.aclose()
        return texts

    with ScriptedLlm([Reply(TEXT, between=0.05)]).running() as server:
        assert anyio.run(ask, server) == [TEXT] * 200
        assert server.open == 0 and server.left_early == 0
