"""Columns drawn row by row are read down; rows of tables and lists of terms stay rows; values stand by their labels."""

from pathlib import Path

from drawn_pages import draw, read
from reportlab.pdfgen.canvas import Canvas

from ingest.reading.pdf import PdfFile

LEFT = (
    "The carrier shall bring the goods",
    "to the quay named in the schedule",
    "before noon on the day of sailing",
    "and shall hand over the papers to",
    "the master of the ship in person.",
)
RIGHT = (
    "The shipper shall pay the freight",
    "within ten days of the sailing to",
    "the account that the carrier has",
    "told him of in writing, without a",
    "deduction of any kind whatsoever.",
)


def by_rows(canvas: Canvas) -> None:
    for row, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        canvas.drawString(72, 600 - 14 * row, left)
        canvas.drawString(320, 600 - 14 * row, right)


def test_columns_drawn_row_by_row_are_read_one_after_the_other(tmp_path: Path) -> None:
    flat = " ".join(read(tmp_path, draw(by_rows)).text.split())
    assert " ".join(LEFT) in flat and " ".join(RIGHT) in flat


def test_rectangles_of_a_column_lie_on_that_column(tmp_path: Path) -> None:
    path = tmp_path / "columns.pdf"
    path.write_bytes(draw(by_rows))
    with PdfFile(path) as file:
        text = file.page(1).text
        start = text.index("The shipper")
        boxes = file.rectangles(1, start, text.index("whatsoever.") + len("whatsoever."))
    assert len(boxes) == len(RIGHT)
    assert all(box.x0 > 315 for box in boxes)


def test_a_table_is_read_row_by_row(tmp_path: Path) -> None:
    def rows(canvas: Canvas) -> None:
        for row in range(6):
            canvas.drawString(72, 600 - 14 * row, f"Expenses of the branch {row}")
            canvas.drawString(320, 600 - 14 * row, f"1,23{row} 9{row}8")

    text = read(tmp_path, draw(rows)).text
    assert "Expenses of the branch 3 1,233 938" in text


def test_a_list_of_terms_is_read_row_by_row(tmp_path: Path) -> None:
    def terms(canvas: Canvas) -> None:
        for row, word in enumerate(("Carrier", "Shipper", "Consignee", "Sailing day", "Schedule")):
            canvas.drawString(72, 600 - 14 * row, f"{word} named in the schedule")
            canvas.drawString(320, 600 - 14 * row, f"The {word.lower()} that stands in part two")

    assert "Shipper named in the schedule The shipper that stands" in read(tmp_path, draw(terms)).text
