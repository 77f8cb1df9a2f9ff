"""Struck words leave blanks in what is in force; hidden characters are counted."""

from ingest.text.marked import hidden_characters, in_force
from ingest.types import Marked, MarkedKind, Page, PageKind

TEXT = "Rent is due in ten days.\nthirty days."


def page(*marked: Marked) -> Page:
    return Page(1, None, PageKind.TEXT, TEXT, 612, 792, 0, 9, marked=marked)


def test_struck_words_leave_blanks_and_offsets_stay() -> None:
    start = TEXT.index("ten days.")
    shown = in_force(page(Marked(start, len(TEXT) - 5, MarkedKind.STRUCK, "struck through"))).text
    assert shown == TEXT[:start] + "   " + " " * 6 + "\n" + " " * 7 + "days."


def test_a_page_without_struck_words_stays_as_it_is() -> None:
    plain = page(Marked(0, 4, MarkedKind.HIDDEN, "no ink", "Rent"))
    assert in_force(plain) is plain


def test_hidden_characters_are_counted_without_spaces() -> None:
    assert hidden_characters(page(Marked(0, 4, MarkedKind.HIDDEN, "no ink", "a b\nc"))) == 3
