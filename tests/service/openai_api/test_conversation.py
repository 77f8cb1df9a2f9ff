"""Messages of both forms become one question with its history, or a refusal that names what is wrong."""

from typing import Any

import pytest

from ingest.errors import BadRequest
from service.contract.question import Turn
from service.openai_api.conversation import FilePart, read_conversation


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def test_a_text_is_the_question() -> None:
    read = read_conversation("How long?", [Turn("Who?", "Acme.")], "Be brief.")
    assert (read.question, read.history, read.instructions) == ("How long?", (Turn("Who?", "Acme."),), "Be brief.")
    assert read.files == ()


def test_the_last_words_of_the_user_are_the_question() -> None:
    read = read_conversation([user("Who?"), user("I mean the buyer."), {"role": "assistant", "content": "Acme."}, user("A"), user("B")])  # fmt: skip
    assert read.question == "A\n\nB"
    assert read.history == (Turn("Who?\n\nI mean the buyer.", "Acme."),)


def test_an_echoed_output_is_history_and_its_searches_are_passed_over() -> None:
    echoed = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Acme.", "annotations": []}]}  # fmt: skip
    read = read_conversation([user("Who?"), {"type": "file_search_call", "id": "fs"}, echoed, user("Why?")])
    assert read.history == (Turn("Who?", "Acme."),)


def test_results_of_tools_are_joined_to_the_question_in_chat_form() -> None:
    calls = [{"id": "c1", "type": "function", "function": {"name": "rate", "arguments": "{}"}}]
    called = {"role": "assistant", "content": None, "tool_calls": calls}
    read = read_conversation([user("Convert."), called, {"role": "tool", "tool_call_id": "c1", "content": "1.1"}])
    assert read.question == "Result of rate({}): 1.1"
    assert read.history == (Turn("Convert.", ""),)


def test_files_of_every_message_are_gathered() -> None:
    first = {"type": "file", "file": {"file_id": "doc_1"}}
    second = {"type": "input_file", "filename": "b.pdf", "file_data": "QUJD"}
    read = read_conversation([user([first, {"type": "text", "text": "x"}]), user([second, {"type": "input_text", "text": "y"}])])  # fmt: skip
    assert read.files == (FilePart("doc_1", None, None), FilePart(None, "QUJD", "b.pdf"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{"role": "assistant", "content": "Acme."}], "end with a message of the user"),
        ([user("  ")], "end with a message of the user"),
        ([user("x" * 20_001)], "20000"),
        ([{"role": "oracle", "content": "x"}], "oracle"),
        ([user([{"type": "image_url", "image_url": {"url": "x"}}])], "image_url"),
        ([user([{"type": "file", "file": "doc_1"}])], "object"),
        ([user([{"type": "input_file", "file_id": "a", "file_data": "b"}])], "either"),
        ([user([{"type": "input_file", "file_id": 7}])], "texts"),
        ([user([{"type": "input_file"}])], "either"),
        ([user(7)], "text or a list"),
        ([{"type": "item_reference", "id": "x"}], "item_reference"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(given: Any, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        read_conversation(given)
