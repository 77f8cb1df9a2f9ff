"""Decides, and explains, what is put before the model: whole documents, whole sections, the pages found, or none.

A pure function of its inputs: the same inputs give the same route. Knows no document's text, no client, no HTTP.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ingest.errors import BadRequest, BudgetExceeded, LlmNotConfigured
from service.contract.answer import Considered, RouteTaken
from service.contract.question import Mode
from service.llm.budget import dollars, worst_case
from service.llm.models import ModelInfo, cost
from service.question.understand import Intent

Escalate = Callable[[Mode, float | None], "Route | None"]
MODEL_MODES = (Mode.RETRIEVAL, Mode.SECTIONS, Mode.FULL)  # in the order of an escalation
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

    mode: Mode
    intent: Intent
    tokens: Mapping[Mode, int]
    max_tokens: int
    confidence: float
    model: ModelInfo | None = None
    tokenizer: str | None = None
    warm: Mapping[Mode, int] = field(default_factory=dict)
    base_tokens: Mapping[Mode, int] = field(default_factory=dict)
    budget_usd: float | None = None
    max_latency_s: float | None = None
    bounded: bool = False


@dataclass(frozen=True)
class Route:
    """The decision with its reason and everything that was weighed."""

    mode: Mode
    reason: str
    considered: tuple[Considered, ...]
    model: ModelInfo | None
    tokenizer: str | None

    @property
    def worst_usd(self) -> float:
        """What a first call in this mode may cost at the most."""
        return next((each.worst_usd for each in self.considered if each.mode == self.mode), 0.0)

    def taken(self, escalated_from: Mode | None = None) -> RouteTaken:
        """The route as an answer tells it."""
        name, known = (self.model.name, self.model.known) if self.model is not None else (None, None)
        return RouteTaken(self.mode, self.reason, self.considered, name, known, self.tokenizer, escalated_from)


def plan_route(inputs: RouteInputs) -> Route:
    """The route; a mode that was asked for and cannot be had is refused with the reason and the estimate."""
    if inputs.model is None:
        return _without_model(inputs)
    considered = tuple(_consider(inputs, inputs.model, mode) for mode in MODEL_MODES)
    if inputs.mode == Mode.EXTRACTIVE:
        return _route(inputs, considered, Mode.EXTRACTIVE, "asked for: the answer quotes the documents")
    by_mode = {each.mode: each for each in considered}
    if inputs.mode != Mode.AUTO:
        return _asked_for(inputs, considered, by_mode[inputs.mode])
    wanted, reason = _preferred(inputs)
    return _first_that_fits(inputs, considered, wanted, reason)


def escalate(route: Route, mode: Mode, left_usd: float | None = None) -> Route | None:
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
        raise LlmNotConfigured(
            f"Mode {inputs.mode.value!r} needs a language model and none is configured; use 'extractive'."
        )
    reason = "no language model is configured, so the answer quotes the documents"
    if inputs.mode == Mode.EXTRACTIVE:
        reason = "asked for: the answer quotes the documents"
    return _route(inputs, (), Mode.EXTRACTIVE, reason)


def _consider(inputs: RouteInputs, model: ModelInfo, mode: Mode) -> Considered:
    pages = inputs.tokens.get(mode, 0)
    tokens = pages + inputs.base_tokens.get(mode, 0)
    room = min(inputs.max_tokens, model.max_out)
    likely = cost(model, tokens, min(inputs.warm.get(mode, 0), tokens), room // 4)
    worst = worst_case(model, tokens, room)
    seconds = tokens / model.prompt_speed + room / 4 / model.output_speed
    why_not = None
    if pages == 0:
        why_not = "no page to send"
    elif inputs.bounded and mode != Mode.RETRIEVAL:
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
        message = f"Mode {each.mode.value!r} cannot be used: {each.why_not} ({each.tokens:,} tokens to send)."
        if inputs.budget_usd is not None and each.worst_usd > inputs.budget_usd:
            raise BudgetExceeded(f"{message} Raise the budget, or use a smaller mode.")
        raise BadRequest(f"{message} Name fewer documents, or use a smaller mode.")
    return _route(inputs, considered, each.mode, f"asked for: the {_noun(each.mode)}, {each.tokens:,} tokens")


def _preferred(inputs: RouteInputs) -> tuple[Mode, str]:
    """What suits the question best, cost aside, and why."""
    if inputs.bounded:
        return Mode.RETRIEVAL, "the search is bounded, so no more than the pages found are read"
    full = inputs.tokens.get(Mode.FULL, 0)
    if 0 < full <= SMALL:
        return Mode.FULL, f"the documents are short ({full:,} tokens), so all of them are read"
    if inputs.intent in BROAD and inputs.warm.get(Mode.FULL):
        return Mode.FULL, f"a {_intent(inputs)} question, and the documents still lie in the provider's prompt cache"
    if inputs.intent is Intent.SUMMARY:
        return Mode.FULL, "a summary needs the whole documents"
    if inputs.intent in BROAD:
        return Mode.SECTIONS, f"a {_intent(inputs)} question needs whole sections rather than single pages"
    if inputs.confidence < CONFIDENT:
        return Mode.SECTIONS, f"no page stands out (confidence {inputs.confidence:.2f}), so whole sections are read"
    return Mode.RETRIEVAL, f"a {_intent(inputs)} question, and the pages found stand out ({inputs.confidence:.2f})"


def _first_that_fits(inputs: RouteInputs, considered: tuple[Considered, ...], wanted: Mode, reason: str) -> Route:
    by_mode = {each.mode: each for each in considered}
    refused = ""
    for mode in reversed(MODEL_MODES[: MODEL_MODES.index(wanted) + 1]):
        each = by_mode[mode]
        if each.fits:
            return _route(inputs, considered, mode, f"{reason}{refused}")
        refused += f"; the {_noun(mode)}: {each.why_not}"
    return _route(inputs, considered, Mode.EXTRACTIVE, f"{reason}{refused}; so the answer quotes the documents")


def _route(inputs: RouteInputs, considered: tuple[Considered, ...], mode: Mode, reason: str) -> Route:
    used = inputs.model if mode != Mode.EXTRACTIVE else None
    return Route(mode, reason, considered, used, inputs.tokenizer if used is not None else None)


def _noun(mode: Mode) -> str:
    return {Mode.FULL: "whole documents", Mode.SECTIONS: "whole sections", Mode.RETRIEVAL: "pages found"}[mode]


def _intent(inputs: RouteInputs) -> str:
    return str(inputs.intent).replace("_", "/")
