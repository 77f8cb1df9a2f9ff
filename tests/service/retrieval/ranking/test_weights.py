"""The weights in use are those of the fitted file, none below nought, and a signal that is weighed is a signal."""

from service.contract.caller import scope_for
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.weights import page_weights, passage_weights
from service.wiring import Service

QUESTIONS = (
    "What was Quillmere's total revenue in fiscal year 2024 according to the 10-K?",
    "What was the revenue of Asia Pacific?",
    "Who are the parties to the agreement?",
    "Where are the principal executive offices?",
    "What is the definition of Affiliate?",
    "What are the risk factors?",
    "What was net income in Q2 2023?",
)


def test_no_weight_is_below_nought() -> None:
    assert all(value >= 0 for value in (*page_weights().values(), *passage_weights().values()))


def test_every_signal_of_a_ranking_has_a_weight(service: Service) -> None:
    signals: set[str] = set()
    for question in QUESTIONS:
        found = service.retriever.search(scope_for(), understand(question, load_vocabulary()), 100)
        signals |= {name for hit in found.hits for name in hit.signals}
    assert signals <= set(page_weights())
    assert {"lexical", "passages", "vectors", "statement", "name", "start", "cover", "section"} <= signals
