"""The whole answer of a stream is the one its last event carries."""

from collections.abc import AsyncIterator

import anyio
import pytest

from service.contract.answer import Answer, Content, RouteTaken, Usage
from service.contract.events import Delta, Done, Event, collect
from service.contract.question import Mode, Question

ANSWER = Answer("ans_1", "What?", Content("That.", answered=True), RouteTaken(Mode.FULL, "short"), Usage())


async def stream(*events: Event) -> AsyncIterator[Event]:
    for event in events:
        yield event


def test_the_answer_that_is_done_is_collected() -> None:
    assert anyio.run(collect, stream(Delta("That."), Done(ANSWER))) is ANSWER


def test_a_stream_without_a_whole_answer_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="without its whole"):
        anyio.run(collect, stream(Delta("That.")))


@pytest.mark.parametrize(
    ("question", "bounded"),
    [(Question("q"), False), (Question("q", max_pages=3), True), (Question("q", min_score=0.2), True)],
)
def test_a_search_is_bounded_by_pages_or_by_score(question: Question, bounded: bool) -> None:
    assert question.bounded is bounded
