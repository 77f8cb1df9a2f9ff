"""Whether two wordings say the same: numbers with their signs, words in their order, damage to letters forgiven.

Works on texts evened out by ingest/text/normalize.py, save `cuts`, which looks at the page's own. One altered digit or
one exchanged word is the error a reader would never forgive, so everything not known to be harmless counts as a change.
Knows nothing of pages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.text.currency import CURRENCY_SIGNS
from ingest.text.ocr_noise import UNREADABLE, same_words

GUARDS = re.compile(r"\b(?:no|not|now|nor)\b")  # words that joined to the next make another: "not able", "notable"
LETTERS = rf"{UNREADABLE}?[^\W\d_]+(?:{UNREADABLE}[^\W\d_]+)*{UNREADABLE}?"
TOKEN = re.compile(rf"(?P<number>\d[\d,]*(?:\.\d+)*|\.\d+)|(?P<word>{LETTERS})")
ACCENTED = re.compile(r"\w[\u0300-\u036f]+")
# a dash that stands alone is a nil
NEGATIVE = re.compile(rf"\(\s*[{CURRENCY_SIGNS}]?\s*$|(?<![^\W_])-(?:[{CURRENCY_SIGNS}]\s?)?$")
BRACKETED = re.compile(r"[\d,.]+\s?\)")  # a number in brackets of its own is a negative one
PERCENT = re.compile(r"\s?\)?\s?%")
REACH = 2  # tokens by which an alignment's edges may be off


@dataclass(frozen=True)
class Token:
    """A word, or a number with its sign and percent mark; where it stands."""

    text: str
    number: bool
    start: int
    end: int


def cuts(text: str, index: int) -> bool:
    """Whether a quote that begins or ends here would cut a word or a number in two, or part it from its sign."""
    if index <= 0 or index >= len(text):
        return False
    before, after = text[index - 1], text[index]
    if before.isdigit() and after.isdigit():
        return True
    if after.isdigit() and before in ",." and text[max(0, index - 2)].isdigit():
        return True
    if before.isdigit() and after in ",." and text[index + 1 : index + 2].isdigit():
        return True
    if before.isdigit():
        return after == "%" or after.islower()
    if after.isdigit() and before == "(":
        return BRACKETED.match(text, index) is not None
    if after.isdigit() and before in "-−–":
        return not text[max(0, index - 2)].isalnum()
    return _cased(before) and _cased(after) and not (before.islower() and after.isupper())


def _cased(character: str) -> bool:
    return character.isalpha() and character.lower() != character.upper()


def tokens(text: str) -> list[Token]:
    """Words and numbers of an evened text, in order."""
    return [_token(text, match) for match in TOKEN.finditer(text)]


def _token(text: str, match: re.Match[str]) -> Token:
    start, end = match.span()
    if match.lastgroup == "word":
        return Token(match.group(), False, start, end)
    before = text[max(0, start - 6) : start]
    shown = match.group().rstrip(",")
    if NEGATIVE.search(before):
        shown = f"-{shown}"
    if PERCENT.match(text, end):
        shown += "%"
    return Token(shown, True, start, end)


def same_guards(wanted: str, found: str) -> bool:
    """Whether words that mean another thing when they run into the next are the same on both sides."""
    return GUARDS.findall(wanted) == GUARDS.findall(found)


def token_windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of whole tokens near an alignment, nearest first."""
    first_chance, last_chance = max(0, start - 60), min(len(text), end + 60)
    near = [match.span() for match in TOKEN.finditer(text, first_chance, last_chance)]
    starts = sorted((first for first, _last in near), key=lambda place: abs(place - start))[: 2 * REACH + 1]
    ends = sorted((last for _first, last in near), key=lambda place: abs(place - end))[: 2 * REACH + 1]
    chances = [(first, last) for first in starts for last in ends if first < last]
    yield from sorted(chances, key=lambda chance: abs(chance[0] - start) + abs(chance[1] - end))


def same_wording(wanted: str, text: str, start: int, end: int, by_ocr: bool = False) -> bool:
    """Whether text[start:end] says what is wanted: the same numbers, and the same words but for damage to letters."""
    ours = tokens(wanted)
    theirs = [token for token in tokens(text[max(0, start - 8) : end + 4]) if _inside(token, start, end)]
    if not _same_numbers(ours, theirs) or not same_guards(wanted, text[start:end]):
        return False
    if not currencies(wanted) <= currencies(text[max(0, start - 3) : end]):
        return False  # a sign may be left out, not exchanged
    return _same_accents(wanted, text[start:end]) and same_words(_words(ours), _words(theirs), by_ocr=by_ocr)


def _same_accents(wanted: str, found: str) -> bool:
    """Accents may be lost altogether, not exchanged."""
    ours, theirs = ACCENTED.findall(wanted), ACCENTED.findall(found)
    return not ours or not theirs or ours == theirs


def currencies(text: str) -> set[str]:
    """The signs of currencies in a text."""
    return {character for character in text if character in CURRENCY_SIGNS}


def _inside(token: Token, start: int, end: int) -> bool:
    shift = max(0, start - 8)
    return start <= token.start + shift and token.end + shift <= end


def _words(sequence: Sequence[Token]) -> list[str]:
    return ["#" if token.number else token.text for token in sequence]


def _same_numbers(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    return [t.text for t in ours if t.number] == [t.text for t in theirs if t.number]
