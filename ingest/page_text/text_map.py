"""From offsets in a page's text to PDFium's indexes of characters, also where lines have been put in another order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.page_text.reading_order import Row

BROKEN = ("\x02", "\ufffe")  # what PDFium puts for a hyphen at a line's end and the line break behind it
MAX_INDEX_STEP = 3  # PDFium counts characters of its own between those of a line


@dataclass(frozen=True, slots=True)
class TextMap:
    """Maps code points of the text to PDFium's character indexes; `indexes` is None when they are the same."""

    text: str
    indexes: list[int] | None

    def character(self, offset: int) -> int:
        return offset if self.indexes is None else self.indexes[offset]

    def runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """First and last index of each run of characters that follow each other in PDFium's order, too."""
        first = last = None
        for offset in range(start, end):
            index = self.character(offset)
            if first is None or last is None:
                first = index
            elif not last <= index <= last + MAX_INDEX_STEP:
                yield first, last
                first = index
            last = index
        if first is not None and last is not None:
            yield first, last

    def reordered(self, rows: Sequence[Row]) -> "TextMap":
        """The same lines in another order: the parts of a row behind each other, each row ended by a line break."""
        pieces: list[str] = []
        indexes: list[int] = []
        for row in rows:
            for start, end in row:
                body = self.text[start:end].rstrip()
                indexes += [self.character(offset) for offset in range(start, start + len(body))]
                gap = "" if body.endswith(BROKEN) else "\r\n" if (start, end) == row[-1] else " "
                pieces.append(body + gap)
                indexes += [indexes[-1]] * len(gap)
        return TextMap("".join(pieces), indexes)


def merge_on_lines(
    boxes: list[tuple[float, float, float, float]],
) -> list[tuple[float, float, float, float]]:
    """Join runs that stand on one line: their heights overlap by more than half of the smaller."""
    merged: list[tuple[float, float, float, float]] = []
    for box in boxes:
        if merged:
            last = merged[-1]
            overlap = min(last[3], box[3]) - max(last[1], box[1])
            if overlap > 0.5 * min(last[3] - last[1], box[3] - box[1]):
                merged[-1] = (
                    min(last[0], box[0]),
                    min(last[1], box[1]),
                    max(last[2], box[2]),
                    max(last[3], box[3]),
                )
                continue
        merged.append(box)
    return merged
