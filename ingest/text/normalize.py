"""Evens out typography in two steps, keeping for each character where it came from, so that quotes can be compared.

`fold` forgives ligatures, quotation marks, dashes, white space, letter case and words broken over lines; `skeleton`
also white space and hyphens altogether, where no number changes by it. Knows nothing of pages or of what is accepted.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.types import Span

EVEN = {
    "ﬅ": "st", "…": "...", "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'",
    "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-",
}  # fmt: skip
# a run of plain characters; white space; a hyphen, soft or real, at a line end inside a word; any other character
PIECE = re.compile(
    r"(?P<plain>[!-,./0-9:-_a-~]+)|(?P<space>\s+)"
    r"|(?P<broken>(?<=[^\W\d_])(?:-[ \t]*(?=[\r\n])|[\x02\ufffe\u00ad])[\s\u200b]*(?=[^\W\d_]))|(?P<other>.)",
    re.S,
)
SOFT = "\x02\ufffe\u00ad"
LEADERS = re.compile(r"(?:\. ?){4,}|_{2,}")
DROPPED = re.compile(rf"(?P<leaders>{LEADERS.pattern})|(?P<space> )|(?P<hyphen>(?<=[^\W\d_])-(?=[^\W\d_]| ))")


@dataclass(frozen=True)
class Folded:
    """A text evened out, with the offset in the original of each of its characters."""

    text: str
    offsets: Sequence[int]

    def original(self, start: int, end: int) -> Span:
        """The span of the original that [start, end) stands for."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def fold(text: str) -> Folded:
    """Even out typography and white space, keeping for each character where it came from."""
    pieces: list[str] = []
    offsets = array("I")
    for match in PIECE.finditer(text):
        start = match.start()
        if match.lastgroup == "plain":
            pieces.append(match.group().lower())
            offsets.extend(range(start, match.end()))
        elif match.lastgroup == "space":
            if offsets and pieces[-1] != " ":
                pieces.append(" ")
                offsets.append(start)
        elif match.lastgroup == "other":
            piece = _evened(match.group())
            pieces.append(piece)
            offsets.extend([start] * len(piece))
        elif text[match.end()].isupper():  # "inter-\nNational" is no word broken over a line
            pieces.append("-")
            offsets.append(start)
    return Folded("".join(pieces), offsets)


def _evened(character: str) -> str:
    """A character outside the plain ones: letters taken apart, quotes and dashes made plain, the invisible dropped."""
    if character in EVEN:
        return EVEN[character]
    if character in SOFT or unicodedata.category(character) == "Cf":
        return ""
    if character.isalpha():  # digits stay: a raised two is not the figure two
        return unicodedata.normalize("NFKD", character).lower()
    return character


def skeleton(folded: Folded) -> Folded:
    """Drop white space, hyphens inside words and dot leaders; white space that keeps two numbers apart stays."""
    text = folded.text
    pieces: list[str] = []
    offsets = array("I")
    last = 0
    for match in DROPPED.finditer(text):
        start, end = match.span()
        pieces.append(text[last:start])
        offsets.extend(folded.offsets[last:start])
        if _keeps_apart(text, start, end):
            pieces.append(" ")
            offsets.append(folded.offsets[start])
        last = end
    pieces.append(text[last:])
    offsets.extend(folded.offsets[last:])
    return Folded("".join(pieces), offsets)


def _keeps_apart(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return bool(before and after) and before in "0123456789.,%" and after in "0123456789.,"
