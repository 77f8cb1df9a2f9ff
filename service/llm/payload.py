"""Tokens of a request as a model is charged for it. Knows the wire form of a request and no endpoint.

A server does not count the JSON it receives. It renders messages through the model's chat template and counts
that: the decoded text of each message (a line break is a line break, not `\\n`) and a few tokens that mark where it
begins and ends; tools and schemas, which a template puts in front of the model as JSON text, compactly printed;
pictures by their size. This file counts the same: text of messages with `PER_MESSAGE` each, arguments and ids of tool
calls, JSON of tools and of the response's schema, `PER_REPLY` for the opening of the reply. Parameters such as
`temperature` are no part of it.
"""

import base64
import binascii
import json
import math
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Count = Callable[[str], int]
PER_MESSAGE = 4  # begin, role, line break, end: what OpenAI documents and ChatML templates do
PER_REPLY = 3
PER_TOOL = 4
PICTURE_BASE, PICTURE_TILE, TILE = 85, 170, 512  # OpenAI's published rule for pictures of detail "high"
MAX_SIDE, MIN_SIDE = 2048, 768
MAX_TILES = 8  # of a picture whose size cannot be told


def payload_tokens(
    messages: Iterable[Mapping[str, Any]],
    count: Count,
    tools: Iterable[Mapping[str, Any]] = (),
    response_format: Mapping[str, Any] | None = None,
) -> int:
    """Input tokens of a request in Chat Completions form; the Responses form carries the same."""
    total = PER_REPLY + sum(message_tokens(message, count) for message in messages)
    total += tool_tokens(tools, count)
    if response_format is not None and response_format.get("type") != "text":
        total += PER_TOOL + count(_json(response_format))
    return total


def tool_tokens(tools: Iterable[Mapping[str, Any]], count: Count) -> int:
    """Tokens of tool definitions, as a template puts them in front of the model."""
    return sum(PER_TOOL + count(_json(tool)) for tool in tools)


def message_tokens(message: Mapping[str, Any], count: Count) -> int:
    """Tokens of one message with its frame."""
    total = PER_MESSAGE + _content_tokens(message.get("content"), count)
    for call in message.get("tool_calls") or ():
        function = call["function"]
        total += PER_TOOL + count(function["name"]) + count(function["arguments"])
    for key in ("name", "tool_call_id"):
        if message.get(key):
            total += count(message[key])
    return total


def picture_tokens(url: str, detail: str = "auto") -> int:
    """Tokens of a picture: fitted into 2048, then to 768 on its shorter side, then counted in tiles of 512."""
    if detail == "low":
        return PICTURE_BASE
    size = _png_size(url)
    if size is None:
        return PICTURE_BASE + PICTURE_TILE * MAX_TILES
    return size_tokens(*size)


def size_tokens(width: float, height: float) -> int:
    """Tokens of a picture of so many pixels in full detail."""
    shrink = min(1.0, MAX_SIDE / max(width, height))
    shrink = min(shrink, MIN_SIDE / min(width, height))
    tiles = math.ceil(width * shrink / TILE) * math.ceil(height * shrink / TILE)
    return PICTURE_BASE + PICTURE_TILE * tiles


def _content_tokens(content: Any, count: Count) -> int:
    if content is None:
        return 0
    if isinstance(content, str):
        return count(content)
    total = 0
    for part in content:
        if part["type"] == "image_url":
            picture = part["image_url"]
            total += picture_tokens(picture["url"], picture.get("detail", "auto"))
        else:
            total += count(str(part.get("text", "")))
    return total


def _png_size(url: str) -> tuple[int, int] | None:
    """Width and height out of the first bytes of a PNG in a data address; None for everything else."""
    head, _, data = url.partition("base64,")
    if not head.startswith("data:image/png"):
        return None
    try:
        start = base64.b64decode(data[:32])
    except binascii.Error:
        return None
    if len(start) < 24 or start[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", start[16:24])
    return (width, height) if width and height else None


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
