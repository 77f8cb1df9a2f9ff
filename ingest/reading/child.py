"""The child process in which foreign code touches foreign bytes: `python -m ingest.reading.child`.

Requests come in as JSON lines on standard input, replies go out as JSON lines. JSON, not pickle: a reader taken
over by a hostile file must not be able to run code in its parent. When the parent dies its pipe closes and this
process ends at once. Knows nothing of documents, catalogs or the index.
"""

import base64
import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from ingest.errors import PinciteError
from ingest.page_text.text_layer import better
from ingest.reading.line_codec import rows_of_marked
from ingest.reading.readers import PDF, Drawable, Source, WithText, open_source
from ingest.types import PageKind, RawPage

Reply = dict[str, Any]


def read(request: dict[str, Any]) -> Iterator[Reply]:
    """Every page of a file, then what the file says of itself; scans come without text."""
    path = Path(request["path"])
    with open_source(path, request["media_type"], request["password"]) as source:
        yield {"pages": source.page_count}
        if source.page_count > request["max_pages"]:
            return
        pages = source.pages() if request["first"] == 1 else _pages_from(source, request["first"])
        for page in _timed(pages, request["page_seconds"]):
            yield {"page": page_to_json(page)}
        if request["unlocked"] and hasattr(source, "save_unlocked"):
            source.save_unlocked(Path(request["unlocked"]))
    if request["media_type"] == PDF:
        from ingest.reading.pdf_structure import read_structure  # noqa: PLC0415  (after the pages, and only for PDFs)

        yield {"structure": asdict(read_structure(path, request["password"]))}


def _pages_from(source: Source, first: int) -> Iterator[RawPage]:
    for number in range(first, source.page_count + 1):
        yield source.page(number)


def _timed(pages: Iterator[RawPage], seconds: float) -> Iterator[RawPage]:
    """The same pages; one that takes more processor time than this ends the process, wherever it is at that moment.

    Nothing else reaches into a library that draws a form ten million times over: the kernel's signal does.
    """
    try:
        while True:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            page = next(pages, None)
            signal.setitimer(signal.ITIMER_PROF, 0)
            if page is None:
                return
            yield page
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def recognise(request: dict[str, Any]) -> Iterator[Reply]:
    """The words of some pages of a file by OCR."""
    from ingest.reading.ocr import WordReader  # noqa: PLC0415  (loads models; only an OCR process wants them)

    reader = WordReader(request["threads"])
    with open_source(Path(request["path"]), request["media_type"], request["password"]) as source:
        for number in request["numbers"]:
            yield {"page": page_to_json(_recognised(reader, source, number))}


def _recognised(reader: Any, source: Source, number: int) -> RawPage:
    if not isinstance(source, Drawable):
        return source.page(number)
    try:
        recognised: RawPage = reader.read(partial(source.picture, number), number)
    except (RuntimeError, ValueError) as error:
        return RawPage(number, "", PageKind.SCAN, 612.0, 792.0, (), f"The page's picture cannot be read: {error}")
    native = source.native_page(number) if isinstance(source, WithText) else replace(recognised, text="")
    return better(native, recognised)


class Viewer:
    """Draws pages and finds rectangles; keeps the last file open, since calls come in runs."""

    def __init__(self) -> None:
        self._key: tuple[str, str | None] | None = None
        self._source: Source | None = None

    def png(self, request: dict[str, Any]) -> Iterator[Reply]:
        """One page as PNG."""
        data = self._open(request).png(request["number"], request["dpi"])
        yield {"png": base64.b64encode(data).decode()}

    def rectangles(self, request: dict[str, Any]) -> Iterator[Reply]:
        """Boxes of several spans: rows of (page, start, end)."""
        source = self._open(request)
        yield {
            "rectangles": [
                [[box.page, box.x0, box.y0, box.x1, box.y1] for box in source.rectangles(*span)]
                for span in request["spans"]
            ]
        }

    def _open(self, request: dict[str, Any]) -> Source:
        key = (request["path"], request["password"])
        if self._source is None or key != self._key:
            if self._source is not None:
                self._source.__exit__(None, None, None)
            self._source = open_source(Path(request["path"]), request["media_type"], request["password"])
            self._key = key
        return self._source


def page_to_json(page: RawPage) -> Reply:
    """A page as plain values; lines as rows, to keep a large document's messages small."""
    row = asdict(page)
    row["lines"] = [
        [
            line.start,
            line.end,
            line.x0,
            line.y0,
            line.x1,
            line.y1,
            line.size,
            int(line.bold),
            [[mark.start, mark.end, mark.x0, mark.x1] for mark in line.marks],
            line.confidence,
        ]
        for line in page.lines
    ]
    row["marked"] = rows_of_marked(page.marked)
    return row


def main() -> None:
    """Serve requests until standard input closes."""
    memory = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries that print must not break the protocol
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    viewer = Viewer()
    operations: dict[str, Callable[[dict[str, Any]], Iterator[Reply]]] = {
        "read": read,
        "recognise": recognise,
        "png": viewer.png,
        "rectangles": viewer.rectangles,
    }
    while True:
        request = json.loads(requests.get())
        for reply in _replies(operations[request["operation"]], request):
            output.write(json.dumps(reply) + "\n")
            output.flush()


def _replies(operation: Callable[[dict[str, Any]], Iterator[Reply]], request: dict[str, Any]) -> Iterator[Reply]:
    try:
        yield from operation(request)
    except PinciteError as error:
        yield {"error": error.code, "message": error.message}
    except MemoryError:
        yield {
            "error": "too_complex",
            "message": "The file needs more memory than a reader may use.",
        }
    else:
        yield {"done": True}


def _listen(requests: "queue.Queue[str]") -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)  # the parent is gone; whatever is being read is of no use to anyone


if __name__ == "__main__":
    main()
