"""Rows, columns and units read from the text of a page and the places of its words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import raw_page

from ingest.table_types import Table
from ingest.tables.rows import read_tables


def tables(*lines: str) -> list[Table]:
    page = raw_page(7, "\n".join(lines) + "\n")
    return read_tables(7, page.text, page.lines)


def table(*lines: str) -> Table:
    [found] = tables(*lines)
    return found


def values(found: Table) -> list[tuple[str, list[str | None]]]:
    return [(row.label, [cell.value for cell in row.cells]) for row in found.rows]


STATEMENT = (
    "CONSOLIDATED STATEMENTS OF OPERATIONS",
    "(in thousands, except per share amounts)",
    "                                      2023        2022        2021",
    "Net sales                        $ 12,345   $  11,234   $   9,876",
    "Cost of sales                       8,000       7,500       7,000",
    "Other income (expense), net          (120)         15          —",
    "Earnings per share                 $ 1.25     $  (.05)   $   0.99",
)


def test_rows_columns_periods_unit_and_scale_of_a_statement() -> None:
    found = table(*STATEMENT)
    assert [column.period for column in found.columns] == ["2023", "2022", "2021"]
    assert (found.page, found.unit, found.scale) == (7, "USD", 1000)
    assert "in thousands" in found.scale_text
    assert "CONSOLIDATED STATEMENTS OF OPERATIONS" in found.caption
    assert values(found)[:2] == [("Net sales", ["12345", "11234", "9876"]), ("Cost of sales", ["8000", "7500", "7000"])]


def test_parentheses_are_negative_and_a_dash_is_nil() -> None:
    assert values(table(*STATEMENT))[2] == ("Other income (expense), net", ["-120", "15", None])


def test_an_amount_that_begins_with_its_point_is_below_one() -> None:
    row = table(*STATEMENT).rows[3]
    assert row.label == "Earnings per share"
    assert [float(cell.value or "nan") for cell in row.cells] == [1.25, -0.05, 0.99]


def test_a_row_can_be_quoted_as_it_stands() -> None:
    text = "\n".join(STATEMENT) + "\n"
    found = table(*STATEMENT)
    assert text[found.rows[1].start : found.rows[1].end].split() == ["Cost", "of", "sales", "8,000", "7,500", "7,000"]
    for row in found.rows:
        assert [text[cell.start : cell.end].strip() for cell in row.cells] == [cell.text for cell in row.cells]
    assert text[found.start : found.end].startswith("CONSOLIDATED")


def test_every_cell_stands_under_its_column_even_where_others_are_blank() -> None:
    found = table(
        "                         2023        2022",
        "Net sales               1,234       1,100",
        "Gain on sale of mill                1,333",
        "Loss on closing         1,044            ",
        "Total                   2,278       2,433",
    )
    assert [[cell.column for cell in row.cells] for row in found.rows] == [[0, 1], [1], [0], [0, 1]]


def test_a_label_over_two_lines_is_joined() -> None:
    found = table(
        "                                      2023        2022",
        "Net sales                            1,234       1,100",
        "Net cash provided by",
        "operating activities                   321         300",
    )
    row = found.rows[1]
    assert row.label == "Net cash provided by operating activities"
    assert [cell.value for cell in row.cells] == ["321", "300"]


def test_a_heading_stands_over_its_rows_and_is_not_joined_to_them() -> None:
    found = table(
        "                                      2023        2022",
        "Current assets:",
        "  Cash                               1,234       1,100",
        "  Receivables                          200         210",
    )
    assert [(row.label, row.heading) for row in found.rows] == [
        ("Cash", "Current assets"),
        ("Receivables", "Current assets"),
    ]


@pytest.mark.parametrize("mark", ["(1)", "(a)", "*", "†", "(1)(2)"])
def test_footnote_marks_of_a_label_are_neither_label_nor_value(mark: str) -> None:
    found = table(
        "                                      2023        2022",
        f"Backlog {mark:12}                  1,234       1,100",
        "Orders                                 200         210",
        "Returns                                 20          21",
    )
    assert values(found)[0] == ("Backlog", ["1234", "1100"])


def test_footnotes_of_several_rows_are_no_column_of_values() -> None:
    found = table(
        "                                      2023        2022",
        "Backlog (1)                          1,234       1,100",
        "Returns (2)                             20          21",
        "Orders of the last quarter             200         210",
    )
    assert values(found) == [
        ("Backlog", ["1234", "1100"]),
        ("Returns", ["20", "21"]),
        ("Orders of the last quarter", ["200", "210"]),
    ]


def test_a_loss_of_one_is_a_value_though_it_looks_like_a_footnote() -> None:
    found = table(
        "                                      2023        2022",
        "Gain (loss) on sales of mills and kilns (1)         21",
        "Orders                                 200         210",
        "Change                                 (1)         (2)",
        "Gain (loss) .......................... (3)           4",
    )
    assert [row for _label, row in values(found)] == [["-1", "21"], ["200", "210"], ["-1", "-2"], ["-3", "4"]]


def test_a_heading_may_go_on_in_the_next_line() -> None:
    found = table(
        "                                      2023        2022",
        "Net income                             210         198",
        "Net income per common share attributable to",
        "Brightwater:",
        "  Basic                               3.15        2.99",
        "Shares used in the calculation:",
        "  Basic                                 68          67",
    )
    headings = [row.heading for row in found.rows]
    assert headings == [
        "",
        "Net income per common share attributable to Brightwater",
        "Shares used in the calculation",
    ]


def test_a_sentence_that_ends_in_a_year_heads_no_columns() -> None:
    found = table(
        "These activities were completed in the quarter of 2021.",
        "Other expense consists of the following:",
        "(Millions)                            2022        2021",
        "Interest expense                       462         488",
        "Interest income                         67          26",
    )
    assert [column.header for column in found.columns] == ["2022", "2021"]


def test_a_heading_without_a_colon_stands_over_the_first_row_too() -> None:
    found = table(
        "                                      2023        2022",
        "Assets",
        "  Cash                               1,234       1,100",
        "  Receivables                          200         210",
        "operating liabilities:",
        "  payables                              20          30",
    )
    assert [(row.label, row.heading) for row in found.rows] == [
        ("Cash", "Assets"),
        ("Receivables", "Assets"),
        ("payables", "operating liabilities"),
    ]


@pytest.mark.parametrize("above", ["(in millions)", "Three Months Ended", "In millions", "                Restated"])
def test_a_line_of_the_header_is_no_heading_of_rows(above: str) -> None:
    found = table("                2023    2022", above, "Net sales      1,234   1,100", "Rent              20      30")
    assert [row.heading for row in found.rows] == ["", ""]


def test_a_first_label_over_two_lines_is_joined() -> None:
    found = table(
        "                                      2023        2022",
        "Net cash provided by",
        "operating activities                   321         300",
        "Net sales                            1,234       1,100",
    )
    assert values(found)[0] == ("Net cash provided by operating activities", ["321", "300"])
    assert found.rows[0].start == found.rows[0].end - len(
        "Net cash provided by\noperating activities                   321         300"
    )


def test_leader_dots_and_dollar_signs_are_no_part_of_a_label() -> None:
    found = table("2023    2022", "Net sales ......... $ 1,234  $ 1,100", "Rent ............. 20  30")
    assert [row.label for row in found.rows] == ["Net sales", "Rent"]


def test_spans_of_months_head_their_columns() -> None:
    found = table(
        "                     Three Months Ended        Nine Months Ended",
        "                       2023        2022        2023        2022",
        "Net sales             1,234       1,100       3,456       3,300",
        "Cost of sales           800         700       2,400       2,100",
    )
    assert [(column.header, column.period) for column in found.columns] == [
        ("Three Months Ended 2023", "2023"),
        ("Three Months Ended 2022", "2022"),
        ("Nine Months Ended 2023", "2023"),
        ("Nine Months Ended 2022", "2022"),
    ]


@pytest.mark.parametrize(
    ("words", "scale", "unit"),
    [
        ("(in millions)", 1_000_000, None),
        ("(Dollars in billions)", 1_000_000_000, "USD"),
        ("(Thousands of euros)", 1_000, "EUR"),
        ("(amounts in £ millions)", 1_000_000, "GBP"),
        ("As reported", None, None),
    ],
)
def test_unit_and_scale_are_those_stated_above(words: str, scale: int | None, unit: str | None) -> None:
    found = table(words, "                2023    2022", "Net sales      1,234   1,100", "Rent              20      30")
    assert (found.scale, found.unit) == (scale, unit)


def test_percentages_keep_their_number() -> None:
    found = table("              2023     2022", "Margin       12.5 %    (3.1)%", "Growth          4%       5%")
    assert values(found) == [("Margin", ["12.5", "-3.1"]), ("Growth", ["4", "5"])]


def test_prose_with_numbers_is_no_table() -> None:
    assert tables("In 2023 we opened 14 shops and closed 3.", "Sales rose from 1,100 to 1,234 in the year 2023.") == []
    assert tables("Page", "12") == []
    assert tables() == []


def test_two_tables_far_apart_are_two() -> None:
    rows = ("           2023   2022", "Sales     1,234  1,100", "Rent         20     30")
    prose = ["This sentence separates one table from the other at some length, and ends."] * 9
    assert len(tables(*rows, *prose, *rows)) == 2


def test_a_line_of_years_in_the_midst_begins_a_table_with_columns_of_its_own() -> None:
    first, second = tables(
        "                      2023      2022      2021",
        "Current tax            120       110       100",
        "Deferred tax            20        30        40",
        "Balances at the end of June:",
        "                      2023      2022",
        "Tax losses              12        11",
        "Pensions                 7         6",
    )
    assert [column.period for column in first.columns] == ["2023", "2022", "2021"]
    assert [column.period for column in second.columns] == ["2023", "2022"]
    assert [row.label for row in second.rows] == ["Tax losses", "Pensions"]
    assert "Current tax" not in second.caption


def test_one_row_right_under_years_is_a_table() -> None:
    assert values(table("              2023     2022", "Rent paid    1,234    1,100")) == [
        ("Rent paid", ["1234", "1100"])
    ]


@pytest.mark.parametrize("date", ["June 30, 2022", "June 30", "June 2022"])
def test_a_date_belongs_to_the_label_of_a_balance(date: str) -> None:
    found = table(
        "                                Goodwill      Brands",
        f"Balance at {date:14}             1,234       1,100",
        "Bought                               20          21",
    )
    assert values(found)[0] == (f"Balance at {date}", ["1234", "1100"])


@pytest.mark.parametrize("dates", ["Years ended June 30, 2023 2022", "June 30, 2023   June 30, 2022", "At June 30,"])
def test_dates_with_nothing_behind_them_are_no_row(dates: str) -> None:
    found = table(dates, "Net sales      1,234   1,100", "Rent              20      30")
    assert [row.label for row in found.rows] == ["Net sales", "Rent"]


HOSTILE = {
    "digits": "1" * 60_000,
    "numbers": "1 " * 30_000,
    "parentheses": "(" * 60_000 + "1",
    "dollars": "$ " * 30_000,
    "dots": "a" + "." * 60_000 + "b 1,234 5,678",
    "spaced dots": "a" + ". " * 30_000 + "b 1,234 5,678",
    "dashes": "- " * 30_000 + "x 1,234 5,678",
    "redaction": "[" + "*" * 40 + "] 1,234 5,678",
    "underscores": "a" + "_" * 60_000 + "b 1,234 5,678",
    "spaces": "a" + " " * 60_000 + "b 1,234 5,678",
}


@pytest.mark.timeout(2)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_pathological_line_takes_less_than_a_second(name: str) -> None:
    page = raw_page(1, f"2023 2022\nSales 1,234 1,100\n{HOSTILE[name]}\nRent 20 30\n")
    started = time.monotonic()
    read_tables(1, page.text, page.lines)
    assert time.monotonic() - started < 1


@pytest.mark.timeout(10)
@pytest.mark.parametrize("fill", [".", ". ", "*", "(1)", "_", " :"])
def test_a_page_full_of_long_lines_takes_less_than_two_seconds(fill: str) -> None:
    page = raw_page(1, ("a" + (fill * 900)[:900] + "b $ 1,234 5,678\n") * 400)
    started = time.process_time()
    read_tables(1, page.text, page.lines)
    assert time.process_time() - started < 2


words = st.sampled_from(
    ["Sales", "(1)", "1,234", "$", "(", ")", "—", "2023", "12.5%", "of", "Total:", ".....", "N/A", ""]
)


@given(st.lists(st.lists(words, max_size=8).map("  ".join), max_size=14))
def test_any_lines_give_tables_whose_spans_are_of_the_page(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    page = raw_page(1, text)
    for found in read_tables(1, text, page.lines):
        assert 0 <= found.start < found.end <= len(text)
        assert found.rows
        for row in found.rows:
            assert found.start <= row.start < row.end <= found.end
            for cell in row.cells:
                assert row.start <= cell.start < cell.end <= row.end
                assert 0 <= cell.column < len(found.columns)


def test_a_footnote_that_begins_the_line_behind_its_label_is_no_cell() -> None:
    found = table(
        "                              2023        2022",
        "Net sales                    1,234       1,100",
        "Gross profit as a share",
        "                       (1)   23.2 %      22.1 %",
        "Operating income               120         110",
    )
    assert values(found)[1][1] == ["23.2", "22.1"]
    assert len(found.columns) == 2


def test_a_plain_number_alone_is_a_cell_where_it_stands_under_a_column() -> None:
    found = table(
        "                  2024      2023",
        "Product sales      812       790",
        "Licence fees                  55",
        "Grants              61",
        "Total              873       845",
    )
    placed = {row.label: [(cell.column, cell.value) for cell in row.cells] for row in found.rows}
    assert placed["Licence fees"] == [(1, "55")] and placed["Grants"] == [(0, "61")]


def test_ranges_bounds_stars_and_trailing_signs_are_cells() -> None:
    found = table(
        "                     2024          2023",
        "Life in years         3-7          5-10",
        "Volatility        31%-75%       31%-67%",
        "Below the limit     <0.01          0.02",
        "Difference         *2,247         *–1.9",
        "Adjustment           312-           5.0",
        "Not measured          (X)         *****",
    )
    kinds = {row.label: [(cell.kind.value, cell.value) for cell in row.cells] for row in found.rows}
    assert kinds["Life in years"] == [("text", None)] * 2 == kinds["Volatility"]
    assert kinds["Below the limit"] == [("text", None), ("number", "0.02")]
    assert kinds["Difference"] == [("number", "2247"), ("number", "-1.9")]
    assert kinds["Adjustment"][0] == ("number", "-312")
    assert kinds["Not measured"] == [("not_meaningful", None)] * 2


def test_years_down_the_left_are_what_maturities_are_called() -> None:
    found = table(
        "Payments due by year:", "2025     $ 1,200", "2026         900", "Thereafter   350", "Total    $ 2,450"
    )
    assert [(row.label, [cell.value for cell in row.cells]) for row in found.rows] == [
        ("2025", ["1200"]), ("2026", ["900"]), ("Thereafter", ["350"]), ("Total", ["2450"]),
    ]  # fmt: skip


def test_a_table_in_decimal_commas_is_read_so_throughout() -> None:
    found = table("               2024       2023", "Revenue   12.345,60  11.020,15", "Staff       987.654     987,45")
    assert [[cell.value for cell in row.cells] for row in found.rows] == [
        ["12345.60", "11020.15"],
        ["987654", "987.45"],
    ]
