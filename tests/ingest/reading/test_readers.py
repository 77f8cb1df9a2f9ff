"""The reader is chosen by what the file holds, not by its name."""

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from ingest_samples import encrypted, pageless_pdf, pdf, picture, write
from PIL import Image

from ingest.errors import FileDamaged, NoPages, PasswordRequired, UnsupportedType
from ingest.reading.readers import HEAD_BYTES, ImageFile, RepairedPdf, detect, open_source
from ingest.types import PageKind


def detected(folder: Path, data: bytes, name: str = "file") -> str:
    return detect(data[:HEAD_BYTES], write(folder, data, "upload"), name)


def image_bytes(form: str, frames: int = 1) -> bytes:
    buffer = io.BytesIO()
    first = picture(["Ledger"], (400, 200))
    more = {"save_all": True, "append_images": [first] * (frames - 1)} if frames > 1 else {}
    first.save(buffer, form, dpi=(100, 100), **more)
    return buffer.getvalue()


def archive(entry: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(entry, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff"), ("WEBP", "image/webp")],
)
def test_images_are_known_by_their_bytes(tmp_path: Path, form: str, media_type: str) -> None:
    assert detected(tmp_path, image_bytes(form), "misnamed.pdf") == media_type


def test_a_pdf_is_known_even_behind_a_preamble(tmp_path: Path) -> None:
    assert detected(tmp_path, b"\r\njunk\r\n" + pdf([["words"]]), "file.txt") == "application/pdf"


def test_text_and_markdown_differ_by_name_only(tmp_path: Path) -> None:
    assert detected(tmp_path, b"# Heading\n", "a.MD") == "text/markdown"
    assert detected(tmp_path, b"# Heading\n", "a.txt") == "text/plain"
    assert detected(tmp_path, "Füße".encode("utf-16"), "a.txt") == "text/plain"


def test_text_cut_inside_a_character_is_still_text(tmp_path: Path) -> None:
    assert detected(tmp_path, b"a" + "é".encode() * HEAD_BYTES, "a.txt") == "text/plain"


@pytest.mark.parametrize(
    ("entry", "kind"), [("word/document.xml", "DOCX"), ("xl/workbook.xml", "XLSX"), ("ppt/x", "PPTX"), ("a", "ZIP")]
)
def test_office_files_are_refused_by_name_with_what_to_do(tmp_path: Path, entry: str, kind: str) -> None:
    with pytest.raises(UnsupportedType, match=f"{kind}.*Print the document to PDF"):
        detected(tmp_path, archive(entry))


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0" + bytes(100),
        b"<!DOCTYPE html><html></html>",
        b"\xef\xbb\xbf<html><body>A lease</body></html>",
        b"<!-- saved from the web -->\n\n<!-- twice -->  <HTML lang=en><p>A lease</p>",
        "\ufeff<!doctype html><p>A lease".encode("utf-16-le"),
        b"\xef\xbb\xbf  <?xml version='1.0'?><lease/>",
        b"<SEC-DOCUMENT>0000000000-26-000001.txt : 20260101\n<SEC-HEADER>",
        b"-----BEGIN PRIVACY-ENHANCED MESSAGE-----\nProc-Type: 2001",
        b"<DOCUMENT>\n<TYPE>10-K\n<SEQUENCE>1\n",
        b"{\\rtf1 text}",
        b"\x7fELF" + bytes(500),
        b"GIF89a" + bytes(range(256)),
        random.Random(3).randbytes(3000),
    ],
)
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnsupportedType, match="PDF"):
        detected(tmp_path, data)


@pytest.mark.parametrize(
    "data",
    [
        b"<!-- a note to ourselves -->\nThe lease runs for nine years.",
        b"Under <document> tags stands the text.",
        b"\n" * 4000,
    ],
)
def test_text_that_only_speaks_of_markup_is_text(tmp_path: Path, data: bytes) -> None:
    assert detected(tmp_path, data) == "text/plain"


def test_an_image_is_one_scan_with_its_size_in_points(tmp_path: Path) -> None:
    with ImageFile(write(tmp_path, image_bytes("PNG"))) as source:
        page = source.page(1)
        assert (page.kind, page.text) == (PageKind.SCAN, "")
        assert page.width == pytest.approx(400 * 72 / 100, abs=0.1)
        assert page.height == pytest.approx(200 * 72 / 100, abs=0.1)
        assert Image.open(io.BytesIO(source.png(1, 50))).size == (200, 100)
        assert source.rectangles(1, 0, 5) == []


def test_every_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    with open_source(write(tmp_path, image_bytes("TIFF", 3)), "image/tiff", None) as source:
        assert source.page_count == 3
        assert [page.number for page in source.pages()] == [1, 2, 3]


def test_a_cut_off_image_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged):
        ImageFile(write(tmp_path, image_bytes("PNG")[:200]))


def test_an_image_that_would_unpack_to_gigabytes_is_damaged(tmp_path: Path) -> None:
    data = bytearray(image_bytes("PNG"))
    data[16:24] = struct.pack(">II", 60_000, 60_000)  # width and height, and the checksum over them
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    with pytest.raises(FileDamaged):
        ImageFile(write(tmp_path, bytes(data)))


def test_what_only_pypdf_can_read_has_text_but_no_geometry(tmp_path: Path) -> None:
    source = RepairedPdf(write(tmp_path, pdf([["words of one"], ["words of two"]])), None)
    with source:
        assert [page.number for page in source.pages()] == [1, 2]
        assert "two" in source.page(2).text
        assert source.rectangles(1, 0, 3) == []
        assert Image.open(io.BytesIO(source.png(1, 36))).size == (306, 396)


def test_a_file_both_readers_refuse_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileDamaged):
        open_source(write(tmp_path, b"%PDF-1.4\n" + bytes(range(256)) * 9), "application/pdf", None)


def test_a_pdf_without_pages_is_named_so_whatever_was_opened_before(tmp_path: Path) -> None:
    hidden = write(tmp_path, encrypted(pdf([["hidden"]]), "sesame"), "hidden.pdf")
    for name, data in (("none", pageless_pdf()), ("noise", b"%PDF-1.4\n" + bytes(range(256)) * 9)):
        with pytest.raises(PasswordRequired):
            open_source(hidden, "application/pdf", None)
        with pytest.raises(NoPages if name == "none" else FileDamaged):
            open_source(write(tmp_path, data), "application/pdf", None)
