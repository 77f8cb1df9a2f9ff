"""Pages of a document: text, picture, rectangles, tables; and the file itself with byte ranges."""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse

from ingest.errors import BadRequest
from ingest.table_types import Table
from ingest.types import Document
from service.citation.citations import section_at
from service.http.routes.dependencies import CallerPart, ServicePart
from service.http.schemas import PageModel
from service.http.serializers import layout_row, page_row
from service.http.table_files import XLSX, tables_csv, tables_json, tables_xlsx, wanted_format
from service.retrieval.find import find_in, found_row

router = APIRouter(prefix="/v1/documents/{document_id}", tags=["pages"])
MAX_NUMBER = 1_000_000  # far more pages, characters and lines than a document may have
Number = Annotated[int, PathParameter(ge=1, le=MAX_NUMBER, description="physical page number, from 1")]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]
RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
IMMUTABLE = "private, max-age=31536000, immutable"


def _document(service: ServicePart, caller: CallerPart, document_id: str) -> Document:
    return service.ingest.catalog.documents.get(caller.scope, document_id)


DocumentPart = Annotated[Document, Depends(_document)]


@router.get("/pages/{number}.png", summary="A page as a picture", response_class=Response)
def picture(
    service: ServicePart,
    document: DocumentPart,
    number: Number,
    dpi: Annotated[int, Query(ge=36, le=300)] = 110,
) -> Response:
    """The page as displayed, as PNG; pictures never change, so they may be cached for ever."""
    data = service.ingest.pages.png(document, number, dpi)
    tag = f'"{document.content[:16]}-{number}-{dpi}"'
    return Response(data, media_type="image/png", headers={"Cache-Control": IMMUTABLE, "ETag": tag})


@router.get("/pages/{number}", response_model=PageModel, summary="A page's text, label and section")
def show(service: ServicePart, document: DocumentPart, number: Number) -> dict[str, Any]:
    """The page's text as extracted, unchanged; offsets in it are what spans mean."""
    page = service.ingest.pages.page(document, number)
    outline = service.ingest.catalog.contents.outline(document.tenant, document.content)
    return page_row(document, page, section_at(outline, number, 0))


@router.get("/pages/{number}/rectangles", summary="Where a span stands on the page")
def rectangles(
    service: ServicePart,
    document: DocumentPart,
    number: Number,
    start: Offset,
    end: Offset,
) -> dict[str, Any]:
    """Boxes in points from the top left of the page as displayed, one per line."""
    page = service.ingest.pages.page(document, number)
    if not start <= end <= len(page.text):
        raise BadRequest(f"start and end must be ordered and within the page's {len(page.text)} characters.")
    boxes = service.ingest.pages.rectangles(document, [(number, start, end)])[0]
    return {
        "width": page.width,
        "height": page.height,
        "text": page.text[start:end],
        "rectangles": [{"page": b.page, "x0": b.x0, "y0": b.y0, "x1": b.x1, "y1": b.y1} for b in boxes],
    }


@router.get("/pages/{number}/layout", summary="A page's text with the boxes of its lines")
def layout(service: ServicePart, document: DocumentPart, number: Number) -> dict[str, Any]:
    """Lines with span and box, for a layer of selectable text over the picture."""
    return layout_row(service.ingest.pages.page(document, number))


@router.get("/find", summary="Where words stand in a document, exactly")
def find(
    service: ServicePart,
    document: DocumentPart,
    query: Annotated[str, Query(min_length=1, max_length=500)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="only pages after this one: `next_after`")] = 0,
    *,
    rectangles: bool = False,
) -> dict[str, Any]:
    """Every place in page order; letter case, white space and typography are evened out."""
    found = find_in(service.ingest.pages.texts(document, after), query, limit)
    boxes = service.ingest.pages.rectangles(document, found.spans) if rectangles else None
    return found_row(found, boxes)


@router.get("/tables", summary="Tables of a document", response_model=None)
def tables(
    service: ServicePart,
    document: DocumentPart,
    page: Annotated[int | None, Query(ge=1, le=MAX_NUMBER)] = None,
    format: Annotated[str | None, Query(pattern="^(json|csv|xlsx)$")] = None,
    accept: Annotated[str | None, Header()] = None,
) -> Response | dict[str, Any]:
    """Rows with label and typed cells, columns with period, unit and scale, of one page or of all."""
    found = _tables(service, document, page)
    wanted = wanted_format(format, accept)
    if wanted == "csv":
        return Response(tables_csv(found), media_type="text/csv; charset=utf-8")
    if wanted == "xlsx":
        return Response(tables_xlsx(found), media_type=XLSX)
    return tables_json(found)


@router.get("/tables.xlsx", summary="Tables of a document as a workbook", response_class=Response)
def workbook(
    service: ServicePart, document: DocumentPart, page: Annotated[int | None, Query(ge=1, le=MAX_NUMBER)] = None
) -> Response:
    """Every table of one page or of all on one sheet; numbers are numbers."""
    return Response(tables_xlsx(_tables(service, document, page)), media_type=XLSX)


@router.get("/file", summary="The uploaded file, with byte ranges", response_class=StreamingResponse)
def file(service: ServicePart, document: DocumentPart, range: Annotated[str | None, Header()] = None) -> Response:
    """The bytes as uploaded; one `Range: bytes=a-b` is honoured."""
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{document.content}"'}
    start, end = 0, document.bytes
    status = 200
    if range is not None and (match := RANGE.match(range.strip())):
        start, end = _range(match, document.bytes)
        if start >= end:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{document.bytes}"})
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{document.bytes}"
        status = 206
    headers["Content-Length"] = str(end - start)
    stream = service.ingest.pages.file(document, start, end)
    first = next(stream, b"")  # a file that is missing must be said before the status goes out
    return StreamingResponse(chain((first,), stream), status, headers, media_type=document.media_type)


def _range(match: "re.Match[str]", size: int) -> tuple[int, int]:
    first, last = match.groups()
    if first == "":
        return (max(0, size - int(last)), size) if last else (0, size)
    return int(first), min(int(last) + 1, size) if last else size


def _tables(service: ServicePart, document: Document, page: int | None) -> list[Table]:
    service.ingest.pages.content(document)
    numbers: Iterable[int] = [page] if page is not None else range(1, (document.pages or 0) + 1)
    return list(service.ingest.pages.tables_of_pages(document, numbers))
