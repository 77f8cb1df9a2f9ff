"""The document a question speaks of is known by company, period and form."""

from typing import Any

import pytest

from ingest.types import Detected, Document, Progress, Status
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.document_match import document_fits


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
    assert [fits.signals[content].get("name") for content in "abc"] == [1.0, 1.0, 0.0]
    assert [fits.signals[content].get("year") for content in "abc"] == [1.0, None, 1.0]
    assert fits.named == {"a", "b"}


def test_a_single_document_is_not_weighed() -> None:
    ours = document("acme-2023.pdf", "a", company="Acme Valves", fiscal_year=2023)
    assert document_fits([ours], read("revenue of Acme Valves")).signals == {"a": {}}


def test_the_quarterly_report_fits_a_question_about_its_quarter() -> None:
    quarterly = document("acme-2023Q2.pdf", "q", fiscal_year=2023, form="10-Q")
    yearly = document("acme-2023.pdf", "y", fiscal_year=2023, form="10-K")
    fits = document_fits([quarterly, yearly], read("What was revenue of Acme in Q2 2023?"))
    assert fits.signals["q"]["quarter"] == 1.0 and fits.signals["y"]["quarter"] == 0.0


def test_without_a_period_the_newest_fits_better() -> None:
    older, newer = (document(f"acme-{year}.pdf", str(year), fiscal_year=year, form="10-K") for year in (2021, 2023))
    fits = document_fits([older, newer], read("What is the revenue of Acme?"))
    assert fits.signals["2023"]["newest"] == 1.0 and fits.signals["2021"]["newest"] == 0.0


def test_a_short_name_is_not_found_inside_a_word() -> None:
    both = [document("WALMART_2023_10K.pdf", "w"), document("JPMORGAN_2023_10K.pdf", "j")]
    assert document_fits(both, read("What was MA revenue in 2023?")).named == frozenset()
    assert document_fits(both, read("What was JPM revenue in 2023?")).named == {"j"}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Acme Valves 2023: how did revenue change?", {"a"}),
        ("how much debt does acme valves have?", {"a"}),
        ("acmevalves headcount", {"a"}),
        ("what is the revenue of Bolt", {"c"}),
        ("revenue at bolt", {"c"}),
        ("Which nut fits the bolt?", set()),
        ("How many valves are sold?", set()),
    ],
)
def test_names_of_the_documents_are_seen_in_whatever_case(question: str, named: set[str]) -> None:
    ours = document("acme-2023.pdf", "a", company="ACME VALVES, INC.", fiscal_year=2023, form="10-K")
    other = document("bolt.pdf", "c", company="The Bolt Company", fiscal_year=2023, form="10-K")
    assert document_fits([ours, other], read(question)).named == named


def test_a_file_of_an_ordinary_name_is_not_meant_by_every_question_of_that_word() -> None:
    both = [document("lease.pdf", "l"), document("supply.pdf", "s")]
    assert document_fits(both, read("When does the term of lease payments end?")).named == frozenset()


def test_of_several_years_the_latest_is_the_filings_unless_one_stands_with_its_form() -> None:
    filings = [document(f"ACME_{year}_10K.pdf", str(year), fiscal_year=year, form="10-K") for year in (2016, 2020)]

    def years(question: str) -> dict[str, float | None]:
        return {content: found.get("year") for content, found in document_fits(filings, read(question)).signals.items()}

    assert years("How did debt change between FY2016 and FY2020?") == {"2016": None, "2020": 1.0}
    assert years("In the 2016 10-K, what debt matures in 2020?") == {"2016": 1.0, "2020": None}
    assert years("Acme 2016: which notes mature in 2020?") == {"2016": 1.0, "2020": None}


def test_a_name_no_document_bears_is_what_is_asked_about() -> None:
    ours = document("acme-2023.pdf", "a", company="Acme Valves", fiscal_year=2023)
    query = read("What revenue did Acme Valves make in Asia Pacific?")
    fits = document_fits([ours], query)
    terms = dict(query.terms_for(fits.known, chosen=True))
    assert fits.known == {"Acme Valves"}
    assert "Asia Pacific" in terms and "Acme Valves" not in terms
