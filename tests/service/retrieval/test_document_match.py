"""The document a question speaks of is known by company, period and form."""

from typing import Any

from ingest.types import Detected, Document, Progress, Status
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.document_match import document_fits


def read(question: str) -> Query:
    return understand(question, load_vocabulary())


def document(name: str, content: str, **detected: Any) -> Document:
    progress = Progress("done", 1, 1)
    return Document(f"doc_{content}", "local", content, name, "application/pdf", 1, Status.READY, progress, None, 9, 9, None, {}, Detected(**detected), (), 0.0)  # fmt: skip


def test_the_document_named_in_the_question_fits_best() -> None:
    ours = document("acme-2023.pdf", "a", company="Acme Valves", fiscal_year=2023, form="10-K")
    older = document("acme-2022.pdf", "b", company="Acme Valves", fiscal_year=2022, form="10-K")
    other = document("bolt.pdf", "c", company="Bolt Foods", fiscal_year=2023, form="10-K")
    fits = document_fits([ours, older, other], read("What was revenue of Acme Valves in 2023?"))
    assert fits.scores["a"] > fits.scores["b"] > fits.scores["c"] > 0
    assert fits.named == {"a", "b"}


def test_a_single_document_is_not_weighed() -> None:
    ours = document("acme-2023.pdf", "a", company="Acme Valves", fiscal_year=2023)
    assert document_fits([ours], read("revenue of Acme Valves")).scores == {"a": 0.0}


def test_the_quarterly_report_fits_a_question_about_its_quarter() -> None:
    quarterly = document("acme-2023Q2.pdf", "q", fiscal_year=2023, form="10-Q")
    yearly = document("acme-2023.pdf", "y", fiscal_year=2023, form="10-K")
    fits = document_fits([quarterly, yearly], read("What was revenue of Acme in Q2 2023?"))
    assert fits.scores["q"] > fits.scores["y"]


def test_without_a_period_the_newest_fits_better() -> None:
    older, newer = (document(f"acme-{year}.pdf", str(year), fiscal_year=year, form="10-K") for year in (2021, 2023))
    fits = document_fits([older, newer], read("What is the revenue of Acme?"))
    assert fits.scores["2023"] > fits.scores["2021"]


def test_a_short_name_is_not_found_inside_a_word() -> None:
    both = [document("WALMART_2023_10K.pdf", "w"), document("JPMORGAN_2023_10K.pdf", "j")]
    assert document_fits(both, read("What was MA revenue in 2023?")).named == frozenset()
    assert document_fits(both, read("What was JPM revenue in 2023?")).named == {"j"}
