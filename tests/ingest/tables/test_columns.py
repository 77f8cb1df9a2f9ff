"""What a column is called: the words over it, those over its group, and the year among them."""

from ingest_samples import raw_page

from ingest.tables.rows import read_tables


def headers(*lines: str) -> list[list[str]]:
    page = raw_page(1, "\n".join(lines) + "\n")
    return [[column.header for column in table.columns] for table in read_tables(1, page.text, page.lines)]


def periods(*lines: str) -> list[str | None]:
    page = raw_page(1, "\n".join(lines) + "\n")
    return [column.period for column in read_tables(1, page.text, page.lines)[0].columns]


SEGMENTS = (
    "                            Retail Banking                  Wealth                    Total",
    "(in millions)            2021     2020   Change     2021     2020   Change      2021     2020   Change",
    "Total net revenue       2,517    3,287       (6)   4,605    3,003       46     7,122    6,290       13",
    "Net income                728      197       19     740      985       (5)    1,468    1,182       24",
)
LEVELS = (
    "                        Level 1      Level 2      Level 3      Total",
    "Equity securities         1,204          310           15      1,529",
    "Government bonds            820           75            —        895",
)


def test_the_name_of_a_group_stands_over_each_of_its_columns() -> None:
    [found] = headers(*SEGMENTS)
    assert found == [
        "Retail Banking 2021", "Retail Banking 2020", "Retail Banking Change",
        "Wealth 2021", "Wealth 2020", "Wealth Change",
        "Total 2021", "Total 2020", "Total Change",
    ]  # fmt: skip


def test_a_column_of_changes_stands_for_no_year() -> None:
    assert periods(*SEGMENTS) == ["2021", "2020", None] * 3


def test_columns_without_years_are_called_by_their_words() -> None:
    assert headers(*LEVELS) == [["Level 1", "Level 2", "Level 3", "Total"]]


def test_one_word_in_the_middle_of_three_columns_names_the_middle_one() -> None:
    [found] = headers(
        "                                    Other",
        "                     Americas    countries    Total",
        "Net sales               1,204          310    1,514",
        "Costs                     820           75      895",
    )
    assert found == ["Americas", "Other countries", "Total"]


def test_what_stands_over_labels_names_columns_only_by_its_span() -> None:
    [found] = headers(
        "Year ended December 31,   2023     2022",
        "Net sales                1,204    1,310",
        "Costs                      820      775",
    )
    assert found == ["Year ended 2023", "Year ended 2022"]


def test_words_over_the_values_begin_another_table() -> None:
    first, second = headers(
        "                         2023       2022",
        "Net sales               1,204      1,310",
        "Costs                     820        775",
        "                        Organic   Acquired",
        "Retail                    1.2        0.4",
        "Wholesale                (0.9)       0.1",
    )
    assert (first, second) == (["2023", "2022"], ["Organic", "Acquired"])


def test_a_percent_sign_moves_no_column() -> None:
    [found] = headers(
        "                 Price       Volume",
        "Retail           1.2 %        0.4 %",
        "Wholesale       (0.9)         0.1",
        "Total            0.5 %        0.2 %",
    )
    assert found == ["Price", "Volume"]
