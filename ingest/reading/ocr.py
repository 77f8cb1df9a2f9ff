"""Reads the words of a picture. The only importer of rapidocr. Runs inside an OCR process of its own.

Knows nothing of PDFs. The models lie inside the package: nothing is downloaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidocr import RapidOCR

from ingest.types import Line, Mark, PageKind, RawPage, TextLayer

OCR_DPI = 170.0  # ten-point print is about 24 pixels high then, what the recognition model was trained on
RETRY_DPIS = (220.0, 150.0)  # scales at which lines of low confidence are read again, one after the other
GOOD_CONFIDENCE = 0.9  # lines below it are read again
MIN_CONFIDENCE = 0.5  # lines that stay below it are specks and pictures, not words
MAX_DOUBTFUL_SHARE = 0.3  # a page with more of its text in lines below GOOD_CONFIDENCE is told of as read in part
MIN_LINES_OF_TEXT = 5  # as many illegible lines are a page that cannot be read; fewer may be a logo or dust
MAX_LINES_AGAIN = 40  # a line costs about 0.15 s
LINE_EDGE = 0.15  # of the line's height
SAME_LINE = 0.5  # two boxes stand on one line when their heights overlap by this share of the smaller
WIDE_GAP = 1.2  # a gap wider than this many line heights is a column gap and is written as two spaces

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word with its box in points and its confidence (0 to 1)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float


class WordReader:
    """The recognition models, loaded once for all pages of a process."""

    def __init__(self, threads: int) -> None:
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,  # what is below MIN_CONFIDENCE is read again before it is dropped
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, draw: Callable[[float], Any], number: int) -> RawPage:
        """Text and word boxes, in points, of the page that `draw(dpi)` gives as a Pillow image.

        Lines recognised with low confidence are read again at other scales and the better reading is kept.
        A page with more than MAX_DOUBTFUL_SHARE of doubtful text carries an `error` beside it.
        """
        picture = draw(OCR_DPI)
        scale = 72 / OCR_DPI
        found = self._engine(np.asarray(picture.convert("RGB")), use_det=True, use_cls=True, return_word_box=True)
        pieces = [_piece(words, scale) for words in (found.word_results or ()) if _is_words(words)]
        pieces = self._read_again(pieces, draw)
        legible = [piece for piece in pieces if _confidence(piece) >= MIN_CONFIDENCE]
        text, lines = _compose(_rows(legible))
        kind = PageKind.SCAN if text.strip() or len(pieces) >= MIN_LINES_OF_TEXT else PageKind.EMPTY
        size = picture.width * scale, picture.height * scale
        return RawPage(number, text, kind, *size, tuple(lines), _doubt(pieces, legible), text_layer=TextLayer.OCR)

    def _read_again(self, pieces: list[list[Word]], draw: Callable[[float], Any]) -> list[list[Word]]:
        """The lines, those of low confidence in the best of their readings at RETRY_DPIS."""
        best = list(pieces)
        for dpi in RETRY_DPIS:
            low = [index for index, piece in enumerate(best) if _confidence(piece) < GOOD_CONFIDENCE]
            if not low:
                break
            picture = draw(dpi)
            for index in low[:MAX_LINES_AGAIN]:
                again = self._read_line(picture, _around(pieces[index]), dpi)
                if again and _confidence(again) > _confidence(best[index]):
                    best[index] = again
        return best

    def _read_line(self, picture: Any, box: Box, dpi: float) -> list[Word]:
        """The words in one box (points) of a picture, recognised without looking for lines first."""
        left, top, right, bottom = (round(value * dpi / 72) for value in box)
        crop = np.asarray(picture.crop((left, top, right, bottom)).convert("RGB"))
        result = self._engine(crop, use_det=False, use_cls=False, return_word_box=True)
        if not result.txts or not result.txts[0].strip() or not all(result.word_results):
            return []
        height, width = crop.shape[:2]
        corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], dtype=np.float32)
        words = self._engine.calc_word_boxes([crop], corners, result)
        if not words or not _is_words(words[0]):
            return []
        x, y, scale = left * 72 / dpi, top * 72 / dpi, 72 / dpi
        return [
            Word(word.text, word.x0 + x, word.y0 + y, word.x1 + x, word.y1 + y, word.confidence)
            for word in _piece(words[0], scale)
        ]


def _is_words(words: Any) -> bool:
    """RapidOCR fills the place of an empty result with a row of placeholders."""
    return bool(words) and all(len(word) == 3 and word[2] is not None for word in words)


def _piece(words: Any, scale: float) -> list[Word]:
    result = []
    for text, confidence, box in words:
        xs = [float(point[0]) * scale for point in box]
        ys = [float(point[1]) * scale for point in box]
        result.append(Word(str(text), min(xs), min(ys), max(xs), max(ys), float(confidence)))
    return result


def _confidence(words: Sequence[Word]) -> float:
    """Mean confidence of some words, each counted by its length; 0 for none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def _around(piece: Sequence[Word]) -> Box:
    """A line's box with a little of the paper around it: the recogniser reads a tight or a wide cut worse."""
    x0, y0 = min(word.x0 for word in piece), min(word.y0 for word in piece)
    x1, y1 = max(word.x1 for word in piece), max(word.y1 for word in piece)
    edge = LINE_EDGE * (y1 - y0)
    return max(x0 - edge, 0.0), max(y0 - edge, 0.0), x1 + edge, y1 + edge


def _doubt(pieces: Sequence[Sequence[Word]], legible: Sequence[Sequence[Word]]) -> str | None:
    """Why a page's text is not to be trusted, or None."""
    if not legible:
        return "The page's picture holds lines, none of them legible." if len(pieces) >= MIN_LINES_OF_TEXT else None
    words = [word for piece in legible for word in piece]
    doubtful = [word for piece in legible if _confidence(piece) < GOOD_CONFIDENCE for word in piece]
    share = sum(len(word.text) for word in doubtful) / sum(len(word.text) for word in words)
    if share <= MAX_DOUBTFUL_SHARE:
        return None
    return (
        f"The page's picture is recognised with low confidence ({_confidence(words):.2f}): "
        f"{share:.0%} of its text may be wrong."
    )


def _rows(pieces: list[list[Word]]) -> list[list[Word]]:
    """Put pieces that stand side by side on one row, rows from top to bottom."""
    rows: list[list[Word]] = []
    for piece in sorted((p for p in pieces if p), key=lambda p: (p[0].y0, p[0].x0)):
        top, bottom = min(word.y0 for word in piece), max(word.y1 for word in piece)
        for row in reversed(rows[-6:]):
            row_top, row_bottom = min(word.y0 for word in row), max(word.y1 for word in row)
            overlap = min(bottom, row_bottom) - max(top, row_top)
            if overlap > SAME_LINE * min(bottom - top, row_bottom - row_top):
                row.extend(piece)
                break
        else:
            rows.append(list(piece))
    return [sorted(row, key=lambda word: word.x0) for row in rows]


def _compose(rows: list[list[Word]]) -> tuple[str, list[Line]]:
    text, lines = "", []
    for row in rows:
        start, marks = len(text), []
        for index, word in enumerate(row):
            if index:
                before = row[index - 1]
                gap, height = word.x0 - before.x1, before.y1 - before.y0
                text += "  " if gap > WIDE_GAP * height else " "
            marks.append(Mark(len(text), len(text) + len(word.text), word.x0, word.x1))
            text += word.text
        y0, y1 = min(word.y0 for word in row), max(word.y1 for word in row)
        box = row[0].x0, y0, row[-1].x1, y1
        height = round(y1 - y0, 1)
        lines.append(Line(start, len(text), *box, height, marks=tuple(marks), confidence=round(_confidence(row), 3)))
        text += "\n"
    return text, lines
