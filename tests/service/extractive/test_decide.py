"""Answers without a model: the table row of the period, sentences quoted whole, or nothing at all."""

from dataclasses import replace

from decide_samples import DOCUMENT, NOTICE, STATEMENT, WEATHER, Liking, answer, evidence, quoted, statement_table
from service_samples import page

from ingest.types import Page
from service.extractive.decide import answer_extractively
from service.extractive.draft import EvidencePage
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary


def test_a_figure_is_quoted_as_its_row_and_said_with_unit_and_scale() -> None:
    draft = answer("What was net income in 2023?", WEATHER, STATEMENT)
    assert quoted(draft) == ["Net income        210     198"]
    assert draft.statements[0].text == "Net income, 2023: 198 (USD in millions)."
    figure = draft.statements[0].figure
    assert figure is not None and (figure.cell.value, figure.scale) == ("198", 1_000_000)


def test_a_ratio_is_worked_out_of_both_of_its_line_items() -> None:
    draft = answer("What is the net profit margin for 2024?", STATEMENT)
    assert sorted(quoted(draft)) == ["Net income        210     198", "Total revenue   2,230   2,116"]
    assert [str(worked.result) for worked in draft.worked] == ["9.42"]


def test_a_period_that_is_not_reported_is_not_answered() -> None:
    draft = answer("What was net income in 2011?", STATEMENT)
    assert draft.statements == () and "period" in draft.reason


def test_a_clause_is_quoted_whole() -> None:
    draft = answer("How much notice must the Buyer give to terminate for convenience?", WEATHER, NOTICE)
    assert quoted(draft)[0] == NOTICE.strip()
    assert draft.statements[0].figure is None


def test_sentences_that_do_not_fit_are_not_quoted() -> None:
    assert answer("Which insurance must the Supplier maintain?", WEATHER).statements == ()


def test_without_evidence_there_is_no_answer() -> None:
    assert answer("Which law governs?").statements == ()
    assert answer("Which law governs?", "", "\r\n").statements == ()


def test_meaning_decides_between_sentences_of_like_words() -> None:
    one = "The notice period of the lease agreement is set by the county court of the shire.\r\n"
    other = "The notice period of the supply agreement is ninety days from the date of receipt.\r\n"
    draft = answer("What is the notice period of the agreement?", one + other, encoder=Liking("ninety"))
    assert quoted(draft)[0] == other.strip()


def test_the_same_row_is_quoted_once() -> None:
    stored: Page = page(STATEMENT)
    twice = [EvidencePage(DOCUMENT, stored, (statement_table(STATEMENT), statement_table(STATEMENT)))] * 2
    query = understand("Compare total revenue in 2024 and 2023", load_vocabulary())
    assert len(quoted(answer_extractively(query, twice, None))) == 1


def test_a_restated_value_is_given_beside_the_first_with_the_reason() -> None:
    other = replace(DOCUMENT, id="doc_2", content="d")
    first, second = evidence(STATEMENT, STATEMENT)
    tables = (statement_table(STATEMENT.replace("198", "188")),)
    pages = [replace(first, statement=True), replace(second, document=other, tables=tables, statement=True)]
    draft = answer_extractively(understand("What was net income in 2023?", load_vocabulary()), pages, None)
    assert [statement.evidence.document.id for statement in draft.statements] == ["doc_1", "doc_2"]
    assert "restated" in draft.statements[1].text
    same = [pages[0], replace(pages[1], tables=pages[0].tables)]
    assert (
        len(answer_extractively(understand("What was net income in 2023?", load_vocabulary()), same, None).statements)
        == 1
    )


def test_a_question_in_parts_is_answered_part_by_part() -> None:
    whole = understand("What was net income in 2023, and how much was total revenue in 2024?", load_vocabulary())
    pages = evidence(WEATHER, STATEMENT)
    drafts = [answer_extractively(part, pages, None) for part in whole.parts]
    assert [statement.text for draft in drafts for statement in draft.statements] == [
        "Net income, 2023: 198 (USD in millions).",
        "Total revenue, 2024: 2,230 (USD in millions).",
    ]


def test_the_passage_found_decides_between_sentences_of_like_words() -> None:
    text = "The notice period is set in the schedule of fees.\r\nThe notice period is ninety days from the receipt.\r\n"
    [place] = evidence(text)
    second = text.index("The notice period is ninety")
    found = replace(place, passages=((0, second, 0.2), (second, len(text), 1.0)))
    query = understand("What is the notice period?", load_vocabulary())
    assert quoted(answer_extractively(query, [found], None))[0].startswith("The notice period is ninety")


def test_the_opening_of_an_agreement_answers_for_its_parties() -> None:
    text = (
        "SUPPLY AGREEMENT\r\nThis Supply Agreement is made as of 3 May 2021 by and between Heron Ltd. and Plover Inc.\r\n"
        "(each a “Party”).\r\nThe Parties agree as follows.\r\n"
    )
    [place] = evidence(text)
    query = understand("Who are the parties to this agreement?", load_vocabulary())
    [statement] = answer_extractively(query, [replace(place, beginning=True)], None).statements
    assert statement.text.startswith("SUPPLY AGREEMENT This Supply Agreement is made as of 3 May 2021")
    assert statement.text.endswith("(each a “Party”).")


def test_values_of_several_years_in_one_row_are_told_together() -> None:
    draft = answer("Did net income grow between 2023 and 2024?", STATEMENT)
    assert [s.text for s in draft.statements] == [
        "Net income, 2023: 198 (USD in millions); 2024: 210 (USD in millions)."
    ]


def test_a_dash_is_no_operand_of_a_ratio() -> None:
    nothing = STATEMENT.replace("   2,116", "       —").replace("     198", "       —")
    draft = answer("What was the net profit margin in 2023?", nothing)
    assert draft.worked == ()
    assert "0.00" not in " ".join(quoted(draft)) + " ".join(statement.text for statement in draft.statements)
