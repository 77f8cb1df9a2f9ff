"""Who a document is of, told from its name and its company, and seen in a question however it is written."""

import pytest

from ingest.types import Detected, Document, Progress, Status
from service.retrieval.ranking.document_names import spoken_names


def document(name: str, company: str | None = None) -> Document:
    progress, detected = Progress("done", 1, 1), Detected(company=company)
    return Document("doc_1", "local", name, name, "application/pdf", 1, Status.READY, progress, None, 9, 9, None, {}, detected, (), 0.0)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "company", "question", "spoken"),
    [
        ("x.pdf", "ACME VALVES, INC.", "acme valves debt", ["acme valves"]),
        ("x.pdf", "ACME VALVES, INC.", "AcmeValves debt", ["acme valves"]),
        ("x.pdf", "The Acme-Valves Company", "debt of acme-valves", ["acme valves"]),
        ("ACMEVALVES_2023_10K.pdf", None, "acmevalves: debt", ["acmevalves"]),
        ("mutual-non-disclosure-form.pdf", None, "Is the mutual non-disclosure form signed?", []),
        ("x.pdf", "Target Corp", "the target price of target in 2023", ["target"]),
        ("x.pdf", "Target Corp", "What is the price target?", []),
        ("x.pdf", "Target Corp", "How many valves does target sell?", ["target"]),
    ],
)
def test_a_name_is_seen_where_it_stands_as_one(
    name: str, company: str | None, question: str, spoken: list[str]
) -> None:
    assert spoken_names(question, [document(name, company)]) == spoken
