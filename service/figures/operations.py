"""Which operation a question asks for over figures: growth, difference, percentage points, CAGR, average, share.

"By what percentage did inventories change from June 30, 2022 to June 30, 2023?" is the growth of "inventories" between
two periods; "capex as a percentage of net sales" the share of one line item in another. What is operated on is left as
words, to be looked for like any line item. Knows no document.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ingest.text.dates import MONTHS, YEAR


class Operator(StrEnum):
    """What is worked out."""

    GROWTH = "growth"  # relative change, in per cent
    DIFFERENCE = "difference"
    POINTS = "points"  # difference of two percentages, in percentage points
    CAGR = "cagr"
    AVERAGE = "average"
    SHARE = "share"  # one item as a percentage of another
    QUOTIENT = "quotient"  # one item divided by another


@dataclass(frozen=True)
class Operation:
    """An operator with the words of what it works on: one item over periods, or two items of one period."""

    operator: Operator
    operands: tuple[str, ...]


_MOVES = (
    r"(?:change[ds]?|increase[ds]?|decrease[ds]?|gr[eo]w[ns]?|growth|r[io]se[ns]?|f[ae]ll(?:en|s)?|decline[ds]?"
    r"|drop(?:ped|s)?|go (?:up|down)|went (?:up|down)|improve[ds]?|expand(?:ed)?|shr[aiu]nk|widen(?:ed)?|narrow(?:ed)?)"
)
_AUXILIARY = r"(?:did|does|has|have|had|was|were|is|are)"
_PERCENT = r"(?:per\s?cent(?:age)?|%)"
_SOME_PHRASE = r"[\w&,.'’ -]{3,60}?"
_CAGR = re.compile(r"\bCAGR\b|\bcompound(?:ed)?\s+annual\s+growth(?:\s+rate)?", re.I)
_POINTS = re.compile(r"\b(?:percentage|basis)\s+points?\b|\bbps\b", re.I)
_COUNT = r"(?:two|three|four|five|six|nine|ten|twelve|\d{1,2})"
_SPAN = r"(?:fiscal\b|(?:years?|quarters?|months?|weeks?|period|half|date|time)\b)"
# how a period begins; "third-party", "same-store" and "endowment" begin none
_PERIOD_BEGINS = (
    r"(?:fiscal\b|years?\b|FY(?=[\s'\d])|a year\b|quarters?\b|[1-4]Q\d|Q[1-4]"
    r"|end of\b|(?:first|second|third|fourth|prior|previous|last|same|latest)"
    rf"(?:[\s-]+(?:full\s+|most\s+recent\s+)?(?:{_COUNT}\b|{_SPAN})|\s*$)"
    rf"|{_COUNT}[\s-]+{_SPAN}|(?:{MONTHS})\b|{YEAR})"
)
# the words of what is operated on are the one group that matched
_GROWTH = re.compile(
    rf"\b(?:by\s+)?(?:what|which|how many)\s+{_PERCENT}\w*\s+(?:{_AUXILIARY}\s+)?(?P<a>.+?)\s+{_MOVES}"
    rf"|\bhow\s+(?:fast|quickly|much)\s+{_AUXILIARY}\s+(?P<b>.+?)\s+{_MOVES}\b[^?]*?"
    rf"(?:,?\s*(?:in|by)\s+{_PERCENT}|{_PERCENT})"
    rf"|\bhow\s+(?:fast|quickly)\s+{_AUXILIARY}\s+(?P<c>.+?)\s+{_MOVES}"
    rf"|(?:{_PERCENT}|relative|year[\s-](?:over|on)[\s-]year)\s+(?:change|growth|increase|decrease|decline|rise)\s+"
    r"(?:in|of)\s+(?P<d>.+)"
    r"|\b(?:growth(?:\s+rate)?)\s+(?:in|of)\s+(?P<e>.+)"
    rf"|^\s*(?P<f>{_SOME_PHRASE})\s+growth\b(?!(?:\s+rate)?\s+(?:in|of)\s+(?!(?:the\s+)?{_PERIOD_BEGINS}))"
    rf"|^\s*(?P<g>{_SOME_PHRASE})\s+change\b[^?]*{_PERCENT}",
    re.I,
)
_COMPARED = r"(?:more|less|fewer|higher|lower|greater|larger|smaller)"
_DIFFERENCE = re.compile(
    rf"\bhow\s+(?:much|many)\s+{_COMPARED}\s+(?:{_AUXILIARY}\s+)?(?P<a>.+)"
    rf"|\b(?:by\s+)?how\s+(?:much|many)(?:\s+\w+)?\s+{_AUXILIARY}\s+(?P<b>.+?)\s+{_MOVES}"
    r"|\b(?:(?:dollar|absolute|net)\s+)?(?:change|increase|decrease|difference)\s+"
    r"(?:in|of|between)\s+(?!control\b)(?P<c>.+)"  # a change of control is none of a figure
    rf"|\bhow\s+far\s+{_AUXILIARY}\s+(?P<d>.+?)\s+{_MOVES}",
    re.I,
)
_PART = rf"(?:{_PERCENT}|share|portion|proportion|fraction)"
_AS_SHARE = re.compile(rf"(?P<a>[^?;:]+?),?\s+(?:as|expressed as)\s+an?\s+{_PART}\s+of\s+(?P<b>[^?;]+)", re.I)
_RELATIVE = re.compile(rf"(?P<a>.+?)\s+relative to\s+(?P<b>[^?;,]+).*{_PERCENT}", re.I)
# what is told in words, unless a share is asked for
_TOLD_IN_WORDS = re.compile(
    r"^\W*(?:why|what (?:caused|drove|led|explains|does|do)|which|who|does|do|did|has|have|is|are|was|were|can|may"
    r"|within|under|how many days)\b(?!.*\b(?:per\s?cent|percentage|%|share|portion|proportion)\b)",
    re.I,
)
_WHY = re.compile(r"\W*why\b", re.I)
_SHARE_OF = re.compile(
    rf"\b(?:what|which)\s+(?:{_PERCENT}|share|portion|proportion|fraction|part)\s+of\s+(?P<b>.+?)\s+"
    rf"(?:{_AUXILIARY}|did|came from|comes from|went to|goes to|consist(?:s|ed) of|represent(?:s|ed) by)\s+(?P<a>.+)",
    re.I,
)
_RATIO_OF = re.compile(
    r"\bratio\s+of\s+(?P<a>.+?)\s+to\s+(?P<b>[^?;,]+)"
    r"|(?P<c>[\w&,' -]+?)\s+(?:divided by|as an?\s+multiple\s+of)\s+(?P<d>(?:total\s+|net\s+)?[a-z][\w&' -]+)",
    re.I,
)
_OVER = r"\s+(?:over|across|from|between|for|during|of)\s+(?:the\s+)?"
_AVERAGE = re.compile(
    r"(?<!weighted[\s-])\b(?:average|mean)\s+(?:annual\s+|yearly\s+)?"
    rf"(?:(?P<a>.+?){_OVER}(?={_PERIOD_BEGINS})"
    rf"|(?P<b>.+?){_OVER}(?=.*\b{YEAR}|\b(?:two|three|four|five|last)))",
    re.I,
)
_ASKING = r"(?:calculate|compute|work out|determine|find|give(?: me)?|show|tell me)"
_FRAME = re.compile(
    r"^\W*(?:please\s+)?(?:what|which)(?:['’]s|\s+(?:is|was|were|are))?\s+(?:the\s+)?"
    rf"|^\W*(?:please\s+)?{_ASKING}\s+(?:the\s+)?"
    r"|^\W*(?:the|its|their|our)\s+",
    re.I,
)
_BEFORE_PERIOD = (
    r"(?:from|between|versus|vs\.?|compared (?:with|to)|relative to|against|than|over|in|for|during|at|as of|on)"
)
_TAIL = re.compile(
    rf"\s*(?:,|\b{_BEFORE_PERIOD}\b)\s*(?:the\s+)?(?:(?:{_PERIOD_BEGINS}|\(?in dollars|dollars?|percent|%).*)$"
    r"|,?\s+year[\s-](?:over|on)[\s-]year\b.*$",
    re.I | re.S,
)
# small words and years left at either end of a phrase
_ENDS = re.compile(
    rf"^(?:{_AUXILIARY}|did|of|in)\s+"
    r"|\s+(?:was|were|is|are|did|represent|contribute|make up|account for)$"
    rf"|\s+{YEAR}$|^{YEAR}\s+",
    re.I,
)
_MOVED = re.compile(rf"{_AUXILIARY}\s+(?P<a>.+?)\s+{_MOVES}", re.I)
_CAGR_FRAME = re.compile(r"^\W*(?:of|in|for)\s+")


def read_operation(question: str) -> Operation | None:
    """The operation a question asks for; None where a figure is wanted as it stands."""
    text = question.strip().rstrip("?. ")
    if _TOLD_IN_WORDS.search(text) or _WHY.match(text):
        return None
    in_points = _POINTS.search(text) is not None
    share = _AS_SHARE.search(text) or _RELATIVE.search(text) or _SHARE_OF.search(text)
    if share is not None and not in_points:
        return _two(Operator.SHARE, share["a"], share["b"])
    quotient = _RATIO_OF.search(text)
    if quotient is not None:
        return _two(Operator.QUOTIENT, quotient["a"] or quotient["c"], quotient["b"] or quotient["d"])
    return _points(text) if in_points and not _CAGR.search(text) else _over_periods(text)


def _over_periods(text: str) -> Operation | None:
    """What is worked out of one item in several periods."""
    if _CAGR.search(text):
        return _one(Operator.CAGR, _CAGR_FRAME.sub("", _CAGR.sub(" ", text).strip()))
    for pattern, operator in (
        (_GROWTH, Operator.GROWTH),
        (_DIFFERENCE, Operator.DIFFERENCE),
        (_AVERAGE, Operator.AVERAGE),
    ):
        match = pattern.search(text)
        if match is not None:
            return _one(operator, _operand(match))
    return None


def _points(text: str) -> Operation | None:
    moved = _POINTS.sub(" ", text)
    match = _DIFFERENCE.search(moved) or _MOVED.search(moved)
    return _one(Operator.POINTS, _operand(match) if match else moved)


def _operand(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")


def _one(operator: Operator, words: str) -> Operation | None:
    phrase = _plain(words)
    return Operation(operator, (phrase,)) if len(phrase) > 2 else None


def _two(operator: Operator, first: str, second: str) -> Operation | None:
    phrases = _plain(first), _plain(second)
    return Operation(operator, phrases) if all(len(phrase) > 2 for phrase in phrases) else None


def _plain(words: str) -> str:
    """A phrase without the frame of the question before it and the periods behind it."""
    return _ENDS.sub("", _FRAME.sub("", _TAIL.sub("", words.strip())).strip(" ,.;:")).strip()
