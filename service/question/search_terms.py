"""What to search for: weighted terms for BM25, and the text whose meaning is compared; measured by bench/ablate.py.

Knows the parts of a question and nothing of indexes.
"""

import re

from service.question.names import REMOVED, WORD
from service.question.periods import is_period
from service.question.vocabulary_files import Item, Topic

OWN_WORD, OWN_PHRASE, LABEL, TOPIC_TERM, PERIOD, NAME_WORD, DEFINING = 1.0, 1.0, 0.8, 0.5, 0.25, 0.15, 3.0
DEFINED = re.compile(
    r"\bdefinition of\s+(?:the (?:term|word)s?\s+)?[\"“']?([^\"”'?;,.]{2,60})"
    r"|\bwhat (?:does|do|is meant by)\s+(?:the (?:term|word)s?\s+)?[\"“']?([^\"”'?;,.]{2,60}?)[\"”']?\s+means?\b"
    r"|\bhow (?:is|are)\s+(?:the (?:term|word)s?\s+)?[\"“']?([^\"”'?;,.]{2,60}?)[\"”']?\s+defined\b"
    r"|\bdefine\s+(?:the (?:term|word)s?\s+)?[\"“']?([^\"”'?;,.]{2,60})",
    re.I,
)
TOKEN = re.compile(rf"{WORD.pattern}|{REMOVED}")
QUOTED = re.compile(r"[\"“]([^\"”]{2,80})[\"”]")


def search_terms(
    question: str, words: list[str], names: list[str], items: list[Item], topics: list[Topic], years: list[int]
) -> list[tuple[str, float]]:
    """Terms with their weights: own words, labels of line items, words of topics, periods."""
    terms = [(word, OWN_WORD) for word in words]
    terms += [(f"{first} {second}", OWN_PHRASE) for first, second in _neighbours(question, words, names)]
    quoted = (phrase for phrase in QUOTED.findall(question) if not any(name in phrase for name in names))
    terms += [(phrase, 2 * OWN_PHRASE) for phrase in quoted]
    terms += [
        (f"{term} {verb}", DEFINING)
        for term in defined_terms(question)
        for verb in ("means", "shall mean", "has the meaning")
    ]
    terms += [(label, LABEL) for item in items for label in item.labels[:6]]
    terms += [(term, TOPIC_TERM) for topic in topics for term in topic.terms]
    terms += [(str(year), PERIOD) for year in years]
    weights: dict[str, float] = {}
    for term, weight in terms:
        weights[term] = max(weights.get(term, 0.0), weight)
    return list(weights.items())


def defined_terms(question: str) -> list[str]:
    """The terms whose definition is asked for."""
    return [term.strip() for match in DEFINED.findall(question) for term in match if term.strip()]


def _neighbours(question: str, words: list[str], names: list[str]) -> list[tuple[str, str]]:
    """Words that follow one another, common words between them aside ("obligations … may survive").

    A name, a period or what a document is called parts them: no document has them together for that reason.
    """
    pairs: list[tuple[str, str]] = []
    known, parting, last = set(words), {word.lower() for name in names for word in name.split()}, None
    for match in TOKEN.finditer(question):
        word = re.sub(r"['’]s?$", "", match.group().lower())
        if word in known:
            if last is not None and last != word:
                pairs.append((last, word))
            last = word
        elif word in parting or word == REMOVED or word.isdigit() or is_period(word):
            last = None
    return pairs


def embed_text(question: str, items: list[Item], topics: list[Topic]) -> str:
    """The question with a few of the words its answer is likely written in."""
    extra = [label for item in items for label in item.labels[:2]] + [
        term for topic in topics for term in topic.terms[:3]
    ]
    return f"{question} {', '.join(extra)}" if extra else question
