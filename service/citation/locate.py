"""Quote in, verified Citation out: the quote is looked for on the stored page, and only what is found is cited.

`exact`: byte for byte. `normalized`: equal once ligatures, hyphens, quotation marks and white space are evened out.
`fuzzy`: an alignment above a threshold with the same numbers and the same words, but for what extraction, typesetting
and OCR do to letters (text/ocr_noise.py). `moved`: found on another page than the one named. `failed`: not found;
such a citation never ships. A quote may run over a page's end.
A quote that begins or ends inside a word or number is not one. Knows nothing of models or prompts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from ingest.text.normalize import Level, Normalized, compacted, normalize, normalize_with_offsets
from ingest.text.ocr_noise import mend
from ingest.types import Document, MarkedKind, Page, PageKind, Rectangle, Span
from service.citation.page_join import PageJoin, joined
from service.citation.wording import cuts, same_guards, same_wording, token_windows
from service.contract.answer import Citation, Verification

MIN_FUZZY_SCORE = 90.0  # percent; where the alignment is looked at closely. What decides is same_wording
MIN_FUZZY_LENGTH = 24  # characters; shorter quotes must match exactly or normalized
MIN_MOVED = 12  # characters; "Total assets" stands on many pages, what is shorter proves nothing elsewhere
CLOSING = ".,;:!?)]\"'"
PREPARED_PAGES = 512  # normalized texts kept, about 50 kB each


@dataclass(frozen=True)
class Located:
    """Where a quote stands: page, span, and how it was matched; `continued` on the page after, if it runs over."""

    page: Page
    span: Span
    verification: Verification
    continued: tuple[tuple[Page, Span], ...] = ()

    @property
    def text(self) -> str:
        """The pages' own words."""
        places = ((self.page, self.span), *self.continued)
        return "\f".join(page.text[span.start : span.end] for page, span in places)


@dataclass(frozen=True)
class _Prepared:
    """A text in its other forms; made once for each text. `mended` keeps its offsets."""

    caseless: Normalized
    compact: Normalized
    mended: str


@lru_cache(maxsize=PREPARED_PAGES)
def _prepared(text: str) -> _Prepared:
    caseless = normalize_with_offsets(text, Level.CASELESS)
    return _Prepared(caseless, compacted(caseless), mend(text))


def locate(quote: str, claimed: Page | None, others: Sequence[Page] = ()) -> Located | None:
    """Find a quote on the page it is claimed to be on, else on the others; None when it stands nowhere.

    `others` are pages of one document. The claimed page wins, then a quote that runs from or onto it, then the page
    nearest to it on which the quote stands best.
    """
    quote = quote.strip()
    if not quote:
        return None
    if claimed is not None:
        found = find_on(quote, claimed) or _over_the_end(quote, claimed, others)
        if found is not None:
            return found
        if len(_prepared(quote).compact.text) < MIN_MOVED:
            return None
    elsewhere = [page for page in others if claimed is None or page.number != claimed.number]
    if claimed is not None:
        elsewhere.sort(key=lambda page: abs(page.number - claimed.number))
    found = _best_of(quote, elsewhere)
    if found is not None and claimed is not None:
        return replace(found, verification=Verification.MOVED)
    return found


def _best_of(quote: str, pages: Sequence[Page]) -> Located | None:
    for find in (_exactly, _normalized, _fuzzily):
        for page in pages:
            found = find(quote, page.text, _by_ocr(page))
            if found is not None:
                return Located(page, *found)
    return next(filter(None, (_across(quote, joint) for joint in _joints(pages))), None)


def _by_ocr(page: Page) -> bool:
    return page.kind is PageKind.SCAN


def find_on(quote: str, page: Page) -> Located | None:
    """Find a quote on one page: exactly, else normalized, else by alignment with the same numbers and words."""
    found = _find_in(quote, page.text, _by_ocr(page))
    return Located(page, *found) if found is not None else None


def _find_in(quote: str, text: str, by_ocr: bool) -> tuple[Span, Verification] | None:
    quote = quote.strip()
    for find in (_exactly, _normalized, _fuzzily):
        found = find(quote, text, by_ocr)
        if found is not None:
            return found
    return None


def _exactly(quote: str, text: str, _by_ocr: bool) -> tuple[Span, Verification] | None:
    if not quote:
        return None
    span = _whole(quote, text, lambda start, end: Span(start, end), text)
    return (span, Verification.EXACT) if span else None


def _normalized(quote: str, text: str, _by_ocr: bool) -> tuple[Span, Verification] | None:
    wanted, stored = _prepared(quote), _prepared(text)
    plain, compact = wanted.caseless.text.strip(), wanted.compact.text.strip()
    if not compact:
        return None
    span = _whole(plain, stored.caseless.text, stored.caseless.original, text)
    if span is None:
        span = _whole(compact, stored.compact.text, stored.compact.original, text)
        if span is not None and not same_guards(plain, normalize(text[span.start : span.end], Level.CASELESS)):
            return None  # "not able" and "notable" differ by white space alone
    return (span, Verification.NORMALIZED) if span else None


def _whole(wanted: str, text: str, original: Callable[[int, int], Span], source: str) -> Span | None:
    """The first place a text stands at that cuts no word or number of the source in two."""
    start = text.find(wanted)
    while start >= 0:
        span = original(start, start + len(wanted))
        if not cuts(source, span.start) and not cuts(source, span.end):
            return span
        start = text.find(wanted, start + 1)
    return None


def _fuzzily(quote: str, text: str, by_ocr: bool) -> tuple[Span, Verification] | None:
    found = _aligned(quote, text, by_ocr)
    mended = _prepared(quote).mended, _prepared(text).mended
    if found is None and mended != (quote, text):
        found = _aligned(*mended, by_ocr)
    return (found, Verification.FUZZY) if found is not None else None


def _aligned(quote: str, text: str, by_ocr: bool) -> Span | None:
    wanted, stored = _prepared(quote).caseless.text.strip(), _prepared(text).caseless
    if min(len(wanted), len(stored.text)) < MIN_FUZZY_LENGTH:
        return None
    alignment = fuzz.partial_ratio_alignment(wanted, stored.text, score_cutoff=MIN_FUZZY_SCORE)
    if alignment is None or alignment.dest_end <= alignment.dest_start:
        return None
    for start, end in token_windows(stored.text, alignment.dest_start, alignment.dest_end):
        span = stored.original(start, end)
        whole = not cuts(text, span.start) and not cuts(text, span.end)
        if whole and same_wording(wanted, stored.text, start, end, by_ocr):
            return stored.original(start, _with_closing(wanted, stored.text, end))
    return None


def _with_closing(wanted: str, text: str, end: int) -> int:
    """The end moved behind the marks that close the quote, where the page has them too."""
    closing = wanted[len(wanted.rstrip(CLOSING)) :]
    while closing and text[end : end + 1] == closing[0]:
        closing, end = closing[1:], end + 1
    return end


def _over_the_end(quote: str, claimed: Page, others: Sequence[Page]) -> Located | None:
    """The quote where it runs from the claimed page onto the next, or from the one before onto it."""
    near = [page for page in others if abs(page.number - claimed.number) == 1]
    return next(filter(None, (_across(quote, joint) for joint in _joints([claimed, *near]))), None)


def _joints(pages: Sequence[Page]) -> Iterator[PageJoin]:
    by_number = {page.number: page for page in pages}
    for number in sorted(by_number):
        if number + 1 in by_number:
            yield joined(by_number[number], by_number[number + 1])


def _across(quote: str, joint: PageJoin) -> Located | None:
    found = _find_in(quote, joint.text, _by_ocr(joint.first) or _by_ocr(joint.second))
    if found is None:
        return None
    places = joint.split(found[0])
    if len(places) < 2:
        return None  # it stands on one page and was found there, or would have been
    (page, span), *rest = places
    kind = Verification.NORMALIZED if found[1] is Verification.EXACT else found[1]
    return Located(page, span, kind, tuple(rest))


def citation(
    document: Document, located: Located, quote: str | None, section: str | None, rectangles: Sequence[Rectangle]
) -> Citation:
    """Put a located quote into the form that ships."""
    text = located.text
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
        tuple((page.number, span) for page, span in located.continued),
        struck=_struck(located.page, located.span),
    )


def _struck(page: Page, span: Span) -> str | None:
    marks = (mark for mark in page.marked if mark.kind is MarkedKind.STRUCK)
    return next((mark.reason for mark in marks if mark.start < span.end and span.start < mark.end), None)
