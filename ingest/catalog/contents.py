"""What was read from one file's bytes: the facts about it, and the last stage that finished.

Knows nothing of uploads. A stage's result counts only once `finish_stage` has said so, so a killed worker leaves
nothing half done that anyone would read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from ingest.catalog.stored_pages import StoredPages, count_rows, where
from ingest.catalog.tables import contents, counters
from ingest.types import Bookmark, Detected, FileStructure

STAGE_NAMES = ("none", "read", "structured", "indexed", "recognised", "passages", "embedded")
SEEN_BY_SEARCH = ("indexed", "recognised", "passages", "embedded")  # whose end readers of the index must notice
INDEX_VERSION = "index_version"


@dataclass(frozen=True)
class Content:
    """One file's bytes as far as they have been read."""

    tenant: str
    sha256: str
    stage: str
    media_type: str
    pages: int
    tokens: int
    tokenizer: str
    detected: Detected
    structure: FileStructure
    failed_pages: tuple[int, ...]
    encoder: str | None
    unlocked: bool

    def reached(self, stage: str) -> bool:
        """Whether this stage has finished."""
        return STAGE_NAMES.index(self.stage) >= STAGE_NAMES.index(stage)


@dataclass(frozen=True)
class StageResult:
    """What a stage found out about its content; None leaves what is recorded as it is."""

    pages: int | None = None
    tokens: int | None = None
    detected: Detected | None = None
    structure: FileStructure | None = None
    failed_pages: tuple[int, ...] | None = None
    encoder: str | None = None
    unlocked: bool | None = None


class Contents(StoredPages):
    """The row of each content, and the pages, sections and chunks that hang on it."""

    def get(self, tenant: str, content: str) -> Content | None:
        """The content's row, or None when nothing of it has been recorded."""
        with self._database.read() as connection:
            row = connection.execute(where(select(contents), contents, tenant, content)).first()
        return _content(row) if row else None

    def begin(self, tenant: str, content: str, media_type: str, tokenizer: str) -> Content:
        """Start reading from the beginning: whatever an interrupted run left is dropped."""
        with self._database.write() as connection:
            connection.execute(where(delete(contents), contents, tenant, content))
            connection.execute(
                insert(contents).values(
                    tenant=tenant,
                    sha256=content,
                    stage="none",
                    media_type=media_type,
                    pages=0,
                    tokens=0,
                    tokenizer=tokenizer,
                    detected={},
                    structure={},
                    failed_pages=[],
                    unlocked=False,
                )
            )
        found = self.get(tenant, content)
        assert found is not None
        return found

    def finish_stage(self, tenant: str, content: str, stage: str, result: StageResult = StageResult()) -> None:
        """Say that a stage is done; one that search can see also raises the index version, in the same transaction."""
        with self._database.write() as connection:
            values = _values(result)
            connection.execute(where(update(contents), contents, tenant, content).values(stage=stage, **values))
            if stage in SEEN_BY_SEARCH:
                raise_index_version(connection)

    def count(self, tenant: str, content: str) -> dict[str, int]:
        """Rows per store, as a deletion's receipt counts them."""
        with self._database.read() as connection:
            return count_rows(connection, tenant, content)

    def index_version(self) -> int:
        """Grows whenever an index has something new or less; readers compare it before each search."""
        with self._database.read() as connection:
            return int(connection.scalar(select(counters.c.value).where(counters.c.name == INDEX_VERSION)) or 0)

    def stale(self, fingerprint: str) -> Content | None:
        """Some content whose vectors come from another encoder than this."""
        query = select(contents).where(contents.c.stage == "embedded", contents.c.encoder != fingerprint).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return _content(row) if row else None

    def embedded(self, tenant: str, fingerprint: str) -> list[str]:
        """Contents of the tenant whose vectors carry this encoder fingerprint."""
        query = select(contents.c.sha256).where(
            contents.c.tenant == tenant, contents.c.stage == "embedded", contents.c.encoder == fingerprint
        )
        with self._database.read() as connection:
            return [str(value) for value in connection.scalars(query)]


def remove_rows(connection: Any, tenant: str, content: str) -> None:
    """Remove everything read from a content, inside the caller's transaction."""
    connection.execute(where(delete(contents), contents, tenant, content))
    raise_index_version(connection)


def raise_index_version(connection: Any) -> None:
    """Count one change of the indexes, inside the caller's transaction."""
    changed = connection.execute(
        update(counters).where(counters.c.name == INDEX_VERSION).values(value=counters.c.value + 1)
    )
    if changed.rowcount == 0:
        connection.execute(insert(counters).values(name=INDEX_VERSION, value=1))


def detected_from_json(value: Mapping[str, Any] | None) -> Detected:
    """What was stored of a document's own words; names of a later version are left out."""
    return Detected(**{name: found for name, found in (value or {}).items() if name in Detected.__slots__})


def _values(result: StageResult) -> dict[str, Any]:
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    if result.detected is not None:
        values["detected"] = result.detected.known()
    if result.structure is not None:
        bookmarks = [[mark.title, mark.level, mark.page] for mark in result.structure.bookmarks]
        values["structure"] = {"labels": dict(result.structure.labels), "bookmarks": bookmarks}
    return {name: value for name, value in values.items() if value is not None}


def _content(row: Row[Any]) -> Content:
    stored = dict(row._mapping)
    structure = stored.pop("structure")
    return Content(
        **stored
        | {
            "detected": detected_from_json(stored["detected"]),
            "failed_pages": tuple(stored["failed_pages"]),
            "structure": FileStructure(
                labels={int(number): label for number, label in structure.get("labels", {}).items()},
                bookmarks=tuple(Bookmark(*entry) for entry in structure.get("bookmarks", ())),
            ),
        }
    )
