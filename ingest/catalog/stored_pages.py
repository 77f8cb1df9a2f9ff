"""Pages, outline and chunks of a content, as rows: how they are stored and how they are read.

Pages arrive in batches, each its own short transaction. Knows nothing of stages or uploads.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from ingest.catalog.database import Database
from ingest.catalog.tables import chunks, contents, pages, sections
from ingest.errors import PageNotFound
from ingest.reading.line_codec import marked_from_rows, pack_lines, rows_of_marked, unpack_lines
from ingest.text.marked import hidden_characters
from ingest.types import Chunk, Page, PageKind, Section, TextLayer

REPORTED = ("number", "label", "kind", "width", "height", "tokens", "error", "hidden_characters", "text_layer")
BATCH = 50  # pages read from the database at a time


class StoredPages:
    """Pages, sections and chunks by (tenant, content)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_pages(self, tenant: str, content: str, batch: Iterable[Page]) -> None:
        """Store a batch of pages, replacing those of the same number (a scan read after its placeholder)."""
        rows = [
            {
                "tenant": tenant,
                "content": content,
                "number": page.number,
                "label": page.label,
                "kind": page.kind,
                "text": page.text,
                "width": page.width,
                "height": page.height,
                "document_start": page.document_start,
                "tokens": page.tokens,
                "error": page.error,
                "layout": pack_lines(page.lines),
                "marked": rows_of_marked(page.marked),
                "hidden_characters": hidden_characters(page),
                "text_layer": page.text_layer,
            }
            for page in batch
        ]
        if not rows:
            return
        numbers = [row["number"] for row in rows]
        with self._database.write() as connection:
            connection.execute(where(delete(pages), pages, tenant, content).where(pages.c.number.in_(numbers)))
            connection.execute(insert(pages), rows)

    def set_labels(self, tenant: str, content: str, rows: Sequence[tuple[int, str | None, int]]) -> None:
        """Set printed label and document offset of pages: rows of (number, label, document_start)."""
        with self._database.write() as connection:
            for number, label, start in rows:
                connection.execute(
                    where(update(pages), pages, tenant, content)
                    .where(pages.c.number == number)
                    .values(label=label, document_start=start)
                )

    def replace_outline(self, tenant: str, content: str, outline: Sequence[Section]) -> None:
        """Store the outline in place of what was there."""
        key = {"tenant": tenant, "content": content}
        rows = [key | {name: getattr(section, name) for name in Section.__slots__} for section in outline]
        self._replace(sections, tenant, content, rows)

    def replace_chunks(self, tenant: str, content: str, slices: Sequence[Chunk]) -> None:
        """Store the chunks in place of what was there."""
        rows = [
            {
                "tenant": tenant,
                "content": content,
                "id": chunk.id,
                "ordinal": chunk.ordinal,
                "page": chunk.page,
                "start": chunk.start,
                "end": chunk.end,
                "breadcrumb": list(chunk.breadcrumb),
                "caption": chunk.caption,
                "is_table": chunk.table,
                "tokens": chunk.tokens,
            }
            for chunk in slices
        ]
        self._replace(chunks, tenant, content, rows)

    def _replace(self, table: Table, tenant: str, content: str, rows: Sequence[dict[str, Any]]) -> None:
        with self._database.write() as connection:
            connection.execute(where(delete(table), table, tenant, content))
            if rows:
                connection.execute(insert(table), rows)

    def page(self, tenant: str, content: str, number: int) -> Page:
        """One page; raises PageNotFound."""
        for page in self.iterate_pages(tenant, content, [number]):
            return page
        raise PageNotFound(f"There is no page {number} in this document.")

    def iterate_pages(
        self, tenant: str, content: str, numbers: Sequence[int] | None = None, *, geometry: bool = True
    ) -> Iterator[Page]:
        """Pages in order, all or those named, a batch at a time; `geometry`, longest to unpack, may be spared."""
        wanted = None if numbers is None else sorted(set(numbers))
        last = 0
        while True:
            query = where(select(pages), pages, tenant, content).where(pages.c.number > last)
            if wanted is not None:
                query = query.where(pages.c.number.in_([n for n in wanted if n > last][:200]))
            with self._database.read() as connection:
                rows = connection.execute(query.order_by(pages.c.number).limit(BATCH)).all()
            yield from (_page(row, geometry=geometry) for row in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1].number

    def page_report(self, tenant: str, content: str) -> list[dict[str, Any]]:
        """Number, label, kind, size, tokens, error and how it was read of every page, without the text."""
        columns = [pages.c[name] for name in REPORTED]
        with self._database.read() as connection:
            query = where(select(*columns), pages, tenant, content).order_by(pages.c.number)
            return [dict(row._mapping) for row in connection.execute(query)]

    def outline(self, tenant: str, content: str) -> list[Section]:
        """The sections in document order."""
        names = [sections.c[name] for name in Section.__slots__]
        with self._database.read() as connection:
            query = where(select(*names), sections, tenant, content).order_by(sections.c.ordinal)
            return [Section(*row) for row in connection.execute(query)]

    def chunks(self, tenant: str, content: str, page: int | None = None) -> list[Chunk]:
        """The chunks in document order, of one page or of all."""
        with self._database.read() as connection:
            query = where(select(chunks), chunks, tenant, content).order_by(chunks.c.ordinal)
            if page is not None:
                query = query.where(chunks.c.page == page)
            return [_chunk(row) for row in connection.execute(query)]

    def chunks_after(self, tenant: str, ids: Sequence[str]) -> dict[str, Chunk]:
        """The chunk that follows each of these in its document, by the id of the one before; last ones are left out."""
        before = chunks.alias()
        follows = (chunks.c.tenant == before.c.tenant) & (chunks.c.content == before.c.content)
        query = (
            select(before.c.id.label("before"), chunks)
            .join(before, follows & (chunks.c.ordinal == before.c.ordinal + 1))
            .where(before.c.tenant == tenant, before.c.id.in_(ids))
        )
        with self._database.read() as connection:
            return {row.before: _chunk(row) for row in connection.execute(query)}

    def chunks_by_id(self, tenant: str, ids: Sequence[str]) -> dict[str, Chunk]:
        """Chunks by id; unknown ids are left out."""
        with self._database.read() as connection:
            query = select(chunks).where(chunks.c.tenant == tenant, chunks.c.id.in_(ids))
            return {row.id: _chunk(row) for row in connection.execute(query)}


def count_rows(connection: Any, tenant: str, content: str) -> dict[str, int]:
    """Rows per table read from a content, inside the caller's transaction."""
    counts = {}
    for table in (pages, sections, chunks):
        query = where(select(func.count()).select_from(table), table, tenant, content)
        counts[table.name] = int(connection.scalar(query) or 0)
    return counts


def where(query: Any, table: Table, tenant: str, content: str) -> Any:
    key = table.c.sha256 if table is contents else table.c.content
    return query.where(table.c.tenant == tenant, key == content)


def _page(row: Any, *, geometry: bool) -> Page:
    return Page(
        number=row.number,
        label=row.label,
        kind=PageKind(row.kind),
        text=row.text,
        width=row.width,
        height=row.height,
        document_start=row.document_start,
        tokens=row.tokens,
        error=row.error,
        lines=unpack_lines(row.layout) if geometry else (),
        marked=marked_from_rows(row.marked),
        text_layer=TextLayer(row.text_layer),
    )


def _chunk(row: Any) -> Chunk:
    return Chunk(
        id=row.id,
        ordinal=row.ordinal,
        page=row.page,
        start=row.start,
        end=row.end,
        breadcrumb=tuple(row.breadcrumb),
        caption=row.caption,
        table=row.is_table,
        tokens=row.tokens,
    )
