"""The route as a table: what goes in, what comes out, why, and why not anything else."""

from dataclasses import replace
from typing import Any

import pytest

from ingest.errors import BadRequest, BudgetExceeded, LlmNotConfigured
from service.contract.question import Mode
from service.llm.models import load_models
from service.question.understand import Intent
from service.routing.router import Route, RouteInputs, escalate, plan_route

TABLE = load_models()
MINI = TABLE.get("gpt-5.2-mini")
FILING = {Mode.RETRIEVAL: 5_000, Mode.SECTIONS: 24_000, Mode.FULL: 60_000}
BASE = {Mode.RETRIEVAL: 1_500, Mode.SECTIONS: 1_500, Mode.FULL: 1_000}
INPUTS = RouteInputs(
    mode=Mode.AUTO, intent=Intent.FIGURE, tokens=FILING, max_tokens=2_000, confidence=0.5, model=MINI, tokenizer="o200k",
    base_tokens=BASE,
)  # fmt: skip


def route(**changes: Any) -> Route:
    return plan_route(replace(INPUTS, **changes))


def considered(found: Route, mode: str) -> Any:
    return next(each for each in found.considered if each.mode == mode)


@pytest.mark.parametrize(
    ("changes", "mode", "reason"),
    [
        ({}, "retrieval", "a figure question, and the pages found stand out (0.50)"),
        ({"intent": Intent.CLAUSE}, "retrieval", "a clause question, and the pages found stand out (0.50)"),
        (
            {"bounded": True, "intent": Intent.SUMMARY},
            "retrieval",
            "the search is bounded, so no more than the pages found",
        ),
        ({"confidence": 0.1}, "sections", "no page stands out (confidence 0.10), so whole sections are read"),
        ({"intent": Intent.LIST}, "sections", "a list question needs whole sections rather than single pages"),
        ({"intent": Intent.COMPARISON}, "sections", "a comparison question needs whole sections"),
        ({"intent": Intent.SUMMARY}, "full", "a summary needs the whole documents"),
        ({"intent": Intent.LIST, "warm": {"full": 60_000}}, "full", "still lie in the provider's prompt cache"),
        ({"warm": {"full": 60_000}}, "retrieval", "the pages found stand out"),
        ({"tokens": {**FILING, Mode.FULL: 12_000}}, "full", "the documents are short (12,000 tokens)"),
        ({"tokens": {**FILING, Mode.FULL: 12_001}}, "retrieval", "the pages found stand out"),
        ({"mode": "full"}, "full", "asked for: the whole documents, 61,000 tokens"),
        ({"mode": "sections"}, "sections", "asked for: the whole sections, 25,500 tokens"),
        ({"mode": "retrieval"}, "retrieval", "asked for: the pages found, 6,500 tokens"),
        ({"mode": "extractive"}, "extractive", "asked for: the answer quotes the documents"),
        ({"model": None}, "extractive", "no language model is configured"),
        ({"model": None, "mode": "extractive"}, "extractive", "asked for: the answer quotes the documents"),
        ({"tokens": dict.fromkeys(FILING, 0)}, "extractive", "no page to send; so the answer quotes the documents"),
        ({"intent": Intent.SUMMARY, "budget_usd": 0.04}, "sections", "the whole documents: it may cost $0.0662, more"),
        ({"intent": Intent.SUMMARY, "budget_usd": 0.02}, "retrieval", "the whole sections: it may cost $0.0300, more"),
        ({"budget_usd": 0.001}, "extractive", "more than the $0.0010 allowed; so the answer quotes the documents"),
        ({"intent": Intent.SUMMARY, "max_latency_s": 4.5}, "sections", "about 5 s, more than the 4.5 s allowed"),
        ({"intent": Intent.LIST, "model": replace(MINI, window=20_000)}, "retrieval", "27,500 tokens do not fit"),
    ],
)
def test_the_same_inputs_give_the_same_route_and_reason(changes: dict[str, Any], mode: str, reason: str) -> None:
    found = route(**changes)
    assert found.mode == mode
    assert reason in found.reason
    assert found == route(**changes)
    used = changes.get("model", MINI) if mode != "extractive" else None
    assert (found.model, found.tokenizer) == (used, "o200k" if used else None)


@pytest.mark.parametrize(
    ("changes", "mode", "why_not"),
    [
        ({"tokens": {**FILING, Mode.SECTIONS: 0}}, "sections", "no page to send"),
        ({"model": replace(MINI, window=60_000)}, "full", "63,000 tokens do not fit the window of 60,000"),
        ({"budget_usd": 0.05}, "full", "it may cost $0.0662, more than the $0.0500 allowed"),
        ({"max_latency_s": 1}, "retrieval", "about 3 s, more than the 1 s allowed"),
        ({}, "full", None),
    ],
)
def test_what_was_considered_says_why_it_was_not_taken(changes: dict[str, Any], mode: str, why_not: str | None) -> None:
    each = considered(route(**changes), mode)
    assert (each.fits, each.why_not) == (why_not is None, why_not)


def test_a_mode_asked_for_that_costs_too_much_is_refused_with_the_estimate() -> None:
    with pytest.raises(BudgetExceeded, match=r"it may cost \$0\.0662.*61,000 tokens to send.*Raise the budget"):
        route(mode=Mode.FULL, budget_usd=0.05)
    exact = considered(route(), "full").worst_usd
    assert route(mode=Mode.FULL, budget_usd=exact).mode == "full"  # the ceiling itself may be spent


def test_a_mode_asked_for_that_does_not_fit_otherwise_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="do not fit the window"):
        route(mode=Mode.FULL, model=replace(MINI, window=10_000))
    with pytest.raises(BadRequest, match="3 s, more than the 1 s allowed"):
        route(mode=Mode.RETRIEVAL, max_latency_s=1)
    with pytest.raises(LlmNotConfigured, match="'sections' needs a language model"):
        route(mode=Mode.SECTIONS, model=None)


def test_a_warm_cache_makes_the_likely_price_smaller_and_never_the_worst() -> None:
    cold, warm = considered(route(), "full"), considered(route(warm={"full": 60_000}), "full")
    assert warm.cost_usd == pytest.approx(cold.cost_usd - 60_000 * 0.9 / 1e6)
    assert warm.worst_usd == cold.worst_usd


def test_a_price_step_is_part_of_the_estimate() -> None:
    stepped = TABLE.get("gpt-5.4")
    below = considered(route(model=stepped, tokens={**FILING, Mode.FULL: 260_000}), "full")
    above = considered(route(model=stepped, tokens={**FILING, Mode.FULL: 280_000}), "full")
    assert above.cost_usd > 1.9 * below.cost_usd


def test_an_unknown_model_is_priced_with_care_and_says_so() -> None:
    found = route(model=TABLE.get("somebody-s-model"))
    taken = found.taken()
    assert (taken.mode, taken.model, taken.model_known) == ("retrieval", "somebody-s-model", False)
    assert considered(found, "sections").why_not == "26,524 tokens do not fit the window of 8,192"
    assert considered(found, "retrieval").cost_usd == pytest.approx((6_500 * 10 + 256 * 30) / 1e6)


def test_an_escalation_is_the_next_mode_that_fits_adds_pages_and_is_paid_for() -> None:
    found = route()
    step = escalate(found, Mode.RETRIEVAL)
    assert step is not None and (step.mode, step.considered) == ("sections", found.considered)
    assert step.reason == "the model called the pages found insufficient, so it was given the whole sections"
    assert getattr(escalate(found, Mode.SECTIONS), "mode", None) == "full"
    assert escalate(found, Mode.FULL) is None
    same = route(tokens={**FILING, Mode.SECTIONS: 5_000})
    assert getattr(escalate(same, Mode.RETRIEVAL), "mode", None) == "full"  # sections would add nothing
    assert escalate(route(budget_usd=0.02), Mode.RETRIEVAL) is None
    assert escalate(found, Mode.RETRIEVAL, 0.02) is None  # what is left by now counts, not what there was
    assert getattr(escalate(found, Mode.RETRIEVAL, 0.04), "mode", None) == "sections"
