"""Quote in, verified Citation out: the quote is looked for on the stored page, and only what is found is cited.

`exact`: byte for byte. `normalized`: equal once ligatures, hyphens at line ends, quotation marks and white space
are evened out. `fuzzy`: an alignment above a threshold in which every number agrees. `moved`: found on another
page than the one named. `failed`: not found; such a citation never ships. Knows nothing of models or prompts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from ingest.types import Document, Page, Rectangle, Span

FUZZY_LEAST = 92.0  # percent; below it the alignment may be another sentence about the same thing
SHORTEST_FUZZY = 24  # characters; shorter quotes must match exactly or normalized
EVEN = str.maketrans(
    {
        "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "…": "...",
        "‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
    }
)  # fmt: skip
HYPHENS = "\x02\ufffe\u00ad"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Verification(StrEnum):
    """How a quote was found on its page."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    FUZZY = "fuzzy"
    MOVED = "moved"
    FAILED = "failed"


@dataclass(frozen=True)
class Citation:
    """A checked reference to a page. `cited_text` is the page's own text at `span`, byte for byte."""

    document_id: str
    document_name: str
    cited_text: str
    quote: str | None
    page: int
    page_label: str | None
    section: str | None
    span: Span
    rectangles: tuple[Rectangle, ...]
    verification: Verification


@dataclass(frozen=True)
class Located:
    """Where a quote stands: page, span, and how it was matched."""

    page: Page
    span: Span
    verification: Verification


@dataclass(frozen=True)
class _Folded:
    """A text evened out, with the offset in the original of each of its characters."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> Span:
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def locate(quote: str, claimed: Page | None, others: Sequence[Page] = ()) -> Located | None:
    """Find a quote on the page it is claimed to be on, else on the others; None when it stands nowhere."""
    if not quote.strip():
        return None
    if claimed is not None:
        found = find_on(quote, claimed)
        if found is not None:
            return found
    for page in others:
        if claimed is None or page.number != claimed.number:
            found = find_on(quote, page)
            if found is not None:
                kind = Verification.MOVED if claimed is not None else found.verification
                return Located(page, found.span, kind)
    return None


def find_on(quote: str, page: Page) -> Located | None:
    """Find a quote on one page: exactly, else normalized, else by alignment with every number equal."""
    start = page.text.find(quote)
    if start >= 0:
        return Located(page, Span(start, start + len(quote)), Verification.EXACT)
    folded, wanted = fold(page.text), fold(quote).text.strip()
    if not wanted:
        return None
    start = folded.text.find(wanted)
    if start >= 0:
        return Located(page, folded.original(start, start + len(wanted)), Verification.NORMALIZED)
    return _align(wanted, folded, page)


def _align(wanted: str, folded: _Folded, page: Page) -> Located | None:
    if len(wanted) < SHORTEST_FUZZY or len(folded.text) < len(wanted) // 2:
        return None
    alignment = fuzz.partial_ratio_alignment(wanted, folded.text, score_cutoff=FUZZY_LEAST)
    if alignment is None or alignment.dest_end <= alignment.dest_start:
        return None
    start, end = _whole_words(folded.text, alignment.dest_start, alignment.dest_end)
    start += len(folded.text[start:end]) - len(folded.text[start:end].lstrip())
    end = start + len(folded.text[start:end].rstrip())
    if NUMBER.findall(wanted) != NUMBER.findall(folded.text[start:end]):
        return None  # one altered digit is the error a reader would never forgive
    if _words_changed(wanted, folded.text[start:end]):
        return None
    return Located(page, folded.original(start, end), Verification.FUZZY)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _words_changed(wanted: str, found: str) -> bool:
    """Negations and limits turn a sentence around while hardly changing its letters."""
    pattern = r"\b(?:not|no|never|none|neither|nor|without|unless|except|increased?|decreased?|may|shall|must)\b"
    return re.findall(pattern, wanted) != re.findall(pattern, found)


def fold(text: str) -> _Folded:
    """Even out typography and white space, keeping for each character where it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    index = 0
    while index < len(text):
        character = text[index]
        skip = _hyphen_break(text, index)
        if skip:
            index += skip
            continue
        if character.isspace():
            if characters and characters[-1] != " ":
                characters.append(" ")
                offsets.append(index)
        elif character != "\u200b":
            for piece in character.translate(EVEN).lower():
                characters.append(piece)
                offsets.append(index)
        index += 1
    return _Folded("".join(characters), tuple(offsets))


def _hyphen_break(text: str, index: int) -> int:
    """How many characters a word break at a line end takes, 0 when there is none here."""
    if text[index] in HYPHENS or (text[index] == "-" and text[index + 1 : index + 2] in ("\r", "\n")):
        end = index + 1
        while end < len(text) and text[end] in "\r\n":
            end += 1
        followed = end < len(text) and text[end].islower()
        preceded = index > 0 and text[index - 1].isalpha()
        return end - index if followed and preceded else 0
    return 0


def citation(
    document: Document, located: Located, quote: str | None, section: str | None, rectangles: Sequence[Rectangle]
) -> Citation:
    """Put a located quote into the form that ships."""
    text = located.page.text[located.span.start : located.span.end]
    return Citation(
        document.id,
        document.name,
        text,
        quote if quote is not None and quote != text else None,
        located.page.number,
        located.page.label,
        section,
        located.span,
        tuple(rectangles),
        located.verification,
    )
