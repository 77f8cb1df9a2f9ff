"""Spans found in contracts and policies: LegalBench-RAG's character-level precision and recall, no language model.

Every text file of the corpus is read by the real pipeline into one collection; every question is put to all of them at
once. Precision@k is the share of the characters of the first k passages that lie in a gold snippet, recall@k the share
of the gold characters that the first k passages cover, each averaged over questions (arXiv 2408.10343, section 4).
"""

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.machine import keep
from ingest.types import Document, Scope
from service.command_line.reading import add_files, read_waiting
from service.contract.caller import scope_for
from service.wiring import Service, build_service

DEPTHS = (1, 2, 4, 8, 16, 32, 64)
console = Console()


@dataclass(frozen=True)
class Question:
    """A question with its gold snippets: (file, start, end) in characters of the file."""

    text: str
    subset: str
    gold: tuple[tuple[str, int, int], ...]


def load_questions(folder: Path) -> list[Question]:
    """The rows of questions.jsonl."""
    questions = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = tuple((snippet["file"], *snippet["span"]) for snippet in row["snippets"])
        questions.append(Question(row["query"], row["subset"], gold))
    return questions


def ingest_corpus(service: Service, folder: Path) -> dict[str, str]:
    """Have every text read; file (as the questions name it) by document id."""
    files = sorted((folder / "corpus").rglob("*.txt"))
    documents = read_waiting(service, add_files(service, scope_for(), files, None, None), Console(stderr=True))
    return {
        document.id: str(file.relative_to(folder / "corpus")) for document, file in zip(documents, files, strict=True)
    }


def passages(service: Service, question: str, starts: dict[tuple[str, int], int]) -> list[tuple[str, int, int]]:
    """Ranked spans as (document id, start, end) in characters of the document's text."""
    reply = service.searcher.search(Scope("local"), question, "passage", max(DEPTHS), None, explain=False)
    found = []
    for hit in reply["hits"]:
        offset = starts[hit["document_id"], hit["page"]]
        found.append((hit["document_id"], offset + hit["span"]["start"], offset + hit["span"]["end"]))
    return found


def page_starts(
    service: Service, documents: Sequence[Document], folder: Path, names: dict[str, str]
) -> dict[tuple[str, int], int]:
    """Where each page begins in its file. Pages are cuts of the file; a form feed or byte order mark is not in them."""
    starts = {}
    for document in documents:
        text = (folder / "corpus" / names[document.id]).read_bytes().decode("utf-8-sig")
        skipped = 1 if (folder / "corpus" / names[document.id]).read_bytes().startswith(b"\xef\xbb\xbf") else 0
        position = 0
        for page in service.ingest.catalog.contents.iterate_pages(document.tenant, document.content):
            position = text.index(page.text, position)
            starts[document.id, page.number] = position + skipped
            position += len(page.text)
    return starts


def measure(
    gold: Sequence[tuple[str, int, int]], found: Sequence[tuple[str, int, int]], k: int
) -> tuple[float, float, int]:
    """Precision, recall and characters returned for the first k spans; overlapping characters count once."""
    returned: dict[str, set[int]] = {}
    for file, start, end in found[:k]:
        returned.setdefault(file, set()).update(range(start, end))
    wanted: dict[str, set[int]] = {}
    for file, start, end in gold:
        wanted.setdefault(file, set()).update(range(start, end))
    size = sum(len(characters) for characters in returned.values())
    total = sum(len(characters) for characters in wanted.values())
    shared = sum(len(characters & wanted.get(file, set())) for file, characters in returned.items())
    return shared / size if size else 0.0, shared / total if total else 0.0, size


def evaluate(questions: Sequence[Question], answers: Sequence[list[tuple[str, int, int]]]) -> dict[str, Any]:
    """Means per depth, the mean span, and how often the first span is of a wrong document."""
    result: dict[str, Any] = {"n": len(questions)}
    for k in DEPTHS:
        rows = [measure(question.gold, found, k) for question, found in zip(questions, answers, strict=True)]
        for index, name in enumerate((f"precision@{k}", f"recall@{k}", f"characters@{k}")):
            result[name] = round(sum(row[index] for row in rows) / len(rows), 4)
    wrong = sum(
        not found or found[0][0] not in {file for file, _start, _end in question.gold}
        for question, found in zip(questions, answers, strict=True)
    )
    result["wrong_document_at_1"] = round(wrong / len(questions), 4)
    spans = [end - start for found in answers for _file, start, end in found]
    result["mean_span"] = round(sum(spans) / max(1, len(spans)), 1)
    return result


def show(results: dict[str, dict[str, Any]]) -> None:
    """Print a table: precision and recall in percent."""
    table = Table("subset", "n", *(f"P@{k}" for k in DEPTHS), *(f"R@{k}" for k in DEPTHS), "wrong doc", "span")
    for subset, row in results.items():
        figures = [f"{100 * row[f'{name}@{k}']:.1f}" for name in ("precision", "recall") for k in DEPTHS]
        table.add_row(
            subset, str(row["n"]), *figures, f"{100 * row['wrong_document_at_1']:.1f}", f"{row['mean_span']:.0f}"
        )
    Console(width=200).print(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, help="data folder to use and fill (default: PINCITE_HOME)")
    parser.add_argument("--every", type=int, default=1, help="take only every n-th question")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    service = build_service({**os.environ, **({"PINCITE_HOME": str(options.home)} if options.home else {})})
    names = ingest_corpus(service, options.data)
    documents = [service.ingest.catalog.documents.get(scope_for(), document_id) for document_id in names]
    starts = page_starts(service, documents, options.data, names)
    questions = load_questions(options.data)[:: options.every]
    started = time.perf_counter()
    answers = []
    for question in questions:
        found = passages(service, question.text, starts)
        answers.append([(names[document], start, end) for document, start, end in found])
    seconds = time.perf_counter() - started
    subsets = sorted({question.subset for question in questions})
    results = {}
    for subset in subsets:
        rows = [(q, a) for q, a in zip(questions, answers, strict=True) if q.subset == subset]
        results[subset] = evaluate([q for q, _ in rows], [a for _, a in rows])
    show(results)
    console.print(f"{1000 * seconds / len(questions):.0f} ms a question")
    if options.keep:
        console.print("kept", keep("legal", {"data": options.data.name, "every": options.every, "subsets": results}))
    service.close()


if __name__ == "__main__":
    main()
