"""Numbers as prose writes them: value, scale word, percent, sign; and whether two of them say the same amount.

`4.2 billion` agrees with `4,187` of a page in millions: a number agrees with one that rounds to the digits it shows.
Knows nothing of statements, documents or citations.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ingest.text.currency import CURRENCY_SIGNS, scale_of, scale_statements
from ingest.text.dates import MONTH, is_year

UNSTATED = (10**3, 10**6, 10**9)
SPELLED = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
]  # fmt: skip
NUMBER = re.compile(
    rf"(?P<before>\(\s?[{CURRENCY_SIGNS}]?\s?|(?<![\w)])[-−–]\s?[{CURRENCY_SIGNS}]?\s?|[{CURRENCY_SIGNS}]\s?)?(?P<digits>\d[\d,]*(?:\.\d+)?|(?<![\w.])\.\d+)"
    r"(?P<close>\s?\))?(?:\s?(?P<percent>%|percent(?:age points?)?\b)|[\s-]?(?P<scale>thousands?|millions?|billions?"
    r"|trillions?|mn|bn)\b|(?P<letter>[KMB])\b)?",
    re.I,
)
REFERENCE = re.compile(
    r"(?:\b(?:pages?|pp?\.|PDF|Items?|Notes?|Sections?|§+|Articles?|Exhibits?|Forms?|Rules?|Part|Level|Topic|ASC|ASU"
    r"|clauses?|paragraphs?|Schedules?|Annex|Appendix|Table|Figure|Chapter|No\.|Q|FY|step)\s?[-(]?|#)$",
    re.I,
)
NAMES = re.compile(r"-?[A-Z]|(?:st|nd|rd|th)\b")  # 10-K, 3M, 5th
DAY = re.compile(rf"\b{MONTH}\s+$", re.I)
DAY_FIRST = re.compile(rf"\s+{MONTH}(?:\s|,|$)", re.I)


class Kind(StrEnum):
    """What a number is: an amount must be quoted, a year or reference may stand elsewhere on the cited page."""

    AMOUNT = "amount"
    YEAR = "year"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Number:
    """A number of a text. `step` is the unit of its last digit shown; `scale` is None where no word says it."""

    shown: str
    value: Decimal
    step: Decimal
    scale: int | None
    percent: bool
    currency: bool
    negative: bool
    kind: Kind


def numbers(text: str) -> Iterator[Number]:
    """Every number of a text that is written in digits."""
    for match in NUMBER.finditer(text):
        start = match.start("digits")
        before = text[max(0, match.start() - 14) : match.start()]
        yield _number(match, _kind(match, before, text[match.end("digits") :], text[max(0, start - 1) : start]))


def _number(match: re.Match[str], kind: Kind) -> Number:
    digits = match.group("digits").rstrip(",").replace(",", "")
    value = Decimal(digits)
    step = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
    before = match.group("before") or ""
    letter = match.group("letter") if kind is Kind.AMOUNT else None
    word = (match.group("scale") or letter or "").lower()
    bracketed = before.startswith("(") and match.group("close") is not None
    negative = bracketed or before[:1] in ("-", "−", "–")
    currency = any(sign in before for sign in CURRENCY_SIGNS)
    return Number(
        match.group().strip(),
        value,
        step,
        scale_of(word),
        match.group("percent") is not None,
        currency,
        negative,
        kind,
    )


def _kind(match: re.Match[str], before: str, after: str, previous: str) -> Kind:
    digits = match.group("digits").rstrip(",")
    lead = (match.group("before") or "").strip()
    plain = not match.group("percent") and not match.group("scale") and not any(sign in lead for sign in CURRENCY_SIGNS)
    if plain and (REFERENCE.search(before + lead) or previous.isalpha() or NAMES.match(after)):
        return Kind.REFERENCE
    if plain and is_year(digits):
        return Kind.YEAR
    if plain and len(digits) <= 2 and (DAY.search(before) or DAY_FIRST.match(after)):
        return Kind.YEAR
    return Kind.AMOUNT


def spelled(text: str) -> Iterator[Number]:
    """Numbers from zero to twenty written as words: a quote may say "three" where the answer says 3."""
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED:
            yield Number(
                word,
                Decimal(SPELLED.index(word)),
                Decimal(1),
                1,
                percent=False,
                currency=False,
                negative=False,
                kind=Kind.AMOUNT,
            )


def page_scales(text: str) -> frozenset[int]:
    """Scales a page says its amounts are in."""
    return frozenset(stated.scale for stated in scale_statements(text))


def agrees(said: Number, source: Number, scales: Iterable[int]) -> bool:
    """Whether an amount said is the source's, rounded to the digits it shows; `scales` may apply to a bare source."""
    if said.percent != source.percent and not _bare(source if said.percent else said):
        return False
    if said.percent and "," in source.shown:
        return False  # a column of percentages may leave the sign to its head; one of thousands is no such column
    if said.negative and not source.negative and source.value != 0:
        return False  # a loss said as an amount is how prose writes it; a gain said as a loss is an error
    own = [said.scale] if said.scale is not None else [1]
    theirs = [source.scale] if source.scale is not None else [1, *([] if source.percent else scales)]
    chances = [(mine, yours) for mine in own for yours in theirs]
    if said.scale is None and source.scale is None:
        chances.append((1, 1))
    return any(abs(said.value * mine - source.value * yours) <= said.step * mine / 2 for mine, yours in chances)


def _bare(number: Number) -> bool:
    return not number.percent and not number.currency and number.scale is None
