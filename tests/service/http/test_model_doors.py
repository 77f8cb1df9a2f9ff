"""The other doors to an answer with a model: the unmodified OpenAI client and the Model Context Protocol's own."""

import json
import re
from collections.abc import Iterator
from typing import Any

import anyio
import openai
import pytest
from mcp import Client
from model_server import REVENUE, Talk, cite, pages_of
from openai import OpenAI
from scripted_llm import Reply

from ingest.types import Document

QUESTION = "What was total revenue in 2024?"
GOOD = f"Total revenue was $2,230 million in 2024. {cite(61, REVENUE)}"
SAID = "Total revenue was $2,230 million in 2024."
SCHEMA = {
    "type": "object", "properties": {"revenue": {"type": "number"}}, "required": ["revenue"],
    "additionalProperties": False,
}  # fmt: skip
OBJECT = json.dumps(
    {"revenue": {"value": 2230, "citations": [{"doc": "D1", "page": 61, "quote": REVENUE}], "reason": None}}
)
FORMAT: Any = {"format": {"type": "json_schema", "name": "figures", "schema": SCHEMA, "strict": True}}


@pytest.fixture(scope="module")
def api(talk: Talk) -> OpenAI:
    """The client as it comes, pointed here."""
    base = str(talk.http.base_url).rstrip("/")
    return OpenAI(base_url=f"{base}/openai/v1", api_key="local", max_retries=0)


@pytest.fixture(scope="module")
def asked(api: OpenAI, report_10k: Document) -> Iterator[dict[str, Any]]:
    """A request over a vector store of the 10-K."""
    store = api.vector_stores.create(name="filings", file_ids=[report_10k.id])
    tool = {"type": "file_search", "vector_store_ids": [store.id]}
    yield {"model": "gpt-5.2-mini", "input": QUESTION, "tools": [tool], "include": ["file_search_call.results"]}
    api.vector_stores.delete(store.id)


def test_a_response_carries_the_model_s_answer_with_annotations(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    made = api.responses.create(**asked)
    assert made.output_text == SAID and made.model == "gpt-5.2-mini"
    search, message = made.output
    assert search.type == "file_search_call" and len(search.results or ()) == len(pages_of(talk.model.bodies[0]))
    scores = [result.score or 0.0 for result in search.results or ()]
    assert scores[0] == 1.0 > scores[-1] > 0.0 and scores == sorted(scores, reverse=True)
    (note,) = message.content[0].annotations
    assert (note.type, note.cited_text, note.page_label) == ("file_citation", REVENUE, "F-5")
    assert made.usage is not None and made.usage.input_tokens == talk.model.received[0].input_tokens


def test_a_streamed_response_ends_as_the_whole_one(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    with api.responses.stream(**asked) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == final.output_text == SAID
    follow = api.responses.create(model="gpt-5.2-mini", input="And in 2023?", previous_response_id=final.id)
    assert follow.output_text == SAID
    assert [row["content"] for row in talk.model.bodies[-1]["messages"] if row["role"] == "assistant"] == [SAID]


def test_a_schema_gives_the_plain_object_streamed_and_not(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(OBJECT)])
    made = api.responses.create(**asked, text=FORMAT)
    with api.responses.stream(**asked, text=FORMAT) as stream:
        stream.until_done()
        final = stream.get_final_response()
    assert json.loads(made.output_text) == json.loads(final.output_text) == {"revenue": 2230}
    (note,) = made.output[-1].content[0].annotations
    assert note.cited_text == REVENUE


def test_an_escalated_answer_streams_what_stands_in_the_end(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply("The pages do not say. <insufficient/>"), Reply(GOOD)])
    with api.responses.stream(**asked) as stream:
        stream.until_done()
        final = stream.get_final_response()
    assert final.output_text == SAID and len(talk.model.received) == 2


def bounded(asked: dict[str, Any], **bounds: Any) -> dict[str, Any]:
    (tool,) = asked["tools"]
    return {**asked, "tools": [{**tool, **bounds}]}


READS = (
    ("read_pages", {"doc": "D1", "first": 1, "last": 3}),
    ("search_documents", {"query": "auditor", "doc": None, "limit": 8}),
)


@pytest.mark.parametrize("question", [QUESTION, "Summarize the whole report."])
def test_no_more_pages_are_read_than_the_search_may_give(
    talk: Talk, api: OpenAI, asked: dict[str, Any], question: str
) -> None:
    talk.says([Reply("Let me look.", calls=READS), Reply("The pages do not say. <insufficient/>")])
    made = api.responses.create(**{**bounded(asked, max_num_results=3), "input": question})
    sent = pages_of(talk.model.bodies[0])
    results = made.output[0].results or ()
    assert len(sent) == 3 and sorted(row.start_page_number for row in results) == sent
    assert made.route["mode"] == "retrieval" and len(talk.model.bodies) == 2
    given = " ".join(row["content"] for row in talk.model.bodies[1]["messages"] if row["role"] == "tool")
    assert set(map(int, re.findall(r'<page number="(\d+)"', given))) <= set(sent)  # tools do not reach further


def test_no_page_is_read_that_scores_less_than_asked(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    api.responses.create(**asked)
    usual = pages_of(talk.model.bodies[0])
    talk.says([Reply(GOOD)])
    made = api.responses.create(**bounded(asked, ranking_options={"score_threshold": 0.9}))
    assert made.output_text == SAID and set(pages_of(talk.model.bodies[0])) < set(usual)


def test_more_pages_may_be_asked_for_than_are_usual(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    api.responses.create(**bounded(asked, max_num_results=30))
    assert len(pages_of(talk.model.bodies[0])) == 30


def test_chat_completions_are_bounded_in_the_same_way(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    messages: Any = [{"role": "user", "content": QUESTION}]
    (tool,) = bounded(asked, max_num_results=2)["tools"]
    extra = {"tools": [tool]}
    api.chat.completions.create(model="gpt-5.2-mini", messages=messages, extra_body=extra)
    assert len(pages_of(talk.model.bodies[0])) == 2


def test_a_mode_that_reads_more_than_the_bound_is_refused(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    with pytest.raises(openai.APIStatusError, match="the search is bounded"):
        api.responses.create(**bounded(asked, max_num_results=3), extra_body={"mode": "full"})
    assert talk.model.received == []


def test_quotes_without_a_model_keep_to_the_bound(api: OpenAI, asked: dict[str, Any]) -> None:
    request = {**bounded(asked, max_num_results=1), "model": "pincite-extractive"}
    made = api.responses.create(**request)
    (result,) = made.output[0].results
    notes = made.output[-1].content[0].annotations
    assert {note.start_page_number for note in notes} <= {result.start_page_number}


def test_chat_completions_answer_with_the_model(talk: Talk, api: OpenAI) -> None:
    talk.says([Reply(GOOD)])
    messages: Any = [{"role": "user", "content": QUESTION}]
    whole = api.chat.completions.create(model="gpt-5.2-mini", messages=messages)
    chunks = list(api.chat.completions.create(model="gpt-5.2-mini", messages=messages, stream=True))
    assert whole.choices[0].message.content == SAID
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == SAID


def test_a_ceiling_is_refused_in_the_shape_the_client_reads(talk: Talk, api: OpenAI, asked: dict[str, Any]) -> None:
    talk.says([Reply(GOOD)])
    with pytest.raises(openai.APIStatusError) as caught:
        api.responses.create(**asked, extra_body={"budget_usd": 0.0001, "mode": "full"})
    assert (caught.value.status_code, caught.value.code) == (402, "budget_exceeded")
    assert talk.model.received == []


def test_the_protocol_s_ask_answers_with_the_model(talk: Talk, report_10k: Document) -> None:
    talk.says([Reply(GOOD)])

    async def asks() -> dict[str, Any]:
        async with Client(f"{str(talk.http.base_url).rstrip('/')}/mcp", read_timeout_seconds=60) as client:
            arguments = {"question": QUESTION, "document_ids": [report_10k.id]}
            result = await client.call_tool("ask", arguments)
            assert not result.is_error, result.content
            return dict(result.structured_content or {})

    answer = anyio.run(asks)
    assert answer["answer"] == SAID and answer["route"]["model"] == "gpt-5.2-mini"
    assert answer["citations"][0]["cited_text"] == REVENUE
