"""What a file says of its own make-up, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline a file brings along."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the file; `page` is the page it is pinned to, None when it belongs to the whole."""

    name: str
    type: str | None
    bytes: int | None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class FileStructure:
    """Title, printed number of each page, bookmarks and attachments as the file states them, or empty."""

    title: str | None = None
    labels: Mapping[int, str] = field(default_factory=dict)
    bookmarks: tuple[Bookmark, ...] = ()
    attachments: tuple[Attachment, ...] = ()
