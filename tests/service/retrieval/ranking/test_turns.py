"""Documents come in turn where several are compared, or where any of several agreements may be meant."""

from dataclasses import replace

from ingest.types import Document
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.ranking.document_match import Fits
from service.retrieval.ranking.turns import round_robin, take_turns
from service.retrieval.signals import Hit


def test_companies_compared_take_turns_and_the_rest_comes_last(report_10k: Document) -> None:
    def hit(content: str, score: float) -> Hit:
        return Hit(replace(report_10k, content=content), 1, score)

    ranked = [hit("a", 0.9), hit("a", 0.8), hit("c", 0.7), hit("b", 0.6)]
    groups = (frozenset({"a"}), frozenset({"b"}))
    assert [found.document.content for found in round_robin(ranked, groups)] == ["a", "b", "a", "c"]
    assert round_robin(ranked, ()) == ranked


def test_the_best_page_of_each_agreement_that_may_be_meant_comes_first(report_10k: Document) -> None:
    ranked = [
        Hit(replace(report_10k, content=content), page, score)
        for content, page, score in (("a", 1, 1.0), ("a", 2, 0.9), ("b", 1, 0.8), ("c", 1, 0.1))
    ]
    nobody = Fits({}, frozenset())

    def order(question: str, fits: Fits) -> list[tuple[str, int]]:
        found = take_turns(ranked, understand(question, load_vocabulary()), fits)
        return [(hit.document.content, hit.page) for hit in found]

    assert order("Which law governs this agreement?", nobody) == [("a", 1), ("b", 1), ("a", 2), ("c", 1)]
    as_ranked = [("a", 1), ("a", 2), ("b", 1), ("c", 1)]
    assert order("Which law governs this agreement?", Fits({}, frozenset({"a"}))) == as_ranked
    assert order("What was total revenue?", nobody) == as_ranked
