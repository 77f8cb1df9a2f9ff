"""What the commands share: the environment, the service opened for one command, who calls, and common options.

Knows no command.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

import typer

from ingest.errors import DocumentNotFound
from ingest.types import Document, Scope
from service.contract.caller import LOCAL_CALLER, Caller
from service.wiring import Service, build_service

JsonFlag = Annotated[bool, typer.Option("--json", help="print JSON instead of text")]
CollectionOption = Annotated[str | None, typer.Option(help="a collection's id or name")]


def environment(**given: object) -> Mapping[str, str]:
    """The process's environment; settings given on the command line go before it."""
    named = {f"PINCITE_{name.upper()}": str(value) for name, value in given.items() if value is not None}
    return {**os.environ, **named}


@contextmanager
def opened(settings: Mapping[str, str] | None = None) -> Iterator[Service]:
    """The service over the data folder, closed at the end of the block."""
    service = build_service(environment() if settings is None else settings)
    try:
        yield service
    finally:
        service.close()


def caller() -> Caller:
    """Who uses the command line: whoever may read the data folder."""
    return LOCAL_CALLER


def scope_of(service: Service, collection: str | None) -> Scope:
    """Everything, or a collection by id or name."""
    found = service.ingest.catalog.collections.get(caller().scope, collection).id if collection else None
    return caller().within(collection=found)


def document_named(service: Service, key: str) -> Document:
    """A document by id or name; raises DocumentNotFound."""
    for document in service.ingest.catalog.documents.select(caller().scope):
        if key in (document.id, document.name):
            return document
    raise DocumentNotFound(f"There is no document {key!r}.")
