"""Puts lines that run through two columns of running text apart, so that each column is read down before the next.

PDFium joins what stands on one height when a file draws its columns row by row. Only running text is put apart: rows of
tables and lists of terms stay. Knows nothing of PDFs: it is shown a text and the box of each character.
"""

from collections.abc import Callable, Sequence
from statistics import median

Box = tuple[float, float, float, float]
Range = tuple[int, int]
Row = list[Range]
MIN_GAP = 9.0  # points between columns
MIN_ROWS = 4  # rows through both columns
MIN_LETTERS = 15  # of one column's part of a row, in the middle of all
MIN_RUNNING_ON = 0.4  # of the parts of a column begin with a small letter: sentences run on
SAMPLES = 4
SAME_GUTTER = 12.0  # points by which the gap of two rows may differ


def values_beside_labels(text: str, lines: Sequence[Range], box: Callable[[int], Box]) -> list[Row] | None:
    """Rows in which what was drawn in last (form values) stands behind what is printed before it on the same height."""
    pieces = [piece for line in lines for piece in _on_one_height(text, line, box)]
    rows: list[list[Range]] = []
    for piece in pieces:
        row = next((row for row in rows if _stands_behind(box, row[-1], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return list(rows) if len(rows) < len(pieces) else None


def _on_one_height(text: str, line: Range, box: Callable[[int], Box]) -> list[Range]:
    """The parts of a line, cut where PDFium has joined what stands on different heights."""
    parts, start = [], line[0]
    for offset in range(line[0] + 1, line[1] - 1):
        if text[offset] == " " and not _same_height(box(offset - 1), box(offset + 1)):
            parts.append((start, offset))
            start = offset + 1
    return [*parts, (start, line[1])]


def _same_height(one: Box, other: Box) -> bool:
    overlap = min(one[3], other[3]) - max(one[1], other[1])
    return overlap > -0.2 * max(one[3] - one[1], other[3] - other[1])


def _stands_behind(box: Callable[[int], Box], before: Range, piece: Range) -> bool:
    end, start = box(before[1] - 1), box(piece[0])
    return _same_height(end, start) and start[0] >= end[2]


def column_order(text: str, lines: Sequence[Range], box: Callable[[int], Box]) -> list[Row] | None:
    """Rows of the text in reading order, or None where the order is right as it is."""
    if not _seems_double(text, lines, box):
        return None
    gaps = [_gap(text, line, box) for line in lines]
    ordered: list[Range] = []
    position = 0
    while position < len(lines):
        end = _block_end(gaps, position)
        columns = _columns(text, lines[position:end], gaps[position:end])
        end = max(end, position + 1)
        ordered += columns or lines[position:end]
        position = end
    return None if ordered == list(lines) else [[part] for part in ordered]


def _seems_double(text: str, lines: Sequence[Range], box: Callable[[int], Box]) -> bool:
    """Whether some sampled lines hold running text on both sides of a gap: looking at every line costs time."""
    wide = [line for line in lines if line[1] - line[0] >= 2 * MIN_LETTERS]
    sampled = wide[:: max(1, len(wide) // SAMPLES)]
    return len(wide) >= MIN_ROWS and sum(_is_double(text, line, _gap(text, line, box)) for line in sampled) >= 2


def _columns(text: str, lines: Sequence[Range], gaps: Sequence[tuple[int, float] | None]) -> list[Range]:
    """The parts of a block of lines, left column first; empty when they are no two columns of running text."""
    both = [(line, gap[0]) for line, gap in zip(lines, gaps, strict=True) if gap is not None]
    left, right = [(line[0], cut) for line, cut in both], [(cut, line[1]) for line, cut in both]
    running = len(both) >= MIN_ROWS and _runs_on(text, left) and _runs_on(text, right)
    return [*left, *right] if running else []


def _block_end(gaps: Sequence[tuple[int, float] | None], start: int) -> int:
    first = gaps[start]
    end = start
    while end < len(gaps) and first is not None:
        gap = gaps[end]
        if gap is None or abs(gap[1] - first[1]) > SAME_GUTTER:
            break
        end += 1
    return end


def _gap(text: str, line: Range, box: Callable[[int], Box]) -> tuple[int, float] | None:
    """Offset behind the widest gap of a line and where the next word begins; None without a gap of columns."""
    best: tuple[float, int, float] | None = None
    for offset in range(line[0] + 1, line[1] - 1):
        if text[offset] == " " and text[offset + 1] != " ":
            before, after = box(offset - 1), box(offset + 1)
            width = after[0] - before[2]
            if width >= MIN_GAP and (best is None or width > best[0]):
                best = width, offset + 1, after[0]
    return (best[1], best[2]) if best else None


def _is_double(text: str, line: Range, gap: tuple[int, float] | None) -> bool:
    """Whether a line has running text on both sides of its gap."""
    parts = () if gap is None else (text[line[0] : gap[0]], text[gap[0] : line[1]])
    return bool(parts) and all(sum(map(str.isalpha, part)) >= MIN_LETTERS for part in parts)


def _runs_on(text: str, parts: Sequence[Range]) -> bool:
    letters = [sum(character.isalpha() for character in text[start:end]) for start, end in parts]
    small = sum(text[start:end].lstrip()[:1].islower() for start, end in parts[1:])
    return median(letters) >= MIN_LETTERS and small >= MIN_RUNNING_ON * (len(parts) - 1)
