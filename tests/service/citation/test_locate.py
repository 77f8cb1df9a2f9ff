"""A quote is cited only where it stands: evened typography is forgiven, a changed meaning never is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service_samples import page

from ingest.text.normalize import Level, normalize
from ingest.types import Detected, Document, Page, Progress, Rectangle, Status
from service.citation.locate import Located, citation, find_on, locate
from service.citation.wording import cuts
from service.contract.answer import Verification
from service.records.answer_json import citation_json

SENTENCE = "The Buyer shall not be obliged to pay more than $1,250 million for the goods delivered in fiscal 2024."
OTHER = "The Supplier may increase the price of each valve by 4.5 percent in any Contract Year."
PAGE = page(f"Heading\r\n{SENTENCE}\r\n{OTHER}\r\nA closing remark of no importance.\r\n")


def cited(found: Located | None) -> str:
    assert found is not None
    return found.page.text[found.span.start : found.span.end]


def bare(text: str) -> str:
    return normalize(text, Level.COMPACT).strip()


def document() -> Document:
    progress = Progress("done", 1, 1)
    return Document("doc_1", "local", "c", "a.pdf", "application/pdf", 1, Status.READY, progress, None, 1, 1, None, {}, Detected(), (), 0.0)  # fmt: skip


def test_a_quote_that_stands_on_the_page_is_exact() -> None:
    found = find_on(SENTENCE, PAGE)
    assert found is not None and found.verification is Verification.EXACT
    assert cited(found) == SENTENCE


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The ﬁrst eﬀort was suﬃcient.", "The first effort was sufficient."),
        ("He said “no” and wasn’t heard.", 'He said "no" and wasn\'t heard.'),
        ("an inter-\r\nnational carrier of goods", "an international carrier of goods"),
        ("an inter\x02\r\nnational carrier of goods", "an international carrier of goods"),
        ("an inter\u00adnational carrier", "an international carrier"),
        ("due not\u00ad \u200bice of the nor-\nmal term", "due notice of the normal term"),
        ("one  line\r\nand   the\tnext", "one line and the next"),
        ("years 2022–2024 — all of them", "years 2022-2024 - all of them"),
        ("TOTAL REVENUE 12", "Total revenue 12"),
        ("zero\u200bwidth space", "zerowidth space"),
    ],
)
def test_typography_alone_is_forgiven(text: str, quote: str) -> None:
    stored = page(f"Before it. {text} After it.")
    found = find_on(quote, stored)
    assert found is not None and found.verification is Verification.NORMALIZED
    assert cited(found) == text


@pytest.mark.parametrize(
    "quote",
    [
        SENTENCE.replace("1,250", "1,350"),
        SENTENCE.replace("2024", "2023"),
        OTHER.replace("4.5", "45"),
        SENTENCE.replace("shall not be", "shall be"),
        SENTENCE.replace("shall not", "may not"),
        OTHER.replace("increase", "decrease"),
    ],
)
def test_an_altered_number_or_negation_is_never_found(quote: str) -> None:
    assert find_on(quote, PAGE) is None


def test_stitched_sentences_are_not_found() -> None:
    assert (
        find_on("The Buyer shall not be obliged to increase the price of each valve in any Contract Year.", PAGE)
        is None
    )
    assert find_on(f"{SENTENCE} A closing remark of no importance.", PAGE) is None


@pytest.mark.parametrize(
    "quote", ["", "  \n", "The moon is made of green cheese and of nothing else.", "valse", "\u200b"]
)
def test_what_stands_nowhere_is_not_found(quote: str) -> None:
    assert locate(quote, PAGE, [PAGE]) is None


def test_a_quote_on_another_page_than_named_has_moved() -> None:
    claimed = page("Something else entirely.", 1)
    real = Page(2, None, PAGE.kind, PAGE.text, 612.0, 792.0, 0, 0)
    found = locate(SENTENCE, claimed, [claimed, real])
    assert found is not None and found.verification is Verification.MOVED
    assert found.page.number == 2


def test_a_quote_with_no_page_named_keeps_how_it_was_matched() -> None:
    found = locate(SENTENCE, None, [page("Something else."), PAGE])
    assert found is not None and found.verification is Verification.EXACT


def test_the_page_named_wins_over_the_others() -> None:
    twin = Page(7, None, PAGE.kind, PAGE.text, 612.0, 792.0, 0, 0)
    found = locate(SENTENCE, twin, [PAGE, twin])
    assert found is not None and found.page.number == 7


def test_a_citation_carries_the_pages_own_words_and_the_other_wording_beside_them() -> None:
    found = find_on("HEADING the buyer shall not", PAGE)
    assert found is not None
    box = Rectangle(1, 0, 0, 10, 10)
    shipped = citation(document(), found, "HEADING the buyer shall not", "Item 1", [box])
    assert shipped.cited_text == "Heading\r\nThe Buyer shall not"
    assert shipped.quote == "HEADING the buyer shall not"
    assert (shipped.section, shipped.rectangles) == ("Item 1", (box,))
    assert citation(document(), found, shipped.cited_text, None, []).quote is None


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=80), st.data())
def test_the_span_of_what_is_found_always_evens_out_to_the_quote(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end]
    found = find_on(quote, page(text))
    if found is not None:
        assert found.span.end > found.span.start
        assert bare(cited(found)) == bare(quote)
    elif bare(quote):
        begin, stop = start + len(quote) - len(quote.lstrip()), start + len(quote.rstrip())
        assert cuts(text, begin) or cuts(text, stop)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 99999), min_size=2, max_size=6), st.data())
def test_a_row_with_one_digit_altered_is_never_found(values: list[int], data: st.DataObject) -> None:
    row = "Purchases of property and equipment " + " ".join(f"{value:,}" for value in values)
    place = data.draw(st.sampled_from([i for i, c in enumerate(row) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != row[place]]))
    altered = row[:place] + digit + row[place + 1 :]
    assert find_on(row, page(f"Cash flows\n{row}\nOther items")) is not None
    assert find_on(altered, page(f"Cash flows\n{row}\nOther items")) is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("revenue of $1,250 million", "250 million"),
        ("margin of 4.56 in the year", "margin of 4.5"),
        ("a margin of 4.5% in the year", "a margin of 4.5"),
        ("Net income (92) in the year", "92"),
        ("the contract is unlawful here", "lawful here"),
        ("the parties are notable to pay", "the parties are not able to pay"),
        ("between 12 34 and 56 units", "between 1234 and 56 units"),
        ("the amount was $5.0 million in the whole year", "the amount was €5.0 million in the whole year"),
        ("the amount was $5.0 million in the whole year", "the amount was $5.0 billion in the whole year"),
        ("each party signs the contract when it likes to", "each party signs the contact when it likes to"),
        ("a raise of 10² units in the table of this page", "a raise of 102 units in the table of this page"),
    ],
)
def test_what_differs_by_little_but_says_another_thing_is_not_found(text: str, quote: str) -> None:
    assert find_on(quote, page(f"Before. {text}. After.")) is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("the inter national carriage", "the international carriage"),
        ("long-\r\nterm debt of the group", "long-term debt of the group"),
        ("a (5.2% of revenue) share", "5.2% of revenue"),
        ("Assets1 of the group", "Assets"),
        ("a re\u0301sume\u0301 of it", "a résumé of it"),
        ("Total . . . . . . . . 57", "Total 57"),
    ],
)
def test_more_typography_is_forgiven(text: str, quote: str) -> None:
    found = find_on(quote, page(f"Before it. {text} After it."))
    assert found is not None and found.verification in (Verification.EXACT, Verification.NORMALIZED)


FIRST = page("Annual Report\nIntroduction to it\nThe Buyer shall pay the price within thirty\nExample Corp 14\n14", 14)
SECOND = page("Annual Report\ndays of the invoice unless it disputes it.\nAnother matter.\nExample Corp 15\n15", 15)
OVER = "The Buyer shall pay the price within thirty days of the invoice unless it disputes it."


@pytest.mark.parametrize("claimed", [FIRST, SECOND])
def test_a_quote_may_run_over_a_pages_end(claimed: Page) -> None:
    found = locate(OVER, claimed, [FIRST, SECOND])
    assert found is not None and found.verification is Verification.NORMALIZED
    assert (found.page.number, found.continued[0][0].number) == (14, 15)
    assert found.text == OVER.replace("thirty ", "thirty\f")
    shipped = citation(document(), found, OVER, None, [])
    assert (shipped.page, shipped.continued[0][0]) == (14, 15)
    row = citation_json(shipped)
    assert (row["start_page_number"], row["end_page_number"]) == (14, 16)
    assert [place["page"] for place in row["spans"]] == [14, 15] and "span" not in row


def test_text_left_out_at_a_pages_end_is_no_running_over() -> None:
    assert locate("The Buyer shall pay the price within thirty Another matter.", FIRST, [FIRST, SECOND]) is None
    assert locate("Introduction to it days of the invoice unless it disputes it.", FIRST, [FIRST, SECOND]) is None


def test_a_quote_too_short_to_prove_anything_does_not_move() -> None:
    assert locate("Another", FIRST, [FIRST, SECOND]) is None
    assert locate("Another", None, [FIRST, SECOND]) is not None


def test_a_moved_quote_goes_to_the_nearest_page() -> None:
    pages = [page(f"Heading {number}\n{OTHER if number in (2, 9) else 'Nothing.'}", number) for number in range(1, 13)]
    found = locate(OTHER, pages[10], pages)
    assert found is not None and (found.page.number, found.verification) == (9, Verification.MOVED)
