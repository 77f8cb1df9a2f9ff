"""Deletes a document and the stored answers that quote it. Knows no HTTP."""

from typing import Any

from ingest.types import Scope
from service.wiring import Service


def delete_document(service: Service, scope: Scope, document_id: str) -> dict[str, Any]:
    """Bury the document; from the moment this returns it is never found again. The receipt counts per store."""
    deleted = service.ingest.intake.delete(scope, document_id)
    return {"id": document_id, "deleted": {**deleted, "answers": service.records.forget(scope, document_id)}}
