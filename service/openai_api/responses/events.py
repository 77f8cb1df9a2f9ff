"""An answer's events as the events of a streamed Response, in the order OpenAI's client parses them. Pure.

The reply that is not streamed is the response of the last of these events, so both read the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service.contract.answer import Answer, Content, Finish, ToolCall
from service.contract.events import CitationFound, Delta, Done, Event, EvidenceGathered
from service.openai_api.composition import Composition
from service.openai_api.responses.objects import (
    function_item,
    message_item,
    response_usage,
    search_item,
    text_part,
)
from service.openai_api.shapes import truth
from service.records.answer_json import route_json

Step = dict[str, Any]
INCOMPLETE = {Finish.LENGTH: "max_output_tokens", Finish.CONTENT_FILTER: "content_filter"}


class ResponseWriter:
    """Turns events into steps, one at a time. `searched` says whether a file_search_call is to be shown."""

    def __init__(self, response: dict[str, Any], query: str, *, searched: bool, structured: bool) -> None:
        self.response = response
        self.composition = Composition(structured=structured)
        self.results: Any = None  # what the search call shows, set before its `evidence` event comes
        self.answer: Answer | None = None
        self._query = query
        self._stem = str(response["id"]).removeprefix("resp_")
        self._number = -1
        self._searching = searched
        self._message = -1  # the place of the message among the output items, once there is one
        self._annotated = 0

    def opening(self) -> Iterator[Step]:
        """The first steps, before anything has been looked at."""
        yield self._step("response.created", response=dict(self.response))
        yield self._step("response.in_progress", response=dict(self.response))
        if self._searching:
            item = search_item(f"fs_{self._stem}", "in_progress", self._query)
            yield self._step("response.output_item.added", output_index=0, item=item)
            for state in ("in_progress", "searching"):
                yield self._search_step(state)

    def take(self, event: Event) -> Iterator[Step]:
        """The steps that follow from one event of the answer."""
        if isinstance(event, EvidenceGathered):
            yield from self._end_search()
        elif isinstance(event, Delta) and (text := self.composition.delta(event.text)):
            yield from self._begin_message()
            yield self._text_step(text)
        elif isinstance(event, CitationFound) and (annotation := self.composition.citation(event.citation)):
            yield from self._begin_message()
            yield self._annotation_step(annotation)
        elif isinstance(event, Done):
            self.answer = event.answer
            yield from self._close(event.answer)

    def failed(self, message: str) -> Step:
        """The last step of a response that cannot go on."""
        self.response.update(status="failed", error={"code": "server_error", "message": message})
        return self._step("response.failed", response=dict(self.response))

    def _close(self, answer: Answer) -> Iterator[Step]:
        yield from self._end_search()
        calls = answer.content.tool_calls
        rest, late = self.composition.finish(answer.content)
        if self.composition.text or not calls:
            yield from self._begin_message()
            if rest:
                yield self._text_step(rest)
            for annotation in late:
                yield self._annotation_step(annotation)
            yield from self._end_message()
        for number, call in enumerate(calls):
            yield from self._call(f"fc_{self._stem}_{number}", call)
        self.response.update(
            **_ended(answer.content),
            **truth(answer.content),
            completed_at=self.response["created_at"] + int(answer.usage.seconds or 0),
            usage=response_usage(answer.usage),
            route=route_json(answer.route),
            answer_id=answer.id if self.response["store"] else None,
        )
        yield self._step(f"response.{self.response['status']}", response=dict(self.response))

    def _end_search(self) -> Iterator[Step]:
        if not self._searching:
            return
        self._searching = False
        item = search_item(f"fs_{self._stem}", "completed", self._query, self.results)
        yield self._search_step("completed")
        yield self._finish_item(item)

    def _begin_message(self) -> Iterator[Step]:
        if self._message >= 0:
            return
        yield from self._end_search()
        self._message = len(self.response["output"])
        item = message_item(f"msg_{self._stem}", "in_progress", [])
        yield self._step("response.output_item.added", output_index=self._message, item=item)
        yield self._part_step("response.content_part.added", part=text_part("", []))

    def _end_message(self) -> Iterator[Step]:
        part = text_part(self.composition.text, self.composition.annotations)
        yield self._part_step("response.output_text.done", text=self.composition.text, logprobs=[])
        yield self._part_step("response.content_part.done", part=part)
        yield self._finish_item(message_item(f"msg_{self._stem}", "completed", [part]))

    def _call(self, item_id: str, call: ToolCall) -> Iterator[Step]:
        place = {"output_index": len(self.response["output"]), "item_id": item_id}
        begun = function_item(item_id, call, "in_progress", "")
        yield self._step("response.output_item.added", output_index=place["output_index"], item=begun)
        yield self._step("response.function_call_arguments.delta", **place, delta=call.arguments)
        finished = {**place, "name": call.name, "arguments": call.arguments}
        yield self._step("response.function_call_arguments.done", **finished)
        yield self._finish_item(function_item(item_id, call, "completed", call.arguments))

    def _finish_item(self, item: dict[str, Any]) -> Step:
        self.response["output"] = [*self.response["output"], item]
        place = len(self.response["output"]) - 1
        return self._step("response.output_item.done", output_index=place, item=item)

    def _text_step(self, text: str) -> Step:
        return self._part_step("response.output_text.delta", delta=text, logprobs=[])

    def _annotation_step(self, annotation: Mapping[str, Any]) -> Step:
        self._annotated += 1
        return self._part_step(
            "response.output_text.annotation.added", annotation=annotation, annotation_index=self._annotated - 1
        )

    def _part_step(self, kind: str, **rest: Any) -> Step:
        place = {"item_id": f"msg_{self._stem}", "output_index": self._message, "content_index": 0}
        return self._step(kind, **place, **rest)

    def _search_step(self, state: str) -> Step:
        return self._step(f"response.file_search_call.{state}", output_index=0, item_id=f"fs_{self._stem}")

    def _step(self, kind: str, **rest: Any) -> Step:
        self._number += 1
        return {"type": kind, "sequence_number": self._number, **rest}


def _ended(content: Content) -> dict[str, Any]:
    """Status and details of a response by how the model's reply ended."""
    reason = INCOMPLETE.get(content.finish)
    if reason is None:
        return {"status": "completed"}
    return {"status": "incomplete", "incomplete_details": {"reason": reason}}
