"""Judges a PDF page's own text: is it what the page shows, or is the picture to be read instead?

First `doubt` says, cheaply and for every page, why a text layer is not to be trusted as it is; a doubted page is read
by OCR, and `better` chooses between the two readings. Knows nothing of files or of how pages are drawn.
"""

import re
from dataclasses import dataclass, replace

from ingest.page_text.known_words import WORD, known_share, mixed_share, speaks
from ingest.types import PageKind, RawPage, TextLayer

ODD = re.compile("[\ufffd\ue000-\uf8ff]")  # no letter of any script
MAX_LOOKED_AT = 2000  # characters in which the commonest words are looked for
MIN_JUDGED_WORDS = 20  # a shorter text is not judged by its words
MAX_UNMAPPED = 0.05  # of the characters
MIN_KNOWN = 0.4  # share of known words below which a native text is doubted
MIN_KNOWN_LAYER = 0.8  # the same for a layer of recognised words under or over a scan
MAX_MIXED = 0.04
LARGE_PICTURE = 0.5  # of the page
MAX_HEADER_SHARE = 0.3  # of the page's height that a header or stamp over a scan takes
MAX_HEADER_CHARACTERS = 800
MUCH_BETTER = 0.15  # by how much the other reading's share of known words must be larger
MUCH_MORE = 1.3  # times as many words as the header alone
MIN_AGREEMENT = 0.5  # of the native words found in the other reading too


@dataclass(frozen=True)
class Traits:
    """What is known of a page beside its text, as shares from 0 to 1."""

    over_pictures: float  # of the characters: drawn without ink over a picture
    pictures: float  # of the page's area
    text_height: float  # of the page's height
    unmapped: float  # of the characters: the font does not say which letter they are


def doubt(text: str, traits: Traits) -> str | None:
    """Why the page's own text may not be what the page shows, or None."""
    if text and max(len(ODD.findall(text)) / len(text), traits.unmapped) > MAX_UNMAPPED:
        return "its font does not say which letters it shows"
    if traits.over_pictures >= 0.5:
        known = known_share(text)
        misread = mixed_share(text) > MAX_MIXED or (known is not None and known < MIN_KNOWN_LAYER)
        return "its hidden text layer holds words that are none" if misread else None
    little = len(text) <= MAX_HEADER_CHARACTERS and traits.text_height <= MAX_HEADER_SHARE
    if little and traits.pictures >= LARGE_PICTURE:
        return "most of it is a picture"
    return None if _holds_words(text) else "its text holds words that are none"


def _holds_words(text: str) -> bool:
    beginning = text[:MAX_LOOKED_AT]
    if speaks(beginning) or len(WORD.findall(beginning)) < MIN_JUDGED_WORDS:
        return True
    known = known_share(text)
    return known is None or known >= MIN_KNOWN


def better(native: RawPage, recognised: RawPage) -> RawPage:
    """The reading to keep of a doubted page; one that is no text either way comes with an `error`."""
    if len(native.text.split()) < 3:
        return replace(recognised, text_layer=TextLayer.OCR)
    if _agreement(native.text, recognised.text) >= MIN_AGREEMENT and mixed_share(native.text) <= MAX_MIXED:
        more = len(recognised.text.split()) >= MUCH_MORE * len(native.text.split())
        return replace(recognised, text_layer=TextLayer.OCR) if more else native
    known = known_share(native.text)
    if _knows_more(recognised.text, native.text, known):
        return replace(recognised, text_layer=TextLayer.REPLACED)
    if known is None or known >= MIN_KNOWN:
        return native
    message = "The page's text holds words that are none, and its picture could not be read either."
    return replace(native, error=message, text_layer=TextLayer.UNREADABLE)


def _agreement(text: str, other: str) -> float:
    """Share of the words of one text that the other has, too."""
    words = {word.lower() for word in WORD.findall(text)}
    again = {word.lower() for word in WORD.findall(other)}
    return len(words & again) / len(words) if words else 0.0


def _knows_more(text: str, native: str, known: float | None) -> bool:
    other = known_share(text)
    if other is not None and (known is None or other >= known + MUCH_BETTER):
        return True
    return bool(text.strip()) and mixed_share(native) > MAX_MIXED > mixed_share(text)


def as_scan(page: RawPage) -> RawPage:
    """A doubted page as one that waits for OCR; its own text stays until then."""
    return replace(page, kind=PageKind.SCAN, lines=())
