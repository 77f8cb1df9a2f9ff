"""A scope is opened once a search: what others own stays shut, and outlines are read once a version."""

from ingest.types import Document, Scope
from service.retrieval.library import Library
from service.wiring import Service


def test_outlines_are_read_once_until_the_indexes_change(service: Service, report_10k: Document) -> None:
    library = Library(service.ingest.catalog, service.ingest.index)
    first = library.outline(report_10k, 1)
    assert library.outline(report_10k, 1) is first
    assert library.outline(report_10k, 2) is not first
    assert first.sections and first.main


def test_another_tenant_opens_nothing(service: Service) -> None:
    library = Library(service.ingest.catalog, service.ingest.index)
    assert library.open(Scope("stranger"), None).documents == ()
