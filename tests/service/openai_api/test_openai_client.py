"""The unmodified `openai` client against a running server: what works there with base_url works here."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from service_samples import Server, pdf

from service.llm.models import load_models

LINES = [
    "SUPPLY AGREEMENT",
    "The Buyer may terminate this Agreement for convenience on ninety days written notice.",
    "The Seller shall deliver the walrus figurines to the port of Petrograd.",
]
SECOND = ["Section 2. Price.", "The price of each walrus figurine is forty-two dollars."]
QUESTION = "How much notice must the Buyer give to terminate for convenience?"
NOTICE = "ninety days written notice"


@pytest.fixture(scope="module")
def api(server: Server) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"http://127.0.0.1:{server.port}/openai/v1", api_key="local", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def file_id(api: OpenAI) -> str:
    return api.files.create(file=("agreement.pdf", pdf(LINES, SECOND)), purpose="assistants").id


@pytest.fixture(scope="module")
def store_id(api: OpenAI, file_id: str) -> str:
    store = api.vector_stores.create(name="contracts", metadata={"client": "Acme"})
    polled = api.vector_stores.files.create_and_poll(
        file_id, vector_store_id=store.id, attributes={"year": 2024, "kind": "supply"}, poll_interval_ms=100
    )
    assert (polled.status, polled.last_error) == ("completed", None)
    return store.id


def search_tool(store_id: str, **rest: Any) -> Any:
    return {"type": "file_search", "vector_store_ids": [store_id], **rest}


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_listed_shown_and_given_back_byte_for_byte(api: OpenAI, file_id: str) -> None:
    shown = api.files.wait_for_processing(file_id, poll_interval=0.1)
    assert (shown.status, shown.filename, shown.purpose) == ("processed", "agreement.pdf", "assistants")
    assert [file.id for file in api.files.list(purpose="assistants") if file.id == file_id] == [file_id]
    assert file_id not in [file.id for file in api.files.list(purpose="user_data")]
    assert api.files.content(file_id).read() == pdf(LINES, SECOND)


def test_a_deleted_file_is_gone(api: OpenAI) -> None:
    made = api.files.create(file=("gone.txt", b"Nothing of note stands here."), purpose="user_data")
    assert api.files.delete(made.id).deleted is True
    with pytest.raises(openai.NotFoundError) as caught:
        api.files.retrieve(made.id)
    assert (caught.value.code, caught.value.type, caught.value.param) == (
        "document_not_found",
        "invalid_request_error",
        None,
    )


def test_lists_are_paged_through_by_the_client(api: OpenAI) -> None:
    for number in range(3):
        api.files.create(file=(f"page{number}.txt", f"Page file {number}.".encode()), purpose="evals")
    names = [file.filename for file in api.files.list(purpose="evals", limit=2, order="asc")]
    assert names == ["page0.txt", "page1.txt", "page2.txt"]


# ── vector stores ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_vector_store_counts_its_files_and_keeps_its_metadata(api: OpenAI, store_id: str) -> None:
    store = api.vector_stores.retrieve(store_id)
    assert (store.name, store.metadata, store.status) == ("contracts", {"client": "Acme"}, "completed")
    assert (store.file_counts.completed, store.file_counts.total) == (1, 1)
    assert store_id in [found.id for found in api.vector_stores.list(limit=1)]


def test_vector_stores_may_share_a_name(api: OpenAI) -> None:
    first, second = (api.vector_stores.create(name="twins") for _ in range(2))
    assert first.id != second.id and (first.name, second.name) == ("twins", "twins")
    changed = api.vector_stores.update(second.id, name="sibling", metadata={"a": "b"})
    assert (changed.name, changed.metadata) == ("sibling", {"a": "b"})
    for store in (first, second):
        assert api.vector_stores.delete(store.id).deleted is True
    with pytest.raises(openai.NotFoundError):
        api.vector_stores.retrieve(first.id)


def test_a_search_finds_the_passage_with_its_page(api: OpenAI, store_id: str, file_id: str) -> None:
    (best, *_rest) = api.vector_stores.search(store_id, query="price of a figurine", max_num_results=3)
    assert (best.file_id, best.filename, best.score) == (file_id, "agreement.pdf", 1.0)
    assert "forty-two dollars" in best.content[0].text
    assert best.attributes == {"year": 2024, "kind": "supply"}
    assert best.model_extra and best.model_extra["start_page_number"] == 2


def test_search_filters_keep_to_attributes_and_pages(api: OpenAI, store_id: str) -> None:
    def found(**filter: Any) -> int:
        return len(list(api.vector_stores.search(store_id, query="walrus figurine", filters=filter)))  # type: ignore[arg-type]

    assert found(type="eq", key="year", value=2024) > 0
    assert found(type="gt", key="year", value=2024) == 0
    assert found(type="nin", key="kind", value=["lease", "supply"]) == 0
    assert found(type="and", filters=[{"type": "nin", "key": "kind", "value": ["lease"]}]) > 0
    pages = list(api.vector_stores.search(store_id, query="walrus", filters={"type": "eq", "key": "page", "value": 2}))
    assert {hit.model_extra["start_page_number"] for hit in pages if hit.model_extra} == {2}


def test_a_threshold_drops_what_scores_less(api: OpenAI, store_id: str) -> None:
    query = ["price of a figurine", "termination for convenience"]
    everything = list(api.vector_stores.search(store_id, query=query, rewrite_query=True))
    strong = list(api.vector_stores.search(store_id, query=query, ranking_options={"score_threshold": 0.99}))
    assert 0 < len(strong) <= len(everything)
    assert all(hit.score >= 0.99 for hit in strong)


def test_a_file_of_a_store_has_text_and_attributes(api: OpenAI, store_id: str, file_id: str) -> None:
    pages = list(api.vector_stores.files.content(file_id, vector_store_id=store_id))
    assert len(pages) == 2 and NOTICE in (pages[0].text or "")
    changed = api.vector_stores.files.update(file_id, vector_store_id=store_id, attributes={"year": 2024, "kind": "x"})
    assert changed.attributes == {"year": 2024, "kind": "x"}
    api.vector_stores.files.update(file_id, vector_store_id=store_id, attributes={"year": 2024, "kind": "supply"})
    assert [file.id for file in api.vector_stores.files.list(store_id, filter="completed")] == [file_id]
    assert list(api.vector_stores.files.list(store_id, filter="failed")) == []


def test_a_file_that_cannot_be_read_fails_with_a_reason(api: OpenAI) -> None:
    store = api.vector_stores.create(name="locked")
    locked = pdf(["Secret."], password="open sesame")
    file = api.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("locked.pdf", locked), poll_interval_ms=100
    )
    assert file.status == "failed" and file.last_error is not None
    assert file.last_error.code == "unsupported_file" and "password_required" in file.last_error.message
    taken = api.vector_stores.files.delete(file.id, vector_store_id=store.id)
    assert taken.deleted and api.files.retrieve(file.id).status == "error"


def test_a_batch_of_files_is_read_and_counted(api: OpenAI) -> None:
    store = api.vector_stores.create(name="batch")
    files = [(f"note{n}.txt", io.BytesIO(f"Note {n} is about marmalade.".encode())) for n in range(3)]
    batch = api.vector_stores.file_batches.upload_and_poll(store.id, files=files, poll_interval_ms=100)
    assert (batch.status, batch.file_counts.completed, batch.file_counts.total) == ("completed", 3, 3)
    listed = api.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id)
    assert len(list(listed)) == 3
    cancelled = api.vector_stores.file_batches.cancel(batch.id, vector_store_id=store.id)
    assert cancelled.status == "completed", "nothing was left to cancel"


# ── responses ───────────────────────────────────────────────────────────────────────────────────────────────────


def citations(response: Any) -> list[Any]:
    (message,) = [item for item in response.output if item.type == "message"]
    return list(message.content[0].annotations)


def test_a_response_cites_the_page(api: OpenAI, store_id: str, file_id: str) -> None:
    response = api.responses.create(
        model="pincite", input=QUESTION, tools=[search_tool(store_id)], include=["file_search_call.results"]
    )
    assert response.status == "completed" and NOTICE in response.output_text
    search, _message = response.output
    assert search.type == "file_search_call" and search.queries == [QUESTION] and search.results
    assert {result.file_id for result in search.results} == {file_id}
    (citation,) = citations(response)
    assert (citation.type, citation.file_id, citation.filename) == ("file_citation", file_id, "agreement.pdf")
    assert 0 < citation.index <= len(response.output_text)
    assert citation.start_page_number == 1 and citation.end_page_number == 2
    assert NOTICE in citation.cited_text and citation.verification == "exact"
    assert response.model_extra and response.model_extra["route"]["mode"] == "extractive"
    assert response.usage is not None and response.usage.total_tokens == 0


def test_results_are_shown_only_when_asked_for(api: OpenAI, store_id: str) -> None:
    response = api.responses.create(model="pincite", input=QUESTION, tools=[search_tool(store_id)])
    assert response.output[0].type == "file_search_call" and response.output[0].results is None


def test_a_streamed_response_has_the_events_in_order_and_says_the_same(api: OpenAI, store_id: str) -> None:
    tools = [search_tool(store_id)]
    whole = api.responses.create(model="pincite", input=QUESTION, tools=tools)
    events = list(api.responses.create(model="pincite", input=QUESTION, tools=tools, stream=True))
    assert [event.type for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.file_search_call.in_progress",
        "response.file_search_call.searching",
        "response.file_search_call.completed",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    last = events[-1]
    assert last.type == "response.completed" and last.response.output_text == whole.output_text
    assert [c.model_dump() for c in citations(last.response)] == [c.model_dump() for c in citations(whole)]
    deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert deltas == whole.output_text


def test_the_clients_own_stream_helper_gathers_the_response(api: OpenAI, store_id: str) -> None:
    with api.responses.stream(model="pincite", input=QUESTION, tools=[search_tool(store_id)]) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_response()
    assert "response.output_text.delta" in kinds
    assert NOTICE in final.output_text and citations(final)[0].page_label is None


def test_a_response_goes_on_from_an_earlier_one_and_its_documents(api: OpenAI, store_id: str, file_id: str) -> None:
    first = api.responses.create(model="pincite", input=QUESTION, tools=[search_tool(store_id)])
    second = api.responses.create(
        model="pincite", input="What is the price of each walrus figurine?", previous_response_id=first.id
    )
    assert second.previous_response_id == first.id
    assert "forty-two dollars" in second.output_text
    assert {citation.file_id for citation in citations(second)} == {file_id}
    counted = api.responses.input_tokens.count(input="And then?", previous_response_id=second.id)
    assert counted.input_tokens > api.responses.input_tokens.count(input="And then?").input_tokens > 0


def test_a_response_is_shown_again_with_its_input_and_deleted(api: OpenAI, store_id: str) -> None:
    made = api.responses.create(model="pincite", input=QUESTION, tools=[search_tool(store_id)], metadata={"a": "b"})
    assert api.responses.retrieve(made.id).to_dict() == made.to_dict()
    (item,) = api.responses.input_items.list(made.id)
    assert item.type == "message" and item.content[0].text == QUESTION  # type: ignore[union-attr]
    api.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError) as caught:
        api.responses.retrieve(made.id)
    assert caught.value.code == "answer_not_found"


def test_a_response_not_to_be_stored_is_not(api: OpenAI, store_id: str) -> None:
    made = api.responses.create(model="pincite", input=QUESTION, tools=[search_tool(store_id)], store=False)
    assert made.model_extra and made.model_extra["answer_id"] is None
    with pytest.raises(openai.NotFoundError):
        api.responses.retrieve(made.id)


def test_a_file_sent_along_is_read_asked_and_reused(api: OpenAI) -> None:
    data = base64.b64encode(pdf(["The lighthouse keeper was paid eleven guineas a year."])).decode()
    content: Any = [
        {"type": "input_file", "filename": "keeper.pdf", "file_data": f"data:application/pdf;base64,{data}"},
        {"type": "input_text", "text": "What was the lighthouse keeper paid a year?"},
    ]
    answers = [api.responses.create(model="pincite", input=[{"role": "user", "content": content}]) for _ in range(2)]
    assert all("eleven guineas" in answer.output_text for answer in answers)
    (first,), (second,) = map(citations, answers)
    assert first.file_id == second.file_id and first.filename == "keeper.pdf"
    (item,) = api.responses.input_items.list(answers[0].id)
    assert item.content[1].file_id == first.file_id  # type: ignore[index, union-attr]
    by_id: Any = [{"type": "input_file", "file_id": first.file_id}, content[1]]
    named = api.responses.create(model="pincite", input=[{"role": "user", "content": by_id}])
    assert {citation.file_id for citation in citations(named)} == {first.file_id}


def test_without_files_or_stores_everything_visible_is_asked(api: OpenAI, store_id: str, file_id: str) -> None:
    response = api.responses.create(model="pincite", input=QUESTION)
    assert [item.type for item in response.output] == ["message"]
    assert file_id in {citation.file_id for citation in citations(response)}


def test_what_the_documents_do_not_say_is_not_answered(api: OpenAI, store_id: str) -> None:
    asked = "What is the capital of the planet Zorgon in Foobarland Incorporated?"
    stream = list(api.responses.create(model="pincite", input=asked, tools=[search_tool(store_id)], stream=True))
    final = stream[-1]
    assert final.type == "response.completed" and final.response.output_text.startswith("Not found in 1 document(s)")
    assert citations(final.response) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_url": "http://x/y"}]}]}, "file_url"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}, "input_image"),
        ({"tools": [{"type": "web_search"}]}, "web_search"),
        ({"background": True}, "background"),
        ({"include": ["code_interpreter_call.outputs"]}, "include"),
        ({"input": ""}, "must end with a message of the user"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(api: OpenAI, changed: Any, said: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        api.responses.create(**{"model": "pincite", "input": QUESTION, **changed})
    assert caught.value.code == "bad_request" and said in caught.value.message


def test_a_schema_without_a_model_is_refused_before_anything_is_sent(api: OpenAI, store_id: str) -> None:
    schema = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
    format: Any = {"type": "json_schema", "name": "notice", "schema": schema, "strict": True}
    for stream in (False, True):
        with pytest.raises(openai.ConflictError) as caught:
            api.responses.create(model="pincite", input=QUESTION, text={"format": format}, stream=stream)
        assert caught.value.code == "llm_not_configured"
        assert caught.value.response.headers["x-should-retry"] == "false"


def test_an_unknown_store_or_file_or_response_is_not_found(api: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        api.responses.create(model="pincite", input=QUESTION, tools=[search_tool("col_none")])
    with pytest.raises(openai.NotFoundError):
        api.responses.create(model="pincite", input=QUESTION, previous_response_id="resp_none")
    with pytest.raises(openai.NotFoundError):
        api.vector_stores.files.create("col_none", file_id="doc_none")


# ── chat completions, models ────────────────────────────────────────────────────────────────────────────────────


def test_a_chat_completion_answers_from_the_file_of_its_message(api: OpenAI, file_id: str) -> None:
    content: Any = [{"type": "file", "file": {"file_id": file_id}}, {"type": "text", "text": QUESTION}]
    made = api.chat.completions.create(model="pincite", messages=[{"role": "user", "content": content}])
    (choice,) = made.choices
    assert choice.finish_reason == "stop" and NOTICE in (choice.message.content or "")
    assert choice.message.annotations is None, "this form knows only annotations of web addresses"
    (citation,) = choice.message.model_extra["citations"]  # type: ignore[index]
    assert citation["file_id"] == file_id and citation["start_page_number"] == 1


def test_a_streamed_chat_completion_says_the_same(api: OpenAI, store_id: str) -> None:
    asked: Any = {
        "model": "pincite",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
        "extra_body": {"vector_store_ids": [store_id]},
    }
    whole = api.chat.completions.create(**asked)
    chunks = list(api.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == "stop" and chunks[-2].model_extra["citations"]
    assert chunks[-1].choices == [] and chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


@pytest.mark.parametrize(("name", "value"), [("n", 2), ("stop", ["."]), ("logprobs", True)])
def test_chat_parameters_that_cannot_be_honoured_are_refused(api: OpenAI, name: str, value: Any) -> None:
    asked: Any = {"model": "pincite", "messages": [{"role": "user", "content": QUESTION}], name: value}
    with pytest.raises(openai.BadRequestError, match=name):
        api.chat.completions.create(**asked)


def test_models_are_listed_and_one_of_them_always_quotes(api: OpenAI, store_id: str) -> None:
    listed = [model.id for model in api.models.list()]
    assert listed == ["pincite", "pincite-extractive", *load_models().names]
    assert [api.models.retrieve(name).id for name in (listed[0], listed[-1])] == [listed[0], listed[-1]]
    with pytest.raises(openai.NotFoundError):
        api.models.retrieve("walrus-9")
    made = api.responses.create(model="pincite-extractive", input=QUESTION, tools=[search_tool(store_id)])
    assert made.model_extra and made.model_extra["route"]["reason"].startswith("asked for")


def test_deleting_a_file_takes_the_responses_that_quote_it_along(api: OpenAI) -> None:
    file = api.files.create(file=("short.txt", b"The cellar holds nineteen barrels of herring."), purpose="user_data")
    content: Any = [
        {"type": "input_file", "file_id": file.id},
        {"type": "input_text", "text": "How many barrels of herring does the cellar hold?"},
    ]
    made = api.responses.create(model="pincite", input=[{"role": "user", "content": content}])
    assert "nineteen barrels" in made.output_text
    api.files.delete(file.id)
    with pytest.raises(openai.NotFoundError):
        api.responses.retrieve(made.id)
