"""Sub-headings of filings, signature pages and exhibits; where agreements begin."""

from dataclasses import replace

from ingest_samples import raw_page

from ingest.structure.contract import find_preamble
from ingest.structure.headings import find_back_matter, find_headings
from ingest.structure.outline import find_sections
from ingest.types import RawPage

SENTENCE = "The company makes kettles of copper and sells them to people who like tea in the afternoon, every day."


def set_apart(page: RawPage, *titles: str) -> RawPage:
    """The page with white space above the lines that hold these titles."""
    lines, shift = [], 0.0
    for line in page.lines:
        shift += 12.0 if page.text[line.start : line.end].strip() in titles else 0.0
        lines.append(replace(line, y0=line.y0 + shift, y1=line.y1 + shift))
    return replace(page, lines=tuple(lines))


def bold(page: RawPage, title: str) -> RawPage:
    lines = (replace(line, bold=page.text[line.start : line.end].strip() == title) for line in page.lines)
    return replace(page, lines=tuple(lines))


def titles(*pages: RawPage) -> list[tuple[int, str]]:
    return [(start.page, start.title) for start in find_headings(pages)]


def test_a_short_title_with_white_above_and_a_paragraph_below_is_a_heading() -> None:
    text = f"{SENTENCE}\nSignificant Customers\n{SENTENCE}\n"
    assert titles(set_apart(raw_page(4, text), "Significant Customers")) == [(4, "Significant Customers")]
    assert titles(raw_page(4, text)) == []


def test_a_bold_title_is_a_heading_without_white_above() -> None:
    text = f"{SENTENCE}\nLiquidity and Capital Resources\n{SENTENCE}\n"
    assert titles(bold(raw_page(2, text), "Liquidity and Capital Resources")) == [
        (2, "Liquidity and Capital Resources")
    ]


def test_sentences_amounts_and_rows_are_no_headings() -> None:
    for line in ("We sell kettles.", "Total 1,234 5,678", "Years Ended December 31", "the following", "See Note 4"):
        assert titles(bold(raw_page(1, f"{SENTENCE}\n{line}\n{SENTENCE}\n"), line)) == []


def test_a_running_head_is_no_heading() -> None:
    pages = [
        bold(raw_page(n, f"Kettle Works Annual Review\n{SENTENCE}\n"), "Kettle Works Annual Review")
        for n in (1, 2, 3, 4)
    ]
    assert titles(*pages) == []
    assert titles(*pages[:2]) == [(1, "Kettle Works Annual Review"), (2, "Kettle Works Annual Review")]


def test_signatures_and_exhibits_close_a_filing() -> None:
    pages = [
        raw_page(8, "SIGNATURES\nPursuant to the requirements of Section 13, the registrant has signed.\n"),
        raw_page(9, f"Exhibit 21.1\nSubsidiaries of the registrant\n{SENTENCE}\n"),
        raw_page(10, f"{SENTENCE}\n" * 6 + "Exhibit 21.1\n"),
    ]
    assert [(s.page, s.kind, s.title) for s in find_back_matter(pages)] == [
        (8, "signatures", "Signatures"),
        (9, "exhibit", "Exhibit 21.1"),
    ]


def test_headings_stand_under_their_item_in_the_outline() -> None:
    pages = [
        raw_page(1, f"PART I\nItem 1. Business\n{SENTENCE}\n"),
        bold(raw_page(2, f"{SENTENCE}\nSeasonality\n{SENTENCE}\n"), "Seasonality"),
        raw_page(3, f"Item 1A. Risk Factors\n{SENTENCE}\nItem 2. Properties\n{SENTENCE}\n"),
    ]
    outline = find_sections(pages, ())
    heading = next(section for section in outline if section.kind == "heading")
    assert outline[heading.parent or 0].number == "1"
    assert (heading.title, heading.start_page, heading.end_page) == ("Seasonality", 2, 3)


def test_an_agreement_begins_at_its_preamble_not_at_its_cover() -> None:
    cover = raw_page(1, "SUPPLY AGREEMENT\nTABLE OF CONTENTS\n1. Definitions 3\n2. Supply 4\n")
    body = raw_page(
        2,
        "SUPPLY AGREEMENT\nTHIS SUPPLY AGREEMENT (the “Agreement”) is made and entered into\nas of May 2, 2021 by and between Kettle Works and Copper Mills.\n",
    )
    found = find_preamble([cover, body])
    assert found is not None and (found.page, found.kind) == (2, "preamble")
    assert find_preamble([cover, raw_page(2, SENTENCE)]) is None
