"""Labelled questions and their candidates: what bench/fit.py learns from. Reads the data by a path, keeps none of it.

A cell is right where its value is the gold one; a sentence where it says what the gold answer demands, on a gold page.
"""

import importlib.util
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.fit_facts import made_questions
from ingest.types import Document, Scope
from service.contract.caller import LOCAL_TENANT
from service.extractive.cells import cell_candidates
from service.extractive.draft import EvidencePage
from service.extractive.figure_answers import filers
from service.extractive.passages_said import sentence_candidates
from service.question.asked import read_asked
from service.question.understand import Query, understand
from service.question.vocabulary_files import load_vocabulary
from service.wiring import Service

SETS = {  # questions and the folder of their PDFs
    "filings": ("answers/filings.jsonl", "financebench/pdfs"),
    "contracts": ("answers/contracts.jsonl", "contracts/pdfs"),
    "tagged": ("ixbrl/questions.jsonl", "ixbrl/pdfs"),
}
FACTS = "ixbrl/facts"  # tagged facts of filings, a file each
MADE = "made"  # the set of questions made of tagged facts
WORKED_KINDS = ("change", "ratio")


@dataclass(frozen=True)
class Candidates:
    """One question's candidates of one kind: features, whether each is right, and the text a reader sees."""

    set: str
    gold: dict[str, Any]
    features: list[dict[str, float]]
    right: list[bool]
    texts: list[str] = field(default_factory=list)

    @property
    def company(self) -> str:
        """Who the document is of: folds must not share it. Of a contract the document itself."""
        document = str(self.gold["doc"])
        return document if self.set == "contracts" else document.split("_")[0].lower()


def load_judge(data: Path) -> ModuleType:
    """The judge of answers that lies beside the data."""
    spec = importlib.util.spec_from_file_location("judge", data.parent / "tools" / "score_answers.py")
    assert spec is not None and spec.loader is not None
    judge = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(judge)
    return judge


def questions(data: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a set."""
    return [
        json.loads(line) for line in (data / SETS[name][0]).read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def evidence_of(service: Service, document: Document, text: str) -> tuple[Query, list[EvidencePage]]:
    """What an answer to a question put to one document may use, as the service itself would read it."""
    query = understand(text, load_vocabulary())
    extractive = service.answerer.extractive
    found = service.retriever.evidence(Scope(LOCAL_TENANT, (document.id,)), query, extractive.evidence_pages)
    return found.parts[0].query, extractive.evidence(found.parts[0], found.version)


def collect(
    service: Service, data: Path, documents: dict[str, Document], sets: Sequence[str]
) -> Iterator[tuple[Candidates, Candidates]]:
    """Cells and sentences of every question whose document has been read."""
    judge = load_judge(data)
    for name in sets:
        for gold in questions(data, name):
            if gold["doc"] in documents:
                query, evidence = evidence_of(service, documents[gold["doc"]], gold["question"])
                yield (
                    _cells(name, gold, query, evidence, judge),
                    _sentences(name, gold, query, evidence, judge, service),
                )
    for gold in made_questions(data / FACTS, load_vocabulary()):
        if gold["doc"] in documents:
            query, evidence = evidence_of(service, documents[gold["doc"]], gold["question"])
            yield _cells(MADE, gold, query, evidence, judge), Candidates(MADE, gold, [], [])


def _cells(
    name: str, gold: dict[str, Any], query: Query, evidence: list[EvidencePage], judge: ModuleType
) -> Candidates:
    if gold["kind"] in WORKED_KINDS:
        return Candidates(name, gold, [], [])
    asked = read_asked(query, filers(evidence))
    found = [
        each
        for each in cell_candidates(asked, evidence, asked.periods[0] if asked.periods else None)
        if not each.vetoes and each.amount is not None
    ]
    value, answerable = gold.get("value"), gold.get("answerable", True)
    right = [
        bool(answerable and value is not None and judge.near(each.amount, value, gold.get("tolerance", 0.005)))
        for each in found
    ]
    return Candidates(name, gold, [dict(each.features) for each in found], right, [each.row.label for each in found])


def _sentences(
    name: str, gold: dict[str, Any], query: Query, evidence: list[EvidencePage], judge: ModuleType, service: Service
) -> Candidates:
    if gold["kind"] in WORKED_KINDS or name == "tagged":
        return Candidates(name, gold, [], [])
    asked = read_asked(query, filers(evidence))
    found = sentence_candidates(query, asked, evidence, service.encoder.get())
    pages = set(gold.get("pages") or [])
    texts = [re.sub(r"\s+", " ", each.sentence.text).strip() for each in found]
    right = [
        says_gold(gold, text, judge) and (not pages or each.place.page.number in pages)
        for each, text in zip(found, texts, strict=True)
    ]
    return Candidates(name, gold, [dict(each.features) for each in found], right, texts)


def says_gold(gold: dict[str, Any], text: str, judge: ModuleType) -> bool:
    """Whether a text says what the gold answer demands."""
    if not gold.get("answerable", True):
        return False
    value = gold.get("value")
    if value is not None and not any(judge.near(v, value, gold.get("tolerance", 0.005)) for v in judge.numbers(text)):
        return False
    said = all(any(re.search(p, text, re.I | re.S) for p in group) for group in gold.get("must") or [])
    return said and not any(re.search(p, text, re.I | re.S) for p in gold.get("must_not") or [])
