"""Sentences can be quoted whole: they neither break at abbreviations nor run into tables and headings."""

from service_samples import page

from ingest.table_types import Cell, Row, Table
from ingest.text.sentences import LONGEST, sentences
from ingest.types import Page


def texts(stored: Page, tables: list[Table] | None = None) -> list[str]:
    return [" ".join(sentence.text.split()) for sentence in sentences(stored, tables or [])]


def test_a_paragraph_becomes_its_sentences() -> None:
    first, second = "The valve is closed by default. It opens when the pressure", "rises above the limit!"
    stored = page(f"{first}\r\n{second} Is that safe to do at all? Yes indeed, we think so.\r\n")
    assert texts(stored) == [
        "The valve is closed by default.",
        "It opens when the pressure rises above the limit!",
        "Is that safe to do at all?",
        "Yes indeed, we think so.",
    ]


def test_abbreviations_do_not_end_a_sentence() -> None:
    stored = page(
        "Quillmere Flow Controls, Inc. The company sells valves to Mr. J. Smith of the U.S. Navy at No. 12 Dock Street.\r\n"
    )
    assert len(texts(stored)) == 1


def test_spans_are_places_in_the_pages_own_text() -> None:
    stored = page(
        "First sentence of the page here. “Second one,” as they say.\r\nThird sentence follows on this line.\r\n"
    )
    for sentence in sentences(stored, []):
        assert sentence.text == stored.text[sentence.span.start : sentence.span.end]
        assert sentence.text == sentence.text.strip()


def test_a_heading_is_remembered_and_not_quoted() -> None:
    stored = page(
        "Termination for Convenience\r\n"
        + "The Buyer may terminate this Agreement on ninety days of notice to the Supplier.\r\n"
    )
    found = list(sentences(stored, []))
    assert [sentence.heading for sentence in found] == ["Termination for Convenience"]
    assert found[0].text.startswith("The Buyer may terminate")


def test_list_entries_stand_for_themselves() -> None:
    body = "(a) the Supplier fails to deliver the goods on time;\r\n(b) the Buyer fails to pay an invoice when due;\r\n"
    assert texts(page(body)) == [
        "(a) the Supplier fails to deliver the goods on time;",
        "(b) the Buyer fails to pay an invoice when due;",
    ]


def test_rows_of_tables_are_left_out() -> None:
    body = "Revenue grew in every region this year.\r\nTotal revenue 2,230 2,116\r\nThe growth came from new customers.\r\n"
    start = body.index("Total")
    end = body.index("\r\n", start)
    cells = tuple(Cell(start + 14, start + 19, 0, 1, "1", "1", column) for column in range(2))
    table = Table(1, "", (), (Row("Total revenue", cells, start, end),), None, 1, "", start, end)
    assert texts(page(body), [table]) == [
        "Revenue grew in every region this year.",
        "The growth came from new customers.",
    ]


def test_an_endless_sentence_is_cut() -> None:
    assert max(len(sentence.text) for sentence in sentences(page("word " * 600), [])) <= LONGEST


def test_an_empty_page_has_none() -> None:
    assert texts(page("")) == []
    assert texts(page("\r\n \r\n")) == []
