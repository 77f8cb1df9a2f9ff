"""Whether two wordings say the same: numbers with their signs, words in their order, a misprint forgiven.

Works on texts evened out by service/fold.py, save `cuts`, which looks at the page's own. One altered digit or one
exchanged word is the error a reader would never forgive, so everything not known to be harmless counts as a change.
Knows nothing of pages.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.lookalikes import LOOKALIKES

GUARDS = re.compile(r"\b(?:no|not|now|nor)\b")  # words that joined to the next make another: "not able", "notable"
TOKEN = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)*|\.\d+)|(?P<word>[^\W\d_]+)")
CURRENCY = "$€£¥"
NEGATIVE = re.compile(r"\(\s*[$€£¥]?\s*$|(?<![^\W_])-(?:[$€£¥]\s?)?$")  # a dash that stands alone is a nil
BRACKETED = re.compile(r"[\d,.]+\s?\)")  # a number in brackets of its own is a negative one
PERCENT = re.compile(r"\s?\)?\s?%")
SHORTEST_SLIP = 7  # letters; in shorter words one letter too often makes another word
WORDS_A_SLIP = 8  # one misprint for so many words of a quote
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


def same_wording(wanted: str, text: str, start: int, end: int) -> bool:
    """Whether text[start:end] says what is wanted: the same numbers, and the same words but for misprints."""
    ours = tokens(wanted)
    theirs = [token for token in tokens(text[max(0, start - 8) : end + 4]) if _inside(token, start, end)]
    if not _same_numbers(ours, theirs) or not same_guards(wanted, text[start:end]):
        return False
    if not _currencies(wanted) <= _currencies(text[max(0, start - 3) : end]):
        return False  # a sign may be left out, not exchanged
    left, right = _words(ours), _words(theirs)
    if "".join(left) == "".join(right):
        return True
    slips = 0
    for kind, first, last, other_first, other_last in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind in ("insert", "delete"):
            return False
        if kind == "replace":
            mine, yours = "".join(left[first:last]), "".join(right[other_first:other_last])
            if mine != yours and not misprint(mine, yours):
                return False
            slips += mine != yours
    return slips <= max(1, len(left) // WORDS_A_SLIP)


def _currencies(text: str) -> set[str]:
    return {character for character in text if character in CURRENCY}


def _inside(token: Token, start: int, end: int) -> bool:
    shift = max(0, start - 8)
    return start <= token.start + shift and token.end + shift <= end


def _words(sequence: Sequence[Token]) -> list[str]:
    return ["#" if token.number else token.text for token in sequence]


def _same_numbers(ours: Sequence[Token], theirs: Sequence[Token]) -> bool:
    return [t.text for t in ours if t.number] == [t.text for t in theirs if t.number]


def misprint(mine: str, yours: str) -> bool:
    """Whether one word is the other with a slip: a letter too many, too few or in its neighbour's place.

    Not an exchanged letter, which makes "billion" of "million", nor one near either end, where "un-" and "-ee" stand.
    """
    if "#" in mine or "#" in yours:
        return False
    if min(len(mine), len(yours)) < SHORTEST_SLIP or frozenset((mine, yours)) in LOOKALIKES:
        return False
    if mine[:2] != yours[:2] or mine[-2:] != yours[-2:]:
        return False
    if abs(len(mine) - len(yours)) == 1:
        longer, shorter = (mine, yours) if len(mine) > len(yours) else (yours, mine)
        return any(longer[:i] + longer[i + 1 :] == shorter for i in range(2, len(longer) - 2))
    return any(mine[:i] + mine[i + 1] + mine[i] + mine[i + 2 :] == yours for i in range(2, len(mine) - 3))
