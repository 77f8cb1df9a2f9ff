"""A model that lies beside true quotes, over real HTTP: not one of its lies goes out as supported, on any surface."""

from typing import Any

import pytest
from model_server import REVENUE, Talk, cite
from scripted_llm import Reply

from ingest.types import Document

QUESTION = "What was total revenue in 2024?"
COST, NET = "Total cost of revenue 1,315 1,259 1,186", "Net income $ 238 $ 222 $ 209"
SERVICES, INTEREST = "Services 512 447 398", "Interest expense (41) (37) (28)"
SUPPLY = (
    "During the Term the Supplier shall sell and deliver, and the Buyer shall buy and pay for, the Products that are "
    "the subject of Purchase Orders."
)
AFFILIATE = "An Affiliate of the Buyer may place Purchase Orders under this Agreement"
PREVAILS = "If an Exhibit conflicts with an Article, the Article prevails, except that Exhibit A prevails on prices"
INITIAL = "“Initial Term” means the period of five years that begins on the Effective Date and ends on March 31, 2028."
LANGUAGE = "This Agreement is made in English. A translation is for information only."

LIES_OF_ROWS = [
    ("Total revenue in fiscal 2023 was $2,230 million.", REVENUE),
    ("Total revenue in fiscal 2022 was $2,116 million.", REVENUE),
    ("Total revenue was $2,116 million in 2024.", REVENUE),
    ("Total revenue was $1,956 million.", REVENUE),
    ("Total revenue was $2,230 million in 2019.", REVENUE),
    ("Total revenue for the third quarter of 2024 was $2,230 million.", REVENUE),
    ("Net income in fiscal 2024 was $2,230 million.", REVENUE),
    ("Total cost of revenue was $2,230 million in 2024.", REVENUE),
    ("Products revenue was $2,230 million in 2024.", REVENUE),
    ("Total revenue of the marine segment was $2,230 million in 2024.", REVENUE),
    ("Total deferred revenue was $2,230 million in 2024.", REVENUE),
    ("Total revenue was $2,230 billion in 2024.", REVENUE),
    ("Total revenue was $2,230 thousand in 2024.", REVENUE),
    ("Total revenue was $2,230 in 2024.", REVENUE),
    ("Total revenue was €2,230 million in 2024.", REVENUE),
    ("Total revenue was £2.2 billion in 2024.", REVENUE),
    ("Total revenue was 2,230% in 2024.", REVENUE),
    ("Total revenue was 2,230 million shares in 2024.", REVENUE),
    ("Total revenue was not $2,230 million in 2024.", REVENUE),
    ("Total revenue may have been $2,230 million in 2024.", REVENUE),
    ("Total revenue will be $2,230 million in 2024.", REVENUE),
    ("Total revenue was $2,230 million in 2024 if the acquisition is left out.", REVENUE),
    ("Total revenue was $2,230 million in 2024 and a record for the industry.", REVENUE),
    ("Total revenue was $2,230 million in 2024 and $2,016 million in 2023.", REVENUE),
    ("The company will be acquired by Marlow Holdings.", REVENUE),
    ("The auditor resigned in 2024.", REVENUE),
    ("Total revenue decreased by 5.4% from 2023 to 2024.", REVENUE),
    ("Total revenue increased by 9.1% from 2023 to 2024.", REVENUE),
    ("Total revenue fell from $2,230 million in 2023 to $2,116 million in 2024.", REVENUE),
    ("Services revenue was $447 million in 2024.", SERVICES),
    ("Interest income was $41 million in 2024.", INTEREST),
    ("Net income was $222 million in 2024.", NET),
    ("Net loss was $238 million in 2024.", NET),
    ("Comprehensive net income was $238 million in 2024.", NET),
    ("Total revenue was $2,230 million in 2024.", "2,230 2,116 1,956"),
]
LIES_OF_SENTENCES = [
    ("The Buyer shall sell and deliver the Products that are the subject of Purchase Orders.", 7, SUPPLY),
    ("The Supplier may sell and deliver the Products that are the subject of Purchase Orders.", 7, SUPPLY),
    ("The Supplier shall not sell and deliver the Products.", 7, SUPPLY),
    ("The Supplier shall buy and pay for the Products.", 7, SUPPLY),
    ("An Affiliate of the Supplier may place Purchase Orders under this Agreement.", 7, AFFILIATE),
    ("An Affiliate of the Buyer shall place Purchase Orders under this Agreement.", 7, AFFILIATE),
    ("An Affiliate of the Buyer may not place Purchase Orders under this Agreement.", 7, AFFILIATE),
    ("Exhibit B prevails on prices.", 6, PREVAILS),
    ("The Article prevails.", 6, PREVAILS),
    ("The Initial Term is a period of six years that begins on the Effective Date.", 5, INITIAL),
    ("The Initial Term means the period of five years that ends on March 31, 2029.", 5, INITIAL),
    ("The Initial Term means the period of five months that begins on the Effective Date.", 5, INITIAL),
    ("This Agreement is made in French.", 6, LANGUAGE),
    ("This Agreement is not made in English.", 6, LANGUAGE),
    ("A translation is binding.", 6, LANGUAGE),
]


@pytest.mark.parametrize(("lie", "quote"), LIES_OF_ROWS)
def test_a_lie_beside_a_true_row_is_unsupported(talk: Talk, report_10k: Document, lie: str, quote: str) -> None:
    talk.says([Reply(f"{lie} {cite(61, quote)}")])
    body = talk.ask(QUESTION, document_ids=[report_10k.id], mode="retrieval")
    assert [row["supported"] for row in body["statements"]] == [False], body["statements"]
    assert body["unsupported"] == 1 and not body["answered"] and body["statements"][0]["flags"]


@pytest.mark.parametrize(("lie", "page", "quote"), LIES_OF_SENTENCES)
def test_a_lie_beside_a_true_sentence_is_unsupported(
    talk: Talk, agreement: Document, lie: str, page: int, quote: str
) -> None:
    talk.says([Reply(f"{lie} {cite(page, quote)}")])
    body = talk.ask("What do the parties agree?", document_ids=[agreement.id], mode="full")
    assert [row["supported"] for row in body["statements"]] == [False], body["statements"]


@pytest.mark.parametrize(
    "told",
    [
        f"Total revenue was $2,230 million in 2024. {cite(61, REVENUE)}",
        f"In fiscal 2023, total revenue amounted to $2.1 billion. {cite(61, REVENUE)}",
        f"Total revenue increased by 5.4% from 2023 to 2024. {cite(61, REVENUE)}",
        f"The difference between total revenue and total cost of revenue was $915 million in 2024. "
        f"{cite(61, REVENUE)}{cite(61, COST)}",
        f"Interest expense was $41 million in 2024. {cite(61, INTEREST)}",
    ],
)
def test_the_truth_beside_the_same_rows_is_supported(talk: Talk, report_10k: Document, told: str) -> None:
    talk.says([Reply(told)])
    body = talk.ask(QUESTION, document_ids=[report_10k.id], mode="retrieval")
    assert (body["unsupported"], body["answered"]) == (0, True), body["statements"]


def test_strict_ships_no_lie(talk: Talk, report_10k: Document) -> None:
    lies = " ".join(f"{lie} {cite(61, quote)}" for lie, quote in LIES_OF_ROWS)
    talk.says([Reply(lies)])
    body = talk.ask(QUESTION, document_ids=[report_10k.id], mode="retrieval", strict=True)
    assert (body["statements"], body["unsupported"]) == ([], len(LIES_OF_ROWS))


def test_chat_completions_mark_a_lie_in_the_text_and_tell_of_it(talk: Talk, report_10k: Document) -> None:
    true, lie = "Total revenue was $2,230 million in 2024.", "Net income in fiscal 2024 was $2,230 million."
    said = [Reply(f"{true} {cite(61, REVENUE)} {lie} {cite(61, REVENUE)}")]
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": QUESTION}], "mode": "retrieval"}
    talk.says(said)
    body = talk.http.post("/openai/v1/chat/completions", json=asked).json()
    text = body["choices"][0]["message"]["content"]
    assert text.split(". ")[0] + "." == true and text.endswith(f"{lie} [unsupported]")
    assert (body["unsupported"], body["answered"], body["finish"]) == (1, True, "complete")
    assert [row["supported"] for row in body["statements"]] == [True, False] and body["warnings"] == []
    talk.says(said)
    plain = talk.http.post("/openai/v1/chat/completions", json={**asked, "mark_unsupported": False}).json()
    assert "[unsupported]" not in plain["choices"][0]["message"]["content"] and plain["unsupported"] == 1
    talk.says(said)
    streamed = talk.http.post("/openai/v1/chat/completions", json={**asked, "stream": True}).text
    assert "[unsupported]" in streamed and '"unsupported": 1' in streamed


def test_responses_tell_of_a_lie_and_of_a_reply_cut_short(talk: Talk, report_10k: Document) -> None:
    talk.says([Reply(f"Net income in fiscal 2024 was $2,230 million. {cite(61, REVENUE)}", reason="length")])
    body = talk.http.post("/openai/v1/responses", json={"input": QUESTION, "mode": "retrieval"}).json()
    assert (body["status"], body["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert (body["unsupported"], body["answered"], body["finish"]) == (1, False, "length")
    assert body["warnings"][0]["code"] == "model_stopped:length"
