"""What a document says it is on its first pages; nothing where it does not say."""

import time

import pytest
from ingest_samples import raw_page

from ingest.structure.cover import read_cover


def cover(*pages: str) -> dict[str, str | int]:
    return read_cover([raw_page(number, text) for number, text in enumerate(pages, 1)]).known()


def test_an_annual_report_names_form_company_and_year() -> None:
    found = cover(
        "FORM 10-K\r\n☒ ANNUAL REPORT\r\nFor the fiscal year ended September  30 , 2023\r\n"
        "BRIGHTWATER KETTLES, INC.\r\n(Exact name of registrant as specified in its charter)\r\n"
    )
    assert found == {
        "form": "10-K",
        "company": "BRIGHTWATER KETTLES, INC",
        "period_end": "September 30, 2023",
        "fiscal_year": 2023,
        "period": "FY2023",
    }


def test_a_year_that_ends_in_january_is_called_after_the_one_before() -> None:
    found = cover("Form 10-K/A\nFor the fiscal year ended January 28, 2023\n")
    assert (found["form"], found["fiscal_year"], found["period"]) == ("10-K/A", 2022, "FY2022")


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("In fiscal 2019 sales grew; in fiscal 2018 they fell. Fiscal 2018 had 53 weeks.", 2019),
        (
            "In fiscal 2018 sales grew. Fiscal 2018 had 52 weeks. Stores of fiscal 2018 stay. We plan for fiscal 2019.",
            2018,
        ),
        ("Sales grew.", 2019),
    ],
)
def test_a_year_that_ends_in_winter_bears_the_name_its_company_gives_it(said: str, year: int) -> None:
    found = cover("Form 10-K\nFor the fiscal year ended February 2, 2019\n", "", "", said)
    assert (found["fiscal_year"], found["period"]) == (year, f"FY{year}")


@pytest.mark.parametrize(
    ("date", "period"), [("March 31, 2023", "2023Q1"), ("June 30, 2023", "2023Q2"), ("September 30, 2023", "2023Q3")]
)
def test_a_quarterly_report_names_its_quarter(date: str, period: str) -> None:
    found = cover(f"FORM 10-Q\nFor the quarterly period ended {date}\n")
    assert (found["form"], found["period"], found["period_end"]) == ("10-Q", period, date)


def test_a_current_report_has_a_date_but_no_period() -> None:
    found = cover("FORM 8-K\nDate of Report (Date of earliest event reported): May 4, 2022\n")
    assert found == {"form": "8-K", "period_end": "May 4, 2022", "fiscal_year": 2022}


def test_an_earnings_release_names_its_quarter() -> None:
    found = cover("Brightwater Reports Fourth Quarter Results\nLEEDS, February 2, 2024. Sales rose.\n")
    assert found == {"form": "earnings", "fiscal_year": 2024, "period": "2024Q4"}


def test_an_agreement_is_known_by_its_title_and_parties() -> None:
    assert cover("MASTER SUPPLY AGREEMENT\nby and between Quill LLC and Tarn GmbH\n") == {"form": "agreement"}


def test_a_paper_says_nothing() -> None:
    assert cover("On the whistling of kettles\nA. Author\nAbstract. We study lids.\n") == {}
    assert cover() == {}


def test_later_pages_are_not_asked() -> None:
    assert cover("one", "two", "three", "FORM 10-K for the fiscal year ended May 31, 2020") == {}


@pytest.mark.timeout(5)
def test_a_page_of_blanks_takes_no_time() -> None:
    started = time.monotonic()
    cover("Kettles\n" + "\n " * 30_000 + "x")
    cover("date of report" + " " * 60_000 + "x")
    assert time.monotonic() - started < 1
