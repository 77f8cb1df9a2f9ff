"""One try of a model: what goes out by each policy, how it ends, and what a check goes on from."""

from typing import Any

import pytest
from model_samples import evidence, tables_of
from model_server import cite

from service.contract.answer import Finish
from service.contract.question import Mode, Question
from service.entailment.judge import Judge
from service.generation.attempt_state import Attempt, AttemptInputs
from service.generation.output_policy import policy_for
from service.grounding.grounding import Grounder
from service.llm.protocol import Finished, LlmUsage, ToolCall
from service.prompting.prompts import answer_prompt
from service.prompting.tools import ToolBox, ToolResult

GOOD = f"Sales grew 4.5%.{cite(61, 'Sales grew 4.5% on higher volumes')} "
BAD = "Sales grew 9.9%. "
UNUSED: Any = None  # parts of a toolbox no test here runs


def attempt(**asked: Any) -> Attempt:
    question = Question("How did sales develop?", **asked)
    pages = evidence()
    toolbox = ToolBox(UNUSED, UNUSED, UNUSED, UNUSED, UNUSED, pages)
    prompt = answer_prompt(question, ())
    inputs = AttemptInputs(question, Mode.RETRIEVAL, (), pages, toolbox, prompt, own_tools=True)
    return Attempt(
        inputs, Grounder(pages, Judge(tables_of), strict=question.strict), policy_for(question), prompt.messages
    )


def written(made: Attempt, *texts: str) -> tuple[str, int]:
    """What went out of a reply that came in these pieces: its text, and how many proofs."""
    out = [made.take(text) for text in texts] + [made.end()]
    return "".join(text for each in out for text in each.texts), sum(len(each.proofs) for each in out)


def finished(reason: str = "stop", *calls: ToolCall) -> Finished:
    return Finished(reason, LlmUsage(1, 0, 1), calls)


@pytest.mark.parametrize(
    ("asked", "text", "proofs"),
    [
        ({}, "Sales grew 4.5%. Sales grew 9.9%.", 1),
        ({"strict": True}, "Sales grew 4.5%.", 1),
        ({"verify": True}, "", 0),
        ({"verify": True, "strict": True}, "", 0),
    ],
)
def test_each_policy_shows_what_it_may(asked: dict[str, Any], text: str, proofs: int) -> None:
    shown, cited = written(attempt(**asked), GOOD, BAD)
    assert (" ".join(shown.split()), cited) == (text, proofs)


def test_a_draft_that_is_not_checked_goes_out_whole_with_a_warning() -> None:
    made = attempt(verify=True)
    written(made, GOOD, BAD)
    out = made.unchecked()
    assert "4.5%" in "".join(out.texts) and "9.9%" in "".join(out.texts) and len(out.proofs) == 1
    assert [warning.code for warning in made.warnings] == ["self_check_skipped"]


def test_a_check_begins_anew_with_what_the_server_found_and_shows_its_reply() -> None:
    made = attempt(verify=True)
    written(made, GOOD, BAD)
    messages = made.check_messages()
    assert "Unsupported (no_citation): Sales grew 9.9%" in str(messages[-1]["content"])
    checking = made.checking(messages, Grounder(made.inputs.evidence, Judge(tables_of)))
    assert (checking.raw, checking.statements, checking.policy.holds_back) == ("", [], False)
    shown, cited = written(checking, GOOD)
    assert "4.5%" in shown and cited == 1 and made.raw == GOOD + BAD


@pytest.mark.parametrize("reason", ["length", "content_filter", "refusal"])
def test_a_reply_that_was_stopped_says_so(reason: str) -> None:
    made = attempt()
    made.begin_reply()
    made.take("Sales")
    made.end_reply(finished(reason), 64)
    assert made.finish == Finish(reason) and [w.code for w in made.warnings] == [f"model_stopped:{reason}"]


def test_how_an_attempt_ends() -> None:
    made, ends = attempt(), []
    made.end_reply(finished(), 64)
    ends.append(made.finish)
    made.take("Sales grew.")
    ends.append(made.finish)
    made.tools_exhausted = True
    assert [*ends, made.finish] == [Finish.EMPTY, Finish.COMPLETE, Finish.TOOLS_EXHAUSTED]


def test_our_tools_are_run_and_the_callers_end_the_answer() -> None:
    ours, theirs = ToolCall("1", "read_pages", "{}"), ToolCall("2", "rate", "{}")
    made = attempt()
    made.end_reply(finished("tool_calls", ours), 64)
    assert (made.own_calls(), made.asked_for) == ([ours], ())
    made.called([ours], {"1": ToolResult("page 3")})
    assert made.messages[-1] == {"role": "tool", "tool_call_id": "1", "content": "page 3"}
    made.end_reply(finished("tool_calls", ours, theirs), 64)
    assert (made.own_calls(), made.asked_for, made.finish) == ([], (theirs,), Finish.COMPLETE)
