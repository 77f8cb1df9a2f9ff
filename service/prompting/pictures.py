"""Pages as pictures, for a model that can see: what they cost in tokens and how they stand in a message.

Knows no model and no question; which pages are shown is decided in service/routing/context.py.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.errors import PinciteError
from ingest.pages import Pages
from ingest.types import Document
from service.contract.answer import Warning
from service.llm.payload import size_tokens

DPI, POINTS = 96, 72
PER_LABEL = 12  # tokens of the line that names a picture

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """A page worth a picture; one that is `wordless` has nothing else to show. `width` and `height` are in points."""

    document: Document
    number: int
    width: float
    height: float
    wordless: bool

    @property
    def tokens(self) -> int:
        """What a model is charged for it, with its name."""
        return PER_LABEL + size_tokens(self.width * DPI / POINTS, self.height * DPI / POINTS)


def illustrated(
    messages: Iterable[Message], pictures: Iterable[Picture], pages: Pages, aliases: Mapping[str, str]
) -> tuple[list[Message], list[Warning]]:
    """The messages with pictures behind the last one's text, and a warning for each that cannot be drawn.

    `aliases` gives the short name of a document by its id.
    """
    *before, last = messages
    shown: list[dict[str, Any]] = []
    warnings = []
    for picture in pictures:
        try:
            png = pages.png(picture.document, picture.number, DPI)
        except PinciteError as error:
            message = f"Page {picture.number} of {picture.document.name} cannot be shown: {error.message}"
            warnings.append(Warning("page_not_shown", message, picture.number))
            continue
        data = base64.b64encode(png).decode()
        named = f"Picture of page {picture.number} of {aliases[picture.document.id]}:"
        shown.append({"type": "text", "text": named})
        shown.append({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}})
    if not shown:
        return [*before, last], warnings
    return [*before, {**last, "content": [{"type": "text", "text": last["content"]}, *shown]}], warnings
