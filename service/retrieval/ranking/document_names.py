"""What documents and their companies are called, as words, and whether a question speaks of them in whatever case.

Knows no ranking and no vocabulary.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.types import Document
from service.question.periods import is_period

MIN_PREFIX = 3  # "JPM" is found in "JPMORGAN"; shorter names must be whole words
MIN_SPOKEN = 3  # letters of a document's name that is looked for in small letters
MAX_DOCUMENTS = 4096  # whose names are remembered as words
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[A-Za-z]*|[^\W\d_]+")
BEFORE = "of at by for from in does did is was has had will can between and vs versus to"
KINDS = "form report annual quarterly agreement contract lease policy privacy earnings release filing"
FORMS = """the inc incorporated corp corporation co company companies ltd limited llc llp lp plc sa ag nv se group
holdings holding and"""
BEFORE_NAMES, NO_NAME, LEGAL_FORMS = (frozenset(words.split()) for words in (BEFORE, KINDS, FORMS))
Words = tuple[str, ...]


def spoken_names(question: str, documents: Sequence[Document]) -> list[str]:
    """Names of these documents, or of their companies, that stand in the question in whatever case."""
    words = tuple(word.lower() for word in WORDS.findall(question))
    cores = dict.fromkeys(core for document in documents for core in _cores(about_of(document)))
    spoken = (core for core in cores if any(_stands_at(core, words, index) for index in range(len(words))))
    return [" ".join(core) for core in spoken]


def _stands_at(core: Words, words: Words, index: int) -> bool:
    """Whether a name stands at a word of the question, its own words apart or written together.

    A single word may be an ordinary one ("the target price"): it must begin the question or stand where names stand.
    """
    if len(core) > 1:
        return words[index : index + len(core)] == core or words[index] == "".join(core)
    if words[index] != core[0] or len(core[0]) < MIN_SPOKEN:
        return False
    after = words[index + 1] if index + 1 < len(words) else ""
    return index == 0 or words[index - 1] in BEFORE_NAMES or after in LEGAL_FORMS - {"and"} or is_period(after)


@lru_cache(maxsize=MAX_DOCUMENTS)
def _cores(about: tuple[str, str, str]) -> tuple[Words, ...]:
    """Who a document is of, without legal forms: its companies, and what stands before a period in its name.

    A file's name says who it is of where a year or quarter follows ("ACME_2023_10K"); else it may say anything.
    """
    of_file, *of_companies = (_core(words) for words in words_of(about))
    dated = any(is_period(word) for word in words_of(about)[0][len(of_file) : len(of_file) + 1])
    return tuple(core for core in (*([of_file] if dated else ()), *of_companies) if core)


def _core(words: Words) -> Words:
    """The words of a name up to its legal form, its kind or a period; small words before it are left out."""
    kept: list[str] = []
    for word in words:
        if is_period(word) or word in NO_NAME or (kept and word in LEGAL_FORMS):
            break
        if word not in LEGAL_FORMS:
            kept.append(word)
    return tuple(kept)


def about_of(document: Document) -> tuple[str, str, str]:
    """A document's name, its company as detected, and its company as given."""
    return document.name, document.detected.company or "", str(document.metadata.get("company", ""))


@lru_cache(maxsize=MAX_DOCUMENTS)
def words_of(about: tuple[str, str, str]) -> tuple[Words, ...]:
    """The words of a document's name, without its ending, and of its company as detected and as given."""
    name, *companies = about
    texts = (re.sub(r"\.[A-Za-z]{2,4}$", "", name), *companies)
    return tuple(tuple(word.lower() for word in WORDS.findall(t.replace("%20", " "))) for t in texts)


@lru_cache(maxsize=65536)
def begins(name: str, words: Words) -> bool:
    """Whether a name without blanks begins at some word: spread over several words, or as the head of a long one."""
    for index in range(len(words)):
        rest = "".join(words[index:])
        if name == words[index] or (len(name) >= MIN_PREFIX and rest.startswith(name)):
            return True
    return False
