"""What a PDF says of itself: title, labels, bookmarks; and the second opinion on files PDFium refuses."""

import io
from pathlib import Path

import pytest
from ingest_samples import encrypted, pdf, write
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from ingest.errors import FileDamaged, PasswordRequired, PasswordWrong
from ingest.reading.file_structure import Attachment, Bookmark, FileStructure
from ingest.reading.pdf_structure import read_pages, read_structure

THREE = pdf([["First page of words"], ["Second page of words"], ["Third page of words"]])


def adorned() -> bytes:
    """Title, labels "i, 1, 2" and two levels of bookmarks."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(THREE)))
    writer.add_metadata({"/Title": "  Lease of a mill "})
    writer.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN, start=1)
    writer.set_page_label(1, 2, style=PageLabelStyle.DECIMAL, start=1)
    parent = writer.add_outline_item(title="Terms", page_number=1)
    writer.add_outline_item(title="Rent", page_number=2, parent=parent)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_title_labels_and_bookmarks_are_read(tmp_path: Path) -> None:
    found = read_structure(write(tmp_path, adorned()), None)
    assert found.title == "Lease of a mill"
    assert found.labels == {1: "i", 2: "1", 3: "2"}
    assert found.bookmarks == (Bookmark("Terms", 1, 2), Bookmark("Rent", 2, 3))


def test_structure_of_an_encrypted_file_needs_its_password(tmp_path: Path) -> None:
    path = write(tmp_path, encrypted(adorned(), "sesame"))
    assert read_structure(path, "sesame").title == "Lease of a mill"
    assert read_structure(path, None) == FileStructure()


def test_labels_that_only_count_say_nothing(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(THREE)))
    writer.set_page_label(0, 2, style=PageLabelStyle.DECIMAL, start=1)
    with (tmp_path / "counting.pdf").open("wb") as target:
        writer.write(target)
    assert read_structure(tmp_path / "counting.pdf", None).labels == {}


def test_noise_has_no_structure_and_raises_nothing(tmp_path: Path) -> None:
    assert read_structure(write(tmp_path, b"%PDF-1.4 " + bytes(range(256)) * 4), None) == FileStructure()


def test_damaged_labels_and_bookmarks_are_left_out(tmp_path: Path) -> None:
    data = adorned().replace(b"/Nums", b"/Bums").replace(b"/First", b"/Pirst")
    found = read_structure(write(tmp_path, data), None)
    assert found.title == "Lease of a mill"
    assert found.bookmarks == ()


def test_pages_are_read_without_geometry(tmp_path: Path) -> None:
    pages = list(read_pages(write(tmp_path, THREE), None))
    assert [page.number for page in pages] == [1, 2, 3]
    assert "Second page" in pages[1].text
    assert (pages[1].width, pages[1].height, pages[1].lines) == (612, 792, ())


def test_passwords_are_asked_for_and_checked(tmp_path: Path) -> None:
    path = write(tmp_path, encrypted(THREE, "sesame"))
    with pytest.raises(PasswordRequired):
        list(read_pages(path, None))
    with pytest.raises(PasswordWrong):
        list(read_pages(path, "guess"))
    assert len(list(read_pages(path, "sesame"))) == 3


def test_noise_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged):
        list(read_pages(write(tmp_path, b"%PDF-1.4\nnothing here\n"), None))


def test_attachments_of_the_file_and_of_its_pages_are_listed(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(THREE)))
    writer.add_attachment("plan.txt", b"the plan")
    stream = StreamObject()
    stream.set_data(b"a,b\n1,2\n")
    stream[NameObject("/Subtype")] = NameObject("/text/csv")
    files = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    pinned = DictionaryObject({NameObject("/F"): TextStringObject("rents.csv"), NameObject("/EF"): files})
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject(FloatObject(value) for value in (10, 10, 30, 30)),
            NameObject("/FS"): pinned,
        }
    )
    writer.pages[1][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    buffer = io.BytesIO()
    writer.write(buffer)
    found = read_structure(write(tmp_path, buffer.getvalue()), None).attachments
    assert [(each.name, each.page) for each in found] == [("plan.txt", None), ("rents.csv", 2)]
    assert found[1] == Attachment("rents.csv", "text/csv", 8, 2)
