"""The command line: the same functions as the server, in process. Adds no logic of its own.

Beside a running server it only queues and waits; alone it takes the writer's lock and does the reading itself.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import anyio
import typer
import uvicorn

from ingest.errors import DocumentNotFound, PinciteError
from ingest.indexing.export import ensure_exported
from ingest.settings import IngestSettings, read_settings
from ingest.types import Document, Scope
from service.answering.conversation import continued
from service.answering.deletion import delete_document
from service.app import create_app
from service.command_line.printing import (
    console,
    error_console,
    print_answer,
    print_documents,
    print_hits,
    print_json,
    print_plan,
    print_threads,
    print_usage,
)
from service.command_line.reading import add_files, find_files, read_waiting
from service.command_line.supervisor import Supervisor
from service.contract.answer import Answer
from service.contract.caller import scope_for
from service.contract.events import collect
from service.contract.question import Mode, Question, Turn
from service.http.report import answer_as_html
from service.http.serializers import document_row, thread_row
from service.mcp.server import serve_stdio
from service.records.answer_json import answer_json
from service.settings import ServiceSettings
from service.wiring import Service, build_service


class Unit(StrEnum):
    """What a search ranks."""

    PAGE = "page"
    PASSAGE = "passage"


app = typer.Typer(help="Ask long documents and get page citations the server has checked.", no_args_is_help=True)
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
        web = create_app(lambda: build_service(os.environ), settings.root_path, settings.max_upload_mb, warm=True)
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
            print_json([document_row(document) for document in documents])
        else:
            print_documents(documents)
        if any(document.error for document in documents):
            raise typer.Exit(1)


@app.command()
def ask(
    question: str,
    files: Annotated[list[str] | None, typer.Argument(help="files to ask; added if new")] = None,
    collection: CollectionOption = None,
    mode: Annotated[Mode, typer.Option(help="how to answer; auto leaves the choice to the router")] = Mode.AUTO,
    model: Annotated[str | None, typer.Option(help="a language model's name")] = None,
    persona: Annotated[str, typer.Option(help="general, financial, legal or scientific")] = "general",
    budget: Annotated[float | None, typer.Option(help="USD the answer may cost at most")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="have the model check its draft")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="leave out what is unsupported")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="show route and price, spend nothing")] = False,
    thread: Annotated[str | None, typer.Option(help="a thread's id, or new: continue that conversation")] = None,
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
        if thread == "new":
            thread = service.records.threads.add(scope).id
        history: tuple[Turn, ...] = ()
        if thread is not None:
            scope, history = continued(service.records.threads, thread, scope)
        asked = Question(
            question,
            mode,
            model=model,
            persona=persona,
            history=history,
            verify=verify,
            strict=strict,
            budget_usd=budget,
        )
        if plan:
            print_plan(anyio.run(service.answerer.plan, scope, asked), as_json=as_json)
            return
        answer = anyio.run(_answer, service, scope, asked, thread)
        if as_json:
            print_json(answer_json(answer))
        else:
            print_answer(answer)


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
            print_json(found)
        else:
            print_hits(found)


@app.command()
def documents(collection: CollectionOption = None, as_json: JsonFlag = False) -> None:
    """List documents."""
    with _open() as service:
        found = service.ingest.catalog.documents.select(_scope(service, collection))
        if as_json:
            print_json([document_row(document) for document in found])
        else:
            print_documents(found)


@app.command()
def threads(
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    as_json: JsonFlag = False,
) -> None:
    """List conversations, newest activity first."""
    with _open() as service:
        found, _after = service.records.threads.page(scope_for(), limit, None)
        rows = [thread_row(thread) for thread in found]
        if as_json:
            print_json(rows)
        else:
            print_threads(rows)


@app.command()
def usage(
    days: Annotated[int, typer.Option(min=1, max=366, help="how far back, today included")] = 30,
    as_json: JsonFlag = False,
) -> None:
    """Show answers, tokens and cost by day (UTC)."""
    with _open() as service:
        found = service.records.usage(scope_for(), days)
        if as_json:
            print_json(found)
        else:
            print_usage(found)


@app.command()
def delete(document: Annotated[str, typer.Argument(help="id or name")], as_json: JsonFlag = False) -> None:
    """Delete a document from every store."""
    with _open() as service:
        found = _named(service, document)
        deleted = delete_document(service.ingest.intake.delete, service.records, scope_for(), found.id)
        read_waiting(service, [], None)
        if as_json:
            print_json({"id": found.id, "deleted": deleted})
        else:
            console.print(f"deleted {found.name}: {deleted}")


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
            print_json({"answer": answer, "file": str(output)})
        else:
            console.print(f"wrote {output}")


async def _answer(service: Service, scope: Scope, asked: Question, thread: str | None) -> Answer:
    try:
        return await collect(service.answers.events(scope, asked, thread))
    finally:
        if service.llm is not None:
            await service.llm.aclose()  # its connections belong to this event loop


def _scope(service: Service, collection: str | None) -> Scope:
    found = service.ingest.catalog.collections.get(scope_for(), collection).id if collection else None
    return scope_for(collection=found)


def _named(service: Service, key: str) -> Document:
    for document in service.ingest.catalog.documents.select(scope_for()):
        if key in (document.id, document.name):
            return document
    raise DocumentNotFound(f"There is no document {key!r}.")


if __name__ == "__main__":
    main()
