"""Commands about documents: `add`, `documents`, `delete`, `search`."""

from enum import StrEnum
from typing import Annotated

import typer

from service.answering.deletion import delete_document
from service.command_line.printing import console, error_console, print_documents, print_hits, print_json
from service.command_line.reading import add_files, find_files, read_waiting
from service.command_line.session import CollectionOption, JsonFlag, caller, document_named, opened, scope_of
from service.http.serializers import document_row


class Unit(StrEnum):
    """What a search ranks."""

    PAGE = "page"
    PASSAGE = "passage"


def add(
    files: Annotated[list[str], typer.Argument(help="files, folders or globs")],
    *,
    collection: CollectionOption = None,
    password: Annotated[str | None, typer.Option(help="password of encrypted PDFs")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add files and read them."""
    with opened() as service:
        documents = add_files(service, caller().scope, find_files(files), collection, password)
        documents = read_waiting(service, documents, None if as_json else error_console)
        if as_json:
            print_json([document_row(document) for document in documents])
        else:
            print_documents(documents)
        if any(document.error for document in documents):
            raise typer.Exit(1)


def documents(*, collection: CollectionOption = None, as_json: JsonFlag = False) -> None:
    """List documents."""
    with opened() as service:
        found = service.ingest.catalog.documents.select(scope_of(service, collection))
        if as_json:
            print_json([document_row(document) for document in found])
        else:
            print_documents(found)


def delete(document: Annotated[str, typer.Argument(help="id or name")], *, as_json: JsonFlag = False) -> None:
    """Delete a document from every store."""
    with opened() as service:
        found = document_named(service, document)
        deleted = delete_document(service.ingest.intake.delete, service.records, caller().scope, found.id)
        read_waiting(service, [], None)
        if as_json:
            print_json({"id": found.id, "deleted": deleted})
        else:
            console.print(f"deleted {found.name}: {deleted}")


def search(
    query: str,
    *,
    collection: CollectionOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    unit: Annotated[Unit, typer.Option(help="page or passage")] = Unit.PAGE,
    explain: Annotated[bool, typer.Option(help="show what each signal gave")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Search pages."""
    with opened() as service:
        found = service.searcher.search(scope_of(service, collection), query, unit.value, limit, None, explain=explain)
        if as_json:
            print_json(found)
        else:
            print_hits(found)
