"""Drafts as an answer: one result for each question, no statement and no citation twice."""

from model_samples import document
from service_samples import page

from ingest.types import Span
from service.contract.answer import Citation, Verification
from service.extractive.draft import Draft, DraftStatement, EvidencePage
from service.extractive.to_answer import content_of, spoken
from service.retrieval.found import Found

REPORT = document("doc_1", "report.pdf")
TEXT = "Rent is due in May. Heat is included."
PLACE = EvidencePage(REPORT, page(TEXT, 3), ())
RENT = DraftStatement("Rent is due in May.", PLACE, Span(0, 19))
HEAT = DraftStatement("Heat is included.", PLACE, Span(20, 37))
FOUND = Found((), (REPORT,), (), False)
NOTHING = Draft((), "no sentence fits")


def cite(statement: DraftStatement) -> Citation:
    place = statement.evidence
    quoted = place.page.text[statement.span.start : statement.span.end]
    document_of, number = place.document, place.page.number
    return Citation(
        document_of.id, document_of.name, quoted, None, number, None, None, statement.span, (), Verification.EXACT
    )


def test_each_question_has_its_statements_or_the_reason_there_is_none() -> None:
    drafts = [Draft((RENT,), "fits"), NOTHING, Draft((HEAT,), "fits")]
    content = content_of(["When?", "Who?", "What?"], drafts, FOUND, cite)
    assert [(part.answered, part.statements, part.reason) for part in content.parts] == [
        (True, (0,), None),
        (False, (), "no sentence fits"),
        (True, (1,), None),
    ]
    assert content.text == 'Rent is due in May. Not found: "Who?" (no sentence fits). Heat is included.'
    assert [text for text, _citations in spoken(content)] == [
        "Rent is due in May.",
        'Not found: "Who?" (no sentence fits).',
        "Heat is included.",
    ]


def test_what_answers_two_questions_is_said_and_cited_once() -> None:
    content = content_of(["When?", "In which month?"], [Draft((RENT,), "fits")] * 2, FOUND, cite)
    assert [part.statements for part in content.parts] == [(0,), (0,)]
    assert content.text == "Rent is due in May." and len(content.citations) == 1


def test_one_place_told_in_two_ways_is_two_statements_and_one_citation() -> None:
    other = DraftStatement("It is due in May.", PLACE, RENT.span)
    content = content_of(["When?", "Then?"], [Draft((RENT,), "fits"), Draft((other,), "fits")], FOUND, cite)
    assert [statement.citations for statement in content.statements] == [(0,), (0,)] and len(content.citations) == 1


def test_equal_spans_of_two_pages_are_two_places() -> None:
    other = DraftStatement(RENT.text, EvidencePage(REPORT, page(TEXT, 4), ()), RENT.span)
    content = content_of(["When?"], [Draft((RENT, other), "fits")], FOUND, cite)
    assert [citation.page for citation in content.citations] == [3, 4] and content.parts == ()


def test_nothing_found_at_all_is_said_once() -> None:
    content = content_of(["When?", "Who?"], [NOTHING, NOTHING], FOUND, cite)
    assert not content.answered and list(spoken(content)) == []
    assert content.text.startswith("Not found in 1 document(s)") and len(content.parts) == 2


def test_the_nearest_passages_are_shown_as_nearest_and_not_as_an_answer() -> None:
    content = content_of(["Who?"], [Draft((), "no sentence fits", (), (HEAT,))], FOUND, cite)
    assert not content.answered and content.statements == ()
    assert [(near.statement, near.citation) for near in content.nearest] == [("Heat is included.", 0)]
    assert content.citations[0].cited_text == "Heat is included."
