"""Words and numbers of a claim or a sentence, in order, cut to their stem. Knows nothing of pages, models or quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.text.numbers import NUMBER, SPELLED, Kind, Number, numbers
from ingest.text.stems import stem
from service.entailment.claim_words import BOUNDARIES, FILLERS, KEPT, OBLIGATIONS

NOT = re.compile(r"n['’]t\b")
AT_WILL = re.compile(r"\bat will\b", re.I)  # a noun, and no verb of what is to come
WORD = re.compile(r"[^\W\d_]+|[;,]")
COUNTED = re.compile(rf"(?:(?<!\d)\d{{1,2}}|\b(?:{'|'.join(SPELLED)}))[\s-]+$", re.I)
LONG_AS = re.compile(r"\b(?:so|as)\s+long\s+as\b", re.I)  # a condition like any other
# the party that does and the one it is done to: "Indemnifying Party", "Indemnified Party"
OF_PARTY = re.compile(r"\s+part(?:y|ies)\b", re.I)
LETTER_BEFORE = re.compile(r"\b[A-Z][a-z]+s?\s+$")  # of "Exhibit A", "Class B": a name, and no article
FIRST_YEAR = 100  # what is less is the day of a date


@dataclass(frozen=True)
class Token:
    """A word by its stem, or a number."""

    text: str
    number: Number | None = None

    @property
    def dates(self) -> bool:
        """Whether it is a year or the day of a date."""
        return self.number is not None and self.number.kind is Kind.YEAR

    @property
    def says(self) -> bool:
        """Whether it is part of what is claimed; when that was is looked at apart, as it may stand at either end."""
        return not self.dates if self.number is not None else self.text not in FILLERS | BOUNDARIES


def tokens(text: str) -> list[Token]:
    """Words and numbers of a text in order; words in lower case, cut to their stem unless they are known here."""
    text = LONG_AS.sub("provided", AT_WILL.sub("at discretion", NOT.sub(" not", text)))
    found = [
        (match.start(), match.end(), Token(number.shown, number))
        for match, number in zip(NUMBER.finditer(text), numbers(text), strict=True)
    ]
    taken = {place for start, end, _token in found for place in range(start, end)}
    found += [
        (
            match.start(),
            match.end(),
            Token(_word_in(text, match)),
        )
        for match in WORD.finditer(text)
        if match.start() not in taken
    ]
    return [token for _start, _end, token in sorted(found, key=lambda each: each[0])]


def _word_in(text: str, match: re.Match[str]) -> str:
    word, before = match.group(), text[: match.start()]
    if len(word) == 1 and word.isupper() and LETTER_BEFORE.search(before[-30:]):
        return f"letter {word}"
    if word.lower().endswith(("ing", "ed")) and OF_PARTY.match(text, match.end()):
        return word.lower()
    return _word(word, counted=_counted(before))


def _counted(before: str) -> bool:
    return COUNTED.search(before[-20:]) is not None


def _word(word: str, *, counted: bool) -> str:
    plain = word.lower()
    if counted and plain in ("year", "years"):
        return "years counted"  # as against months; elsewhere the word only dates
    if word == "May":
        return "may "  # the month, as against what may happen
    if plain in OBLIGATIONS:
        return "will"
    short = stem(plain)
    return plain if {plain, short} & KEPT else short  # a note is no "not"


def content(claim: Sequence[Token]) -> list[Token]:
    """The tokens of a claim that must be entailed."""
    return [token for token in claim if token.says]


def words_of(text: str) -> set[str]:
    """The stems of a text's content words."""
    return {token.text for token in content(tokens(text)) if token.number is None}


def years_of(sequence: Sequence[Token]) -> set[int]:
    """The years a text names."""
    return {int(value) for value in dates_of(sequence, with_years=True) if value >= FIRST_YEAR}


def dates_of(sequence: Sequence[Token], *, with_years: bool) -> list[Decimal]:
    """The days of dates, and their years, in order."""
    found = [token.number.value for token in sequence if token.dates and token.number]
    return found if with_years else [value for value in found if value < FIRST_YEAR]
