"""The web page's own files, read from the installed package. Knows no HTTP.

Names are looked up in the folder's listing, never joined to a path, so nothing outside it can be asked for.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
START = "index.html"


@dataclass(frozen=True)
class UiFile:
    """One file: its bytes, media type and a tag that changes with the bytes."""

    data: bytes
    media_type: str
    tag: str


@cache
def ui_files() -> dict[str, UiFile]:
    """Every file of the page by name, read once."""
    found = {}
    for entry in files("service.ui").iterdir():
        suffix = "." + entry.name.rpartition(".")[2]
        if suffix in TYPES:
            data = entry.read_bytes()
            found[entry.name] = UiFile(data, TYPES[suffix], f'"{hashlib.sha256(data).hexdigest()[:20]}"')
    return found
