"""A claim as a row of a table would have to show it: the words of its label, its amounts, the period it speaks of.

Knows no row.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.text.currency import first_currency
from ingest.text.dates import DATE, PERIOD_WORDS, QUARTER_OF_YEAR, dates, years_in
from ingest.text.numbers import NUMBER, Kind, Number, numbers
from ingest.text.spans import months_of
from ingest.text.stems import stem
from service.entailment.claim_tokens import tokens, words_of
from service.entailment.claim_words import DOWN, IN_CLAUSE, IN_SENTENCE, MODALS, REPORTING, UP
from service.question.periods import quarter, years

UNIT_REACH = 16  # characters behind a number in which its unit may be said
SHARES = re.compile(r"^\W*(?:(?:common|ordinary|preferred)\s+)?shares?\b", re.I)
WHOLE_YEAR = re.compile(r"\bfiscal\b|\bfull[\s-]year\b|\byears?\b|\bannual\b", re.I)
_DATES = re.compile(DATE, re.I)
OPTIONAL = frozenset(stem(word) for word in REPORTING) | frozenset(("respect", "unaudit", "line", "item"))


@dataclass(frozen=True)
class SaidAmount:
    """An amount of a claim; `unit` is a currency's code, %, "shares", or None where the claim leaves it out."""

    number: Number
    unit: str | None


@dataclass(frozen=True)
class RowClaim:
    """What is claimed: stems of the words that name the line, the amounts, and the period.

    `years` holds every year named; `day` is the one (month, day) named, `months` the length of the period: 12 where a
    fiscal year is named, None where the claim leaves it open.
    """

    text: str
    words: frozenset[str]
    amounts: tuple[SaidAmount, ...]
    years: frozenset[int]
    day: tuple[int, int] | None
    months: int | None
    negations: frozenset[str]
    ordered_years: tuple[int, ...] = ()

    def of_year(self, year: int) -> "RowClaim":
        """The same claim of one of its years."""
        return replace(self, years=frozenset((year,)), ordered_years=(year,))

    @property
    def direction(self) -> int:
        """1 where the claim says that something rose, -1 where it fell, 0 where it says neither."""
        up, down = bool(self.words & UP), bool(self.words & DOWN)
        return 0 if up == down else 1 if up else -1


@lru_cache(maxsize=1024)
def row_claim(text: str) -> RowClaim:
    """Read a claim, or a clause of one."""
    spoken = QUARTER_OF_YEAR.sub(" ", _DATES.sub(" ", text))
    words = words_of(PERIOD_WORDS.sub(" ", spoken)) - OPTIONAL
    turning = words_of(text) & (IN_CLAUSE | IN_SENTENCE)
    days, spans = {(date.month, date.day) for date in dates(text)}, months_of(text)
    months = spans.pop() if len(spans) == 1 else 3 if quarter(text) else 12 if WHOLE_YEAR.search(text) else None
    named = tuple(dict.fromkeys((*years(text), *years_in(text))))
    day = days.pop() if len(days) == 1 else None
    return RowClaim(text, frozenset(words), _amounts(text), frozenset(named), day, months, frozenset(turning), named)


def _amounts(text: str) -> tuple[SaidAmount, ...]:
    found = []
    for match, number in zip(NUMBER.finditer(text), numbers(text), strict=True):
        if number.kind is Kind.AMOUNT:
            found.append(SaidAmount(number, _unit(number, match.group(), text[match.end() :])))
    return tuple(found)


def _unit(number: Number, shown: str, behind: str) -> str | None:
    if number.percent:
        return "%"
    if SHARES.match(behind):
        return "shares"
    after = re.split(r"[,.;]|\band\b|\bin\b", behind[:UNIT_REACH])[0]
    return first_currency(shown) or first_currency(after)


def negation_flags(claim: RowClaim, labels: str) -> list[str]:
    """Flags for words rows cannot say: that something is not so, may be so, or is so on a condition.

    Words that stand in the rows' own labels ("cash provided by", "not yet paid") count where they are said once more.
    """
    ours, theirs = (Counter(token.text for token in tokens(text)) for text in (claim.text, labels))
    turning = {word for word in claim.negations if ours[word] > theirs[word]}
    flags = ["modality"] if turning & MODALS else []
    flags += ["condition_dropped"] if turning & IN_SENTENCE else []
    return [*flags, "negated"] if turning - MODALS - IN_SENTENCE else flags


def clauses(text: str) -> Sequence[str]:
    """The parts of a statement that may each be true by themselves, as they stand; the whole where there is one."""
    parts = [part.strip(" ,;") for part in re.split(r";|,?\s+(?:and|while|whereas|but)\s+", text)]
    return [part for part in parts if part]
