"""What a question asks about, as a phrase a row or a sentence can be held against.

Of "How much did the Europe segment report as operating income in fiscal 2024?" there remain the words "europe operating
income", of which "europe" is a name; the period and the kind of value wanted are kept apart. Every word that remains
must be accounted for by what is told. Knows the vocabulary and no document.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.text.normalize import Level, normalize
from ingest.text.stems import stems
from service.question.asked_period import QUARTER_MONTHS, AskedPeriod, asked_periods, without_periods
from service.question.phrases import padded_words, says
from service.question.understand import FRAME, Query
from service.question.vocabulary_files import Item

ROLE = re.compile(r"^\s*(?:as|from the perspective of)\s+an?\s+[^,]{3,60},\s*", re.I)
_MONEY_WORDS = r"(?:dollars?|usd|percent|thousands?|millions?|billions?)"
UNIT_WORDS = re.compile(
    r"\b(?:in|to the nearest|answer in|expressed in|\(?in)\s+(?:us\s*\$?|u\.s\.\s*|\$\s*)?"
    rf"{_MONEY_WORDS}\b(?:\s+(?:of\s+(?:us\s+|u\.s\.\s+)?)?{_MONEY_WORDS}\b)?"
    r"|\busd\b|\bround(?:ed)?\b[^.?]{0,40}",
    re.I,
)
PERCENT = re.compile(r"%|\bper\s?cent(?:age)?s?\b|\brates?\b|\bmargins?\b|\bshare of\b|\bratio\b", re.I)
PER_SHARE = re.compile(r"\bper\s+(?:common\s+|ordinary\s+|diluted\s+|basic\s+)?shares?\b|\bEPS\b", re.I)
SHARES = re.compile(
    r"\b(?:number of|how many|weighted[\s-]average|diluted|basic|outstanding)\b[^?.]{0,40}\bshares\b"
    r"|\bshares\b[^?.]{0,30}\b(?:outstanding|issued|repurchased)\b",
    re.I,
)
COUNT = re.compile(r"\bhow many\b", re.I)
# what a question needs for its grammar or its politeness; a row of a table never says it
_GRAMMAR = """
compare compared comparing versus vs against between grow grew grown rise rose risen fell improve improved declined
go went gone
what which who whom whose when where why how is are was were be been being do does did can could will would shall should
may might must has have had the a an of in on at to for from by with as and or not no than then that this these those
it its it's there their they we our us you your i me my about according based using
please tell give find show list provide explain describe state identify answer question calculate compute determine work
out let get got want know like
come came stand stood say said much many amount amounts spend spent report reported record recorded generate generated
bring brought make made value figure number dollars usd line item big large high
company company's firm filing document segment segments division divisions reportable region unit business group
consolidated overall full whole
year years fiscal quarter months month week weeks period ended ending end during over latest most recent recently last
same respectively ago
"""
GRAMMAR = frozenset(_GRAMMAR.split())
# words that head a question and may stand in a company's name, too
_COMMON_HEADS = "total net gross income revenue sales cost cash other operating long short basic diluted"
COMMON_HEADS = frozenset(_COMMON_HEADS.split())


class Wanted(StrEnum):
    """The kind of value a question wants, as far as it says."""

    ANY = "any"
    PERCENT = "percent"
    PER_SHARE = "per_share"
    SHARES = "shares"
    COUNT = "count"


@dataclass(frozen=True)
class Wording:
    """One way to say what is asked for: the question's own words, or a line item in the words of a statement."""

    stems: tuple[str, ...]
    rank: int = 0  # 0 is the question's own; later ones are less usual


@dataclass(frozen=True)
class Asked:
    """A question as a phrase: its ways of being said, the names in it, its periods, and the kind of value wanted."""

    text: str
    wordings: tuple[Wording, ...]
    names: frozenset[str]
    periods: tuple[AskedPeriod, ...]
    wanted: Wanted = Wanted.ANY
    total: bool = False
    net: bool = False
    items: tuple[Item, ...] = field(default=(), repr=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The stems of the question's own words."""
        return self.wordings[0].stems


def read_asked(query: Query, filer: str = "") -> Asked:
    """What a query asks about. `filer` is what is known of whoever the document is about (its names, its cover): a name
    of theirs in the question is nothing a row repeats."""
    text = without_periods(UNIT_WORDS.sub(" ", FRAME.sub("", ROLE.sub("", query.question))))
    about = normalize(filer, Level.COMPACT)
    names = [name for name in query.names if not _is_filer(name, about)]
    for name in query.names:
        if _is_filer(name, about):
            text = re.sub(rf"{re.escape(name)}(?:['’]s?)?", " ", text)
    text = _without_leading_filer(text, about)
    own = _stems(text)
    return Asked(
        text,
        tuple(_wordings(text, own, query.items, names)),
        frozenset(stem for name in names for stem in stems(name)) & frozenset(own),
        _periods(query),
        wanted(query.question),
        total=re.search(r"\btotal\b", text, re.I) is not None,
        net=re.search(r"\bnet\b", text, re.I) is not None,
        items=query.items,
    )


def _periods(query: Query) -> tuple[AskedPeriod, ...]:
    """The periods the question names, as far as the query still asks for their years."""
    named = asked_periods(query.question)
    kept = tuple(period for period in named if period.year is None or not query.years or period.year in query.years)
    return kept or tuple(_period(query, year) for year in query.years) or named


def _period(query: Query, year: int) -> AskedPeriod:
    """A period that was understood from the whole question and is not named in this part of it."""
    return AskedPeriod(year, None, None if query.quarter is None else QUARTER_MONTHS, query.quarter)


def _is_filer(name: str, about: str) -> bool:
    compact = normalize(name, Level.COMPACT)
    return len(compact) > 2 and compact in about


def _without_leading_filer(text: str, about: str) -> str:
    """Without the filer's name at the head of the question, where a capital says nothing: "Apple operating income"."""
    words = re.findall(r"[\w&.'’-]+", text)
    taken = ""
    for count in (3, 2, 1):
        head = " ".join(words[:count])
        compact = normalize(re.sub(r"['’]s?$", "", head), Level.COMPACT)
        lone = count > 1 or (
            head[:1].isupper() and stems(head) and not set(stems(head)) & GRAMMAR and head.lower() not in COMMON_HEADS
        )
        if len(compact) > 3 and lone and compact in about and len(words) > count:
            taken = head
            break
    return text.replace(taken, " ", 1) if taken else text


def wanted(question: str) -> Wanted:
    """The kind of value a question wants."""
    for pattern, kind in (
        (PER_SHARE, Wanted.PER_SHARE),
        (SHARES, Wanted.SHARES),
        (PERCENT, Wanted.PERCENT),
        (COUNT, Wanted.COUNT),
    ):
        if pattern.search(question):
            return kind
    return Wanted.ANY


def _stems(text: str) -> tuple[str, ...]:
    words = [word for word in re.findall(r"[A-Za-z&][A-Za-z&'’.-]*", text) if word.lower().strip(".'’") not in GRAMMAR]
    return tuple(dict.fromkeys(stem for word in words for stem in _word_stems(re.sub(r"['’]s?$", "", word))))


def _word_stems(word: str) -> tuple[str, ...]:
    """The stems of a word; of an abbreviation of single letters ("R&D") those letters together, so that a row that says
    nothing of it does not account for it."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    return stems(word) or ((letters,) if "&" in word and len(letters) > 1 else ())


def _wordings(text: str, own: tuple[str, ...], items: tuple[Item, ...], names: Sequence[str]) -> list[Wording]:
    """The question's own words first; then with the name of a line item exchanged for each label it goes by."""
    plain = padded_words(text)
    found = [Wording(own)]
    for item in items:
        spoken = [phrase for phrase in (*item.ask, *item.labels) if says(phrase, plain)]
        if not spoken:
            continue
        longest = max(spoken, key=len)
        named = {stem for word in longest.split() for stem in _word_stems(word)} | set(stems(longest))
        rest = tuple(stem for stem in own if stem not in named)
        for rank, label in enumerate(item.labels, 1):
            found.append(Wording(tuple(dict.fromkeys((*rest, *stems(label)))), rank))
    found += list(_initialisms(own, names))
    first: dict[tuple[str, ...], Wording] = {}
    for wording in found:
        first.setdefault(wording.stems, wording)
    return list(first.values())


def _initialisms(own: tuple[str, ...], names: Sequence[str]) -> Iterator[Wording]:
    """A name of several words by its initials: rows say "AWS" and "EMEA"."""
    for name in names:
        words = [word for word in re.findall(r"[A-Za-z]+", name) if word[0].isupper()]
        if len(words) > 1:
            rest = tuple(stem for stem in own if stem not in stems(name))
            yield Wording((*rest, *stems("".join(word[0] for word in words))), 1)
