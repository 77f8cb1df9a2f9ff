"""Quality of pages found and figures quoted, against gold pages; no language model.

Prints page hit@k, recall@k and MRR per question type, with the filing given and over the whole collection, the share
of single-figure questions whose figure stands in the first citation's quote, and how often a question put to a wrong
filing is answered all the same. Intervals are bootstrap over questions; what counts as a right answer is defined in
`bench/answers.py`. Knows nothing of how pages are ranked.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import answers
from bench.answers import Question
from bench.machine import keep
from ingest.types import Document, Scope
from service.command_line.reading import add_files, read_waiting
from service.contract.caller import scope_for
from service.question.understand import understand
from service.question.vocabulary_files import load_vocabulary
from service.retrieval.retriever import Retriever
from service.wiring import Service, build_service

DEPTHS = (1, 3, 5, 10)
RESAMPLES = 2000
console = Console()


@dataclass(frozen=True)
class Outcome:
    """The ranked pages a question got: (is it the gold document, page)."""

    question: Question
    ranked: tuple[tuple[bool, int], ...]

    def hit(self, k: int) -> float:
        """Whether any gold page is among the first k."""
        return float(any(right and page in self.question.pages for right, page in self.ranked[:k]))

    def recall(self, k: int) -> float:
        """Share of the gold pages among the first k."""
        found = {page for right, page in self.ranked[:k] if right}
        return len(found & self.question.pages) / len(self.question.pages)

    def reciprocal_rank(self) -> float:
        """One over the rank of the first gold page."""
        for rank, (right, page) in enumerate(self.ranked, 1):
            if right and page in self.question.pages:
                return 1 / rank
        return 0.0


def load_questions(folder: Path) -> list[Question]:
    """Questions of a data folder: the FinanceBench form or the contracts form."""
    questions = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "evidence" in row:
            pages = frozenset(int(entry["evidence_page_num"]) + 1 for entry in row["evidence"])
            questions.append(Question(row["question"], row["question_type"], row["doc_name"], pages, row["answer"]))
        elif row["unique"]:
            pages = frozenset(row["gold_pages"])
            questions.append(Question(row["question"], "clause", row["doc_name"], pages, row["answer"]))
    return questions


def ingest_all(service: Service, folder: Path) -> dict[str, Document]:
    """Have every PDF of the folder read (what is there already is kept); documents by file stem."""
    files = sorted((folder / "pdfs").glob("*.pdf"))
    documents = read_waiting(service, add_files(service, scope_for(), files, None, None), Console(stderr=True))
    return {Path(document.name).stem: document for document in documents}


def rank(
    service: Service,
    documents: dict[str, Document],
    questions: Iterable[Question],
    *,
    single: bool,
    off: frozenset[str],
    retriever: Retriever | None = None,
) -> list[Outcome]:
    """Ask every question, in its filing alone or in all of them; with another retriever, if one is given."""
    retriever = (retriever or service.retriever).without(off)
    everything = tuple(sorted(document.id for document in documents.values()))
    outcomes = []
    for question in questions:
        gold = documents[question.document]
        scope = Scope(gold.tenant, (gold.id,) if single else everything)
        query = understand(question.text, load_vocabulary())
        hits = retriever.search(scope, query, max(DEPTHS)).hits
        ranked = tuple((hit.document.content == gold.content, hit.page) for hit in hits)
        outcomes.append(Outcome(question, ranked))
    return outcomes


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Means over questions with 95 % bootstrap intervals."""
    measures: dict[str, Callable[[Outcome], float]] = {f"hit@{k}": (lambda o, k=k: o.hit(k)) for k in DEPTHS}  # type: ignore[misc]
    measures |= {f"recall@{k}": (lambda o, k=k: o.recall(k)) for k in (5, 10)}  # type: ignore[misc]
    measures["mrr"] = lambda o: o.reciprocal_rank()
    result: dict[str, Any] = {"n": len(outcomes)}
    for name, measure in measures.items():
        values = [measure(outcome) for outcome in outcomes]
        result[name] = round(sum(values) / len(values), 4)
        result[f"{name}_interval"] = bootstrap(values)
    multiple = [outcome for outcome in outcomes if len(outcome.question.pages) > 1]
    if multiple:
        result["all_gold_in_5"] = round(sum(o.recall(5) == 1.0 for o in multiple) / len(multiple), 4)
        result["n_multiple"] = len(multiple)
    return result


def bootstrap(values: Sequence[float]) -> list[float]:
    """The 95 % interval of a mean over questions, by resampling them."""
    generator = random.Random(1)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return [round(means[int(0.025 * RESAMPLES)], 3), round(means[int(0.975 * RESAMPLES)], 3)]


def latency(service: Service, documents: dict[str, Document], questions: Sequence[Question]) -> dict[str, float]:
    """Milliseconds of a warm search over all documents, the query's embedding included."""
    everything = tuple(document.id for document in documents.values())
    times = []
    for question in [*questions[:5], *questions]:
        started = time.perf_counter()
        query = understand(question.text, load_vocabulary())
        service.retriever.search(Scope("local", everything), query, 10)
        times.append(1000 * (time.perf_counter() - started))
    times = sorted(times[5:])
    return {"p50": round(times[len(times) // 2], 1), "p95": round(times[int(len(times) * 0.95)], 1)}


def show(title: str, rows: dict[str, dict[str, Any]]) -> None:
    """Print summaries as a table."""
    names = [name for name in next(iter(rows.values())) if not name.endswith("_interval")]
    table = Table("questions", *names, title=title)
    for kind, row in rows.items():
        table.add_row(kind, *(f"{row.get(name, '')}" for name in names))
    console.print(table)
    whole = rows["all"]
    console.print(f"95 % intervals: hit@5 {whole['hit@5_interval']}, MRR {whole['mrr_interval']}")


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    """Summaries per question type and over all."""
    kinds = sorted({outcome.question.kind for outcome in outcomes})
    rows = {kind: summary([o for o in outcomes if o.question.kind == kind]) for kind in kinds}
    return {"all": summary(outcomes), **rows}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, help="data folder to use and fill (default: PINCITE_HOME)")
    parser.add_argument("--off", default="", help="signals to switch off, comma separated")
    parser.add_argument("--misses", action="store_true", help="list the questions with no gold page in the first five")
    parser.add_argument("--no-answers", action="store_true", help="ranking only")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    environment = {**os.environ, **({"PINCITE_HOME": str(options.home)} if options.home else {})}
    service = build_service(environment)
    documents = ingest_all(service, options.data)
    questions = [question for question in load_questions(options.data) if question.document in documents]
    off = frozenset(filter(None, options.off.split(",")))
    result: dict[str, Any] = {"data": options.data.name, "off": sorted(off)}
    for setting, single in (("document_given", True), ("whole_collection", False)):
        outcomes = rank(service, documents, questions, single=single, off=off)
        result[setting] = by_kind(outcomes)
        show(setting, result[setting])
        if options.misses:
            _print_misses(outcomes)
    result["latency_ms"] = latency(service, documents, questions)
    console.print("search latency, ms:", result["latency_ms"])
    if not options.no_answers:
        result["answers"] = answers.measured(service, documents, questions)
        console.print(result["answers"])
    if options.keep:
        console.print("kept", keep(f"quality-{options.data.name}", result))
    service.close()


def _print_misses(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if not outcome.hit(5):
            pages = [page if right else -page for right, page in outcome.ranked]
            gold = sorted(outcome.question.pages)
            sys.stdout.write(
                f"MISS {outcome.question.document} gold {gold} got {pages}\n  {outcome.question.text[:150]}\n"
            )


if __name__ == "__main__":
    main()
