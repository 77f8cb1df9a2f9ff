"""The reading room at `/`: the web page's files, under a strict content security policy."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from ingest.errors import NotFound
from service.ui.files import START, UiFile, ui_files

router = APIRouter(tags=["page"], include_in_schema=False)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # asked for again each time and answered by 304: files change with the version
}
IfNoneMatch = Annotated[str | None, Header()]


@router.get("/")
def page(if_none_match: IfNoneMatch = None) -> Response:
    """The page itself; everything in it is addressed relative to this."""
    return _reply(ui_files()[START], if_none_match)


@router.get("/ui/{name}")
def file(name: str, if_none_match: IfNoneMatch = None) -> Response:
    """A style sheet, script or picture of the page."""
    found = ui_files().get(name)
    if found is None:
        raise NotFound(f"There is no file {name!r}.")
    return _reply(found, if_none_match)


def _reply(found: UiFile, if_none_match: str | None) -> Response:
    headers = {**HEADERS, "ETag": found.tag}
    if if_none_match is not None and found.tag in (tag.strip() for tag in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(found.data, media_type=found.media_type, headers=headers)
