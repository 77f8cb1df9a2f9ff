"""A name the documents never mention is told; one that is known, or stands in their text, is not."""

import pytest

from ingest.types import Document
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.names_known import mentions, unknown_name
from service.wiring import Service


def test_a_name_is_mentioned_in_the_text_or_in_what_is_known(service: Service, report_10k: Document) -> None:
    index = service.ingest.index.for_tenant("local")
    index.refresh()
    assert mentions(index, "Pellworth", [report_10k])
    assert mentions(index, "Quillmere", [report_10k])
    assert not mentions(index, "Zorgon", [report_10k])
    assert mentions(index, "Pellworth Sensing", [report_10k])
    assert not mentions(index, "Pellworth Harbour", [report_10k]), "its words stand there, but not together"


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What was Zorgon's revenue in 2024?", "Zorgon"),
        ("What was Quillmere's revenue in 2024?", None),
        ("What was the revenue in 2024?", None),
    ],
)
def test_the_first_name_nobody_knows_is_told(
    service: Service, report_10k: Document, question: str, unknown: str | None
) -> None:
    index = service.ingest.index.for_tenant("local")
    index.refresh()
    assert unknown_name(index, understand(question, load_vocabulary()), [report_10k]) == unknown
