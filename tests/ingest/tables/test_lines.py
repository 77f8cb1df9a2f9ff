"""Values at the end of a printed line: raised footnote marks are no part of them, thousands may be set apart by a space."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

from ingest.reading.pdf import PdfFile
from ingest.table_types import Row
from ingest.tables.rows import read_tables


@pytest.fixture
def drawing(tmp_path: Path) -> Iterator[tuple[canvas.Canvas, Path]]:
    path = tmp_path / "table.pdf"
    yield canvas.Canvas(str(path), pagesize=(612, 792), invariant=1), path


def rows(drawn: canvas.Canvas, path: Path) -> list[Row]:
    drawn.save()
    with PdfFile(path) as pdf:
        raw = pdf.page(1)
    [table] = read_tables(1, raw.text, raw.lines)
    return list(table.rows)


def put(drawn: canvas.Canvas, y: float, label: str, *values: str) -> None:
    drawn.setFont("Helvetica", 10)
    drawn.drawString(72, y, label)
    for index, value in enumerate(values):
        drawn.drawRightString(400 + 80 * index, y, value)


def raise_mark(drawn: canvas.Canvas, x: float, y: float, mark: str) -> None:
    drawn.setFont("Helvetica", 6)
    drawn.drawString(x + 0.2, y + 3.2, mark)


def test_a_raised_footnote_mark_is_no_part_of_a_value_or_a_label(drawing: tuple[canvas.Canvas, Path]) -> None:
    drawn, path = drawing
    put(drawn, 700, "", "2024", "2023")
    put(drawn, 685, "Net revenue", "4,210")
    raise_mark(drawn, 400, 685, "2")
    drawn.setFont("Helvetica", 10)
    drawn.drawRightString(480, 685, "3,980")
    drawn.drawString(72, 670, "Profit for the year")
    raise_mark(drawn, 72 + drawn.stringWidth("Profit for the year", "Helvetica", 10), 670, "1")
    put(drawn, 670, "", "330", "167")
    assert [(row.label, [cell.value for cell in row.cells]) for row in rows(drawn, path)] == [
        ("Net revenue", ["4210", "3980"]),
        ("Profit for the year", ["330", "167"]),
    ]


def test_a_number_at_the_end_of_a_label_that_is_not_raised_stays(drawing: tuple[canvas.Canvas, Path]) -> None:
    drawn, path = drawing
    put(drawn, 700, "", "2024", "2023")
    put(drawn, 685, "Fair value of Level1 assets", "4,210", "3,980")
    put(drawn, 670, "Other", "330", "167")
    assert rows(drawn, path)[0].label == "Fair value of Level1 assets"


def test_thousands_set_apart_by_a_space_are_one_number(drawing: tuple[canvas.Canvas, Path]) -> None:
    drawn, path = drawing
    put(drawn, 700, "", "2024", "2023")
    put(drawn, 685, "Population", "15 455", "1 234 567")
    put(drawn, 670, "Households", "330", "167")
    assert [[cell.value for cell in row.cells] for row in rows(drawn, path)] == [["15455", "1234567"], ["330", "167"]]
