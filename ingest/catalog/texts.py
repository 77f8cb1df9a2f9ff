"""Texts of a content's pages one after the other, without their geometry: what an exact text search needs.

Unpacking the geometry of a page costs more than looking through its text. Knows nothing of what is looked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from ingest.catalog.database import Database
from ingest.catalog.tables import pages

BATCH = 100


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's number, printed label and unchanged text."""

    number: int
    label: str | None
    text: str


class Texts:
    """Page texts by (tenant, content)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, tenant: str, content: str, number: int = 0) -> Iterator[PageText]:
        """Texts of the pages after a page, in order; a hundred at a time, so memory does not grow."""
        while True:
            query = (
                select(pages.c.number, pages.c.label, pages.c.text)
                .where(pages.c.tenant == tenant, pages.c.content == content, pages.c.number > number)
                .order_by(pages.c.number)
                .limit(BATCH)
            )
            with self._database.read() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            yield from (PageText(*row) for row in rows)
            number = rows[-1].number
