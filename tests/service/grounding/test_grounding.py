"""Only what stands on a page is cited; a sentence whose claim or number is not proved is marked, or left out."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from model_samples import CASH_FLOWS, MEMO, SEGMENTS, document, evidence, tables_of

from service.calculation.calculation import Calculation, calculate
from service.citation.evidence import Evidence
from service.contract.answer import Verification
from service.entailment.judge import Judge
from service.grounding.claims import needs_citation, sentence_end
from service.grounding.grounding import Grounded, Grounder
from service.grounding.markup import MarkupReader
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary

JUDGE = Judge(tables_of)
CAPEX = '<cite doc="D1" page="60">Purchases of property, plant and equipment (PP&amp;E) (1,577) (1,373)</cite>'
GREW = '<cite doc="D1" page="61">Sales grew 4.5% on higher volumes in three segments.</cite>'


def ground(
    text: str,
    strict: bool = False,
    calculations: Sequence[Calculation] = (),
    pages: Evidence | None = None,
    asked: str = "What were capital expenditures in 2018?",
) -> tuple[list[Grounded], Grounder]:
    judge = Judge(tables_of, understand(asked, load_vocabulary()))
    reader, grounder = MarkupReader(), Grounder(pages or evidence(), judge, calculations, strict=strict)
    done = [statement for letter in text for statement in grounder.feed(reader.feed(letter))]
    return [*done, *grounder.feed(reader.close()), *grounder.close()], grounder


def test_a_proved_sentence_is_supported_and_names_its_citation() -> None:
    (statement,), grounder = ground(f"Capital expenditures were $1,577 million in 2018. {CAPEX}")
    assumed = ("currency_assumed:$1,577 million",)  # the page says "(Millions)" and of what it does not
    assert (statement.supported, statement.citations, statement.flags) == (True, (0,), assumed)
    assert grounder.citations[0].located.page.number == 60
    assert grounder.unsupported == 0


def test_a_year_before_a_comma_is_a_year_and_no_amount() -> None:
    (statement,), _grounder = ground(f"In 2018, capital expenditures were 1,577 million. {CAPEX}")
    assert (statement.supported, statement.flags) == (True, ())


def test_a_sentence_is_given_out_as_soon_as_the_next_begins() -> None:
    reader, grounder = MarkupReader(), Grounder(evidence(), JUDGE)
    assert grounder.feed(reader.feed(f"Sales grew 4.5%. {GREW} ")) == []
    (first,) = grounder.feed(reader.feed("Then"))
    assert first.text == "Sales grew 4.5%." and first.supported


def test_a_quote_that_stands_nowhere_never_ships() -> None:
    (statement,), grounder = ground(
        'Sales fell. <cite doc="D1" page="61">Sales fell on lower volumes everywhere.</cite>'
    )
    assert (statement.supported, statement.citations) == (False, ())
    assert "quote_failed" in statement.flags
    assert (grounder.unsupported, len(grounder.failed), grounder.citations) == (1, 1, [])


def test_strict_leaves_unsupported_sentences_out_of_the_stream_and_counts_them() -> None:
    found, grounder = ground(f"Sales grew 4.5%. {GREW} The company is well run. Its staff is happy.", strict=True)
    assert [statement.text for statement in found] == ["Sales grew 4.5%."]
    assert grounder.unsupported == 2


def test_a_wrong_page_is_put_right_and_says_so() -> None:
    (statement,), grounder = ground(f"Sales grew 4.5%. {GREW.replace('61', '60')}")
    assert statement.supported
    located = grounder.citations[0].located
    assert (located.page.number, located.verification) == (61, Verification.MOVED)


def test_a_quote_of_another_document_than_named_is_reported_with_the_right_one() -> None:
    cite = '<cite doc="D1" page="1">The parties agreed to a term of nine years.</cite>'
    (statement,), grounder = ground(f"The term is nine years. {cite}")
    assert statement.supported and "another_document:D2" in statement.flags
    assert grounder.citations[0].alias == "D2"
    assert grounder.citations[0].located.verification is Verification.MOVED


def test_one_place_cited_twice_is_one_citation() -> None:
    found, grounder = ground(
        f"Sales grew 4.5%. {GREW} Sales grew on higher volumes. {GREW} Sales grew in three segments. {GREW}{GREW}"
    )
    assert [statement.citations for statement in found] == [(0,), (0,), (0,)]
    assert len(grounder.citations) == 1


@pytest.mark.parametrize(
    "said",
    ["$1,577 million", "$1.577 billion", "$1.6 billion", "1,577", "$(1,577) million", "$1.58 billion"],
)
def test_an_amount_may_be_rounded_and_scaled_as_the_page_allows(said: str) -> None:
    (statement,), _grounder = ground(f"Capital expenditures were {said}. {CAPEX}")
    assert statement.supported, statement.flags


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ("$1,578 million", "number_not_quoted:$1,578 million"),
        ("$1.5 billion", "number_not_quoted:$1.5 billion"),
        ("$1,577 billion", "scale:$1,577 billion"),
        ("$1,577 thousand", "scale:$1,577 thousand"),
        ("$1,577", "scale:$1,577"),
        ("15.77%", "number_not_quoted:15.77%"),
        ("1,577%", "unit:1,577%"),
        ("$16 million", "number_not_quoted:$16 million"),
    ],
)
def test_an_amount_that_is_not_quoted_makes_its_sentence_unsupported(said: str, flag: str) -> None:
    (statement,), grounder = ground(f"Capital expenditures were {said}. {CAPEX}")
    assert not statement.supported and grounder.unsupported == 1
    assert flag in statement.flags


def test_a_gain_told_as_a_loss_is_unsupported() -> None:
    (statement,), _grounder = ground(f"Sales grew -4.5%. {GREW}")
    assert not statement.supported


def test_figures_spelled_in_the_quote_may_be_told_in_digits() -> None:
    (statement,), _grounder = ground(f"Sales grew in 3 segments. {GREW}")
    assert statement.supported and statement.flags == ()


def test_a_year_that_is_not_the_column_s_makes_its_sentence_unsupported() -> None:
    (own,), _one = ground(f"Capital expenditures were 1,577 million in 2018. {CAPEX}")
    (before,), _two = ground(f"Capital expenditures were 1,577 million in 2017. {CAPEX}")
    (nowhere,), _three = ground(f"Capital expenditures were 1,577 million in 2011. {CAPEX}")
    assert own.flags == () and not before.supported and not nowhere.supported
    assert before.flags == nowhere.flags == ("other_period:Years ended 2018",)


def test_a_figure_as_printed_without_its_page_s_scale_is_flagged() -> None:
    (statement,), _grounder = ground(f"Capital expenditures were 1,577. {CAPEX}")
    assert statement.supported and statement.flags == ("scale_left_out:1,577",)


def test_a_scale_no_page_states_is_not_proved() -> None:
    cite = '<cite doc="D1" page="62">Northern region 412 388</cite>'
    (statement,), _grounder = ground(f"The northern region had $412 million in 2018. {cite}")
    assert not statement.supported and statement.flags == ("scale_assumed:$412 million",)


def test_a_calculated_figure_is_proved_by_its_operands() -> None:
    pages = evidence()
    row = "Purchases of property, plant and equipment (PP&E) (1,577) (1,373)"
    operand = {"unit": "USD", "scale": "millions", "doc": "D1", "page": 60, "quote": row}
    rows = [{**operand, "name": "new", "value": "1,577"}, {**operand, "name": "old", "value": "1,373"}]
    growth = calculate({"expression": "growth(new, old)", "operands": rows}, pages)
    (statement,), grounder = ground("Capital expenditures rose by 14.9%.", calculations=[growth], pages=pages)
    assert statement.supported and statement.citations == (0,)
    assert grounder.citations[0].located.page.number == 60
    (wrong,), _grounder = ground("Capital expenditures rose by 15.9%.", calculations=[growth], pages=pages)
    assert not wrong.supported


def test_a_page_that_holds_markup_is_quoted_escaped_and_found() -> None:
    cite = '<cite doc="D1" page="63">The tag &lt;/page> and &amp;lt; stand in this sentence.</cite>'
    (statement,), grounder = ground(f"A tag stands there. {cite}")
    assert statement.supported
    assert grounder.citations[0].located.text == "The tag </page> and &lt; stand in this sentence."


def test_what_tools_show_later_can_be_cited() -> None:
    pages = Evidence()
    reader, grounder = MarkupReader(), Grounder(pages, JUDGE)
    pages.add(document("doc_1", "a.pdf"), [CASH_FLOWS])
    found = [*grounder.feed(reader.feed(f"Capital expenditures were $1,577 million. {CAPEX}")), *grounder.close()]
    assert found[0].supported


def test_insufficient_is_noted_and_its_sentence_needs_no_citation() -> None:
    (statement,), grounder = ground("The documents do not state the credit rating. <insufficient/>", strict=True)
    assert grounder.insufficient and statement.supported and not statement.factual


def test_a_page_never_handed_out_cannot_be_named_for_a_short_quote() -> None:
    pages = Evidence()
    pages.add(document("doc_1", "a.pdf"), [CASH_FLOWS, SEGMENTS])
    assert pages.find("D1", 99, ["(1,373)"]) is None
    moved = pages.find("D1", 99, ["Sales grew 4.5% on higher volumes"])
    assert moved is not None and moved.located.verification is Verification.MOVED


def test_documents_are_known_by_short_name_id_and_file_name() -> None:
    pages = evidence()
    assert [pages.named(name) for name in ("d2", "doc_2", "MEMO.pdf", "D9", None)] == ["D2", "D2", "D2", None, None]
    assert pages.add(replace(document("doc_2", "memo.pdf"), name="renamed.pdf"), [MEMO]) == "D2"


@pytest.mark.parametrize(
    "sentence",
    [
        "Which year do you mean?",
        "## Capital expenditures",
        "**Capital expenditures**",
        "The main points are:",
        "---",
        "The documents do not state the credit rating.",
        "The provided excerpts do not contain any information about dividends.",
        "There is no mention of a dividend in the pages.",
        "This cannot be determined from the documents.",
        "I could not find the auditor's fee.",
        "Please consult counsel.",
        "You should seek legal advice on this question.",
        "The documents are silent on governing law.",
    ],
)
def test_what_claims_nothing_needs_no_citation(sentence: str) -> None:
    assert not needs_citation(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Revenue rose.",
        "No.",
        "The documents do not state the rating, but revenue rose.",
        "The documents do not state the rating; the outlook is stable.",
        "The agreement does not permit assignment.",
        "The documents show that the rating was withdrawn.",
        "The company is not mentioned as a party.",
        "There is no mention of the $5 million fee.",
        "The filing states the following: revenue rose.",
        "The company consulted counsel and lost.",
        "However, revenue rose.",
        "There is information on a merger.",
        "- Revenue: $5 million",
        "Was revenue $5 million? It was $6 million.",
    ],
)
def test_what_claims_something_needs_one(sentence: str) -> None:
    assert needs_citation(sentence)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One ended. Two began", "One ended. "),
        ("Example Inc. said so. Then", "Example Inc. said so. "),
        ("It was 4.2 million. Then", "It was 4.2 million. "),
        ("Yes. Revenue rose. Then", "Yes. Revenue rose. "),
        ("- One item\n- Two items", "- One item\n"),
        ("A heading\n\nText", "A heading\n\n"),
        ("1. First point. Second", "1. First point. "),
        ("A line that is long enough to have been broken by the model at its\nMargin of it. Next", "A line that is long enough to have been broken by the model at its\nMargin of it. "),
        ('He said "no." Then', 'He said "no." '),
    ],
)  # fmt: skip
def test_sentences_end_where_they_end(text: str, first: str) -> None:
    end = sentence_end(text)
    assert end is not None and text[:end] == first


@pytest.mark.parametrize("text", ["One ended.", "One ended. ", "Not ended", "It was 4.", "Yes. Rev", ""])
def test_a_sentence_nothing_follows_may_still_go_on(text: str) -> None:
    assert sentence_end(text) is None


def test_the_statements_with_their_separators_are_the_answer() -> None:
    text = "# Title\n\nFirst point here. Second point.\n- An item\n- Another item.\n\nThe end of it"
    found, _grounder = ground(text)
    assert "".join(statement.text + statement.separator for statement in found).strip() == text
