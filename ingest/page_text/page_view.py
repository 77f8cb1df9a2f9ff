"""An open page as it is shown to those who look at what of its text can be seen. Knows nothing of PDFium."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.page_text.page_objects import Box

DRAWN_DPI = 96.0
LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029\x02\ufffe]+[\x02\ufffe]?")


@dataclass(frozen=True)
class PageView:
    """The page's text with a character's index at PDFium (`character`) and its box as displayed (`box`)."""

    textpage: Any
    text: str
    size: tuple[float, float]
    character: Callable[[int], int]
    box: Callable[[int], Box]
    draw: Callable[[float], Any]
    layers: bool  # whether the file has layers that may be switched off

    @cached_property
    def drawing(self) -> Any:
        """The page drawn in grey at DRAWN_DPI, a Pillow image."""
        return self.draw(DRAWN_DPI).convert("L")

    def heights(self, start: int, end: int) -> tuple[float, float]:
        """Top and bottom of a line, by three of its characters."""
        boxes = [self.box(offset) for offset in (start, (start + end) // 2, end - 1)]
        return min(box[1] for box in boxes), max(box[3] for box in boxes)


def split_lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line's text begins and ends; a line that ends in a broken word ends there, too."""
    for match in LINE.finditer(text):
        body = match.group().strip()
        if body:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            yield start, start + len(body)
