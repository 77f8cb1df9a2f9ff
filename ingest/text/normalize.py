"""Forms of a text in which what typography, layout or letter case changed no longer matters, each a named level.

What is compared and indexed goes through here; what is cited never does. Where a match must be shown on the page,
`normalize_with_offsets` tells for each character where it came from. Knows nothing of pages or of what is accepted.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ingest.text.scripts import without_accents
from ingest.types import Span


class Level(StrEnum):
    """How much a normal form forgives; CASELESS includes TYPOGRAPHY, and COMPACT includes CASELESS."""

    TYPOGRAPHY = "typography"  # quotation marks, dashes, ligatures, special blanks; words broken over lines joined
    CASELESS = "caseless"  # letter case, accents written apart, every run of white space one blank
    COMPACT = "compact"  # no white space, hyphens inside words or dot leaders, save where they part two numbers
    WORDS = "words"  # words in small letters with the signs & % ' $ -, parted by single blanks
    ALPHANUMERIC = "alphanumeric"  # small letters, no accents, and digits: names are written together and apart


MappedLevel = Literal[Level.CASELESS, Level.COMPACT]

PLAIN = {
    "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "…": "...",
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'",
    "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-",
}  # fmt: skip
BLANKS = {"\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\u200b": ""}
SOFT_HYPHENS = "\x02\ufffe\u00ad"
_TYPOGRAPHY = str.maketrans({**PLAIN, **BLANKS})
_SOFT_BREAK = re.compile(rf"(?P<part>(?<![a-z])[a-z]*)(?<=[a-z])(?:[{SOFT_HYPHENS}]\s*|-\r?\n(?=[a-z]))")
# first parts after which a hyphen at a line's end is the word's own
_HYPHENATED = frozenset(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "non", "self"))
# a run of plain characters; white space; a hyphen, soft or real, at a line end inside a word; any other character
_PIECE = re.compile(
    rf"(?P<plain>[!-,./0-9:-_a-~]+)|(?P<space>\s+)"
    rf"|(?P<broken>(?<=[^\W\d_])(?:-[ \t]*(?=[\r\n])|[{SOFT_HYPHENS}])[\s\u200b]*(?=[^\W\d_]))|(?P<other>.)",
    re.S,
)
_DROPPED = re.compile(r" ?(?:(?:[._] ?){4,}|(?:_ ?){2,})|(?P<space> )|(?<=[^\W\d_])-(?=[^\W\d_]| )")
_NOT_WORDS = re.compile(r"[^a-z0-9&%'$-]+")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]")


@dataclass(frozen=True)
class Normalized:
    """A text in a normal form, with the offset in the original of each of its characters."""

    text: str
    offsets: Sequence[int]

    def original(self, start: int, end: int) -> Span:
        """The span of the original that [start, end) stands for."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def normalize(text: str, level: Level) -> str:
    """The text in the normal form of a level."""
    if level is Level.TYPOGRAPHY:
        plain = _SOFT_BREAK.sub(_joined, text.translate(_TYPOGRAPHY))
        return plain.replace("\x02", "-").replace("\ufffe", "-")
    if level is Level.WORDS:
        return _NOT_WORDS.sub(" ", text.lower().replace("’", "'").replace("–", "-")).strip()
    if level is Level.ALPHANUMERIC:
        return _NOT_ALPHANUMERIC.sub("", without_accents(text.lower()))
    return normalize_with_offsets(text, level).text


def printed(text: str) -> str:
    """Page text as people write it in a sentence: one line, words broken over lines joined."""
    return " ".join(_SOFT_BREAK.sub(_joined, text).replace("\x02", "-").replace("\ufffe", "-").split())


def _joined(match: re.Match[str]) -> str:
    part = match.group("part")
    return part + "-" if part in _HYPHENATED else part


def normalize_with_offsets(text: str, level: MappedLevel) -> Normalized:
    """The text in the normal form of a level, each character with the place it came from."""
    caseless = _caseless(text)
    return compacted(caseless) if level is Level.COMPACT else caseless


def _caseless(text: str) -> Normalized:
    pieces: list[str] = []
    offsets = array("I")
    after_blank = True
    for match in _PIECE.finditer(text):
        start = match.start()
        if match.lastgroup == "plain":
            piece = match.group().lower()
            offsets.extend(range(start, match.end()))
        elif match.lastgroup == "space":
            piece = "" if after_blank else " "
            offsets.extend([start] * len(piece))
        else:
            broken = match.lastgroup == "broken"  # "inter-\nNational" is no word broken over a line
            piece = ("-" if text[match.end()].isupper() else "") if broken else _plain(match.group())
            offsets.extend([start] * len(piece))
        pieces.append(piece)
        after_blank = piece == " " if piece else after_blank
    return Normalized("".join(pieces), offsets)


def _plain(character: str) -> str:
    """A character outside the plain ones: letters taken apart, quotes and dashes made plain, the invisible dropped."""
    if character in PLAIN:
        return PLAIN[character]
    if character in SOFT_HYPHENS or unicodedata.category(character) == "Cf":
        return ""
    if character.isalpha():  # digits stay: a raised two is not the figure two
        return unicodedata.normalize("NFKD", character).lower().replace(" ", "")
    return character


def compacted(caseless: Normalized) -> Normalized:
    """A text of level CASELESS brought to level COMPACT, for those who need both."""
    text = caseless.text
    pieces: list[str] = []
    offsets = array("I")
    last = 0
    for match in _DROPPED.finditer(text):
        start, end = match.span()
        pieces.append(text[last:start])
        offsets.extend(caseless.offsets[last:start])
        if _parts_numbers(text, start, end):
            pieces.append(" ")
            offsets.append(caseless.offsets[start])
        last = end
    pieces.append(text[last:])
    offsets.extend(caseless.offsets[last:])
    return Normalized("".join(pieces), offsets)


def _parts_numbers(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return bool(before and after) and before in "0123456789.,%" and after in "0123456789.,"
