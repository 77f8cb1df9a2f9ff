"""Plans: what is known of a question before anything is spent, and how long a prompt counts as warm."""

from typing import Any

import pytest
from model_server import Talk

from ingest.types import Document
from service.contract.caller import scope_for
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.found import Found
from service.routing.planner import CACHE_SECONDS, PromptCache, confidence
from service.wiring import Service


def modes(route: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["mode"]: each for each in route["considered"]}


def test_what_was_sent_stays_warm_for_a_while_per_model_and_documents() -> None:
    now = [1_000.0]
    prompt_cache = PromptCache(lambda: now[0])
    assert not prompt_cache.is_warm("small", ("a",))
    prompt_cache.record("small", ("a",))
    now[0] += CACHE_SECONDS - 1
    assert prompt_cache.is_warm("small", ("a",))
    assert not prompt_cache.is_warm("large", ("a",)) and not prompt_cache.is_warm("small", ("a", "b"))
    now[0] += 1
    assert not prompt_cache.is_warm("small", ("a",))


def test_confidence_is_how_far_the_best_page_stands_out(service: Service) -> None:
    query = understand("What was total revenue in 2024?", load_vocabulary())
    found = service.retriever.search(scope_for(), query, 24)
    best, fifth = found.hits[0], found.hits[4]
    assert confidence(found) == pytest.approx((best.score - fifth.score) / (best.score - best.of_document))
    alone = service.retriever.search(scope_for([best.document.id]), query, 24)
    assert alone.hits[0].of_document == 0.0 < best.of_document
    nothing: Found = service.retriever.search(scope_for([]), query, 24)
    assert confidence(nothing) == 0.0


def test_a_plan_sends_nothing_and_the_same_question_gets_the_same_plan(talk: Talk, report_10k: Document) -> None:
    asked = {"document_ids": [report_10k.id], "model": "gpt-5.2-turbo"}
    first, second = (talk.plan("Who is the auditor?", **asked) for _turn in range(2))
    assert first == second and talk.model.received == []
    assert (first["model"], first["model_known"]) == ("gpt-5.2-turbo", True)


def test_what_is_sent_beside_the_pages_is_part_of_the_plan(talk: Talk, report_10k: Document) -> None:
    scope = {"document_ids": [report_10k.id]}
    plain = modes(talk.plan("Who is the auditor?", **scope))
    longer = modes(talk.plan("Who is the auditor?", instructions="Be brief. " * 200, **scope))
    for mode in ("retrieval", "sections", "full"):
        assert longer[mode]["tokens"] - plain[mode]["tokens"] > 400


def test_a_filter_narrows_every_mode(talk: Talk, report_10k: Document) -> None:
    scope: dict[str, Any] = {"document_ids": [report_10k.id]}
    whole = modes(talk.plan("What was revenue?", **scope))
    part = modes(talk.plan("What was revenue?", filter={"key": "page", "type": "lte", "value": 10}, **scope))
    assert part["full"]["tokens"] < whole["full"]["tokens"] / 4
