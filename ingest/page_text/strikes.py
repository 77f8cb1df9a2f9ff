"""Words that are struck through: by a stroke drawn over them or by a StrikeOut annotation. Knows nothing of PDFium."""

from collections.abc import Iterator, Sequence

from ingest.page_text.page_objects import Box, PageObjects, inside
from ingest.page_text.page_view import DRAWN_DPI, PageView, split_lines
from ingest.types import Marked, MarkedKind

STROKE_SHADE = 40  # of 255: by how much a stroke is darker than the paper
STRIKE_FROM, STRIKE_TO = 0.25, 0.8  # of a letter's height, from its foot: where a stroke crosses it out
MIN_STRUCK_SHARE = 0.6  # of a word's characters; a stroke that touches fewer belongs to a neighbour


def struck(view: PageView, objects: PageObjects, hidden: Sequence[Marked]) -> Iterator[Marked]:
    """Words that a stroke or a StrikeOut annotation crosses."""
    if not objects.strokes and not objects.strike_outs:
        return
    taken = {offset for span in hidden for offset in range(span.start, span.end)}
    for start, end in split_lines(view.text):
        strokes = _at_height(view.heights(start, end), objects.strokes)
        strike_outs = _at_height(view.heights(start, end), objects.strike_outs)
        crossed = _crossed(view, range(start, end), strokes, strike_outs) if strokes or strike_outs else set()
        for first, last in _runs(sorted(crossed - taken), view.text):
            word = range(*_around(view.text, first, last, start, end))
            if _is_whole(view.text, word, crossed) and (strike_outs or _is_drawn_through(view, first, last)):
                yield Marked(first, last, MarkedKind.STRUCK, "struck through", "")


def _at_height(heights: tuple[float, float], boxes: Sequence[Box]) -> list[Box]:
    top, bottom = heights
    return [box for box in boxes if top < box[3] and box[1] < bottom]


def _is_whole(text: str, word: range, crossed: set[int]) -> bool:
    letters = [offset for offset in word if not text[offset].isspace()]
    return sum(offset in crossed for offset in letters) >= MIN_STRUCK_SHARE * len(letters)


def _crossed(view: PageView, line: range, strokes: Sequence[Box], strike_outs: Sequence[Box]) -> set[int]:
    """Letters and digits of a line that a stroke runs through, each by its own box: lines may be joined."""
    crossed = set()
    for offset in line:
        if not view.text[offset].isalnum():
            continue
        box = view.box(offset)
        x, height = (box[0] + box[2]) / 2, box[3] - box[1]
        low, high = box[1] + (1 - STRIKE_TO) * height, box[3] - STRIKE_FROM * height
        through = any(s[0] <= x <= s[2] and low <= (s[1] + s[3]) / 2 <= high for s in strokes)
        if through or any(inside(box, strike_out) for strike_out in strike_outs):
            crossed.add(offset)
    return crossed


def _is_drawn_through(view: PageView, start: int, end: int) -> bool:
    """Whether the drawn page shows an unbroken dark row across a span: a stroke may lie under a filled box."""
    boxes = [view.box(offset) for offset in range(start, end) if view.text[offset].isalnum()]
    scale = DRAWN_DPI / 72
    left, right = min(b[0] for b in boxes) * scale + 1, max(b[2] for b in boxes) * scale - 1
    top, bottom = min(b[1] for b in boxes) * scale, max(b[3] for b in boxes) * scale
    if right - left < 2:
        return True
    paper = view.drawing.crop((int(left), int(top) - 2, int(right), int(bottom) + 2)).getextrema()[1]
    rows = [view.drawing.crop((int(left), y, int(right), y + 1)) for y in range(int(top), int(bottom) + 1)]
    return any(row.getextrema()[1] < paper - STROKE_SHADE for row in rows)


def _runs(offsets: Sequence[int], text: str) -> Iterator[tuple[int, int]]:
    """Runs of offsets with no letter or digit between them, with the punctuation that touches them."""
    start = previous = None
    for offset in [*offsets, None]:
        if start is None or previous is None:
            start = offset
        elif offset is None or any(character.isalnum() for character in text[previous + 1 : offset]):
            last = previous + 1
            while start > 0 and _is_punctuation(text[start - 1]):
                start -= 1
            while last < len(text) and _is_punctuation(text[last]):
                last += 1
            yield start, last
            start = offset
        previous = offset


def _is_punctuation(character: str) -> bool:
    return not character.isalnum() and not character.isspace()


def _around(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    while first > start and not text[first - 1].isspace():
        first -= 1
    while last < end and not text[last].isspace():
        last += 1
    return first, last
