"""Decides, and explains, what is put before the model: whole documents, whole sections, the pages found, or none.

A pure function of its inputs: the same inputs give the same route. Knows no document's text, no client, no HTTP.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.errors import BadRequest, BudgetExceeded, LlmNotConfigured
from service.contract.question import MODES
from service.llm.budget import dollars, worst_case
from service.llm.models import ModelInfo, cost
from service.question.understand import Intent

MODEL_MODES = ("retrieval", "sections", "full")  # in the order of an escalation
BROAD = (Intent.SUMMARY, Intent.COMPARISON, Intent.LIST)
SMALL = 12_000  # tokens of whole documents below which choosing pages saves nothing worth having
CONFIDENT = 0.25  # how far the best page must stand above the fifth for retrieval to be trusted


@dataclass(frozen=True)
class RouteInputs:
    """Everything a route depends on.

    `tokens` are those of the pages of each mode, `base_tokens` those of all else that is sent with them, `warm` those
    of the pages that lie in the provider's prompt cache.
    `confidence` is how clearly the best page stands out, 0 to 1. `budget_usd` is the smaller of the caller's ceiling
    and what the key may still spend today. Of a `bounded` search only the pages found may be read.
    """

    mode: str
    intent: Intent
    tokens: Mapping[str, int]
    max_tokens: int
    confidence: float
    model: ModelInfo | None = None
    tokenizer: str | None = None
    warm: Mapping[str, int] = field(default_factory=dict)
    base_tokens: Mapping[str, int] = field(default_factory=dict)
    budget_usd: float | None = None
    max_latency_s: float | None = None
    bounded: bool = False


@dataclass(frozen=True)
class Considered:
    """A mode with what it would send and cost; `cost_usd` is the likely price, `worst_usd` what it may not pass."""

    mode: str
    tokens: int
    cost_usd: float
    worst_usd: float
    seconds: float
    fits: bool
    why_not: str | None = None


@dataclass(frozen=True)
class Route:
    """The decision with its reason and everything that was weighed."""

    mode: str
    reason: str
    considered: tuple[Considered, ...]
    model: ModelInfo | None
    tokenizer: str | None

    @property
    def worst_usd(self) -> float:
        """What a first call in this mode may cost at the most."""
        return next((each.worst_usd for each in self.considered if each.mode == self.mode), 0.0)

    def row(self) -> dict[str, Any]:
        """The route as it goes over the wire."""
        return {
            "mode": self.mode,
            "reason": self.reason,
            "considered": [
                {
                    "mode": each.mode,
                    "tokens": each.tokens,
                    "cost_usd": round(each.cost_usd, 9),
                    "worst_usd": round(each.worst_usd, 9),
                    "seconds": round(each.seconds, 1),
                    "fits": each.fits,
                    **({"why_not": each.why_not} if each.why_not else {}),
                }
                for each in self.considered
            ],
            "model": self.model.name if self.model is not None else None,
            "model_known": self.model.known if self.model is not None else None,
            "tokenizer": self.tokenizer,
        }


def plan_route(inputs: RouteInputs) -> Route:
    """The route; a mode that was asked for and cannot be had is refused with the reason and the estimate."""
    if inputs.mode not in MODES:
        raise BadRequest(f"mode must be one of {', '.join(MODES)}.")
    if inputs.model is None:
        return _without_model(inputs)
    considered = tuple(_consider(inputs, inputs.model, mode) for mode in MODEL_MODES)
    if inputs.mode == "extractive":
        return _route(inputs, considered, "extractive", "asked for: the answer quotes the documents")
    by_mode = {each.mode: each for each in considered}
    if inputs.mode != "auto":
        return _asked_for(inputs, considered, by_mode[inputs.mode])
    wanted, reason = _preferred(inputs, by_mode)
    return _first_that_fits(inputs, considered, wanted, reason)


def wider(route: Route, mode: str, left_usd: float | None = None) -> Route | None:
    """One step up from a mode whose evidence did not suffice: the next larger one that fits and adds something.

    `left_usd` is what is left of the ceiling by now; None without one.
    """
    by_mode = {each.mode: each for each in route.considered}
    for larger in MODEL_MODES[MODEL_MODES.index(mode) + 1 :]:
        each = by_mode[larger]
        affordable = left_usd is None or each.worst_usd <= left_usd
        if each.fits and affordable and each.tokens > by_mode[mode].tokens:
            reason = f"the model called the {_noun(mode)} insufficient, so it was given the {_noun(larger)}"
            return Route(larger, reason, route.considered, route.model, route.tokenizer)
    return None


def _without_model(inputs: RouteInputs) -> Route:
    if inputs.mode in MODEL_MODES:
        raise LlmNotConfigured(f"Mode {inputs.mode!r} needs a language model and none is configured; use 'extractive'.")
    reason = "no language model is configured, so the answer quotes the documents"
    if inputs.mode == "extractive":
        reason = "asked for: the answer quotes the documents"
    return _route(inputs, (), "extractive", reason)


def _consider(inputs: RouteInputs, model: ModelInfo, mode: str) -> Considered:
    pages = inputs.tokens.get(mode, 0)
    tokens = pages + inputs.base_tokens.get(mode, 0)
    room = min(inputs.max_tokens, model.max_out)
    likely = cost(model, tokens, min(inputs.warm.get(mode, 0), tokens), room // 4)
    worst = worst_case(model, tokens, room)
    seconds = tokens / model.prompt_speed + room / 4 / model.output_speed
    why_not = None
    if pages == 0:
        why_not = "no page to send"
    elif inputs.bounded and mode != "retrieval":
        why_not = "the search is bounded, so no more than the pages found may be read"
    elif tokens + room > model.window:
        why_not = f"{tokens + room:,} tokens do not fit the window of {model.window:,}"
    elif inputs.budget_usd is not None and worst > inputs.budget_usd:
        why_not = f"it may cost {dollars(worst)}, more than the {dollars(inputs.budget_usd)} allowed"
    elif inputs.max_latency_s is not None and seconds > inputs.max_latency_s:
        why_not = f"about {seconds:.0f} s, more than the {inputs.max_latency_s:g} s allowed"
    return Considered(mode, tokens, likely, worst, seconds, why_not is None, why_not)


def _asked_for(inputs: RouteInputs, considered: tuple[Considered, ...], each: Considered) -> Route:
    if not each.fits:
        message = f"Mode {each.mode!r} cannot be used: {each.why_not} ({each.tokens:,} tokens to send)."
        if inputs.budget_usd is not None and each.worst_usd > inputs.budget_usd:
            raise BudgetExceeded(f"{message} Raise the budget, or use a smaller mode.")
        raise BadRequest(f"{message} Name fewer documents, or use a smaller mode.")
    return _route(inputs, considered, each.mode, f"asked for: the {_noun(each.mode)}, {each.tokens:,} tokens")


def _preferred(inputs: RouteInputs, by_mode: Mapping[str, Considered]) -> tuple[str, str]:
    """What suits the question best, cost aside, and why."""
    if inputs.bounded:
        return "retrieval", "the search is bounded, so no more than the pages found are read"
    full = inputs.tokens.get("full", 0)
    if 0 < full <= SMALL:
        return "full", f"the documents are short ({full:,} tokens), so all of them are read"
    if inputs.intent in BROAD and inputs.warm.get("full"):
        return "full", f"a {_intent(inputs)} question, and the documents still lie in the provider's prompt cache"
    if inputs.intent is Intent.SUMMARY:
        return "full", "a summary needs the whole documents"
    if inputs.intent in BROAD:
        return "sections", f"a {_intent(inputs)} question needs whole sections rather than single pages"
    if inputs.confidence < CONFIDENT:
        return "sections", f"no page stands out (confidence {inputs.confidence:.2f}), so whole sections are read"
    return "retrieval", f"a {_intent(inputs)} question, and the pages found stand out ({inputs.confidence:.2f})"


def _first_that_fits(inputs: RouteInputs, considered: tuple[Considered, ...], wanted: str, reason: str) -> Route:
    by_mode = {each.mode: each for each in considered}
    refused = ""
    for mode in reversed(MODEL_MODES[: MODEL_MODES.index(wanted) + 1]):
        each = by_mode[mode]
        if each.fits:
            return _route(inputs, considered, mode, f"{reason}{refused}")
        refused += f"; the {_noun(mode)}: {each.why_not}"
    return _route(inputs, considered, "extractive", f"{reason}{refused}; so the answer quotes the documents")


def _route(inputs: RouteInputs, considered: tuple[Considered, ...], mode: str, reason: str) -> Route:
    used = inputs.model if mode != "extractive" else None
    return Route(mode, reason, considered, used, inputs.tokenizer if used is not None else None)


def _noun(mode: str) -> str:
    return {"full": "whole documents", "sections": "whole sections", "retrieval": "pages found"}[mode]


def _intent(inputs: RouteInputs) -> str:
    return str(inputs.intent).replace("_", "/")
