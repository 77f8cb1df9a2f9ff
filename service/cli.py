"""The command line: the same functions as the server, in process. Adds no logic of its own.

Beside a running server it only queues and waits; alone it takes the writer's lock and does the reading itself.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import anyio
import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from ingest.errors import DocumentNotFound, PinciteError
from ingest.export import ensure_exported
from ingest.settings import IngestSettings, read_settings
from ingest.types import Document, Scope
from service.app import create_app
from service.asking import Ask
from service.auth import scope_for
from service.deletion import delete_document
from service.mcp import serve_stdio
from service.reading import add_files, find_files, read_waiting
from service.report import answer_as_html, page_name
from service.settings import ServiceSettings
from service.supervisor import Supervisor
from service.views import document_row
from service.wiring import Service, build_service


class Unit(StrEnum):
    """What a search ranks."""

    PAGE = "page"
    PASSAGE = "passage"


app = typer.Typer(help="Ask long documents and get page citations the server has checked.", no_args_is_help=True)
console = Console()
error_console = Console(stderr=True)
JsonFlag = Annotated[bool, typer.Option("--json", help="print JSON instead of text")]
CollectionOption = Annotated[str | None, typer.Option(help="a collection's id or name")]


def main() -> None:
    """The console script: our errors become one sentence and exit code 1."""
    try:
        app()
    except PinciteError as error:
        error_console.print(f"[red]{error.code}[/red]: {error.message}", highlight=False)
        sys.exit(1)


@contextmanager
def _open() -> Iterator[Service]:
    service = build_service(os.environ)
    try:
        yield service
    finally:
        service.close()


@app.command()
def setup() -> None:
    """Export the encoder's graph, once per environment."""
    settings = read_settings(IngestSettings, os.environ)
    files = ensure_exported(settings.encoder, settings.models, settings.encoder_precision)
    console.print(f"encoder ready: {files.graph}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Start the HTTP server and its worker."""
    settings = read_settings(ServiceSettings, os.environ)
    build_service(os.environ).close()  # creates and migrates the data folder before two processes open it
    supervisor = Supervisor({})
    supervisor.start()
    try:
        web = create_app(lambda: build_service(os.environ), settings.root_path, settings.max_upload_mb)
        uvicorn.run(web, host=host or settings.host, port=port or settings.port, timeout_graceful_shutdown=3)
    finally:
        supervisor.stop()


@app.command()
def mcp() -> None:
    """Serve the Model Context Protocol over standard input and output."""
    with _open() as service:
        anyio.run(serve_stdio, service)


@app.command()
def add(
    files: Annotated[list[str], typer.Argument(help="files, folders or globs")],
    collection: CollectionOption = None,
    password: Annotated[str | None, typer.Option(help="password of encrypted PDFs")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add files and read them."""
    with _open() as service:
        documents = add_files(service, scope_for(), find_files(files), collection, password)
        documents = read_waiting(service, documents, None if as_json else error_console)
        if as_json:
            _print_json([document_row(document) for document in documents])
        else:
            _print_documents(documents)
        if any(document.error for document in documents):
            raise typer.Exit(1)


@app.command()
def ask(
    question: str,
    files: Annotated[list[str] | None, typer.Argument(help="files to ask; added if new")] = None,
    collection: CollectionOption = None,
    mode: Annotated[str, typer.Option(help="auto, full, sections, retrieval or extractive")] = "auto",
    as_json: JsonFlag = False,
) -> None:
    """Ask a question and get an answer with page citations."""
    with _open() as service:
        scope = scope_for()
        if files:
            documents = add_files(service, scope_for(), find_files(files), collection, None)
            documents = read_waiting(service, documents, None if as_json else error_console)
            scope = Scope(scope.tenant, tuple(document.id for document in documents))
        else:
            scope = _scope(service, collection)
        answer = anyio.run(service.answerer.answer, scope, Ask(question, mode))
        service.records.keep(scope, answer["id"], answer)
        if as_json:
            _print_json(answer)
        else:
            _print_answer(answer)


@app.command()
def search(
    query: str,
    collection: CollectionOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    unit: Annotated[Unit, typer.Option(help="page or passage")] = Unit.PAGE,
    explain: Annotated[bool, typer.Option(help="show what each signal gave")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Search pages."""
    with _open() as service:
        found = service.searcher.search(_scope(service, collection), query, unit.value, limit, None, explain)
        if as_json:
            _print_json(found)
        else:
            _print_hits(found)


@app.command()
def documents(collection: CollectionOption = None, as_json: JsonFlag = False) -> None:
    """List documents."""
    with _open() as service:
        found = service.ingest.catalog.documents.select(_scope(service, collection))
        if as_json:
            _print_json([document_row(document) for document in found])
        else:
            _print_documents(found)


@app.command()
def delete(document: Annotated[str, typer.Argument(help="id or name")], as_json: JsonFlag = False) -> None:
    """Delete a document from every store."""
    with _open() as service:
        found = _named(service, document)
        receipt = delete_document(service, scope_for(), found.id)
        read_waiting(service, [], None)
        if as_json:
            _print_json(receipt)
        else:
            console.print(f"deleted {found.name}: {receipt['deleted']}")


@app.command()
def export(
    answer: Annotated[str, typer.Argument(help="an answer's id")],
    output: Annotated[Path, typer.Option("--output", "-o", help="the HTML file to write")] = Path("answer.html"),
    as_json: JsonFlag = False,
) -> None:
    """Write an answer with its citations and page pictures as one self-contained HTML file."""
    with _open() as service:
        body = service.records.get(scope_for(), answer)
        known = {document.id: document for document in service.ingest.catalog.documents.select(scope_for())}
        output.write_text(answer_as_html(body, known, service.ingest.pages), encoding="utf-8")
        if as_json:
            _print_json({"answer": answer, "file": str(output)})
        else:
            console.print(f"wrote {output}")


def _scope(service: Service, collection: str | None) -> Scope:
    found = service.ingest.catalog.collections.get(scope_for(), collection).id if collection else None
    return scope_for(collection=found)


def _named(service: Service, key: str) -> Document:
    for document in service.ingest.catalog.documents.select(scope_for()):
        if key in (document.id, document.name):
            return document
    raise DocumentNotFound(f"There is no document {key!r}.")


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print_answer(answer: dict[str, Any]) -> None:
    for statement in answer["statements"]:
        marks = "".join(f"[{index + 1}]" for index in statement["citations"])
        console.print(f"{statement['text']} {marks}", highlight=False, markup=False)
    if not answer["statements"]:
        console.print(answer["answer"], highlight=False, markup=False)
    for number, citation in enumerate(answer["citations"], 1):
        quote = " ".join(citation["cited_text"].split())
        place = f"[{number}] {citation['document_name']}, {page_name(citation)} ({citation['verification']})"
        console.print(f"\n{place}\n    “{quote}”", highlight=False, markup=False)
    console.print(f"\nroute: {answer['route']['mode']} ({answer['route']['reason']}); id {answer['id']}", style="dim")


def _print_documents(found: Sequence[Document]) -> None:
    table = Table("id", "name", "status", "pages", "note")
    for document in found:
        note = document.error[1] if document.error else ""
        table.add_row(document.id, document.name, document.status.value, str(document.pages or ""), note)
    console.print(table)


def _print_hits(found: dict[str, Any]) -> None:
    names = sorted({name for hit in found["hits"] for name in hit.get("signals", {})})
    table = Table("#", "document", "page", "score", *names, "text")
    for number, hit in enumerate(found["hits"], 1):
        page = f"{hit['page_label'] or '-'} (PDF {hit['page']})"
        signals = [f"{hit['signals'].get(name, 0):.2f}" for name in names]
        table.add_row(str(number), hit["document_name"], page, f"{hit['score']:.2f}", *signals, hit["snippet"][:160])
    if "understood" in found:
        console.print_json(data=found["understood"])
    console.print(table)


if __name__ == "__main__":
    main()
