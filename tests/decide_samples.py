"""A statement, a clause and a page of weather as evidence, and what is said of them without a model."""

from collections.abc import Sequence

import numpy as np
from service_samples import page

from ingest.index_types import Vectors
from ingest.table_types import Table
from ingest.tables.rows import read_tables
from ingest.types import Detected, Document, Progress, Status
from service.extractive.decide import answer_extractively
from service.extractive.draft import Draft, EvidencePage
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary

DOCUMENT = Document("doc_1", "local", "c", "a.pdf", "application/pdf", 1, Status.READY, Progress("done", 1, 1), None, 9, 9, None, {}, Detected(), (), 0.0)  # fmt: skip
STATEMENT = (
    "(dollars in millions)\r\n"
    "                 2024    2023\r\n"
    "Total revenue   2,230   2,116\r\n"
    "Net income        210     198\r\n"
)
NOTICE = "The Buyer may terminate this Agreement for convenience on ninety days of written notice.\r\n"
WEATHER = "The weather in the harbour was fair and the gulls were many in number.\r\n"


class Liking:
    """Finds every text with its word close to every question, and no other."""

    fingerprint, dimensions = "liking", 2

    def __init__(self, word: str) -> None:
        self._word = word

    def encode(self, texts: Sequence[str]) -> Vectors:
        asked = 2  # the question, and once more with the words its answer may be written in
        rows = [[1.0, 0.0] if index < asked or self._word in text else [0.0, 1.0] for index, text in enumerate(texts)]
        return np.array(rows, np.float32)


def statement_table(text: str) -> Table:
    stored = page(text)
    [found] = read_tables(1, stored.text, stored.lines)
    return found


def evidence(*texts: str) -> list[EvidencePage]:
    found = []
    for number, text in enumerate(texts, 1):
        tables = (statement_table(text),) if "Total revenue" in text else ()
        whole = ((0, len(text), 1.0),)
        found.append(EvidencePage(DOCUMENT, page(text, number), tables, score=0.9 ** (number - 1), passages=whole))
    return found


def answer(question: str, *texts: str, encoder: Liking | None = None) -> Draft:
    return answer_extractively(understand(question, load_vocabulary()), evidence(*texts), encoder)


def quoted(draft: Draft) -> list[str]:
    return [statement.evidence.page.text[statement.span.start : statement.span.end] for statement in draft.statements]
