"""Our count of a request against the scripted server's, which renders the payload it received and counts that."""

import base64
import json
import struct
from typing import Any

import anyio
import pytest
from scripted_llm import Reply, ScriptedLlm

from ingest.indexing.tokens import TokenCounter
from service.llm.client import OpenAiLlm
from service.llm.endpoint import Endpoint
from service.llm.limits import Limits
from service.llm.models import load_models
from service.llm.payload import payload_tokens, picture_tokens
from service.llm.protocol import LlmRequest

COUNT = TokenCounter(None).count
MINI = load_models().get("gpt-5.2-mini")
PAGE = "\n".join(
    f"Purchases of property, plant and equipment – year {year}    $ ({year % 97:,}.{year % 10})   “as reported”"
    for year in range(1990, 2024)
)
DOCUMENT = "\n".join(f'<page number="{n}" label="F-{n}">\n{PAGE}\n</page>' for n in range(1, 6))
TOOLS = tuple(
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "Reads pages of a document by their physical number and gives their text back.",
            "parameters": {
                "type": "object",
                "properties": {
                    "document": {"type": "string"},
                    "pages": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["document", "pages"],
                "additionalProperties": False,
            },
        },
    }
    for name in ("read_pages", "read_section", "read_table")
)
SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "figures",
        "strict": True,
        "schema": {"type": "object", "properties": {f"figure_{n}": {"type": "number"} for n in range(20)}},
    },
}
ASKED = (
    {"role": "system", "content": "Answer from the pages."},
    {"role": "user", "content": DOCUMENT + "\n\nHow much?"},
)
CALLED = (
    *ASKED,
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": f"call_{n}",
                "type": "function",
                "function": {"name": "read_pages", "arguments": json.dumps({"document": "D1", "pages": [n, n + 1]})},
            }
            for n in range(3)
        ],
    },
    *({"role": "tool", "tool_call_id": f"call_{n}", "content": PAGE} for n in range(3)),
)


def png(width: int, height: int) -> str:
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\x00\x00\x00"
    return "data:image/png;base64," + base64.b64encode(start).decode()


def picture(width: int, height: int) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": png(width, height), "detail": "high"}}


SEEN = ({"role": "user", "content": [{"type": "text", "text": DOCUMENT}, picture(768, 1000)]},)


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(
    "parts",
    [
        {"messages": ASKED},
        {"messages": ASKED, "tools": TOOLS},
        {"messages": ASKED, "tools": TOOLS, "response_format": SCHEMA},
        {"messages": CALLED, "tools": TOOLS},
        {"messages": SEEN},
    ],
    ids=["plain", "tools", "tools-and-schema", "after-tool-calls", "picture"],
)
def test_the_estimate_is_within_two_percent_of_what_the_server_counts(api: str, parts: dict[str, Any]) -> None:
    async def ask(url: str) -> None:
        llm = OpenAiLlm(Endpoint(f"{url}/v1", api=api), COUNT, Limits())
        async for _piece in llm.stream(LlmRequest(MINI, max_tokens=100, **parts)):
            pass
        await llm.aclose()

    with ScriptedLlm([Reply("Done.")]).running() as server:
        anyio.run(ask, server.url)
        counted = server.received[0].input_tokens
    estimate = payload_tokens(parts["messages"], COUNT, parts.get("tools", ()), parts.get("response_format"))
    assert estimate == pytest.approx(counted, rel=0.02)


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((512, 512), 85 + 170),
        ((1024, 1024), 85 + 170 * 4),  # shrunk to 768 by 768
        ((2048, 4096), 85 + 170 * 6),  # to 1024 by 2048, then 768 by 1536
        ((850, 1100), 85 + 170 * 4),
    ],
)
def test_a_picture_counts_by_its_tiles(size: tuple[int, int], tokens: int) -> None:
    assert picture_tokens(png(*size)) == tokens


def test_a_picture_of_low_detail_is_cheap_and_one_of_unknown_size_counts_as_large() -> None:
    assert picture_tokens(png(2000, 2000), "low") == 85
    large = picture_tokens("https://example.com/page.png")
    assert large == picture_tokens("data:image/png;base64,AAAA") == picture_tokens("data:image/jpeg;base64,/9j/")
    assert large > picture_tokens(png(2048, 4096))


def test_a_plain_text_format_adds_nothing() -> None:
    assert payload_tokens(ASKED, COUNT, (), {"type": "text"}) == payload_tokens(ASKED, COUNT)
