"""Whether a sentence of a page says all that a claim says: the same content words in the same order, close together.

Likeness would not do: "the buyer shall notify the seller" is like its reverse. So every content word and number must
be there, in order (around "is" in either order), with the same negations and conditions, and no word between them that
turns a term into another. Rather too strict: what is not entailed stays unsupported. Knows nothing of pages or models.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingest.text.numbers import NUMBER, SPELLED, Kind, Number, agrees, numbers
from ingest.text.stems import stem
from service.citation.wording import currencies
from service.figures.label_match import contrastive_stems

NOT = re.compile(r"n['’]t\b")
WORD = re.compile(r"[^\W\d_]+|;")
COUNTED = re.compile(rf"(?:(?<!\d)\d{{1,2}}|\b(?:{'|'.join(SPELLED)}))[\s-]+$", re.I)
# words of every claim that say nothing of what is claimed; what stays must be entailed
FILLER_WORDS = """a an the this that these those of in on at to for with as and into per its it our we us their they
them his her he she your you i my be been being is are was were am do does did has have had which who whom whose there
here also like such s t fiscal year years ended ending end during approximately about usd dollars"""
COPULAS = frozenset(("is", "are", "was", "were"))
# a clause that has one of these says another thing than one that has not …
CLAUSE_WORDS = """no not never none neither nor cannot may might could would should hardly rarely unable fail failed
fails longer former formerly prohibited proposed denied denies alleged alleges believes expects intends plans
anticipates estimated pro forma"""
# … and a sentence that has one of these anywhere
SENTENCE_WORDS = "if unless except without subject until only provided"
BOUNDARIES = frozenset((";", "but", "however", "although", "though", "whereas", "while"))  # between clauses
BETWEEN = frozenset(("by", "or", "from", "than", "versus", "rather", "instead"))  # the same, among the claim's words
FILLERS, IN_CLAUSE, IN_SENTENCE = (frozenset(words.split()) for words in (FILLER_WORDS, CLAUSE_WORDS, SENTENCE_WORDS))
KEPT = FILLERS | IN_CLAUSE | IN_SENTENCE | BETWEEN | BOUNDARIES  # words that are not cut to their stem
SPANS = frozenset(("quarter", "month", "week", "half"))  # by their stems: of one of these a year's figure is not
YEARS = frozenset(("year", "years", "annual"))
FIRST_YEAR = 100  # what is less is the day of a date
SPREAD, SLACK = 2, 8  # the words of a claim stand within so many times its length, and so many more
STRANGERS = 5  # content words that may stand between those of a claim


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
    text = NOT.sub(" not", text)
    found = [
        (match.start(), match.end(), Token(number.shown, number))
        for match, number in zip(NUMBER.finditer(text), numbers(text), strict=True)
    ]
    taken = {place for start, end, _token in found for place in range(start, end)}
    found += [
        (match.start(), match.end(), Token(_word(match.group(), COUNTED.search(text[: match.start()]) is not None)))
        for match in WORD.finditer(text)
        if match.start() not in taken
    ]
    return [token for _start, _end, token in sorted(found, key=lambda each: each[0])]


def _word(word: str, counted: bool) -> str:
    plain = word.lower()
    if counted and plain in ("year", "years"):
        return "years counted"  # as against months; elsewhere the word only dates
    if word == "May":
        return "may "  # the month, as against what may happen
    short = stem(plain)
    return plain if {plain, short} & KEPT else short  # a note is no "not"


def content(claim: Sequence[Token]) -> list[Token]:
    """The tokens of a claim that must be entailed."""
    return [token for token in claim if token.says]


def years_of(sequence: Sequence[Token]) -> set[int]:
    """The years a text names."""
    return {int(value) for value in _dates(sequence, True) if value >= FIRST_YEAR}


def entails(
    claim: Sequence[Token],
    sentence: Sequence[Token],
    scales: Collection[int],
    meant: Collection[int] = (),
    dated: bool = False,
) -> bool:
    """Whether a sentence says what a claim says.

    `scales` may apply to its bare amounts; `meant` are the years meant where one of the two names none, `dated` whether
    the question asks for these: then no year may stand anywhere in the sentence but theirs.
    """
    if _of(IN_SENTENCE, claim) != _of(IN_SENTENCE, sentence):
        return False
    dated = dated or bool(years_of(claim))
    if dated and not _same_time(claim, sentence, meant):
        return False
    return any(
        _of(IN_CLAUSE, clause) == _of(IN_CLAUSE, claim) and (dated or _same_time(claim, clause, meant))
        for order in _orders(claim)
        for clause in _clauses(order, claim, sentence, scales)
    )


def _same_time(claim: Sequence[Token], sentence: Sequence[Token], meant: Collection[int]) -> bool:
    """Whether both speak of the same years; a sentence of several years says too little of each."""
    if _of(YEARS, claim) and _of(SPANS, sentence) - _of(SPANS, claim):
        return False
    ours, theirs = years_of(claim), years_of(sentence)
    both = bool(ours and theirs)
    if not (ours == theirs if both else (ours | theirs) <= set(meant)):
        return False
    dates = iter(_dates(sentence, both))
    return all(date in dates for date in _dates(claim, both))  # in the same order


def _dates(sequence: Sequence[Token], with_years: bool) -> list[Decimal]:
    """The days of dates, and their years, in order."""
    found = [token.number.value for token in sequence if token.dates and token.number]
    return found if with_years else [value for value in found if value < FIRST_YEAR]


def _orders(claim: Sequence[Token]) -> Iterator[list[Token]]:
    """The words as they stand, and turned around the claim's "is": "the auditor is X" says "X, the auditor" does."""
    yield content(claim)
    for index, token in enumerate(claim):
        if token.text in COPULAS and token.number is None:
            yield [*content(claim[index:]), *content(claim[:index])]
            return


def _clauses(
    wanted: Sequence[Token], claim: Sequence[Token], sentence: Sequence[Token], scales: Collection[int]
) -> Iterator[Sequence[Token]]:
    """Clauses in which the words wanted stand in this order, near each other and with nothing that turns them."""
    for start, token in enumerate(sentence):
        if not wanted or not _same(wanted[0], token, scales):
            continue
        places = _places(wanted, sentence, start, scales)
        if places is not None and _close(places, claim, sentence):
            yield _clause(sentence, places[0], places[-1])


def _places(
    wanted: Sequence[Token], sentence: Sequence[Token], start: int, scales: Collection[int]
) -> list[int] | None:
    places: list[int] = []
    at = start
    for token in wanted:
        while at < len(sentence) and not _same(token, sentence[at], scales):
            at += 1
        if at == len(sentence):
            return None
        places.append(at)
        at += 1
    return places


def _close(places: Sequence[int], claim: Sequence[Token], sentence: Sequence[Token]) -> bool:
    first, last = places[0], places[-1]
    window = sentence[first : last + 1]
    if len(window) > SPREAD * len(claim) + SLACK:
        return False
    if not _of(BETWEEN, window) <= _of(BETWEEN, claim):
        return False
    strangers = [sentence[at] for at in range(first, last + 1) if at not in places and sentence[at].says]
    if len(strangers) > max(STRANGERS, len(places) // 2) or any(token.number is not None for token in strangers):
        return False
    before = [sentence[first - 1]] if first else []
    return not any(token.text in contrastive_stems() | SPANS for token in (*before, *strangers))


def _clause(sentence: Sequence[Token], first: int, last: int) -> Sequence[Token]:
    """The clause, or the clauses, in which the words from first to last stand."""
    bounds = [at for at, token in enumerate(sentence) if token.text in BOUNDARIES]
    start = max((at for at in bounds if at < first), default=0)
    end = min((at for at in bounds if at > last), default=len(sentence))
    return sentence[start:end]


def _same(wanted: Token, token: Token, scales: Collection[int]) -> bool:
    if wanted.number is None or token.number is None:
        return wanted.number is token.number and wanted.text == token.text
    if wanted.number.kind is not Kind.AMOUNT or token.number.kind is not Kind.AMOUNT:
        return wanted.number.kind is token.number.kind and wanted.number.value == token.number.value
    return same_currency(wanted.text, token.text) and agrees(wanted.number, token.number, scales)


def same_currency(said: str, shown: str) -> bool:
    """Whether two amounts show the same currency; either may leave it out."""
    ours, theirs = currencies(said), currencies(shown)
    return ours == theirs or not ours or not theirs


def _of(words: frozenset[str], sequence: Sequence[Token]) -> set[str]:
    return {token.text for token in sequence if token.text in words}
