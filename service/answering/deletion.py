"""Deletes a document and the stored answers that quote it. Knows no HTTP."""

from collections.abc import Callable, Mapping

from ingest.types import Scope
from service.records import Records

Delete = Callable[[Scope, str], Mapping[str, int]]


def delete_document(delete: Delete, records: Records, scope: Scope, document_id: str) -> dict[str, int]:
    """Bury the document by `delete`; from the moment this returns it is never found again. Counts per store."""
    deleted = delete(scope, document_id)
    return {**deleted, "answers": records.forget(scope, document_id)}
