"""What was read from one file's bytes: the facts about it, and the last stage that finished.

Knows nothing of uploads. A stage's result counts only once `finish_stage` has said so, so a killed worker leaves
nothing half done that anyone would read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from ingest.catalog.stored_pages import StoredPages, count_rows, where
from ingest.catalog.tables import contents, counters, documents
from ingest.index_types import Manifest
from ingest.reading.file_structure import Attachment, Bookmark, FileStructure
from ingest.types import READABLE, Detected, Status

STAGE_NAMES = ("none", "read", "structured", "indexed", "recognised", "passages", "embedded")
SEEN_BY_SEARCH = ("indexed", "recognised", "passages", "embedded")  # whose end readers of the index must notice
INDEX_VERSION, REPAIRS = "index_version", "repairs"


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
    indexed_pages: int | None = None
    indexed_passages: int | None = None
    vectors: int | None = None


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
                raise_counter(connection, INDEX_VERSION)

    def count(self, tenant: str, content: str) -> dict[str, int]:
        """Rows per store, as a deletion's receipt counts them."""
        with self._database.read() as connection:
            return count_rows(connection, tenant, content)

    def index_version(self) -> int:
        """Grows whenever an index has something new or less; readers compare it before each search."""
        return self._counter(INDEX_VERSION)

    def stale(self, fingerprint: str) -> Content | None:
        """Some content whose vectors come from another encoder than this."""
        query = select(contents).where(contents.c.stage == "embedded", contents.c.encoder != fingerprint).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return _content(row) if row else None

    def every(self) -> list[tuple[str, str]]:
        """Tenant and hash of every content."""
        query = select(contents.c.tenant, contents.c.sha256).order_by(contents.c.tenant, contents.c.sha256)
        with self._database.read() as connection:
            return [(row.tenant, row.sha256) for row in connection.execute(query)]

    def manifests(self, tenant: str) -> dict[str, Manifest]:
        """What the indexes must hold of each content of the tenant that can be searched."""
        names = ("sha256", "stage", "indexed_pages", "indexed_passages", "vectors", "encoder")
        query = select(*(contents.c[name] for name in names)).where(
            contents.c.tenant == tenant, contents.c.stage.in_(SEEN_BY_SEARCH)
        )
        with self._database.read() as connection:
            return {row.sha256: _manifest(row) for row in connection.execute(query)}

    def send_back(self, tenant: str, content: str, stage: str) -> bool:
        """Have the stages after this one done again, and its documents wait until then; says whether that was needed.

        Where whole pages must be indexed again the documents cannot be asked about meanwhile: they are queued.
        """
        later = STAGE_NAMES[STAGE_NAMES.index(stage) + 1 :]
        with self._database.write() as connection:
            changed = connection.execute(
                where(update(contents), contents, tenant, content)
                .where(contents.c.stage.in_(later))
                .values(stage=stage)
            ).rowcount
            if changed:
                searchable = stage in SEEN_BY_SEARCH
                rebuild_documents(connection, tenant, content, Status.SEARCHABLE if searchable else Status.QUEUED)
                raise_counter(connection, INDEX_VERSION)
                raise_counter(connection, REPAIRS)
        return bool(changed)

    def repairs(self) -> int:
        """Grows whenever a content is sent back; the worker then looks at all stores."""
        return self._counter(REPAIRS)

    def _counter(self, name: str) -> int:
        with self._database.read() as connection:
            return int(connection.scalar(select(counters.c.value).where(counters.c.name == name)) or 0)


def remove_rows(connection: Any, tenant: str, content: str) -> None:
    """Remove everything read from a content, inside the caller's transaction."""
    connection.execute(where(delete(contents), contents, tenant, content))
    raise_counter(connection, INDEX_VERSION)


def raise_counter(connection: Any, name: str) -> None:
    """Count one change of what the counter stands for, inside the caller's transaction."""
    changed = connection.execute(update(counters).where(counters.c.name == name).values(value=counters.c.value + 1))
    if changed.rowcount == 0:
        connection.execute(insert(counters).values(name=name, value=1))


def rebuild_documents(connection: Any, tenant: str, content: str, status: Status) -> None:
    """Give the readable documents of a content back to the worker, inside the caller's transaction."""
    connection.execute(
        update(documents)
        .where(documents.c.tenant == tenant, documents.c.content == content, documents.c.deleted_at.is_(None))
        .where(documents.c.status.in_(READABLE))
        .values(status=status, stage="rebuilding", done=0, total=0, lease_until=0.0, attempts=0)
    )


def _manifest(row: Row[Any]) -> Manifest:
    has_passages = row.stage in ("passages", "embedded")
    embedded = row.stage == "embedded"
    return Manifest(
        pages=row.indexed_pages,
        passages=row.indexed_passages if has_passages else None,
        vectors=row.vectors if embedded else None,
        encoder=row.encoder if embedded else None,
    )


def detected_from_json(value: Mapping[str, Any] | None) -> Detected:
    """What was stored of a document's own words; names of a later version are left out."""
    return Detected(**{name: found for name, found in (value or {}).items() if name in Detected.__slots__})


def _values(result: StageResult) -> dict[str, Any]:
    values = {field.name: getattr(result, field.name) for field in fields(result)}
    if result.detected is not None:
        values["detected"] = result.detected.known()
    if result.structure is not None:
        bookmarks = [[mark.title, mark.level, mark.page] for mark in result.structure.bookmarks]
        attachments = [[each.name, each.type, each.bytes, each.page] for each in result.structure.attachments]
        values["structure"] = {
            "labels": dict(result.structure.labels),
            "bookmarks": bookmarks,
            "attachments": attachments,
        }
    return {name: value for name, value in values.items() if value is not None}


def _content(row: Row[Any]) -> Content:
    stored = {field.name: row._mapping[field.name] for field in fields(Content)}
    structure = stored["structure"]
    return Content(
        **stored
        | {
            "detected": detected_from_json(stored["detected"]),
            "failed_pages": tuple(stored["failed_pages"]),
            "structure": FileStructure(
                labels={int(number): label for number, label in structure.get("labels", {}).items()},
                bookmarks=tuple(Bookmark(*entry) for entry in structure.get("bookmarks", ())),
                attachments=tuple(Attachment(*entry) for entry in structure.get("attachments", ())),
            ),
        }
    )
