"""Pages whose tables carry the rows asked for come before pages that only speak of them."""

from collections.abc import Sequence

from service_samples import page

from ingest.table_types import Table
from ingest.tables.rows import read_tables
from ingest.types import Detected, Document, Progress, Status
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.row_signal import FIRST, RowSignal, asks_for_rows, carries
from service.retrieval.signals import Hit

DOCUMENT = Document("doc_1", "local", "c", "a.pdf", "application/pdf", 1, Status.READY, Progress("done", 1, 1), None, 9, 9, None, {}, Detected(), (), 0.0)  # fmt: skip
STATEMENT = "(in millions)      2024     2023\nTotal revenue     2,230    2,116\nNet income          210      198\n"
PROSE = "Revenue grew because customers bought more kettles than in the year before.\n"


def query(question: str) -> Query:
    return understand(question, load_vocabulary())


def tables(text: str) -> list[Table]:
    stored = page(text)
    return read_tables(1, stored.text, stored.lines)


class Book:
    """Pages of one document; remembers which were read."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.read = texts, []  # type: ignore[var-annotated]

    def __call__(self, _document: Document, numbers: Sequence[int]) -> dict[int, list[Table]]:
        self.read.extend(numbers)
        return {number: tables(self.texts[number - 1]) for number in numbers}


def hits(*scores: float) -> list[Hit]:
    return [Hit(DOCUMENT, number, score) for number, score in enumerate(scores, 1)]


def test_figures_choices_and_nothing_else_ask_for_rows() -> None:
    assert asks_for_rows(query("What was net income in 2023?"))
    assert asks_for_rows(query("Which segment had the lowest turnout?"))
    assert not asks_for_rows(query("Which law governs this agreement?"))


def test_the_share_of_line_items_on_a_page_is_told() -> None:
    assert carries(tables(STATEMENT), query("What was net income in 2023?")) == 1.0
    assert carries(tables(STATEMENT), query("What was the net margin in 2023?")) == 1.0
    assert carries(tables(STATEMENT), query("What is the asset turnover of 2023?")) == 0.5
    assert carries(tables(PROSE), query("What was net income in 2023?")) == 0.0


def test_a_page_with_the_row_gains_its_worth() -> None:
    first, second = RowSignal(Book(PROSE, STATEMENT)).add(hits(1.0, 0.9), query("What was net income?"), 1, 0.5)
    assert (first.score, first.signals) == (1.0, {})
    assert (second.score, second.signals) == (1.4, {"rows": 1.0})


def test_a_page_is_read_once_until_the_indexes_change() -> None:
    book = Book(PROSE, STATEMENT)
    signal = RowSignal(book)
    for version in (1, 1, 2):
        signal.add(hits(1.0, 0.9), query("What was net income?"), version, 0.5)
    assert book.read == [1, 2, 1, 2]


def test_pages_far_down_are_not_read() -> None:
    book = Book(*[PROSE] * (FIRST + 5))
    ranked = hits(*[1.0] * (FIRST + 5))
    assert len(RowSignal(book).add(ranked, query("What was net income?"), 1, 0.5)) == FIRST + 5
    assert book.read == list(range(1, FIRST + 1))


def test_a_ratio_that_is_printed_carries_what_is_asked() -> None:
    printed = (
        "                    2024     2023\nEffective tax rate    21.0%    19.5%\nStatutory rate    21.0%    21.0%\n"
    )
    asked = query("What was the effective tax rate in 2023?")
    assert asked.ratio is not None
    assert carries(tables(printed), asked) == 1.0
