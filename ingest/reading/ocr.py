"""Reads the words of a picture. The only importer of rapidocr. Runs inside an OCR process of its own.

Knows nothing of PDFs. The models lie inside the package: nothing is downloaded.
"""

from typing import Any

import numpy as np
from rapidocr import RapidOCR

from ingest.types import Line, Mark, PageKind, RawPage

OCR_DPI = 170.0  # ten-point print is about 24 pixels high then, what the recognition model was trained on
SAME_LINE = 0.5  # two boxes stand on one line when their heights overlap by this share of the smaller
WIDE_GAP = 1.2  # a gap wider than this many line heights is a column gap and is written as two spaces


class WordReader:
    """The recognition models, loaded once for all pages of a process."""

    def __init__(self, threads: int) -> None:
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Any, number: int, dpi: float) -> RawPage:
        """Text and word boxes of a Pillow image drawn at `dpi`; the page's size follows from the two."""
        pixels = np.asarray(picture.convert("RGB"))
        found = self._engine(pixels, return_word_box=True)
        scale = 72 / dpi
        width, height = picture.width * scale, picture.height * scale
        pieces = [_piece(words, scale) for words in (found.word_results or ()) if _is_words(words)]
        text, lines = _compose(_rows(pieces))
        kind = PageKind.SCAN if text.strip() else PageKind.EMPTY
        return RawPage(number, text, kind, width, height, tuple(lines))


Word = tuple[str, float, float, float, float]


def _is_words(words: Any) -> bool:
    """RapidOCR fills the place of an empty result with a row of placeholders."""
    return bool(words) and all(len(word) == 3 and word[2] is not None for word in words)


def _piece(words: Any, scale: float) -> list[Word]:
    result = []
    for text, _score, box in words:
        xs = [point[0] * scale for point in box]
        ys = [point[1] * scale for point in box]
        result.append((str(text), min(xs), min(ys), max(xs), max(ys)))
    return result


def _rows(pieces: list[list[Word]]) -> list[list[Word]]:
    """Put pieces that stand side by side on one row, rows from top to bottom."""
    rows: list[list[Word]] = []
    for piece in sorted((p for p in pieces if p), key=lambda p: (p[0][2], p[0][1])):
        top, bottom = min(word[2] for word in piece), max(word[4] for word in piece)
        for row in reversed(rows[-6:]):
            row_top, row_bottom = min(word[2] for word in row), max(word[4] for word in row)
            overlap = min(bottom, row_bottom) - max(top, row_top)
            if overlap > SAME_LINE * min(bottom - top, row_bottom - row_top):
                row.extend(piece)
                break
        else:
            rows.append(list(piece))
    return [sorted(row, key=lambda word: word[1]) for row in rows]


def _compose(rows: list[list[Word]]) -> tuple[str, list[Line]]:
    text, lines = "", []
    for row in rows:
        start, marks = len(text), []
        for index, (word, x0, _y0, x1, _y1) in enumerate(row):
            if index:
                gap, height = x0 - row[index - 1][3], row[index - 1][4] - row[index - 1][2]
                text += "  " if gap > WIDE_GAP * height else " "
            marks.append(Mark(len(text), len(text) + len(word), x0, x1))
            text += word
        y0, y1 = min(word[2] for word in row), max(word[4] for word in row)
        lines.append(Line(start, len(text), row[0][1], y0, row[-1][3], y1, round(y1 - y0, 1), False, tuple(marks)))
        text += "\n"
    return text, lines
