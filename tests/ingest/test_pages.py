"""A stored page as others see it."""

import io
from collections.abc import Iterator

import pytest
from ingest_samples import House, pdf
from PIL import Image

from ingest.errors import NotReadableYet, PageNotFound
from ingest.types import Document, Status


@pytest.fixture(scope="module")
def report(shared: House) -> Iterator[Document]:
    rows = ["(in millions)", "Year ended December 31, 2023 2022", "Net sales $ 1,234 $ 1,100", "Cost of sales 800 700"]
    yield shared.ingest(pdf([rows, ["The second page says little."]]), "report.pdf")


def test_a_page_is_read_by_its_physical_number(shared: House, report: Document) -> None:
    assert "little" in shared.parts.pages.page(report, 2).text
    for number in (0, 3):
        with pytest.raises(PageNotFound):
            shared.parts.pages.page(report, number)
        with pytest.raises(PageNotFound):
            shared.parts.pages.png(report, number, 50)


def test_tables_of_a_page_are_read_from_its_text(shared: House, report: Document) -> None:
    [table] = shared.parts.pages.tables(report, 1)
    assert [(row.label, [cell.value for cell in row.cells]) for row in table.rows] == [
        ("Net sales", ["1234", "1100"]),
        ("Cost of sales", ["800", "700"]),
    ]
    assert (table.scale, table.unit) == (1_000_000, "USD")
    assert shared.parts.pages.tables(report, 2) == []


def test_a_table_that_goes_on_over_the_page_knows_the_header_of_the_page_before(house: House) -> None:
    first = ["(in millions)", "Year ended December 31, 2023 2022", "Net sales $ 1,234 $ 1,100", "Cost of sales 800 700"]
    second = ["Net costs $ 1,334 $ 1,200", "Cost of other 900 800"]
    document = house.ingest(pdf([first, second]), "report.pdf")
    [table] = house.parts.pages.tables(document, 2)
    assert (table.page, table.continued_from, table.scale) == (2, 1, 1_000_000)
    assert table.columns == house.parts.pages.tables(document, 1)[0].columns


def test_pictures_are_drawn_once_and_then_kept(shared: House, report: Document) -> None:
    first = shared.parts.pages.png(report, 1, 40)
    assert Image.open(io.BytesIO(first)).size == (340, 440)
    shared.parts.viewers.close()  # a kept picture needs no process
    assert shared.parts.pages.png(report, 1, 40) == first
    assert shared.parts.pages.forget(report.tenant, report.content) == 1
    assert shared.parts.pages.forget(report.tenant, report.content) == 0


def test_rectangles_come_in_the_order_asked_for(shared: House, report: Document) -> None:
    text = shared.parts.pages.page(report, 1).text
    at = text.index("Cost")
    spans = [(2, 0, 3), (1, at, at + 4), (9, 0, 4), (1, 0, 3)]
    second, cost, nowhere, first = shared.parts.pages.rectangles(report, spans)
    assert [box.page for box in (*second, *cost, *first)] == [2, 1, 1]
    assert nowhere == []
    assert first[0].y1 < cost[0].y0


def test_a_document_that_is_still_queued_cannot_be_shown(house: House) -> None:
    document = house.upload(pdf([["Words"]]))
    for read in (house.parts.pages.content, lambda d: house.parts.pages.page(d, 1)):
        with pytest.raises(NotReadableYet, match="queued"):
            read(document)
    house.parts.catalog.documents.set_status(document.id, Status.FAILED, ("file_damaged", "It is damaged."))
    with pytest.raises(NotReadableYet, match="It is damaged"):
        house.parts.pages.content(house.document(document.id))
