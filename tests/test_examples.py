"""The sample filings: their books tie, their pages are labelled, and each gold fact stands where it says."""

import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from examples.annual_report import annual_report, named_table
from examples.books import Balance
from examples.facts import folded
from examples.figures import YEARS, FiscalYear, load_figures
from examples.make_samples import AGREEMENT, ANNUAL_REPORT, FACTS, LETTER, MEMO, make_samples
from examples.memo import PASSWORD
from examples.tables import table_names

Facts = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("samples")
    make_samples(made)
    return made


@pytest.fixture(scope="module")
def facts(folder: Path) -> Facts:
    loaded: Facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def texts(folder: Path) -> dict[str, list[str]]:
    return {name: page_texts(folder / name) for name in (ANNUAL_REPORT, AGREEMENT, LETTER, MEMO)}


@pytest.fixture(scope="module")
def years() -> dict[int, FiscalYear]:
    return load_figures()


@pytest.fixture(scope="module")
def second_making() -> tuple[bytes, list[str | None]]:
    """The 10-K made again, and its printed labels."""
    return annual_report(load_figures())


def page_texts(path: Path) -> list[str]:
    password = PASSWORD if path.name == MEMO else None
    with pypdfium2.PdfDocument(path, password=password) as document:
        return [folded(page.get_textpage().get_text_range()) for page in document]


def amount(cell: str) -> int:
    digits = cell.strip("()").replace(",", "").replace("—", "0")
    return -int(digits) if cell.startswith("(") else int(digits)


@pytest.mark.parametrize("year", YEARS)
def test_balance_sheet_balances(years: dict[int, FiscalYear], year: int) -> None:
    closing: Balance = years[year].closing
    assert closing.assets() == closing.liabilities_and_equity()
    assert years[year].opening.assets() == years[year].opening.liabilities_and_equity()


@pytest.mark.parametrize("year", YEARS)
def test_cash_and_earnings_carry_forward(years: dict[int, FiscalYear], year: int) -> None:
    figures = years[year]
    assert figures.closing.cash == figures.opening.cash + figures.cash_change()
    kept = figures.net_income() - figures.dividends()
    assert figures.closing.retained_earnings == figures.opening.retained_earnings + kept
    profit = figures.segment_profit() - figures.inputs.corporate_expense - figures.inputs.amortization
    assert profit - figures.inputs.restructuring == figures.operating_income()


@pytest.mark.parametrize("name", ["revenue_by_geography", "revenue_by_market", "inventories", "receivables"])
def test_note_lines_add_up_to_their_total(years: dict[int, FiscalYear], name: str) -> None:
    *lines, total = named_table(name, years).rows
    for column, printed_total in enumerate(total.cells):
        assert sum(amount(line.cells[column]) for line in lines) == amount(printed_total)


def test_every_residual_row_is_of_a_credible_sign(years: dict[int, FiscalYear]) -> None:
    for name in table_names():
        for row in named_table(name, years).rows:
            if row.label in ("Finished goods", "Other industrial", "Thereafter", "Other Americas"):
                assert not any(cell.startswith("(") for cell in row.cells), (name, row)


def test_equity_statement_ends_in_the_balance_sheet(years: dict[int, FiscalYear]) -> None:
    last = named_table("equity", years).rows[-1]
    assert amount(last.cells[-1]) == years[YEARS[-1]].closing.equity()


def test_quarters_add_up_to_the_year(years: dict[int, FiscalYear]) -> None:
    for row in named_table("quarterly", years).rows:
        cells = [amount(cell) for cell in row.cells]
        assert sum(cells[:4]) == cells[4] and sum(cells[5:9]) == cells[9]


def test_page_counts(texts: dict[str, list[str]]) -> None:
    assert len(texts[ANNUAL_REPORT]) >= 80
    assert 36 <= len(texts[AGREEMENT]) <= 44
    assert len(texts[LETTER]) == 1
    assert len(texts[MEMO]) == 3


def test_printed_labels_differ_from_physical_pages(
    texts: dict[str, list[str]], second_making: tuple[bytes, list[str | None]]
) -> None:
    _, labels = second_making
    assert labels[:4] == [None, "i", "ii", "1"]
    assert labels[-1] is not None and labels[-1].startswith("F-")
    assert all(label != str(number) for number, label in enumerate(labels, 1))
    for number, (label, text) in enumerate(zip(labels, texts[ANNUAL_REPORT], strict=True), 1):
        assert label is None or label in text.split(), (number, label)


def test_contents_give_the_printed_labels(
    texts: dict[str, list[str]], second_making: tuple[bytes, list[str | None]]
) -> None:
    _, labels = second_making
    contents, *later = texts[ANNUAL_REPORT][1:]
    heading = "Item 3. Legal Proceedings"
    start = next(number for number, text in enumerate(later, 2) if heading in text)
    assert f"{heading} {labels[start]}" in contents


def test_no_page_labels_and_no_bookmarks(folder: Path) -> None:
    content = (folder / ANNUAL_REPORT).read_bytes()
    assert b"/PageLabels" not in content
    with pypdfium2.PdfDocument(content) as document:
        assert list(document.get_toc()) == []


def test_facts_stand_on_their_pages(facts: Facts, texts: dict[str, list[str]]) -> None:
    assert len(facts) >= 25
    assert {fact["kind"] for fact in facts} == {"figure", "clause", "definition", "fact", "scan"}
    for fact in facts:
        if fact["kind"] != "scan":
            assert fact["quote"] in texts[fact["document"]][fact["page"] - 1]


def test_facts_carry_printed_labels(facts: Facts) -> None:
    labels = {fact["label"] for fact in facts if fact["document"] == ANNUAL_REPORT}
    assert None in labels
    assert any(label and label.startswith("F-") for label in labels)


def test_rotated_page_keeps_its_sentences(folder: Path, texts: dict[str, list[str]]) -> None:
    with pypdfium2.PdfDocument(folder / ANNUAL_REPORT) as document:
        rotated = [number for number, page in enumerate(document) if page.get_rotation() == 90]
    assert len(rotated) == 1
    sentence = "The quarterly figures have not been audited, and the sum of the quarters equals the figure for the year"
    assert sentence in texts[ANNUAL_REPORT][rotated[0]]


def test_two_column_sentence_is_whole(facts: Facts) -> None:
    assert any(fact["quote"].startswith("“Severe service” means") for fact in facts)


def test_annual_report_is_deterministic(folder: Path, second_making: tuple[bytes, list[str | None]]) -> None:
    assert second_making[0] == (folder / ANNUAL_REPORT).read_bytes()


def test_letter_has_no_text_layer(texts: dict[str, list[str]]) -> None:
    assert texts[LETTER] == [""]


def test_memo_needs_its_password(folder: Path) -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(folder / MEMO)
