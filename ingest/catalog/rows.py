"""From rows of the documents table to documents, and the conditions by which they are found."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select

from ingest.catalog.contents import detected_from_json
from ingest.catalog.tables import contents, documents, members
from ingest.types import Document, Progress, Scope, Status


def count_holders(connection: Any, tenant: str, content: str) -> int:
    """Living documents that share these bytes, inside the caller's transaction."""
    query = select(func.count()).where(
        documents.c.tenant == tenant, documents.c.content == content, documents.c.deleted_at.is_(None)
    )
    return int(connection.scalar(query) or 0)


def documents_query() -> Select[Any]:
    """Documents with what their content tells."""
    return select(documents, contents.c.pages, contents.c.tokens, contents.c.tokenizer, contents.c.detected).join(
        contents,
        and_(contents.c.tenant == documents.c.tenant, contents.c.sha256 == documents.c.content),
        isouter=True,
    )


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """The condition of being visible in a scope and not deleted."""
    conditions = [documents.c.tenant == scope.tenant, documents.c.deleted_at.is_(None)]
    if scope.documents is not None:
        conditions.append(documents.c.id.in_(scope.documents))
    if scope.collection is not None:
        inside = select(members.c.document).where(members.c.collection == scope.collection)
        conditions.append(documents.c.id.in_(inside))
    return and_(*conditions)


def memberships(connection: Any, document_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Collections of each document."""
    groups: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(document_ids), 500):
        part = document_ids[start : start + 500]
        query = select(members).where(members.c.document.in_(part)).order_by(members.c.collection)
        for row in connection.execute(query):
            groups[row.document] = (*groups.get(row.document, ()), row.collection)
    return groups


def document_from_row(row: Row[Any], groups: tuple[str, ...]) -> Document:
    """A document from its row."""
    status = Status(row.status)
    readable = row.pages is not None and status not in (Status.QUEUED, Status.READING, Status.FAILED)
    return Document(
        id=row.id,
        tenant=row.tenant,
        content=row.content,
        name=row.name,
        media_type=row.media_type,
        bytes=row.bytes,
        status=status,
        progress=Progress(row.stage, row.done, row.total),
        error=(row.error_code, row.error_message) if row.error_code else None,
        pages=row.pages if readable else None,
        tokens=row.tokens if readable else None,
        tokenizer=row.tokenizer if readable else None,
        metadata=row.metadata,
        detected=detected_from_json(row.detected),
        collections=groups,
        created_at=row.created_at,
        attempts=row.attempts,
    )
