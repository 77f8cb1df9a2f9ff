"""Typesets the short memo and locks it with a password."""

import io

from pypdf import PdfReader, PdfWriter

from examples.annual_report import Story
from examples.figures import FiscalYear
from examples.pages import Section, typeset
from examples.prose import read_prose
from examples.typesetting import Face, Typesetter

PASSWORD = "sesame"
SECTIONS = (Section("memo", str, lambda label: f"Page {label}"),)
HEADER = ("Quillmere Flow Controls, Inc.", "Internal memorandum, confidential")


def plain_memo(years: dict[int, FiscalYear]) -> tuple[bytes, list[str | None]]:
    """The memo before it is locked, and its printed labels; its first page is a cover without one."""

    def story(_entries: dict[str, str]) -> list[object]:
        made = Story(years, Typesetter(Face(size=12, leading=19, after=12)))
        made.add(read_prose("memo", years))
        return made.flowables

    return typeset(story, SECTIONS, HEADER, "Memorandum on the sale of the Worcester plant")


def encrypted_memo(years: dict[int, FiscalYear]) -> tuple[bytes, list[str | None]]:
    """The memo under its password; the lock has random parts, so the bytes differ each time."""
    content, labels = plain_memo(years)
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=PASSWORD, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue(), labels
