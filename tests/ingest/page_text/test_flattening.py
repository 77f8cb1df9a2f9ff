"""Form values are text of the page, beside their labels, and are in its picture."""

import io
from pathlib import Path

from drawn_pages import draw, read
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from ingest.reading.pdf import PdfFile


def form(canvas: Canvas) -> None:
    canvas.drawString(72, 600, "Name of the tenant:")
    canvas.drawString(72, 570, "Monthly rent in EUR:")
    canvas.drawString(72, 540, "To be filled in by the landlord.")
    canvas.acroForm.textfield(name="tenant", x=220, y=594, width=200, height=18, value="Odile Barnaby")
    canvas.acroForm.textfield(name="rent", x=220, y=564, width=200, height=18, value="7,310")


def test_values_stand_behind_their_labels(tmp_path: Path) -> None:
    lines = read(tmp_path, draw(form)).text.splitlines()
    assert "Name of the tenant: Odile Barnaby" in lines
    assert "Monthly rent in EUR: 7,310" in lines


def test_a_value_has_its_place_on_the_page_and_in_the_picture(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(draw(form))
    with PdfFile(path) as file:
        start = file.page(1).text.index("Odile")
        [box] = file.rectangles(1, start, start + len("Odile Barnaby"))
        picture = file.picture(1, 72).convert("L")
    assert 220 < box.x0 < 230 and 792 - 612 - 4 < box.y0 < 792 - 594
    assert picture.crop((224, 792 - 610, 300, 792 - 596)).getextrema()[0] < 100


def test_a_value_without_an_appearance_of_its_own_is_drawn_in(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(draw(form))))
    for note in writer.pages[0]["/Annots"].get_object():  # type: ignore[union-attr]
        del note.get_object()["/AP"]
    buffer = io.BytesIO()
    writer.write(buffer)
    assert "Name of the tenant: Odile Barnaby" in read(tmp_path, buffer.getvalue()).text.splitlines()
