"""The periods a question names: years, quarters, spans and dates; what is written out is read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.dates import MONTHS
from service.question.asked_period import SOME_DAY, AskedPeriod, asked_periods, without_periods

JUNE = date(2024, 6, 29)
YEARS = st.integers(1990, 2049)
ORDINALS = ("first", "second", "third", "fourth")


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Rents in FY2024", (AskedPeriod(2024),)),
        ("Rents for CY23 against '22", (AskedPeriod(2023), AskedPeriod(2022))),
        ("Rents of fiscal 2021 through fiscal 2023", (AskedPeriod(2021), AskedPeriod(2022), AskedPeriod(2023))),
        ("Was $2000 spent, or 2,019.5, in 2020?", (AskedPeriod(2020),)),
        ("Rents in the 2nd quarter of 2023", (AskedPeriod(2023, None, 3, 2),)),
        ("Rents in Q3 2023 and Q3 2022", (AskedPeriod(2023, None, 3, 3), AskedPeriod(2022, None, 3, 3))),
        ("Quarterly rents", (AskedPeriod(None, None, 3),)),
        ("Rents in the three months ended June 29, 2024", (AskedPeriod(2024, JUNE, 3),)),
        ("Rents in the thirteen weeks ended 29 June 2024", (AskedPeriod(2024, JUNE, 3),)),
        ("Rents in the twenty-six weeks ended 2024-06-29", (AskedPeriod(2024, JUNE, 6),)),
        ("Rents of the year ended June 29th, 2024", (AskedPeriod(2024, JUNE, 12),)),
        ("rents of the twelve months ended may 31, 2024", (AskedPeriod(2024, date(2024, 5, 31), 12),)),
        ("Rents in the 53 weeks to Feb. 3, 2024", (AskedPeriod(2024, date(2024, 2, 3), 12),)),
        ("Deposits as of June 29, 2024", (AskedPeriod(2024, JUNE, instant=True),)),
        ("Deposits at the end of fiscal 2023", (AskedPeriod(2023, instant=True),)),
        ("Rents in the quarter ended June 2024", (AskedPeriod(2024, date(2024, 6, SOME_DAY), 3),)),
        ("Rents in the first half of 2024", (AskedPeriod(2024, None, 6),)),
        ("Rents in H2 2024", (AskedPeriod(2024, None, 6, 4),)),
        ("Rents in the fourteen weeks ended June 29, 2024", (AskedPeriod(2024, JUNE, 3),)),
        ("Rents in the thirty-six weeks ended June 29, 2024", (AskedPeriod(2024, JUNE, 9),)),
        ("Rents since February 30, 2024", (AskedPeriod(2024),)),
        ("Which tenant may terminate on 5 days' notice?", ()),
    ],
)
def test_periods_are_read_as_they_are_named(question: str, found: tuple[AskedPeriod, ...]) -> None:
    assert asked_periods(question) == found


@given(
    st.dates(date(1990, 1, 1), date(2049, 12, 31)),
    st.sampled_from(["{m} {d}, {y}", "{d} {m} {y}", "{m} {d} {y}", "{i}"]),
)
def test_a_date_written_out_is_read_back(end: date, form: str) -> None:
    written = form.format(m=MONTHS.split("|")[end.month - 1], d=end.day, y=end.year, i=end.isoformat())
    assert asked_periods(f"Deposits as of {written}") == (AskedPeriod(end.year, end, instant=True),)
    assert asked_periods(f"Rents in the nine months ended {written}") == (AskedPeriod(end.year, end, 9),)


@given(
    st.integers(2000, 2049),
    st.integers(1, 4),
    st.sampled_from(["Q{q} {y}", "{q}Q{y}", "the {o} quarter of {y}", "the {o} fiscal quarter of fiscal {y}"]),
)
def test_a_quarter_written_out_is_read_back(year: int, quarter: int, form: str) -> None:
    written = form.format(q=quarter, y=year, o=ORDINALS[quarter - 1])
    assert asked_periods(f"Rents in {written}") == (AskedPeriod(year, None, 3, quarter),)


@given(YEARS, st.integers(0, 12))
def test_a_range_of_years_names_every_year_of_it(first: int, longer: int) -> None:
    found = asked_periods(f"Rents from FY{first} to FY{first + longer}")
    assert [period.year for period in found] == list(range(first, first + longer + 1))


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(asked_periods(text), tuple)
    assert isinstance(without_periods(text), str)


@pytest.mark.parametrize(
    "period",
    [
        "for the three months ended June 29, 2024", "in 3Q24", "in the 2nd quarter of 2023", "in fiscal year 2022", "year to date",
        "in the first half of 2024", "for the quarter ended June 2024", "in the fifty-two weeks ended 3 February 2024", "at year-end 2023",
    ],
)  # fmt: skip
def test_what_names_a_period_is_taken_out(period: str) -> None:
    left = without_periods(f"ferry fares {period}").split()
    assert left[:2] == ["ferry", "fares"]
    assert set(left[2:]) <= {"for", "in", "the", "of", "at", "ended"}
