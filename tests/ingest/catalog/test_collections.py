"""Named sets of documents, each tenant's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.catalog import Catalog, Database, UploadDetails
from ingest.errors import CollectionExists, CollectionNotFound
from ingest.types import Document, Scope

ONE, OTHER = Scope("one"), Scope("other")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    database = Database(f"sqlite:///{tmp_path / 'catalog.sqlite3'}")
    database.migrate()
    yield Catalog(database)
    database.close()


def add(catalog: Catalog, *collections: str) -> Document:
    return catalog.documents.add(ONE, "c" * 64, "n", "application/pdf", 1, UploadDetails(collections=collections))


def test_a_collection_is_found_by_id_and_by_name(catalog: Catalog) -> None:
    leases = catalog.collections.add(ONE, "leases")
    assert catalog.collections.get(ONE, "leases") == catalog.collections.get(ONE, leases.id) == leases
    assert (leases.name, leases.documents) == ("leases", 0)


def test_a_name_is_taken_once_per_tenant(catalog: Catalog) -> None:
    catalog.collections.add(ONE, "leases")
    with pytest.raises(CollectionExists):
        catalog.collections.add(ONE, "leases")
    assert catalog.collections.add(OTHER, "leases").name == "leases"


def test_tenants_never_see_each_others_collections(catalog: Catalog) -> None:
    leases = catalog.collections.add(ONE, "leases")
    assert catalog.collections.list(OTHER) == []
    for key in (leases.id, "leases"):
        with pytest.raises(CollectionNotFound):
            catalog.collections.get(OTHER, key)
        with pytest.raises(CollectionNotFound):
            catalog.collections.delete(OTHER, key)


def test_asking_for_a_name_creates_it_but_never_an_id(catalog: Catalog) -> None:
    created = catalog.collections.get_or_add(ONE, "filings")
    assert catalog.collections.get_or_add(ONE, "filings") == created
    with pytest.raises(CollectionNotFound):
        catalog.collections.get_or_add(ONE, "col_unknown")
    assert len(catalog.collections.list(ONE)) == 1


def test_collections_count_living_documents_only(catalog: Catalog) -> None:
    leases, filings = catalog.collections.add(ONE, "leases"), catalog.collections.add(ONE, "filings")
    add(catalog, leases.id, filings.id)
    buried = add(catalog, leases.id)
    catalog.documents.bury(ONE, buried.id)
    assert [(c.name, c.documents) for c in catalog.collections.list(ONE)] == [("filings", 1), ("leases", 1)]


def test_a_renamed_collection_keeps_its_id_and_documents(catalog: Catalog) -> None:
    leases = catalog.collections.add(ONE, "leases")
    add(catalog, leases.id)
    renamed = catalog.collections.rename(ONE, "leases", "rents")
    assert (renamed.id, renamed.name, renamed.documents) == (leases.id, "rents", 1)
    catalog.collections.add(ONE, "leases")
    with pytest.raises(CollectionExists):
        catalog.collections.rename(ONE, "rents", "leases")


def test_documents_outlive_their_collection(catalog: Catalog) -> None:
    leases = catalog.collections.add(ONE, "leases")
    document = add(catalog, leases.id)
    assert catalog.collections.delete(ONE, "leases").id == leases.id
    assert catalog.documents.get(ONE, document.id).collections == ()


def test_putting_a_document_replaces_its_collections(catalog: Catalog) -> None:
    a, b = catalog.collections.add(ONE, "a"), catalog.collections.add(ONE, "b")
    document = add(catalog, a.id)
    catalog.collections.put(document.id, [b.id, b.id])
    assert catalog.documents.get(ONE, document.id).collections == (b.id,)
    catalog.collections.put(document.id, [])
    assert catalog.documents.get(ONE, document.id).collections == ()


def test_a_document_is_included_in_and_excluded_from_one_collection_alone(catalog: Catalog) -> None:
    a, b = catalog.collections.add(ONE, "a"), catalog.collections.add(ONE, "b")
    document = add(catalog, a.id)
    for _ in range(2):
        catalog.collections.include(document.id, b.id)
    assert catalog.documents.get(ONE, document.id).collections == tuple(sorted((a.id, b.id)))
    catalog.collections.exclude(document.id, a.id)
    assert catalog.documents.get(ONE, document.id).collections == (b.id,)
