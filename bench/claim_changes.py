"""Statements made from true sentences and rows: ways to tell them that leave them true, and ways that do not.

For bench/claims.py. Written without the product's judge: patterns and word lists here are this file's own. Each change
returns None where the text offers nothing to change.
"""

import random
import re
from collections.abc import Callable, Sequence
from itertools import pairwise

Change = Callable[[str, random.Random], str | None]

VERBS = {"pay": "paid", "deliver": "delivered", "provide": "provided", "notify": "notified", "indemnify": "indemnified",
         "perform": "performed", "terminate": "terminated", "approve": "approved", "reimburse": "reimbursed",
         "maintain": "maintained", "furnish": "furnished", "submit": "submitted", "execute": "executed",
         "acquire": "acquired", "repurchase": "repurchased", "use": "used", "obtain": "obtained"}  # fmt: skip
SUBJECT = r"(?P<subject>(?:The |Each )?[A-Z]\w+(?: [A-Z]\w+)?)"
OBJECT = r"(?P<object>(?:the |any |all |each |its |such )?(?:[\w’'-]+ ){0,4}?[\w’'-]+)"
ACTIVE = re.compile(
    rf"^{SUBJECT} (?P<modal>shall|may|will) (?P<verb>{'|'.join(VERBS)}) {OBJECT}"
    r"(?P<rest>| (?:to|within|upon|for|in|under|on|at) [^,;]*)\.$"
)
PHRASE = r"in (?:19|20)\d\d|(?:under|during|within|pursuant to) [^,;()]{5,60}"
TRAILING = re.compile(rf"^(?P<body>[^,;()]{{25,}}?)(?P<tail> (?:{PHRASE}))\.$")
HEAD = r"(?P<head>(?:In|During|Under|As of|For|On|At|Within|Upon) [^,;()]{3,60})"
LEADING = re.compile(rf"^{HEAD}, (?P<body>[^\d;()][^;()]{{25,}})\.$")
MODALS = {"may": "will", "shall": "may", "will": "may", "could": "will", "must": "may", "should": "will",
          "might": "will"}  # fmt: skip
OPPOSITES = {"increase": "decrease", "increased": "decreased", "decrease": "increase", "decreased": "increased",
             "higher": "lower", "lower": "higher", "more": "less", "before": "after", "after": "before",
             "greater": "smaller", "maximum": "minimum", "minimum": "maximum", "least": "most", "exceed": "fall below",
             "include": "exclude", "includes": "excludes", "including": "excluding", "prior": "subsequent"}  # fmt: skip
QUANTIFIERS = {"all": "some", "each": "no", "any": "no", "every": "no", "no": "every", "some": "all", "most": "all",
               "certain": "all", "only": "also", "many": "all", "several": "all", "neither": "each"}  # fmt: skip
SCALES = {"million": "billion", "billion": "million", "thousand": "million", "millions": "billions"}
CURRENCIES = {"$": "€", "€": "$", "£": "$"}
UNITS = {"percent": "million", "days": "months", "months": "years", "years": "months", "hours": "days", "weeks": "days"}
NEGATABLE = re.compile(r"\b(?:is|are|was|were|will|may|can|could|would|should|shall|must|has|have|had)\b(?! not)")
CONDITIONS = r"if|unless|except|subject to|provided that|only if|to the extent|so long as|until"
CONDITION = re.compile(rf",? (?:{CONDITIONS}) [^,;.]{{4,}}(?=[,;.]|$)", re.I)
LEADING_CONDITION = re.compile(r"^(?:If|Unless|Subject to|Except as|To the extent|Until) [^,;]{4,200}, (?=\w)")
NAME = re.compile(r"(?<=[\w,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{2,})*\b")
NO_NAME = re.compile(r"\b(?:Fiscal|Years?|Quarter|Company|Registrant|Corporation)\b")  # periods, and the filer itself
SMALL_WORD = re.compile(r" (?:the|as|that|such)(?= [a-z])| from(?= [a-z]{4})")
SAID_SMALL = r"(?:The|Each|In|During|Under|As|For|On|At|Within|Upon|Our|We|A|An|All|Any|No|This)\b"
LIST = re.compile(r"\s*['’]s|\band\b|\bor\b|,")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def verbatim(text: str, _chance: random.Random) -> str | None:
    """As it stands."""
    return text


def introduced(text: str, chance: random.Random) -> str | None:
    """With words that say where it stands."""
    return f"{chance.choice(('According to the document, ', 'The document states that ', 'Yes, '))}{text}"


def small_words_dropped(text: str, chance: random.Random) -> str | None:
    """Without some articles, "as", "that" and "from"."""
    changed = SMALL_WORD.sub(lambda match: "" if chance.random() < 0.5 else match.group(), text)
    return changed if changed != text else None


def told_of_the_company(text: str, _chance: random.Random) -> str | None:
    """ "We" as "the company"."""
    changed = re.sub(r"\bour\b", "its", re.sub(r"\bOur\b", "The company’s", re.sub(r"\b[Ww]e\b", "the company", text)))
    return changed[:1].upper() + changed[1:] if changed != text else None


def phrase_moved(text: str, _chance: random.Random) -> str | None:
    """A phrase of time or ground at the other end."""
    if match := TRAILING.match(text):
        tail, body = match["tail"].strip(), match["body"]
        return f"{tail[:1].upper()}{tail[1:]}, {_lowered(body)}."
    if match := LEADING.match(text):
        return f"{match['body'][:1].upper()}{match['body'][1:]} {_lowered(match['head'])}."
    return None


def passive(text: str, _chance: random.Random) -> str | None:
    """Told in the passive."""
    match = ACTIVE.match(text)
    if match is None:
        return None
    thing, who = match["object"], _lowered(match["subject"])
    return f"{thing[:1].upper()}{thing[1:]} {match['modal']} be {VERBS[match['verb']]} by {who}{match['rest']}."


def first_clause(text: str, _chance: random.Random) -> str | None:
    """The first of two full clauses alone."""
    match = re.match(r"^([A-Z][^,;:()]{40,}?)(?:; |, and (?:the|we|it|our) )", text)
    if match is None or re.search(r"\b(?:if|unless|either|both|except|subject)\b", text):
        return None
    return f"{match.group(1)}."


TRUE_CHANGES: tuple[Change, ...] = (
    verbatim, introduced, small_words_dropped, told_of_the_company, phrase_moved, passive, first_clause,
)  # fmt: skip


def _lowered(text: str) -> str:
    """A text as it goes on behind others: a first word that is no name in small letters."""
    return text[:1].lower() + text[1:] if re.match(SAID_SMALL, text) else text


def negated(text: str, chance: random.Random) -> str | None:
    """A "not" put in, or taken out."""
    if re.search(r"\b(?:not|no) ", text):
        return re.sub(r"\b(?:not|no) ", "", text, count=1)
    found = list(NEGATABLE.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    return f"{text[: match.end()]} not{text[match.end() :]}"


def _exchange(text: str, words: dict[str, str], chance: random.Random) -> str | None:
    found = [m for m in re.finditer(r"[A-Za-z]+|[$€£]", text) if m.group() in words]
    if not found:
        return None
    match = chance.choice(found)
    return text[: match.start()] + words[match.group()] + text[match.end() :]


def modality_changed(text: str, chance: random.Random) -> str | None:
    """What may be told as what will be, and so on."""
    return _exchange(text, MODALS, chance)


def opposite(text: str, chance: random.Random) -> str | None:
    """A comparison turned around."""
    return _exchange(text, OPPOSITES, chance)


def quantifier_changed(text: str, chance: random.Random) -> str | None:
    """All for some, each for none."""
    return _exchange(text, QUANTIFIERS, chance)


def scale_changed(text: str, chance: random.Random) -> str | None:
    """Millions told as billions."""
    return _exchange(text, SCALES, chance)


def currency_changed(text: str, chance: random.Random) -> str | None:
    """Dollars told as euros."""
    return _exchange(text, CURRENCIES, chance)


def unit_changed(text: str, chance: random.Random) -> str | None:
    """Days told as months, and so on."""
    return _exchange(text, UNITS, chance)


def condition_dropped(text: str, _chance: random.Random) -> str | None:
    """The condition left out."""
    if LEADING_CONDITION.match(text):
        rest = LEADING_CONDITION.sub("", text)
        return rest[:1].upper() + rest[1:] if len(rest) > 30 else None
    match = CONDITION.search(text)
    if match is None or match.start() < 30:
        return None
    return (text[: match.start()] + text[match.end() :]).rstrip(" ,;.") + "."


def limit_dropped(text: str, _chance: random.Random) -> str | None:
    """ "Certain of", "most", "some" left out."""
    changed = re.sub(r"\b(?:[Cc]ertain|[Mm]ost|[Ss]ome|[Mm]any|[Ss]everal)(?: of)? (?=[a-z]{4})", "", text, count=1)
    return changed[:1].upper() + changed[1:] if changed != text else None


def names_swapped(text: str, _chance: random.Random) -> str | None:
    """Two names in each other's place."""
    found = [match for match in NAME.finditer(text) if not NO_NAME.search(match.group())]
    for one, other in pairwise(found):
        first, second = one.group(), other.group()
        between = text[one.end() : other.start()]
        if first not in second and second not in first and not LIST.search(between):  # of a list order says nothing
            return f"{text[: one.start()]}{second}{between}{first}{text[other.end() :]}"
    return None


def year_changed(text: str, chance: random.Random) -> str | None:
    """Another year."""
    found = list(YEAR.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    return f"{text[: match.start()]}{int(match.group()) + chance.choice((-1, 1))}{text[match.end() :]}"


def number_changed(text: str, chance: random.Random) -> str | None:
    """One digit of a number changed."""
    found = [m for m in re.finditer(r"\d[\d,.]*\d|\d", text) if not YEAR.fullmatch(m.group())]
    if not found:
        return None
    match = chance.choice(found)
    place = chance.choice([i for i in range(*match.span()) if text[i].isdigit()])
    return text[:place] + chance.choice([d for d in "123456789" if d != text[place]]) + text[place + 1 :]


FALSE_CHANGES: tuple[Change, ...] = (
    negated, modality_changed, opposite, quantifier_changed, scale_changed, currency_changed, unit_changed,
    condition_dropped, limit_dropped, names_swapped, year_changed, number_changed,
)  # fmt: skip


def half_true(text: str, other: str) -> str | None:
    """The first half of one sentence with the second of another."""
    first, second = text.split(), other.rstrip(".").split()
    if len(first) < 10 or len(second) < 10:
        return None
    return f"{' '.join(first[: len(first) // 2])} {' '.join(second[len(second) // 2 :])}."


def name_exchanged(text: str, names: Sequence[str], chance: random.Random) -> str | None:
    """A name for another of the document that the sentence does not have."""
    found = list(NAME.finditer(text))
    others = [name for name in names if name not in text and not NO_NAME.search(name)]
    if not found or not others:
        return None
    match = chance.choice(found)
    return f"{text[: match.start()]}{chance.choice(others)}{text[match.end() :]}"
