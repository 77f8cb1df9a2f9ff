"""A follow-up question made whole from what was asked before it, without a language model.

"And in 2023?" takes the last question with another year; "What about gross profit?" takes its period and company;
"Why did it change?" takes its subject. A question that lacks nothing is left as it is. Knows no document.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.text.dates import FISCAL_YEAR, MONTH_NUMBERS, QUARTER
from service.contract.question import Turn
from service.question.names import WORD
from service.question.understand import Intent, Query, understand
from service.question.vocabulary_files import Vocabulary

LEAD_IN = re.compile(
    r"^\s*(?:(?:and|but|or|so|also|then|ok|okay)\b[\s,]*)*"
    r"(?:(?:(?:what|how)\s+about\b|(?:the\s+)?same\s+(?:question\s+)?for\b|(?:and|but|or|also|then)\b)[\s,]*)+",
    re.I,
)
ASKING = re.compile(
    r"^\s*(?:(?:in|on|at|to|for|by|from|under|with|of)\s+)?(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|"
    r"do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|list|show|give|tell|find|explain|describe|"
    r"summari[sz]e|compare|calculate|compute|provide|state|name|identify|define)\b",
    re.I,
)
PREPOSITION = re.compile(r"^(?:for|in|at|by|under|with|within|from|to|on|as of|during|per|excluding|including)\b", re.I)
PRONOUN = re.compile(r"\b(?:it|they|them|those|these|this|that)\b(?!['’])", re.I)
POSSESSIVE = re.compile(r"\b(?:its|their|(?:the|this|that)\s+(?:company|firm)['’]s)\s+", re.I)
BEFORE = re.compile(
    r"(?:\b(?:in|for|from|during)\s+)?\bthe\s+(?:year\s+before(?:\s+that)?|(?:prior|previous|preceding)\s+(?:fiscal\s+)?"
    r"year)\b",
    re.I,
)
AFTER = re.compile(
    r"(?:\b(?:in|for|from|during)\s+)?\bthe\s+(?:year\s+after(?:\s+that)?|(?:next|following)\s+(?:fiscal\s+)?year)\b",
    re.I,
)
PERIODS = re.compile(rf"(?:between\s+|from\s+)?(?:{FISCAL_YEAR.pattern})(?:.*(?:{FISCAL_YEAR.pattern}))?", re.I)
SMALL_WORDS = frozenset(
    ("about", "one", "ones", "same", "too", "please", "then", "also", "earlier", "later", "them", "so")
)
FIGURES = (Intent.FIGURE, Intent.RATIO, Intent.COMPARISON)
FEW_WORDS = 3  # of its own, beside a pronoun, that leave the subject to the pronoun
MAX_CONTEXT = 400  # characters of an earlier question a follow-up is put behind


def resolve(question: str, history: Sequence[Turn], vocabulary: Vocabulary) -> str:
    """The question as it would have been asked without the conversation; itself when it lacks nothing."""
    earlier = ""
    for turn in history:  # each turn may itself be a follow-up of the one before
        earlier = _complete(turn.question, earlier, vocabulary)
    return _complete(question, earlier, vocabulary)


def _complete(question: str, earlier: str, vocabulary: Vocabulary) -> str:
    if not earlier:
        return question
    before = understand(earlier, vocabulary)
    asked = _relative_year(question, before)
    rest = LEAD_IN.sub("", asked, count=1)
    now = understand(asked, vocabulary)
    led = rest != asked
    whole = bool(ASKING.match(rest))
    own = _own_words(rest, now)
    if not now.items and not own:
        return _bare(asked, rest, earlier, now, before, led or not whole)
    if not now.items and led and not whole and len(earlier) <= MAX_CONTEXT:
        if PREPOSITION.match(rest):
            return f"{_without_mark(earlier)} {_without_mark(rest)}?"
        if set(own) <= vocabulary.defined_terms:  # another party or term put in the earlier one's place
            return f"{earlier} {_capitalised(asked)}"
    if not now.items and len(own) <= FEW_WORDS and PRONOUN.search(rest):
        return _pronoun_filled(rest, earlier, now, before)
    return _own_subject(asked, rest, now, before, led, whole)


def _bare(asked: str, rest: str, earlier: str, now: Query, before: Query, partial: bool) -> str:
    """A follow-up with no subject of its own: the earlier question with another period or name, or put behind it."""
    names = _names(now)
    if partial and (now.years or now.quarter or names) and (before.items or before.years or ASKING.match(earlier)):
        return _with_names(_with_period(earlier, rest, now), rest, names, _names(before))
    if PRONOUN.search(rest) and before.items and not partial:
        return _pronoun_filled(rest, earlier, now, before)
    pointing = partial or PRONOUN.search(rest) or not (now.years or names)
    if pointing and ASKING.match(rest) and len(earlier) <= MAX_CONTEXT:
        return f"{earlier} {_capitalised(rest)}"
    return asked


def _with_period(earlier: str, rest: str, now: Query) -> str:
    """The earlier question for the periods the follow-up names."""
    text = earlier
    quarter = QUARTER.search(rest)
    if now.years:
        years = " and ".join(map(str, now.years))
        found = PERIODS.search(text)
        if found is None:
            text = f"{_without_mark(text)} in {years}?"
        else:
            spread = len(FISCAL_YEAR.findall(found.group())) > 1
            before = re.sub(r"\b(?:in|for|at|of|during)\s*$", "", text[: found.start()]) if spread else ""
            once = FISCAL_YEAR.sub(years, text, count=1)
            text = f"{before.rstrip()} in {years}{text[found.end() :]}" if spread else once
    if quarter is not None:
        if QUARTER.search(text):
            text = QUARTER.sub(quarter.group(), text, count=1)
        elif FISCAL_YEAR.search(text):
            article = "the " if quarter.group().lower().endswith("quarter") else ""
            text = FISCAL_YEAR.sub(lambda year: f"{article}{quarter.group()} of {year.group()}", text, count=1)
        else:
            text = f"{_without_mark(text)} in {quarter.group()}?"
    return text


def _with_names(text: str, rest: str, names: Sequence[str], former: Sequence[str]) -> str:
    """The question about another name; a name behind "in" narrows the question down and replaces nobody."""
    if not names:
        return text
    together = " and ".join(names)
    inside = re.search(rf"\bin\s+(?:the\s+)?{re.escape(names[0])}", rest)
    if len(former) == 1 and not inside:
        return text.replace(former[0], together)
    return f"{_without_mark(text)} {'in' if inside else 'for'} {together}?"


def _pronoun_filled(rest: str, earlier: str, now: Query, before: Query) -> str:
    """A question about "it": the earlier subject is put in the pronoun's place, or the question behind the earlier."""
    subject = _subject(earlier, before)
    if not subject:
        fits = len(earlier) <= MAX_CONTEXT
        return f"{earlier} {_capitalised(rest)}" if fits else rest
    filled = PRONOUN.sub(lambda _match: subject, rest, count=1)
    return _carried(filled, now, before, period=True)


def _own_subject(asked: str, rest: str, now: Query, before: Query, led: bool, whole: bool) -> str:
    """A follow-up that says what it asks for: company and period are carried over where it is silent on them."""
    possessive = POSSESSIVE.search(rest)
    figure = bool(now.items) and now.intent in FIGURES
    if not (led or possessive or figure or (now.items and not whole)):
        return asked
    text, names = rest, _names(before)
    if possessive and len(names) == 1 and not _names(now):
        text = POSSESSIVE.sub(lambda _match: f"{names[0]}'s ", rest, count=1)
        now = replace(now, names=names)
    text = _carried(text, now, before, period=figure or led or not whole)
    if text == rest:
        return asked
    if led and not whole and now.items:
        subject = rest.split(" for ")[0].split(" in ")[0].strip(" ?.!")
        plural = subject.endswith("s") and not subject.endswith("ss")
        return f"What {'were' if plural else 'was'} {_without_mark(text)}?"
    return _capitalised(text)


def _carried(text: str, now: Query, before: Query, period: bool) -> str:
    """A question with the earlier one's company and period added where it names none."""
    added = ""
    if not _names(now) and _names(before) and not any(name in text for name in _names(before)):
        added += f" for {' and '.join(_names(before))}"
    if period and not now.years and before.years:
        quarter = f"Q{before.quarter} " if before.quarter and not now.quarter else ""
        added += f" in {quarter}{' and '.join(map(str, before.years))}"
    return f"{_without_mark(text)}{added}?" if added else text


def _relative_year(question: str, before: Query) -> str:
    """ "The year before" as a year, when the earlier question has one to count from."""
    if not before.years or FISCAL_YEAR.search(question):
        return question
    text = BEFORE.sub(f"in {min(before.years) - 1}", question)
    return AFTER.sub(f"in {max(before.years) + 1}", text)


def _own_words(rest: str, now: Query) -> list[str]:
    """Content words that are neither part of a period nor of a name."""
    dated = {match.lower() for group in QUARTER.finditer(rest) for match in WORD.findall(group.group())}
    return [word for word in now.words if word not in SMALL_WORDS | MONTH_NUMBERS.keys() | dated]


def _names(query: Query) -> tuple[str, ...]:
    return tuple(name for name in query.names if name.lower() not in MONTH_NUMBERS)


def _subject(question: str, query: Query) -> str:
    """The words the earlier question names its line item with: the longest of its phrases that stands in it."""
    phrases = [phrase for item in query.items for phrase in (*item.ask, *item.labels)]
    standing = [phrase for phrase in phrases if re.search(rf"\b{re.escape(phrase)}\b", question, re.I)]
    return max(standing, key=len, default="")


def _without_mark(text: str) -> str:
    return text.rstrip(" ?.!")


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
