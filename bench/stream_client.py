"""Reads one streamed answer over a bare socket, noting when each event arrives, and says what is missing from it.

Bare, because two hundred readers in one process must not themselves become what is measured. Knows the events of
POST /v1/answers and nothing of how they come about.
"""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

HOST = "127.0.0.1"
CITED = re.compile(r"<cite[^>]*>.*?</cite>", re.S)


@dataclass(frozen=True)
class Arrived:
    """An event with the moment it arrived; its data is parsed when asked for, not while others stream."""

    at: float
    block: bytes

    @property
    def kind(self) -> str:
        """The event's name."""
        return self.block.partition(b"\n")[0].removeprefix(b"event: ").decode()

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        line = self.block.partition(b"\ndata: ")[2]
        found: dict[str, Any] = json.loads(line)
        return found


@dataclass
class Stream:
    """One stream: when it was asked for, what arrived, and why it ended if not by itself."""

    number: int
    asked_at: float = 0.0
    events: list[Arrived] = field(default_factory=list)
    failure: str | None = None

    def first(self, kind: str) -> Arrived | None:
        """The first event of a kind."""
        return next((event for event in self.events if event.kind == kind), None)

    def longest_silence(self) -> float:
        """The longest wait between two deltas."""
        times = [event.at for event in self.events if event.kind == "delta"]
        return max((later - earlier for earlier, later in pairwise(times)), default=0.0)


async def read_stream(port: int, number: int, body: dict[str, Any]) -> Stream:
    """Ask, and take every event until the server ends the stream."""
    stream = Stream(number, time.monotonic())
    try:
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(_request(json.dumps(body).encode()))
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.partition(b"\r\n")[0] or b"chunked" not in head.lower():
                stream.failure = head.partition(b"\r\n")[0].decode()
            else:
                await _take(reader, stream)
        finally:
            writer.close()
    except (OSError, asyncio.IncompleteReadError) as error:
        stream.failure = f"{type(error).__name__}: {error}"
    return stream


async def _take(reader: asyncio.StreamReader, stream: Stream) -> None:
    buffer = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        buffer += (await reader.readexactly(size + 2))[:-2]
        while b"\n\n" in buffer:
            block, _, buffer = buffer.partition(b"\n\n")
            stream.events.append(Arrived(time.monotonic(), block))


def _request(body: bytes) -> bytes:
    head = f"POST /v1/answers HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def missing(stream: Stream, script: str) -> list[str]:
    """What a stream should have brought and did not, or brought in the wrong place; empty when it is whole."""
    if stream.failure:
        return [stream.failure]
    kinds = [event.kind for event in stream.events]
    wrong = [f"an {kind} event" for kind in ("error",) if kind in kinds]
    if [kind for kind in kinds if kind in ("route", "evidence", "done")] != ["route", "evidence", "done"]:
        wrong.append(f"route, evidence and done once each and in this order, got {sorted(set(kinds))}")
    elif kinds[-2:] != ["usage", "done"] or "delta" in kinds[: kinds.index("evidence")]:
        wrong.append("deltas behind the evidence, and usage and done at the end")
    text = "".join(event.data["text"] for event in stream.events if event.kind == "delta")
    if text.split() != CITED.sub("", script).split():
        wrong.append(f"the whole text, got {len(text)} characters")
    if kinds.count("citation") != len(set(CITED.findall(script))):
        wrong.append(f"every citation, got {kinds.count('citation')}")
    return wrong
