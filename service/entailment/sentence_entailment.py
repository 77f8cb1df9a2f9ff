"""Whether a sentence of a page says all that a claim says, and what is wrong where it does not.

Likeness would not do: "the buyer shall notify the seller" is like its reverse. So every content word and number must
be there, in an order that says the same (service/grounding/word_orders.py), close together, with the same negations,
modal verbs and conditions, and no word between them that limits a term or turns it into another. Rather too strict:
what is not entailed stays unsupported. Knows nothing of pages or models.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from ingest.text.numbers import SPELLED, Kind, agrees
from ingest.text.stems import stem
from service.citation.wording import currencies
from service.entailment.claim_tokens import Token, content, dates_of, years_of
from service.entailment.claim_words import (
    BEFORE_NUMBER,
    BETWEEN,
    BOUNDARIES,
    IN_CLAUSE,
    IN_SENTENCE,
    LIMITS,
    MODALS,
    SPANS,
    SUBJECTS,
    YEARS,
)
from service.entailment.word_orders import actives, orders
from service.figures.label_match import contrastive_stems

SPREAD, SLACK = 2, 8  # the words of a claim stand within so many times its length, and so many more
LIMIT_REACH = 4  # tokens before the first word of a claim in which a limiting word may stand
STRANGERS = 5  # content words that may stand between those of a claim
NOT_STATED, NEGATED, MODALITY, CONDITION_DROPPED, OTHER_PERIOD, REORDERED, NUMBER_NOT_QUOTED = (
    "not_stated", "negated", "modality", "condition_dropped", "other_period", "reordered", "number_not_quoted",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A sentence with what its amounts and times are read with.

    `scales` may apply to its bare amounts; `meant` are the years meant where one side names none, `dated` whether the
    question asks for these: then no year may stand anywhere in the sentence but theirs.
    """

    sentence: Sequence[Token]
    scales: Collection[int] = ()
    meant: Collection[int] = ()
    dated: bool = False


def entails(claim: Sequence[Token], told: Told) -> bool:
    """Whether a sentence says what a claim says."""
    if _count(IN_SENTENCE, claim) != _count(IN_SENTENCE, told.sentence):
        return False
    dated = told.dated or bool(years_of(claim))
    if dated and not _same_time(claim, told.sentence, told.meant):
        return False
    ways = ((order, told.sentence) for order in orders(claim))
    turned = ((claim, active) for active in actives(told.sentence))
    return any(
        _same_clause(claim, clause) and (dated or _same_time(claim, clause, told.meant))
        for order, sentence in chain(ways, turned)
        for clause in _clauses(order, sentence, told.scales)
    )


def says_all(claim: Sequence[Token], quoted: Sequence[Token]) -> bool:
    """Whether all content words of a claim stand among the words quoted, and not only around them."""
    return all(any(_same(token, each, ()) for each in quoted) for token in _without(BETWEEN, content(claim)))


def why_not(claim: Sequence[Token], told: Told) -> list[str]:
    """Flags that say why a sentence does not say what a claim says."""
    missing = _missing(claim, told)
    flags = [f"{NUMBER_NOT_QUOTED if token.number else NOT_STATED}:{token.text}" for token in missing[:3]]
    if _count(IN_SENTENCE, claim) != _count(IN_SENTENCE, told.sentence):
        flags.append(CONDITION_DROPPED)
    if _of(MODALS, claim) - _of(MODALS, told.sentence):
        flags.append(MODALITY)
    if _of(IN_CLAUSE - MODALS, claim) != _of(IN_CLAUSE - MODALS, told.sentence):
        flags.append(NEGATED)
    if not _same_time(claim, told.sentence, told.meant):
        flags.append(OTHER_PERIOD)
    return flags or [REORDERED]


def _missing(claim: Sequence[Token], told: Told) -> list[Token]:
    """The content tokens of a claim that stand nowhere in the sentence; those that turn it have flags of their own."""
    wanted = _without(IN_CLAUSE | IN_SENTENCE | BEFORE_NUMBER, content(claim))
    return [token for token in wanted if not any(_same(token, each, told.scales) for each in told.sentence)]


def _same_clause(claim: Sequence[Token], clause: Sequence[Token]) -> bool:
    return _of(IN_CLAUSE, clause) == _of(IN_CLAUSE, claim)


def _without(words: Collection[str], sequence: Sequence[Token]) -> list[Token]:
    return [token for token in sequence if token.text not in words]


def _same_time(claim: Sequence[Token], sentence: Sequence[Token], meant: Collection[int]) -> bool:
    """Whether both speak of the same years; a sentence of several years says too little of each."""
    if _of(YEARS, claim) and _of(SPANS, sentence) - _of(SPANS, claim):
        return False
    ours, theirs = years_of(claim), years_of(sentence)
    both = bool(ours and theirs)
    if not (ours == theirs if both else (ours | theirs) <= set(meant)):
        return False
    dates = iter(dates_of(sentence, with_years=both))
    return all(date in dates for date in dates_of(claim, with_years=both))  # in the same order


def _clauses(order: Sequence[Token], sentence: Sequence[Token], scales: Collection[int]) -> Iterator[Sequence[Token]]:
    """Clauses in which the words of an order stand, near each other and with nothing that turns them."""
    wanted = _without(BEFORE_NUMBER, content(order))
    for start, token in enumerate(sentence):
        if not wanted or not _same(wanted[0], token, scales):
            continue
        places = _places(wanted, sentence, start, scales)
        if places is not None and _close(places, order, sentence):
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
    """Whether the places are near each other, and what stands between them turns nothing that is claimed."""
    first, last = places[0], places[-1]
    window = sentence[first : last + 1]
    if len(window) > SPREAD * len(claim) + SLACK or not _turning(window) <= _turning(claim):
        return False
    taken = set(places)
    left_out = [sentence[at] for at in range(first, last + 1) if at not in taken and sentence[at].says]
    strangers, before = _without(BEFORE_NUMBER, left_out), sentence[max(0, first - 1) : first]
    if len(strangers) > max(STRANGERS, len(places) // 2) or _mixed(claim, strangers):
        return False
    if _of(IN_CLAUSE, strangers) or _of(contrastive_stems() | SPANS, [*before, *strangers]):
        return False
    return not _limited(taken, sentence, range(max(0, first - LIMIT_REACH), last))


def _limited(taken: Collection[int], sentence: Sequence[Token], places: range) -> bool:
    """Whether a limiting word that was left out speaks of one of the words taken."""
    limits = [at for at in places if at not in taken and sentence[at].text in LIMITS]
    return any(_limits(at, taken, sentence) for at in limits)


def _mixed(claim: Sequence[Token], strangers: Sequence[Token]) -> bool:
    """Whether another number stands among the words of an amount: of two in one breath each has its own words."""
    return any(token.number is not None for token in strangers) and any(_counts(token) for token in claim)


def _limits(at: int, taken: Collection[int], sentence: Sequence[Token]) -> bool:
    """Whether a limiting word speaks of one of the words taken: one stands behind it, before the next comma."""
    for place in range(at + 1, len(sentence)):
        if place in taken:
            return True
        if sentence[place].text in BOUNDARIES | {","}:
            return False
    return False


def _turning(sequence: Sequence[Token]) -> set[str]:
    """Words that turn what stands around them; "by" and "from" do so before a number."""
    found = _of(BETWEEN - BEFORE_NUMBER, sequence)
    after = pairwise(sequence)
    return found | {word.text for word, number in after if word.text in BEFORE_NUMBER and number.number is not None}


def _clause(sentence: Sequence[Token], first: int, last: int) -> Sequence[Token]:
    """The clause, or the clauses, in which the words from first to last stand."""
    bounds = [at for at in range(len(sentence)) if _bounds(sentence, at)]
    start = max((at for at in bounds if at < first), default=0)
    end = min((at for at in bounds if at > last), default=len(sentence))
    return sentence[start:end]


def _bounds(sentence: Sequence[Token], at: int) -> bool:
    """Whether a clause ends here: at a "but", or at a comma behind which "and we" begins another."""
    if sentence[at].text in BOUNDARIES:
        return True
    behind = [token.text for token in sentence[at : at + 3]]
    return len(behind) == 3 and behind[:2] == [",", "and"] and behind[2] in SUBJECTS


def _same(wanted: Token, token: Token, scales: Collection[int]) -> bool:
    if wanted.number is None or token.number is None:
        return _spelled(wanted) == _spelled(token)
    if wanted.number.kind is not Kind.AMOUNT or token.number.kind is not Kind.AMOUNT:
        return wanted.number.kind is token.number.kind and wanted.number.value == token.number.value
    same_unit = wanted.number.percent == token.number.percent and same_currency(wanted.text, token.text)
    return same_unit and agrees(wanted.number, token.number, scales)


def _counts(token: Token) -> bool:
    """Whether a token is an amount, and more than a small number that might be a word."""
    return token.number is not None and not token.dates and _spelled(token).startswith("#")


def _spelled(token: Token) -> str:
    """A token's word; of a small plain number the word that spells it."""
    number = token.number
    if number is None:
        return token.text
    plain = number.shown.isdecimal() and number.value < len(SPELLED)
    return stem(SPELLED[int(number.value)]) if plain else f"#{number.shown}"


def same_currency(said: str, shown: str) -> bool:
    """Whether two amounts show the same currency; either may leave it out."""
    ours, theirs = currencies(said), currencies(shown)
    return ours == theirs or not ours or not theirs


def _of(words: frozenset[str], sequence: Sequence[Token]) -> set[str]:
    return {token.text for token in sequence if token.text in words}


def _count(words: frozenset[str], sequence: Sequence[Token]) -> Counter[str]:
    return Counter(token.text for token in sequence if token.text in words)
