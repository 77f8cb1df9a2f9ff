"""Answers as a language model will give them, through the surface: a scripted answerer stands in for it."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI

from ingest.errors import AnswerNotFound, StoreUnavailable
from ingest.types import Document, Scope, Span
from service.answering.answerer import Answerer
from service.app import create_app
from service.contract.answer import (
    Answer,
    Citation,
    Content,
    PageHit,
    RouteTaken,
    Statement,
    Structured,
    ToolCall,
    Usage,
    Verification,
)
from service.contract.caller import scope_for
from service.contract.events import (
    CitationFound,
    Delta,
    Done,
    Event,
    EvidenceGathered,
    RouteDecided,
    UsageReported,
)
from service.contract.question import Mode, Question, Turn
from service.llm.budget import DayReservation
from service.wiring import Service

ROUTE = RouteTaken(Mode.RETRIEVAL, "a figure is asked for", model="m-1", tokenizer="t")
USAGE = Usage(100, 40, 7, seconds=1.5)
SCHEMA = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
FORMAT: Any = {"type": "json_schema", "name": "notice", "schema": SCHEMA, "strict": True}
ASKED: Any = {"model": "m-1", "input": "How long?"}
TOOL: Any = {"type": "function", "name": "rate", "parameters": {"type": "object"}, "strict": False}


class Scripted:
    """An answerer that says what it is told to and remembers what it was asked."""

    def __init__(self, events: Sequence[Event | Exception]) -> None:
        self.script = events
        self.asked: list[tuple[Scope, Question]] = []

    async def events(
        self, scope: Scope, question: Question, day_reservation: DayReservation | None = None
    ) -> AsyncIterator[Event]:
        self.asked.append((scope, question))
        for event in self.script:
            if isinstance(event, Exception):
                raise event
            yield self._own(event)

    def _own(self, event: Event) -> Event:
        """A later answer has an id of its own, as real ones do: each is billed under its id."""
        again = len(self.asked)
        if not isinstance(event, Done) or again == 1:
            return event
        return Done(replace(event.answer, id=f"{event.answer.id}_{again}"))


def cited(text: str = "sixty days", page: int = 4) -> Citation:
    return Citation("doc_1", "a.pdf", text, None, page, "iv", None, Span(0, len(text)), (), Verification.MOVED)


def answer(identity: str, text: str, citations: Sequence[Citation], **rest: Any) -> Done:
    statements = (Statement(text, tuple(range(len(citations)))),)
    content = Content(text, answered=True, statements=statements, citations=tuple(citations), **rest)
    return Done(Answer(identity, "How long?", content, ROUTE, USAGE))


def script(done: Done, *deltas: str, citation: Citation | None = None) -> list[Event | Exception]:
    said = [Delta(text) for text in deltas]
    found = [CitationFound(citation)] if citation else []
    return [RouteDecided(ROUTE), EvidenceGathered(Mode.RETRIEVAL), *said, *found, UsageReported(USAGE), done]


@contextmanager
def talking(service: Service, answerer: Scripted) -> Iterator[OpenAI]:
    """The real client over the app in process, whose answers are scripted."""
    app = create_app(lambda: replace(service, answerer=cast(Answerer, answerer)))
    with TestClient(app) as http:
        address = "http://testserver/openai/v1"
        yield OpenAI(base_url=address, api_key="local", http_client=cast(Any, http), max_retries=0)


def test_what_is_asked_reaches_the_answerer_whole(fresh: Service) -> None:
    answerer = Scripted(script(answer("ans_1", "Sixty days.", [])))
    with talking(fresh, answerer) as api:
        api.responses.create(
            model="m-1",
            instructions="Be brief.",
            input=[
                {"role": "developer", "content": "Answer in English."},
                {"role": "user", "content": "Who is the buyer?"},
                {"role": "assistant", "content": "Acme."},
                {"role": "user", "content": "How long?"},
            ],
            temperature=0.2,
            top_p=0.9,
            max_output_tokens=50,
            text={"format": {"type": "text"}},
            tools=[TOOL],
            extra_body={"persona": "legal", "budget_usd": 0.5, "verify": True, "mode": "full"},
        )
    (_scope, question) = answerer.asked[0]
    assert (question.text, question.history) == ("How long?", (Turn("Who is the buyer?", "Acme."),))
    assert question.instructions == "Be brief.\n\nAnswer in English."
    assert question.sampling == {"temperature": 0.2, "top_p": 0.9, "max_tokens": 50}
    assert (question.model, question.persona, question.mode, question.budget_usd, question.verify) == (
        "m-1",
        "legal",
        "full",
        0.5,
        True,
    )
    assert question.tools[0]["function"]["name"] == "rate" and question.tools[0]["type"] == "function"


def test_deltas_make_up_the_text_and_usage_is_passed_on(fresh: Service) -> None:
    quote = cited()
    events = script(answer("ans_2", "Notice is sixty days.", [quote]), "Notice is ", "sixty days.\n", citation=quote)
    with talking(fresh, Scripted(events)) as api:
        made = api.responses.create(**ASKED, store=False)
        stream = list(api.responses.create(**ASKED, store=False, stream=True))
    assert made.output_text == "Notice is sixty days." and made.model == "m-1"
    assert made.usage is not None
    assert (made.usage.input_tokens, made.usage.input_tokens_details.cached_tokens) == (100, 40)
    assert (made.usage.output_tokens, made.usage.total_tokens) == (7, 107)
    (note,) = made.output[0].content[0].annotations
    assert (note.index, note.page_label, note.verification) == (21, "iv", "moved")
    deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
    assert deltas == ["Notice is", " sixty days."]


def test_where_the_finished_answer_reads_differently_it_stands(fresh: Service) -> None:
    wrong, right = cited("ninety days", 9), cited()
    events = script(answer("ans_3", "It is sixty days.", [right]), "It is ninety days.", citation=wrong)
    with talking(fresh, Scripted(events)) as api, api.responses.stream(**ASKED) as stream:
        stream.until_done()
        final = stream.get_final_response()
    assert final.output_text == "It is sixty days."
    (note,) = final.output[0].content[0].annotations  # type: ignore[index, union-attr]
    assert (note.cited_text, note.index) == ("sixty days", 17)  # type: ignore[union-attr]


def test_a_schema_gives_the_plain_object_as_text_in_both_forms(fresh: Service) -> None:
    done = answer("ans_4", "Sixty days.", [cited()], structured=Structured({"days": 60}, {}))
    answerer = Scripted(script(done, "Sixty days.", citation=cited()))
    with talking(fresh, answerer) as api:
        made = api.responses.create(**ASKED, text={"format": FORMAT}, store=False)
        format: Any = {"type": "json_schema", "json_schema": {"name": "notice", "schema": SCHEMA}}
        asked: Any = {"model": "m-1", "messages": [{"role": "user", "content": "How long?"}]}
        with pytest.raises(openai.BadRequestError, match="json_object"):
            api.chat.completions.create(**asked, response_format={"type": "json_object"})
        chat = api.chat.completions.create(**asked, response_format=format)
    assert json.loads(made.output_text) == {"days": 60}
    assert made.output[0].content[0].annotations[0].cited_text == "sixty days"
    assert json.loads(chat.choices[0].message.content or "") == {"days": 60}
    assert [question.schema for _scope, question in answerer.asked] == [SCHEMA, SCHEMA]


def test_a_call_of_the_callers_function_goes_out_and_its_result_comes_back(fresh: Service) -> None:
    call = ToolCall("call_1", "rate", '{"of": "EUR"}')
    answerer = Scripted(script(answer("ans_5", "", [], tool_calls=(call,))))
    with talking(fresh, answerer) as api:
        with api.responses.stream(**ASKED, tools=[TOOL]) as stream:
            stream.until_done()
            made = stream.get_final_response()
        answerer.script = script(answer("ans_6", "It is 1.1.", []), "It is 1.1.")
        output: Any = {"type": "function_call_output", "call_id": "call_1", "output": "1.1"}
        known: Any = {"type": "function_call", "call_id": "call_1", "name": "rate", "arguments": "{}"}
        api.responses.create(model="m-1", input=[known, output], previous_response_id=made.id)
    (item,) = made.output
    assert item.type == "function_call" and (item.call_id, item.arguments) == ("call_1", call.arguments)
    (_scope, question) = answerer.asked[1]
    assert question.text == "Result of rate({}): 1.1" and question.history == (Turn("How long?", ""),)


def test_a_chat_completion_ends_with_the_call_of_a_function(fresh: Service) -> None:
    call = ToolCall("call_1", "rate", "{}")
    asked: Any = {"model": "m-1", "messages": [{"role": "user", "content": "What?"}]}
    answerer = Scripted(script(answer("ans_7", "", [], tool_calls=(call,))))
    with talking(fresh, answerer) as api:
        whole = api.chat.completions.create(**asked).choices[0]
        answerer.script = script(answer("ans_8", "", [], tool_calls=(call,)))
        chunks = list(api.chat.completions.create(**asked, stream=True))
    assert whole.finish_reason == "tool_calls" and whole.message.tool_calls and whole.message.content is None
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    assert chunks[-2].choices[0].delta.tool_calls[0].function.name == "rate"


def test_what_breaks_off_a_stream_is_its_last_event(fresh: Service) -> None:
    broken: list[Event | Exception] = [RouteDecided(ROUTE), Delta("It is"), StoreUnavailable("The catalog is away.")]
    with talking(fresh, Scripted(broken)) as api:
        events = list(api.responses.create(**ASKED, stream=True))
        assert events[-1].type == "response.failed" and events[-1].response.error is not None
        assert events[-1].response.error.message == "The catalog is away."
        assert [event.sequence_number for event in events] == list(range(len(events)))
        chunks = api.chat.completions.create(model="m", messages=[{"role": "user", "content": "What?"}], stream=True)
        with pytest.raises(openai.APIError, match="The catalog is away"):
            list(chunks)
        with pytest.raises(openai.InternalServerError) as caught:
            api.responses.create(**ASKED)
        assert (caught.value.code, caught.value.type) == ("store_unavailable", "server_error")


def test_an_answer_not_to_be_stored_leaves_nothing_behind(fresh: Service) -> None:
    with talking(fresh, Scripted(script(answer("ans_10", "Sixty days.", [])))) as api:
        api.responses.create(**ASKED, store=False)
        assert fresh.records.objects.all(scope_for(), "response") == {}
        with pytest.raises(AnswerNotFound):
            fresh.records.get(scope_for(), "ans_10")


def test_a_limit_on_results_bounds_what_is_shown(service: Service, report_10k: Document) -> None:
    pages = tuple(PageHit(report_10k.id, report_10k.name, number, 1.0 / number) for number in (1, 2, 3, 4))
    events = script(answer("ans_9", "Yes.", []), "Yes.")
    events[1] = EvidenceGathered(Mode.EXTRACTIVE, pages=pages)
    with talking(service, Scripted(events)) as api:
        store = api.vector_stores.create(name="results", file_ids=[report_10k.id])
        options: Any = {"max_num_results": 3, "ranking_options": {"score_threshold": 0.4}}
        tool: Any = {"type": "file_search", "vector_store_ids": [store.id], **options}
        asked = {**ASKED, "tools": [tool], "include": ["file_search_call.results"], "store": False}
        made = api.responses.create(**asked)
        api.vector_stores.delete(store.id)
    results = made.output[0].results
    assert [result.score for result in results or ()] == [1.0, 0.5]
    assert all(result.text for result in results or ())
