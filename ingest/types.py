"""The words of the contract as frozen data: what ingest hands out and service may rely on.

Knows nothing of files, databases or HTTP. Offsets are Unicode code points, half open; page numbers are
physical and one-based; lengths on the page are points from the top left of the page as displayed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]  # shape (rows, dimensions), L2-normalised


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


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see. `documents` and `collection` narrow it; both given means their intersection."""

    tenant: str
    documents: tuple[str, ...] | None = None
    collection: str | None = None


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
    """One line of page text with its box, font size in points and weight."""

    start: int
    end: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float = 0.0
    bold: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as a reader delivers it: text unchanged, geometry beside it, `error` when it could not be read."""

    number: int
    text: str
    kind: PageKind
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    error: str | None = None


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
    detected: dict[str, Any]
    collections: tuple[str, ...]
    created_at: float
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What an index stores of a page or chunk: derived text only, never what is cited."""

    id: str
    content: str
    page: int
    heading: str
    breadcrumb: str
    body: str


@dataclass(frozen=True, slots=True)
class IndexHit:
    """An entry's identity with its score; higher is better."""

    content: str
    page: int
    id: str
    score: float


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Names weights, precision and text recipe; vectors of two fingerprints never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts into an array of shape (len(texts), dimensions), rows of length one."""
        ...


class TenantIndex(Protocol):
    """One tenant's index. Content ids are filters; `None` means everything of the tenant."""

    def refresh(self) -> int:
        """See what has been published since, and return its version: once before the searches of one question."""
        ...

    def search_pages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank pages by BM25 over weighted terms."""
        ...

    def search_passages(
        self, terms: Sequence[tuple[str, float]], limit: int, contents: Iterable[str] | None
    ) -> list[IndexHit]:
        """Rank chunks by BM25 over weighted terms."""
        ...

    def search_vectors(self, vector: Vectors, limit: int, contents: Iterable[str] | None) -> list[IndexHit]:
        """Rank chunks by cosine similarity; exact under a size, approximate above."""
        ...
