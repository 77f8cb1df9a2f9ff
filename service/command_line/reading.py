"""Adds files from the command line and has them read: by the running server's worker, or here under the lock."""

import glob
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from ingest.catalog import UploadDetails
from ingest.errors import BadRequest, DataFolderBusy
from ingest.parts import build_pipeline
from ingest.types import SETTLED, Document, Scope, Status
from ingest.worker import Worker, writer_lock
from service.wiring import Service

Show = Callable[[Sequence[Document]], None]
POLL_SECONDS = 0.2
MEBIBYTE = 1 << 20


def find_files(patterns: Sequence[str]) -> list[Path]:
    """Files named by paths, folders (everything inside) and globs; a pattern that names none raises BadRequest."""
    found: list[Path] = []
    for pattern in patterns:
        path = Path(pattern)
        if path.is_dir():
            matches = sorted(entry for entry in path.rglob("*") if entry.is_file() and not entry.name.startswith("."))
        elif path.is_file():
            matches = [path]
        else:
            matches = sorted(Path(name) for name in glob.glob(pattern, recursive=True) if Path(name).is_file())
        if not matches:
            raise BadRequest(f"There is no file {pattern}.")
        found.extend(matches)
    return list(dict.fromkeys(found))


def add_files(
    service: Service, scope: Scope, files: Sequence[Path], collection: str | None, password: str | None
) -> list[Document]:
    """Queue files; one whose bytes are there already is taken as it is."""
    known = {document.content: document for document in service.ingest.catalog.documents.select(scope)}
    documents = []
    for path in files:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if digest in known:
                documents.append(_reused(service, scope, known[digest], collection, password))
                continue
            stream.seek(0)
            most = service.settings.max_upload_mb * MEBIBYTE
            details = UploadDetails(password=password, collections=[collection] if collection else [])
            document = service.ingest.intake.accept(scope, stream, str(path), most, details)
        known[digest] = document
        documents.append(document)
    return documents


def _reused(
    service: Service, scope: Scope, document: Document, collection: str | None, password: str | None
) -> Document:
    """A document whose bytes are there already: read again if it failed, and put into the collection."""
    if collection is not None:
        group = service.ingest.catalog.collections.get_or_add(scope, collection)
        service.ingest.catalog.collections.put(document.id, [*document.collections, group.id])
    if document.status is Status.FAILED:
        return service.ingest.intake.retry(scope, document.id, password)
    return document


def read_waiting(service: Service, documents: Sequence[Document], screen: Console | None) -> list[Document]:
    """Have everything that waits read, showing a bar per document on `screen`; returns the documents as they end."""
    scopes = [(Scope(document.tenant), document.id) for document in documents]

    def current() -> list[Document]:
        return [service.ingest.catalog.documents.get(scope, document_id) for scope, document_id in scopes]

    with _bars(screen, documents) as show:
        try:
            with writer_lock(service.ingest):
                worker = Worker(service.ingest, build_pipeline(service.ingest), on_progress=lambda: show(current()))
                while worker.step(refresh=False):
                    show(current())
        except DataFolderBusy:  # a server runs: its worker does the reading
            found = current()
            while not all(document.status in SETTLED for document in found):
                show(found)
                time.sleep(POLL_SECONDS)
                found = current()
        show(current())
    return current()


@contextmanager
def _bars(screen: Console | None, documents: Sequence[Document]) -> Iterator[Show]:
    if screen is None or not documents:
        yield lambda _documents: None
        return
    columns = (TextColumn("{task.fields[file]}"), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen) as progress:
        tasks: dict[str, TaskID] = {
            document.id: progress.add_task(document.status.value, file=document.name[:50]) for document in documents
        }

        def show(found: Sequence[Document]) -> None:
            for document in found:
                stage = document.status.value if document.status in SETTLED else document.progress.stage
                total = document.progress.total or None
                progress.update(tasks[document.id], description=stage, completed=document.progress.done, total=total)

        yield show
