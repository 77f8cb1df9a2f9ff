"""A stored answer as one self-contained HTML file, for a reader without a server."""

import re
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from ingest.errors import DocumentNotFound
from ingest.types import Document
from service.contract.caller import Caller
from service.http.report import answer_as_html
from service.http.routes.dependencies import CallerPart, ServicePart
from service.wiring import Service

router = APIRouter(prefix="/v1", tags=["ask"])
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@router.get(
    "/answers/{answer_id}/export", summary="An answer with its page pictures as HTML", response_class=HTMLResponse
)
def export(
    service: ServicePart,
    caller: CallerPart,
    answer_id: str,
    *,
    download: Annotated[bool, Query(description="offer it as a file instead of showing it")] = False,
) -> HTMLResponse:
    """Question, answer, checks and every cited page with its marks, in one file that needs nothing but itself."""
    body = service.records.get(caller.scope, answer_id)
    wanted = {citation["document_id"] for citation in body["citations"]}
    documents = {key: found for key in wanted if (found := _existing(service, caller, key)) is not None}
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{_file_name(body["question"])}.html"'
    text = answer_as_html(body, documents, service.ingest.pages)
    return HTMLResponse(text, headers=headers)


def _existing(service: Service, caller: Caller, document_id: str) -> Document | None:
    try:
        return service.ingest.catalog.documents.get(caller.scope, document_id)
    except DocumentNotFound:
        return None  # deleted since: the answer still quotes it, without its picture


def _file_name(question: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", question.lower()))[:60].strip("-") or "answer"
