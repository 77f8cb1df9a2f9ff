"""Tables as files: numbers are numbers, and a text that looks like a formula stays a text."""

import csv
import io

from openpyxl import load_workbook
from service_samples import page

from ingest.table_types import Table
from ingest.tables.rows import read_tables
from service.http.table_files import tables_csv, tables_json, tables_xlsx, wanted_format

LINES = (
    "(in thousands)",
    "                 2024       2023",
    "=SUM(A1:B2)      1,234      (5.5)",
    "Rent                —         30",
)


def tables(*lines: str) -> list[Table]:
    stored = page("\n".join(lines) + "\n")
    return read_tables(1, stored.text, stored.lines)


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    [sheet] = load_workbook(io.BytesIO(tables_xlsx(tables(*LINES)))).worksheets
    rows = list(sheet.iter_rows())
    assert (rows[2][1].value, rows[2][1].data_type) == ("=SUM(A1:B2)", "s")
    assert [cell.value for cell in rows[2][2:]] == [1234, -5.5]
    assert [cell.value for cell in rows[3][2:]] == ["—", 30]
    assert ["'=SUM(A1:B2)", "1234", "-5.5"] in list(csv.reader(io.StringIO(tables_csv(tables(*LINES)))))


def test_a_table_without_a_scale_is_warned_about() -> None:
    assert tables_json(tables(*LINES))["warnings"] == []
    [warning] = tables_json(tables(*LINES[1:]))["warnings"]
    assert (warning["code"], warning["page"]) == ("scale_unknown", 1)


def test_the_query_comes_before_the_accept_header() -> None:
    assert wanted_format("json", "text/csv") == "json"
    assert wanted_format(None, "text/csv, */*") == "csv"
    assert wanted_format(None, None) == "json"
