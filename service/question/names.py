"""The words of a question: whose names it holds, which words say what is asked, which narrow a line item down.

Knows the vocabulary's common words and nothing of documents.
"""

import re

from ingest.text.dates import MONTHS
from ingest.text.scripts import asked_pairs
from ingest.text.sentences import BEFORE_SENTENCE
from service.question.periods import is_period
from service.question.phrases import padded_words
from service.question.vocabulary_files import Item, Vocabulary

WORD = re.compile(r"(?:[^\W_]|&)(?:[^\W_]|[&'’./-])*[^\W_]|[^\W_]")
REMOVED = "¦"  # stands where something was taken out of a question
FORM = re.compile(r"\b(10-?[KQ]|8-?K|20-?F)s?\b", re.I)
DAY_OR_MONTH = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)|{MONTHS}", re.I)


def names_in(question: str, vocabulary: Vocabulary) -> list[str]:
    """Runs of capitalised words that are no vocabulary: companies, people, places."""
    known = {word for item in vocabulary.items for phrase in item.ask for word in padded_words(phrase).split()}
    known |= {word for ratio in vocabulary.ratios for phrase in ratio.ask for word in padded_words(phrase).split()}
    known |= {word for phrases in vocabulary.statements.values() for phrase in phrases for word in phrase.split()}
    names: list[str] = []
    run: list[str] = []
    for index, match in enumerate(WORD.finditer(question)):
        word = re.sub(r"['’]s?$", "", match.group())
        plain = word.lower()
        capital = word[:1].isupper() or (word[:1].isdigit() and any(c.isalpha() for c in word))
        dated = is_period(word) or FORM.fullmatch(word) or DAY_OR_MONTH.fullmatch(word)
        opens = index == 0 or BEFORE_SENTENCE.search(question[: match.start()]) is not None
        opening = opens and plain.isalpha() and not word.isupper()
        common = plain in vocabulary.ask_words or plain in vocabulary.defined_terms or plain in known
        if capital and not opening and not dated and not common:
            run.append(word)
        if run and (run[-1] != word or word != match.group()):  # a name ends at a common word and at its possessive
            names.append(" ".join(run))
            run = []
    if run:
        names.append(" ".join(run))
    return list(dict.fromkeys(names))


def content_words(question: str, vocabulary: Vocabulary, names: list[str]) -> list[str]:
    """Words that say what is asked: no common words, names, periods or numbers."""
    in_names = {word.lower() for name in names for word in name.split()}
    words = []
    for match in WORD.finditer(question):
        word = re.sub(r"['’]s?$", "", match.group().lower())
        if word in vocabulary.ask_words or word in in_names or is_period(word) or word.isdigit():
            continue
        words += asked_pairs(word) or [word]
    return list(dict.fromkeys(words))


def qualifiers(words: list[str], names: list[str], items: list[Item], vocabulary: Vocabulary) -> list[str]:
    """Words that narrow a line item down ("work in process" inventory, revenue of "Asia Pacific"): neither its own
    names nor those of the statements."""
    phrases = [phrase for item in items for phrase in (*item.ask, *item.labels)]
    phrases += [phrase for names_of in vocabulary.statements.values() for phrase in names_of]
    known = {word for phrase in phrases for word in padded_words(phrase).split()}
    candidates = [*words, *(part.lower() for name in names for part in name.split())]
    return [word for word in dict.fromkeys(candidates) if word not in known and word.isalpha()]
