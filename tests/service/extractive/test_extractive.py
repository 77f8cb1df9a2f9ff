"""Whoever a question names: their own pages answer, or pages that speak of them, and no others."""

import anyio
import pytest

from ingest.types import Document
from service.contract.answer import Content
from service.contract.caller import scope_for
from service.contract.question import Mode, Question
from service.wiring import Service


@pytest.mark.parametrize("name", ["Pellworth", "Pellworth Sensing"])
def test_a_company_that_is_only_mentioned_is_not_given_the_filers_figures(
    service: Service, report_10k: Document, name: str
) -> None:
    question = Question(f"What was the total revenue of {name} in fiscal year 2024?", Mode.EXTRACTIVE)
    reply = anyio.run(service.answerer.answer, scope_for([report_10k.id]), question)
    pages = [service.ingest.pages.page(report_10k, each.page) for each in reply.content.citations]
    assert all(name in page.text for page in pages)


def test_the_filer_is_answered_from_any_of_its_pages(service: Service, report_10k: Document) -> None:
    question = Question("What was Quillmere's total revenue in fiscal year 2024?", Mode.EXTRACTIVE)
    reply = anyio.run(service.answerer.answer, scope_for([report_10k.id]), question)
    assert reply.content.answered and (reply.content.figures[0].period or "").endswith("2024")


def quoted(service: Service, document: Document, text: str) -> Content:
    question = Question(text, Mode.EXTRACTIVE)
    return anyio.run(service.answerer.answer, scope_for([document.id]), question).content


def test_a_part_nothing_answers_is_said_to_be_not_found(service: Service, report_10k: Document) -> None:
    content = quoted(service, report_10k, "What was goodwill in 1995 and what was total revenue in 2024?")
    lost, found = content.parts
    assert (lost.question, lost.answered, lost.statements) == ("What was goodwill in 1995?", False, ())
    assert lost.reason and found.reason is None and found.answered
    assert "2,230" in content.statements[found.statements[0]].text
    assert content.answered and content.text.startswith('Not found: "What was goodwill in 1995?"')
    assert content.statements[found.statements[0]].text in content.text


def test_two_years_of_one_row_asked_for_in_two_parts_are_both_told_and_cited_once(
    service: Service, report_10k: Document
) -> None:
    content = quoted(service, report_10k, "What was total revenue in 2023 and what was total revenue in 2024?")
    texts = [content.statements[index].text for part in content.parts for index in part.statements]
    assert any("2,116" in text for text in texts) and any("2,230" in text for text in texts)
    places = [(cited.page, cited.span) for cited in content.citations]
    assert len(places) == len(set(places))
    assert [figure.value for figure in content.figures] == ["2116", "2230"]


def test_a_name_that_stands_nowhere_loses_only_its_own_part(service: Service, report_10k: Document) -> None:
    content = quoted(service, report_10k, "What was Quillmere's total revenue in 2024? Who founded Zorgonia Fluxworks?")
    found, lost = content.parts
    assert found.answered and not lost.answered and "Zorgonia" in (lost.reason or "")


def test_where_no_part_is_answered_the_answer_says_where_it_was_looked_for(
    service: Service, report_10k: Document
) -> None:
    content = quoted(service, report_10k, "What was goodwill in 1995 and what was total revenue in 1996?")
    assert not content.answered and content.text.startswith("Not found in 1 document(s)")
    assert [part.answered for part in content.parts] == [False, False]


def test_a_single_question_has_no_parts(service: Service, report_10k: Document) -> None:
    content = quoted(service, report_10k, "What was total revenue in 2024?")
    assert content.parts == () and content.statements[0].document_ids == (report_10k.id,)
