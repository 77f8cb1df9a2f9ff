"""Question in, Query out: intent, periods, names, line items, and weighted terms to search for.

Knows the vocabulary of the field and nothing of any document. A pure function of the question's text.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum

from service.question.formulas import asked_ratio
from service.question.line_items import longest, without_statements
from service.question.names import FORM, REMOVED, content_words, names_in, qualifiers
from service.question.parts import question_parts
from service.question.periods import filing_year, quarter, years
from service.question.phrases import padded_words, says_any
from service.question.search_terms import (
    NAME_WORD,
    OWN_PHRASE,
    OWN_WORD,
    PERIOD,
    defined_terms,
    embed_text,
    search_terms,
)
from service.question.superlatives import Choice, read_choice
from service.question.vocabulary_files import Item, Ratio, Topic, Vocabulary

# "Consider the Merger Agreement between A and B; …": says which document is meant, and nothing of what is asked
FRAME = re.compile(
    r"^\s*(?:consider(?:ing)?|regarding|concerning|in|for|under|given|per|according to|as for"
    r"|with (?:respect|regard) to)\b[^;:?]{3,300}[;:]\s*(?=\S)",
    re.I,
)
SHARED_NOUN = re.compile(
    r"\b(?P<words>(?:\w+, )*\w+,? (?:and|or) \w+) (?P<noun>activities|margins?|assets|liabilities)\b", re.I
)


# words beside a line item that leave it what it is
NO_NARROWING = frozenset(
    ["net", "gross", "consolidated", "reported", "annual", "overall", "growth", "change", "margin", "ratio", "balance"]
)


class Intent(StrEnum):
    """What kind of answer is wanted."""

    FIGURE = "figure"
    RATIO = "ratio"
    CLAUSE = "clause"
    DEFINITION = "definition"
    LIST = "list"
    SUMMARY = "summary"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    FACT = "fact"


FIGURE_INTENTS = (Intent.FIGURE, Intent.RATIO, Intent.COMPARISON)


@dataclass(frozen=True)
class Query:
    """A question as understood."""

    question: str
    intent: Intent
    terms: tuple[tuple[str, float], ...]
    statements: tuple[str, ...] = ()
    items: tuple[Item, ...] = field(default=(), repr=False)
    sections: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    quarter: int | None = None
    names: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    embed_text: str = ""
    at_start: bool = False
    choice: Choice | None = None
    ratio: Ratio | None = field(default=None, repr=False)
    parts: tuple["Query", ...] = ()
    filing_year: int | None = None
    on_cover: bool = False
    defined: tuple[str, ...] = ()
    asked: str = ""  # the question without what only says which document is meant

    def terms_for(self, known: Collection[str], *, chosen: bool) -> tuple[tuple[str, float], ...]:
        """What to search for, where `known` are the names documents bear.

        Once such a name has chosen the documents it tells nothing more about their pages. Any other name (a product, a
        region, a method) is what is asked about.
        """
        bearing = {word for name in known for word in name.lower().split()}
        terms = {term: weight for term, weight in self.terms if not bearing.issuperset(term.split())}
        if not chosen:
            terms |= dict.fromkeys(known, NAME_WORD)
        for name in self.names:
            if name not in known and name in self.asked:
                terms |= {word: OWN_WORD for word in name.split() if word.lower() not in bearing}
                terms[name] = OWN_PHRASE
        return tuple(terms.items())

    def about(self, item: Item) -> "Query":
        """The same periods asked about one line item alone, in the item's own words."""
        words = tuple(item.ask[0].split())
        return replace(
            self,
            question=item.ask[0],
            items=(item,),
            intent=Intent.FIGURE,
            words=words,
            qualifiers=(),
            choice=None,
            ratio=None,
        )

    def explain(self) -> dict[str, object]:
        """What the question was understood as, for people."""
        return {
            "intent": self.intent,
            "line_items": [item.name for item in self.items],
            "statements": list(self.statements),
            **({"choice": "most" if self.choice.most else "least"} if self.choice else {}),
            **({"ratio": self.ratio.name, "formula": self.ratio.formula} if self.ratio else {}),
            **({"parts": [part.question for part in self.parts]} if self.parts else {}),
            "sections": list(self.sections),
            "years": list(self.years),
            "quarter": self.quarter,
            "names": list(self.names),
            "terms": [[term, round(weight, 3)] for term, weight in self.terms],
        }


def understand(question: str, vocabulary: Vocabulary) -> Query:
    """Read a question, and each of the questions in it when it asks several things."""
    whole = _understood(question, vocabulary)
    parts = [_understood(part, vocabulary) for part in question_parts(FRAME.sub("", question))]
    return replace(whole, parts=tuple(_completed(part, whole) for part in parts))


def _completed(part: Query, whole: Query) -> Query:
    """A part with the names and periods the whole question gives it."""
    names, dated = part.names or whole.names, part.years or whole.years
    terms = part.terms if part.years else (*part.terms, *((str(year), PERIOD) for year in dated))
    quartered = part.quarter if part.years or part.quarter else whole.quarter
    return replace(
        part,
        names=names,
        years=dated,
        terms=terms,
        quarter=quartered,
        forms=part.forms or whole.forms,
        filing_year=part.filing_year or whole.filing_year,
    )


def _understood(question: str, vocabulary: Vocabulary) -> Query:
    asked = FRAME.sub("", question)
    padded = padded_words(asked)
    plain = _without_kinds(asked, vocabulary)
    ratios = [ratio for ratio in vocabulary.ratios if says_any(ratio.ask, padded)]
    unnamed = without_statements(padded_words(_distributed(asked)), vocabulary)
    wanted = [item for item in vocabulary.items if says_any((*item.ask, *item.labels), unnamed)]
    items = list(longest(wanted, unnamed))
    operands = [vocabulary.item(name) for ratio in ratios for name in ratio.operands]
    items = list(dict.fromkeys([*operands, *items]))
    topics = [topic for topic in vocabulary.topics if says_any(topic.ask, padded)]
    clauses = [] if items else [clause for clause in vocabulary.clauses if says_any(clause.ask, padded)]
    named = [kind for kind, words in vocabulary.statements.items() if says_any(words, padded)]
    asked_years = years(question)
    names = names_in(question, vocabulary)
    words = content_words(plain, vocabulary, names)
    statements = list(dict.fromkeys([*named, *(item.statement for item in items if item.statement)]))
    return Query(
        question,
        _intent(padded, bool(ratios), items, clauses, vocabulary),
        tuple(search_terms(plain, words, names, items, [*topics, *clauses], asked_years)),
        tuple(statements),
        tuple(items),
        tuple(dict.fromkeys(section for topic in (*topics, *clauses) for section in topic.sections)),
        tuple(asked_years),
        quarter(question),
        tuple(names),
        tuple(dict.fromkeys(match.upper().replace("-", "") for match in FORM.findall(question))),
        tuple(words),
        tuple(qualifiers(words, names, items, vocabulary)),
        embed_text(asked, items, [*topics, *clauses]),
        any(clause.place == "start" for clause in clauses),
        read_choice(unnamed, names, vocabulary),
        asked_ratio(asked, padded, ratios, vocabulary),
        filing_year=filing_year(question, asked_years),
        on_cover=any(topic.place == "cover" for topic in topics),
        defined=tuple(defined_terms(asked)),
        asked=asked,
    )


def _distributed(text: str) -> str:
    """ "operating, investing and financing activities" with the shared noun said of each."""

    def each(match: re.Match[str]) -> str:
        words = re.findall(r"\w+", match.group("words"))
        return ", ".join(f"{word} {match.group('noun')}" for word in words if word not in ("and", "or"))

    return SHARED_NOUN.sub(each, text)


def _without_kinds(question: str, vocabulary: Vocabulary) -> str:
    """The question without what only says of which kind the document is ("privacy policy", "merger agreement")."""
    return re.sub("|".join(map(re.escape, vocabulary.document_kinds)), f" {REMOVED} ", question, flags=re.I)


def _intent(padded: str, ratio: bool, items: list[Item], clauses: list[Topic], vocabulary: Vocabulary) -> Intent:
    def asks(name: str) -> bool:
        return any(padded_words(phrase).strip() in padded for phrase in vocabulary.intents[name])

    starts = padded.strip()
    if asks("summary"):
        return Intent.SUMMARY
    if any(starts.startswith(phrase.strip() + " ") for phrase in vocabulary.intents["yes_no"]):
        return Intent.YES_NO
    if ratio:
        return Intent.RATIO
    if asks("comparison"):
        return Intent.COMPARISON
    if asks("definition") and not items:
        return Intent.DEFINITION
    if items or asks("figure"):
        return _told_or_counted(padded, items, vocabulary)
    if clauses:
        return Intent.CLAUSE
    return Intent.LIST if asks("list") else Intent.FACT


def _told_or_counted(padded: str, items: list[Item], vocabulary: Vocabulary) -> Intent:
    """A line item is asked for as a figure, unless its policy, reasons or members are."""
    for words, intent in (("narrative", Intent.FACT), ("members", Intent.LIST)):
        if items and says_any(vocabulary.intents[words], padded):
            return intent
    return Intent.FIGURE
