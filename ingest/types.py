"""The words of the contract as frozen data: what ingest hands out and service may rely on.

Knows nothing of files, databases or HTTP. Offsets are Unicode code points, half open; page numbers are
physical and one-based; lengths on the page are points from the top left of the page as displayed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a document stands; `SEARCHABLE` onward it can be asked about."""

    QUEUED = "queued"
    READING = "reading"
    SEARCHABLE = "searchable"
    READY = "ready"
    PARTIAL = "partial"
    FAILED = "failed"


READABLE = (Status.SEARCHABLE, Status.READY, Status.PARTIAL)
SETTLED = (Status.READY, Status.PARTIAL, Status.FAILED)


class PageKind(StrEnum):
    """Where a page's text comes from."""

    TEXT = "text"
    SCAN = "scan"
    EMPTY = "empty"


class TextLayer(StrEnum):
    """Whose reading of a page its text is: the file's own, OCR's, OCR's in place of the file's own, or nobody's."""

    NATIVE = "native"
    OCR = "ocr"
    REPLACED = "replaced"
    UNREADABLE = "unreadable"


class MarkedKind(StrEnum):
    """What is special about a span."""

    HIDDEN = "hidden"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see. `documents` and `collection` narrow it; both given means their intersection.

    `key` names whom costs are charged to; it narrows nothing.
    """

    tenant: str
    documents: tuple[str, ...] | None = None
    collection: str | None = None
    key: str = "local"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points in one page's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box on a page, in points, origin at the top left of the page as displayed."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of characters inside a line with its horizontal extent: a number of a table row, an OCR word."""

    start: int
    end: int
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of page text with its box, font size in points and weight; `confidence` (0 to 1) is OCR's."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float = 0.0
    bold: bool = False
    marks: tuple[Mark, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Marked:
    """A span of a page's text that is hidden or struck. Hidden words stand in `text`, blanks in the page's text."""

    start: int
    end: int
    kind: MarkedKind
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as a reader delivers it: text as seen, geometry beside it, `error` when it could not be read in full."""

    number: int
    text: str
    kind: PageKind
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    error: str | None = None
    marked: tuple[Marked, ...] = ()
    text_layer: TextLayer = TextLayer.NATIVE


@dataclass(frozen=True, slots=True)
class Page:
    """A stored page. `document_start` is its offset in the document text (pages joined by a form feed)."""

    number: int
    label: str | None
    kind: PageKind
    text: str
    width: float
    height: float
    document_start: int
    tokens: int
    error: str | None = None
    lines: tuple[Line, ...] = field(default=(), repr=False)
    marked: tuple[Marked, ...] = ()
    text_layer: TextLayer = TextLayer.NATIVE


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the outline. The end is exclusive: it starts where the next section of its level starts."""

    ordinal: int
    parent: int | None
    level: int
    kind: str
    title: str
    number: str | None
    start_page: int
    start: int
    end_page: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of one page with its breadcrumb of sections and, for tables, the header lines it belongs under."""

    id: str
    ordinal: int
    page: int
    start: int
    end: int
    breadcrumb: tuple[str, ...]
    caption: str
    table: bool
    tokens: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the current stage is."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Detected:
    """What a document says of itself, on its cover or in the file's properties; None where it does not say."""

    title: str | None = None
    form: str | None = None  # "10-K", "10-Q/A", "agreement" …
    company: str | None = None
    period: str | None = None  # "FY2018", "2023Q2"
    period_end: str | None = None  # the date as printed
    fiscal_year: int | None = None

    def known(self) -> dict[str, str | int]:
        """What the document does say, by name."""
        values = {name: getattr(self, name) for name in Detected.__slots__}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Document:
    """One upload. `content` names the bytes; equal bytes share pages, chunks and vectors inside a tenant."""

    id: str
    tenant: str
    content: str
    name: str
    media_type: str
    bytes: int
    status: Status
    progress: Progress
    error: tuple[str, str] | None
    pages: int | None
    tokens: int | None
    tokenizer: str | None
    metadata: dict[str, Any]
    detected: Detected
    collections: tuple[str, ...]
    created_at: float
    attempts: int = 0
