"""A model that states and does not quote, over real HTTP: what the pages bear is proved, what they do not is not."""

from typing import Any

import pytest
from model_samples import MEMO, SEGMENTS, document
from model_server import Talk, cite
from scripted_llm import Reply

from ingest.types import Document
from service.citation.evidence import Evidence
from service.grounding.attribution import Attributor
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary

QUESTION = "What was total revenue in 2024?"
STATED = "Total revenue was $2,230 million in 2024."


@pytest.fixture
def scope(report_10k: Document) -> dict[str, Any]:
    """The 10-K alone."""
    return {"document_ids": [report_10k.id], "mode": "retrieval"}


def stated(talk: Talk, scope: dict[str, Any], said: str, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    """The answer when the model says just this."""
    talk.says([Reply(said)])
    body: dict[str, Any] = talk.ask(question, **scope, **more)
    return body


def test_a_sentence_without_a_quote_is_proved_by_the_row_that_bears_it(talk: Talk, scope: dict[str, Any]) -> None:
    body = stated(talk, scope, STATED)
    (statement,), (citation,) = body["statements"], body["citations"]
    assert (statement["supported"], statement["flags"], statement["citations"]) == (True, ["quote_found"], [0])
    assert citation["cited_text"].startswith("Total revenue") and "2,230" in citation["cited_text"]
    assert citation["verification"] == "exact" and citation["rectangles"]
    assert (body["answered"], body["unsupported"]) == (True, 0)


def test_the_stream_tells_of_the_quote_found(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(STATED)])
    events = talk.stream(QUESTION, **scope)
    (citation,) = [data for kind, data in events if kind == "citation"]
    assert "2,230" in citation["cited_text"]
    assert events[-1][0] == "done" and events[-1][1]["citations"] == [citation]


def test_strict_lets_what_was_proved_so_through_and_nothing_else(talk: Talk, scope: dict[str, Any]) -> None:
    talk.says([Reply(f"{STATED} The whales are happy.")])
    events = talk.stream(QUESTION, strict=True, **scope)
    said = "".join(data["text"] for kind, data in events if kind == "delta")
    assert said.strip() == STATED == events[-1][1]["answer"]
    assert events[-1][1]["unsupported"] == 1


@pytest.mark.parametrize(
    "said",
    [
        "Total revenue was $2,231 million in 2024.",
        "Total revenue was $2,230 million in 2023.",  # the value of another column
        "Total revenue was €2,230 million in 2024.",
        "Total revenue was not $2,230 million in 2024.",
        "Total revenue of the northern stores was $2,230 million in 2024.",
        "Total cost was $2,230 million in 2024.",
        "Total revenue was $2,230 million in 2024 and 2023.",
        "Total revenue may have been $2,230 million in 2024.",
    ],
)
def test_what_no_row_bears_stays_unproved(talk: Talk, scope: dict[str, Any], said: str) -> None:
    body = stated(talk, scope, said)
    assert (body["unsupported"], body["citations"]) == (1, [])
    assert "no_citation" in body["statements"][0]["flags"]


def test_a_made_up_quote_is_not_helped(talk: Talk, scope: dict[str, Any]) -> None:
    body = stated(talk, scope, f"{STATED} {cite(61, 'whales galore and many more of them')}")
    assert (body["unsupported"], body["citations"]) == (1, [])
    assert "quote_failed" in body["statements"][0]["flags"]


def test_a_bare_amount_is_read_with_the_question(talk: Talk, scope: dict[str, Any]) -> None:
    body = stated(talk, scope, "$2,230 million.")
    assert [row["cited_text"][:13] for row in body["citations"]] == ["Total revenue"]
    assert stated(talk, scope, "$2,230 million.", "What did whales cost in 2024?")["citations"] == []


def test_a_document_with_a_short_name_does_not_stand_in_the_way_of_another() -> None:
    pages, vocabulary = Evidence(), load_vocabulary()
    pages.add(document("doc_1", "a.pdf"), [SEGMENTS])
    pages.add(document("doc_2", "b.pdf"), [MEMO])
    asked = understand("Who may end it?", vocabulary)
    proof = Attributor(pages, lambda _document, _page: [], asked, vocabulary).find("Each party may end it.")
    assert proof is not None and proof.alias == "D2"


def test_a_sentence_of_words_is_proved_by_one_of_the_page(talk: Talk, agreement: Document) -> None:
    scope = {"document_ids": [agreement.id], "mode": "full"}
    question = "Who may terminate for convenience?"
    body = stated(talk, scope, "Yes, the Buyer may terminate this Agreement for convenience.", question)
    (citation,) = body["citations"]
    assert "convenience" in citation["cited_text"] and body["statements"][0]["supported"]
    for said in ("The Seller may terminate this Agreement for convenience.", "No party may terminate this Agreement."):
        assert stated(talk, scope, said, question)["citations"] == []


def test_a_bare_amount_after_a_follow_up_is_read_with_the_whole_question(talk: Talk, scope: dict[str, Any]) -> None:
    thread = talk.http.post("/v1/threads", json={}).json()["id"]
    stated(talk, scope, STATED, thread=thread)
    (citation,) = stated(talk, scope, "$2,116 million.", "And in 2023?", thread=thread)["citations"]
    assert "2,116" in citation["cited_text"]
