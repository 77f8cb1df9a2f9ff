"""Our documents and collections as OpenAI's files, vector stores and lists. Plain values; knows no HTTP.

A file is a document, a vector store a collection; their ids are ours. A file's attributes are its metadata.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.catalog import Collection
from ingest.types import Document, Status
from service.contract.answer import Content
from service.records.answer_json import statement_json, warning_json

DEFAULT_PURPOSE = "user_data"
UNSUPPORTED = ("file_without_pages", "too_many_pages", "password_required", "password_wrong")
SERVER_FAULTS = ("reader_crashed", "reader_timed_out", "too_complex", "internal")
FILE_STATUS = {Status.READY: "processed", Status.PARTIAL: "processed", Status.FAILED: "error"}
STORE_STATUS = {Status.READY: "completed", Status.PARTIAL: "completed", Status.FAILED: "failed"}
MAX_ATTRIBUTES, MAX_KEY, MAX_VALUE = 16, 64, 512


def file_object(document: Document, about: Mapping[str, Any] | None) -> dict[str, Any]:
    """A document as a file."""
    return {
        "id": document.id,
        "object": "file",
        "bytes": document.bytes,
        "created_at": int(document.created_at),
        "expires_at": None,
        "filename": document.name,
        "purpose": (about or {}).get("purpose", DEFAULT_PURPOSE),
        "status": FILE_STATUS.get(document.status, "uploaded"),
        "status_details": document.error[1] if document.error else None,
    }


def store_status(document: Document) -> str:
    """How far a file of a vector store is: `completed` once nothing more will be added to the indexes."""
    return STORE_STATUS.get(document.status, "in_progress")


def store_file(document: Document, store_id: str, chunk_tokens: int) -> dict[str, Any]:
    """A document as a file of a vector store; a partial one is completed and says what is missing."""
    return {
        "id": document.id,
        "object": "vector_store.file",
        "created_at": int(document.created_at),
        "vector_store_id": store_id,
        "status": store_status(document),
        "last_error": _last_error(document),
        "usage_bytes": document.bytes,
        "attributes": attributes(document),
        "chunking_strategy": {
            "type": "static",
            "static": {"max_chunk_size_tokens": chunk_tokens, "chunk_overlap_tokens": 0},
        },
    }


def attributes(document: Document) -> dict[str, str | float | bool]:
    """Metadata as far as attributes can hold it: texts, numbers and truth values."""
    plain = (str, int, float, bool)
    return {key: value for key, value in document.metadata.items() if isinstance(value, plain)}


def file_counts(documents: Sequence[Document], cancelled: int = 0) -> dict[str, int]:
    """Files by state."""
    states = [store_status(document) for document in documents]
    counts = {name: states.count(name) for name in ("in_progress", "completed", "failed")}
    return {**counts, "cancelled": cancelled, "total": len(documents) + cancelled}


def vector_store(
    collection: Collection, documents: Sequence[Document], about: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A collection as a vector store."""
    counts = file_counts(documents)
    return {
        "id": collection.id,
        "object": "vector_store",
        "created_at": int(collection.created_at),
        "last_active_at": int(max((d.created_at for d in documents), default=collection.created_at)),
        "name": shown_name(collection, about),
        "description": (about or {}).get("description"),
        "status": "in_progress" if counts["in_progress"] else "completed",
        "file_counts": counts,
        "usage_bytes": sum(document.bytes for document in documents),
        "metadata": (about or {}).get("metadata") or {},
        "expires_after": None,
        "expires_at": None,
    }


def shown_name(collection: Collection, about: Mapping[str, Any] | None) -> str:
    """The name asked for, unless the collection has been renamed since: our names are unique, OpenAI's are not."""
    if about and about.get("collection_name") == collection.name:
        return str(about["name"])
    return collection.name


def listed(rows: Sequence[dict[str, Any]], *, has_more: bool = False) -> dict[str, Any]:
    """A list object."""
    first, last = (rows[0]["id"], rows[-1]["id"]) if rows else (None, None)
    return {"object": "list", "data": list(rows), "first_id": first, "last_id": last, "has_more": has_more}


def _last_error(document: Document) -> dict[str, str] | None:
    if document.error is None:
        return None
    code, message = document.error
    kind = "unsupported_file" if code in UNSUPPORTED else "server_error" if code in SERVER_FAULTS else "invalid_file"
    return {"code": kind, "message": f"{code}: {message}"}


def truth(content: Content) -> dict[str, Any]:
    """What an answer says of itself, as extra keys: each statement, whether it is proved, and how the reply ended."""
    return {
        "answered": content.answered,
        "finish": content.finish.value,
        "statements": [statement_json(each) for each in content.statements],
        "unsupported": content.unsupported,
        "warnings": [warning_json(each) for each in content.warnings],
    }
