"""Outlines found without bookmarks: filings, agreements, and documents that are neither."""

from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import raw_page

from ingest.reading.file_structure import Bookmark
from ingest.structure.outline import breadcrumb_at, find_sections
from ingest.types import RawPage, Section

PROSE = "The company makes kettles of copper and sells them to people who like tea in the afternoon. " * 3
ROWS = "\n".join(f"Line of figures {n} {n},234 {n},123" for n in range(1, 9))


def outline(*texts: str, bookmarks: tuple[Bookmark, ...] = ()) -> list[Section]:
    return find_sections([raw_page(number, text) for number, text in enumerate(texts, 1)], bookmarks)


def names(sections: list[Section]) -> list[tuple[str, str | None]]:
    return [(section.kind, section.number) for section in sections]


FILING = (
    "FORM 10-K\nCover of the report\n",
    "TABLE OF CONTENTS\nItem 1. Business 3\nItem 1A. Risk Factors 4\nItem 2. Properties 4\nItem 7. Management's Discussion 5\n"
    "Item 8. Financial Statements 6\nItem 9A. Controls and Procedures 9\n",
    f"PART I\nItem 1. Business\n{PROSE}\n",
    f"Item 1A. Risk Factors\n{PROSE}\nItem 2.\nProperties\n{PROSE}\n",
    f"PART II\nITEM 7 – MANAGEMENT’S DISCUSSION AND ANALYSIS\n{PROSE} See Item 8 of this report.\n{PROSE}\n",
    f"Item 8. Financial Statements and Supplementary Data\n{PROSE}\n",
    f"CONSOLIDATED BALANCE SHEETS\n(in millions)\n{ROWS}\nTotal assets 9,999 8,888\n",
    f"CONSOLIDATED STATEMENTS OF OPERATIONS\n(in millions)\n{ROWS}\nNet income 777 666\n",
    f"CONSOLIDATED STATEMENTS OF CASH FLOWS\n(in millions)\n{ROWS}\nNet cash from operating activities 55 44\n",
    f"NOTES TO CONSOLIDATED FINANCIAL STATEMENTS\nNote 1. Basis of Presentation\n{PROSE}\nNote 2 – Revenue\n{PROSE}\n",
    f"Note 3. Leases\n{PROSE}\n",
)


def test_a_filings_parts_items_statements_and_notes_are_found() -> None:
    assert names(outline(*FILING)) == [
        ("part", "I"),
        ("item", "1"),
        ("item", "1A"),
        ("item", "2"),
        ("part", "II"),
        ("item", "7"),
        ("item", "8"),
        ("balance_sheet", None),
        ("income_statement", None),
        ("cash_flow_statement", None),
        ("note", "1"),
        ("note", "2"),
        ("note", "3"),
    ]


def test_the_table_of_contents_is_not_where_sections_begin() -> None:
    assert {section.start_page for section in outline(*FILING)} == {3, 4, 5, 6, 7, 8, 9, 10, 11}


def test_statements_stand_under_their_item_and_end_with_their_page() -> None:
    sections = outline(*FILING)
    balance = next(section for section in sections if section.kind == "balance_sheet")
    assert balance.parent is not None
    assert sections[balance.parent].number == "8"
    assert (balance.start_page, balance.end_page, balance.end) == (7, 8, 0)


def test_a_statement_of_the_parent_alone_is_told_apart() -> None:
    parent = f"CONDENSED FINANCIAL INFORMATION OF REGISTRANT\nBALANCE SHEETS\n{ROWS}\nTotal assets 1 2\n"
    kinds = [section.kind for section in outline(*FILING[:9], parent)]
    assert kinds.count("balance_sheet") == 1
    assert "parent_balance_sheet" in kinds


def test_a_mention_of_a_statement_in_prose_is_no_statement() -> None:
    mention = f"See the accompanying consolidated balance sheets.\n{ROWS}\nTotal assets 1 2\n"
    sections = outline(*FILING, mention)
    assert [section.start_page for section in sections if section.kind == "balance_sheet"] == [7]


def test_a_quarterly_reports_second_part_counts_its_items_anew() -> None:
    sections = outline(
        "FORM 10-Q\n",
        f"PART I\nItem 1. Financial Statements\n{PROSE}\nItem 2. Management's Discussion\n{PROSE}\n",
        f"Item 3. Quantitative Disclosures About Market Risk\n{PROSE}\nItem 4. Controls and Procedures\n{PROSE}\n",
        f"PART II\nItem 1. Legal Proceedings\n{PROSE}\nItem 1A. Risk Factors\n{PROSE}\nItem 6. Exhibits\n{PROSE}\n",
    )
    numbers = [section.number for section in sections]
    assert numbers == ["I", "1", "2", "3", "4", "II", "1", "1A", "6"]


AGREEMENT = (
    "MASTER SUPPLY AGREEMENT\nby and between Quill LLC and Tarn GmbH\n",
    "ARTICLE 1. Definitions ........ 3\nARTICLE 2. Supply ........ 3\nARTICLE 3. Price ........ 4\n"
    "ARTICLE 4. Term ........ 4\nARTICLE 5. Notices ........ 5\n",
    "RECITALS\nWhereas Quill makes valves;\nARTICLE 1\nINTERPRETATION\n1.1 “Valve” means a thing that closes.\n",
    "ARTICLE II – SUPPLY\nSection 2.1 Orders. Tarn shall order in writing.\n2.2 Delivery. Quill shall deliver.\n"
    "2.2.1 Late Delivery. A delay costs money.\n",
    "IN WITNESS WHEREOF, the parties have signed.\nEXHIBIT A\nPRICES\nSchedule 2: Sites of delivery\n",
)


def test_an_agreements_articles_clauses_and_annexes_are_found() -> None:
    sections = outline(*AGREEMENT)
    assert names(sections) == [
        ("recitals", None),
        ("article", "1"),
        ("clause", "1.1"),
        ("article", "II"),
        ("clause", "2.1"),
        ("clause", "2.2"),
        ("clause", "2.2.1"),
        ("signatures", None),
        ("exhibit", "A"),
        ("exhibit", "2"),
    ]
    titles = [section.title for section in sections]
    assert titles[1] == "Article 1. INTERPRETATION"
    assert titles[4] == "2.1 Orders"
    assert titles[9] == "Schedule 2. Sites of delivery"


def test_a_clause_stands_under_its_article_and_a_part_of_it_under_the_clause() -> None:
    sections = outline(*AGREEMENT)
    assert breadcrumb_at(sections, 4, raw_page(4, AGREEMENT[3]).text.index("A delay")) == (
        "Article II. SUPPLY",
        "2.2 Delivery",
        "2.2.1 Late Delivery",
    )


def test_an_article_whose_name_stands_on_its_second_line_keeps_its_clauses() -> None:
    pages = AGREEMENT[2].replace("INTERPRETATION", "DEFINITIONS"), *AGREEMENT[3:]
    sections = outline(*pages)
    clause = next(section for section in sections if section.number == "1.1")
    assert breadcrumb_at(sections, clause.start_page, clause.start)[0] == "Article 1. DEFINITIONS"


def test_two_numbered_lines_are_no_outline() -> None:
    assert outline("1.1 Orders come first.\n2.1 Then come deliveries.\n") == []


def test_bookmarks_serve_where_the_text_gives_no_outline() -> None:
    sections = outline(
        "Preface words\n",
        "Words, then Methods of brewing\n",
        bookmarks=(Bookmark("Preface", 1, 1), Bookmark("Methods", 2, 2), Bookmark("X", 1, 9)),
    )
    assert [(s.title, s.level, s.start_page, s.start, s.parent) for s in sections] == [
        ("Preface", 1, 1, 0, None),
        ("Methods", 2, 2, 12, 0),
    ]


def test_larger_lines_are_headings_where_there_are_no_bookmarks() -> None:
    page = raw_page(1, f"On kettles\n{PROSE}\nMethods\n{PROSE}\n", sizes={0: 18, 2: 14})
    sections = find_sections([page], [])
    assert [(section.title, section.level) for section in sections] == [("On kettles", 1), ("Methods", 2)]


def test_the_end_of_the_document_ends_the_last_section() -> None:
    last = outline(*AGREEMENT)[-1]
    assert (last.end_page, last.end) == (5, len(AGREEMENT[4]))


texts = st.lists(
    st.lists(
        st.sampled_from(
            [*(line for text in (*FILING, *AGREEMENT) for line in text.splitlines()), "", "Total 1,234 99", "Item 3."]
        ),
        max_size=12,
    ).map("\n".join),
    max_size=6,
)


@given(texts)
def test_any_lines_give_an_outline_in_order_with_ends_after_starts(pages: list[str]) -> None:
    sections = outline(*pages)
    starts = [(section.start_page, section.start) for section in sections]
    assert starts == sorted(starts)
    for section in sections:
        assert (section.start_page, section.start) <= (section.end_page, section.end)
        assert section.parent is None or sections[section.parent].level < section.level
        assert 1 <= section.start_page <= len(pages)


def test_no_pages_have_no_sections() -> None:
    assert find_sections([], []) == []
    assert find_sections([RawPage(1, "", raw_page(1, "").kind, 1, 1)], []) == []
