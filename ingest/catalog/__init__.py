"""The catalog: documents, collections, pages, outline and chunks in one SQL database, the only truth.

Every other store can be rebuilt from it and from the file bytes. Knows nothing of readers, indexes or HTTP.
"""

from collections.abc import Callable

from ingest.catalog.collections import Collection, Collections
from ingest.catalog.contents import STAGE_NAMES, Content, Contents, StageResult, remove_rows
from ingest.catalog.database import Database
from ingest.catalog.documents import NO_DETAILS, Documents, Job, UploadDetails, count_holders, new_id
from ingest.catalog.stored_pages import count_rows
from ingest.catalog.texts import PageText, Texts


class Catalog:
    """The tables of the catalog behind one door."""

    def __init__(self, database: Database) -> None:
        self.documents = Documents(database)
        self.collections = Collections(database)
        self.contents = Contents(database)
        self.texts = Texts(database)
        self._database = database

    def remove_unused(self, tenant: str, content: str, remove_file: Callable[[], int]) -> dict[str, int]:
        """Remove what was read from a content, and its file, unless a living document holds it.

        All in one writing transaction: an upload of the same bytes is recorded either before it, and then nothing
        is removed, or after it, and then finds the file missing and stores it again.
        """
        with self._database.write() as connection:
            if count_holders(connection, tenant, content):
                return {}
            counts = count_rows(connection, tenant, content)
            remove_rows(connection, tenant, content)
            return {**counts, "files": remove_file()}


__all__ = [
    "NO_DETAILS",
    "STAGE_NAMES",
    "Catalog",
    "Collection",
    "Collections",
    "Content",
    "Contents",
    "Database",
    "Documents",
    "Job",
    "PageText",
    "StageResult",
    "Texts",
    "UploadDetails",
    "new_id",
]
