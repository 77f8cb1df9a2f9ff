"""A real HTTP server that speaks as an OpenAI-compatible endpoint does, and says what a script tells it.

Chat Completions and Responses, streamed as server-sent events in the forms the SDK parses, Azure's paths too. It counts
`usage` itself: the payload it received is rendered with a chat template and the rendered text is counted as a whole.
Every request is recorded. `python tests/scripted_llm.py --port 9000` runs it by hand, saying one sentence;
its `/received` then says when each request came and when its first words left.
"""

import argparse
import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest.indexing.tokens import TokenCounter

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What one request gets. The default kind, `say`, is an ordinary reply.

    Kinds: `say`; `status` (an error before the stream); `silent` (headers, then nothing); `half` (text, then the
    connection is cut); `unfinished` (text, then a proper end without saying so); `garbage` (`text` is the whole body);
    `error` (an error inside the stream, after `text`).
    """

    text: str = ""
    calls: tuple[tuple[str, Body], ...] = ()
    kind: str = "say"
    status: int = 200
    code: str = "server_error"
    message: str = "scripted"
    headers: tuple[tuple[str, str], ...] = ()
    reason: str = "stop"
    usage: bool = True
    cached: int = 0
    first_after: float = 0.0
    between: float = 0.0
    lines: tuple[str, ...] = ()


Script = Sequence[Reply] | Callable[[Body], Reply]


@dataclass
class Received:
    """A request as it came, what was said to it, and what the server counted. Times are of the machine's clock."""

    path: str
    body: Body
    headers: dict[str, str]
    reply: Reply
    at: float
    input_tokens: int = 0
    output_tokens: int = 0
    first_at: float | None = None
    finished: bool = False

    def pieces(self) -> Iterator[str]:
        """The reply's text piece by piece; notes when the first one leaves."""
        for piece in pieces(self.reply.text):
            self.first_at = self.first_at or time.monotonic()
            yield piece


@dataclass
class ScriptedLlm:
    """The server: a script, what it received, how many streams are open and how many clients left early."""

    script: Script
    count: Callable[[str], int] = field(default_factory=lambda: TokenCounter(None).count)
    received: list[Received] = field(default_factory=list)
    open: int = 0
    left_early: int = 0
    url: str = ""

    @property
    def bodies(self) -> list[Body]:
        """The bodies of all requests."""
        return [one.body for one in self.received]

    def next_reply(self, body: Body) -> Reply:
        """The script's next reply; the last one stands for all that follow."""
        if callable(self.script):
            return self.script(body)
        return self.script[min(len(self.received), len(self.script) - 1)]

    async def answer(self, request: Request) -> Response:
        """Every route: chat completions or responses, by the path's end."""
        body = await request.json()
        reply = self.next_reply(body)
        one = Received(request.url.path, body, dict(request.headers), reply, time.monotonic())
        self.received.append(one)
        if reply.kind == "status":
            error = {"message": reply.message, "type": reply.code, "code": reply.code, "param": None}
            return JSONResponse({"error": error}, reply.status, dict(reply.headers))
        if reply.kind == "garbage":
            return Response(reply.text, 200, dict(reply.headers), "text/html")
        one.input_tokens = wire_tokens(body, self.count)
        one.output_tokens = self.count(reply.text) + sum(
            self.count(name) + self.count(json.dumps(arguments)) for name, arguments in reply.calls
        )
        events = responses_events(one) if request.url.path.endswith("/responses") else chat_events(one)
        return StreamingResponse(self._stream(one, events), media_type="text/event-stream")

    async def tell(self, _request: Request) -> Response:
        """What was received, by the request's `seed`, and when."""
        rows = [
            {"seed": one.body.get("seed"), "at": one.at, "first_at": one.first_at, "finished": one.finished}
            for one in self.received
        ]
        return JSONResponse({"requests": rows, "open": self.open})

    async def _stream(self, one: Received, events: Iterator[str]) -> AsyncIterator[str]:
        reply = one.reply
        self.open += 1
        try:
            await asyncio.sleep(reply.first_after)
            if reply.kind == "silent":
                yield ": nothing yet\n\n"
                await asyncio.sleep(3600)
            for line in chain(reply.lines, events):  # one by one: `first_at` is when a piece really leaves
                yield line
                await asyncio.sleep(reply.between)
            if reply.kind == "half":
                raise ConnectionAbortedError("cut, as scripted")
            one.finished = True
        finally:
            self.open -= 1
            if not one.finished and reply.kind != "half":
                self.left_early += 1

    def app(self) -> Starlette:
        """The routes: OpenAI's, under /v1, and Azure's."""
        paths = [f"/v1/{end}" for end in ("chat/completions", "responses")]
        paths += ["/openai/deployments/{model}/chat/completions", "/openai/responses"]
        routes = [Route(path, self.answer, methods=["POST"]) for path in paths]
        return Starlette(routes=[*routes, Route("/received", self.tell)])

    @contextmanager
    def running(self) -> Iterator["ScriptedLlm"]:
        """Listen on a free port of loopback, in a thread of its own."""
        config = uvicorn.Config(self.app(), port=0, log_level="critical", lifespan="off", ws="none", backlog=512)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.force_exit = server.should_exit = True
            thread.join(10)


# ── how the server counts ───────────────────────────────────────────────────────────────────────────────────────


def wire_tokens(body: Body, count: Callable[[str], int]) -> int:
    """Tokens of a payload: rendered with a ChatML template, special tokens counted as one each, pictures by size."""
    specials, pictures = 0, 0
    text: list[str] = []
    tools = body.get("tools") or []
    schema = body.get("response_format") or (body.get("text") or {}).get("format")
    if tools:
        text.append("# Tools\n" + "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools) + "\n")
    if schema:
        text.append("# Response format\n" + json.dumps(schema, ensure_ascii=False) + "\n")
    for message in body.get("messages") or body.get("input") or []:
        specials += 2
        written, seen = _written(message)
        text.append(f"{message.get('role', 'tool')}\n{written}\n")
        pictures += sum(_picture(part) for part in seen)
    specials += 1  # the reply is opened
    return specials + pictures + count("assistant\n") + sum(count(piece) for piece in text)


def _written(message: Body) -> tuple[str, list[Body]]:
    content = message.get("content", message.get("output"))
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    written = "".join(part["text"] for part in parts if "text" in part)
    functions = [call["function"] for call in message.get("tool_calls") or []]
    if message.get("type") == "function_call":
        functions.append(message)
    written += "".join(f"\n<call>{one['name']} {one['arguments']}</call>" for one in functions)
    written += str(message.get("tool_call_id") or "")
    return written, [part for part in parts if "image_url" in part]


def _picture(part: Body) -> int:
    picture = part["image_url"]
    low = (picture if isinstance(picture, dict) else part).get("detail") == "low"
    return 85 if low else 85 + 170 * 4  # the tests send pages of about 768 by 1000


# ── events, as the SDK parses them ──────────────────────────────────────────────────────────────────────────────


def pieces(text: str) -> list[str]:
    """A text in the pieces a model would send: words with their spaces."""
    found: list[str] = []
    for word in text.split(" "):
        found.append(word if not found else " " + word)
    return found if text else []


def chat_events(one: Received) -> Iterator[str]:
    """Chat Completions chunks."""
    reply = one.reply
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": one.body["model"]}

    def chunk(delta: Body, reason: str | None = None) -> str:
        return _data({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})

    yield chunk({"role": "assistant", "content": ""})
    for piece in one.pieces():
        yield chunk({"content": piece})
    if reply.kind in ("half", "unfinished"):
        return
    if reply.kind == "error":
        yield _data({"error": {"message": reply.message, "code": reply.code, "type": reply.code}})
        return
    for index, (name, _arguments) in enumerate(reply.calls):
        function: Body = {"name": name, "arguments": ""}
        yield chunk({"tool_calls": [{"index": index, "id": f"call_{index}", "type": "function", "function": function}]})
    for index, (_name, arguments) in enumerate(reply.calls):  # the calls' arguments come piece by piece
        for piece in pieces(json.dumps(arguments)):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield chunk({}, "tool_calls" if reply.calls else reply.reason)
    if reply.usage and (one.body.get("stream_options") or {}).get("include_usage"):
        usage = {
            "prompt_tokens": one.input_tokens,
            "completion_tokens": one.output_tokens,
            "total_tokens": one.input_tokens + one.output_tokens,
            "prompt_tokens_details": {"cached_tokens": reply.cached},
        }
        yield _data({**head, "choices": [], "usage": usage})
    yield "data: [DONE]\n\n"


def responses_events(one: Received) -> Iterator[str]:
    """Responses events, numbered."""
    reply = one.reply
    number = 0

    def event(kind: str, **data: Any) -> str:
        nonlocal number
        number += 1
        return f"event: {kind}\n" + _data({"type": kind, "sequence_number": number, **data})

    def response(status: str, output: list[Body], **more: Any) -> Body:
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "model": one.body["model"],
            "status": status,
            "output": output,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            **more,
        }

    yield event("response.created", response=response("in_progress", []))
    output: list[Body] = []
    if reply.text:
        place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        yield event("response.output_item.added", output_index=0, item=item)
        for piece in one.pieces():
            yield event("response.output_text.delta", delta=piece, logprobs=[], **place)
        if reply.kind in ("half", "unfinished"):
            return
        yield event("response.output_text.done", text=reply.text, logprobs=[], **place)
        part = {"type": "output_text", "text": reply.text, "annotations": []}
        output.append({**item, "status": "completed", "content": [part]})
        yield event("response.output_item.done", output_index=0, item=output[0])
    if reply.kind == "error":
        error = {"code": reply.code, "message": reply.message}
        yield event("response.failed", response=response("failed", output, error=error))
        return
    for ordinal, (name, arguments) in enumerate(reply.calls):
        index = len(output)
        whole = json.dumps(arguments)
        call = {"id": f"fc_{index}", "type": "function_call", "call_id": f"call_{ordinal}", "name": name}
        yield event("response.output_item.added", output_index=index, item={**call, "arguments": ""})
        for piece in pieces(whole):
            yield event("response.function_call_arguments.delta", item_id=call["id"], output_index=index, delta=piece)
        output.append({**call, "arguments": whole, "status": "completed"})
        yield event("response.output_item.done", output_index=index, item=output[-1])
    usage = {
        "input_tokens": one.input_tokens,
        "input_tokens_details": {"cached_tokens": reply.cached, "cache_write_tokens": 0},
        "output_tokens": one.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": one.input_tokens + one.output_tokens,
    }
    said = {"usage": usage} if reply.usage else {}
    if reply.reason == "length":
        cut = {"incomplete_details": {"reason": "max_output_tokens"}}
        yield event("response.incomplete", response=response("incomplete", output, **cut, **said))
    else:
        yield event("response.completed", response=response("completed", output, **said))


def _data(value: Body) -> str:
    return f"data: {json.dumps(value)}\n\n"


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--text", default="This is a scripted reply.")
    parser.add_argument("--first", type=float, default=0.0, help="seconds before the first piece")
    parser.add_argument("--between", type=float, default=0.0, help="seconds between two pieces")
    chosen = parser.parse_args()
    server = ScriptedLlm([Reply(chosen.text, first_after=chosen.first, between=chosen.between)])
    uvicorn.run(server.app(), port=chosen.port, log_level="warning", ws="none", backlog=512)


if __name__ == "__main__":
    main()
