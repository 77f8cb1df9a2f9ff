"""A simulated ledger of routes: what each way of answering the dev questions would send and cost. No model is called.

Every question is planned as the product plans it, with its filing given and over the whole collection, and priced for
each model with the planner's own estimate (`cost_usd`: input at the uncached price, a quarter of the room for output).
Costs are sums over all questions in USD, escalations, tool calls and prompt caches left out. `fits`: questions whose
pages the model's window takes; what does not fit is priced all the same and counts as nothing found in the evidence
recall, which is the share of gold pages inside the pages that would be sent.
"""

import argparse
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.answers import Question
from bench.machine import keep
from bench.quality import ingest_all, load_questions
from ingest.types import Document, Scope
from service.contract import question as contract
from service.contract.answer import Considered
from service.contract.question import Mode
from service.routing.planner import Planned
from service.routing.router import MODEL_MODES
from service.wiring import Service, build_service

MODELS = ("gpt-5.2-mini", "gpt-5.2-turbo", "gpt-5.2-pro", "gpt-5.2-ultra")
STRATEGIES = ("full", "sections", "retrieval", "auto")
# nobody listens there: the planner weighs models only where an endpoint is configured, and planning calls none
ENDPOINT = {"PINCITE_LLM_BASE_URL": "http://127.0.0.1:1/v1", "PINCITE_LLM_MODEL": MODELS[0]}
console = Console()


@dataclass(frozen=True)
class Entry:
    """One question planned: what each mode would send, what auto chose, and which gold pages lie inside."""

    chosen: str
    tokens: dict[str, int]
    fits: dict[str, bool]
    recall: dict[str, float]
    costs: dict[str, dict[str, float]]

    def mode(self, strategy: str) -> str:
        """The mode a strategy answers in."""
        return self.chosen if strategy == "auto" else strategy


def plan_question(service: Service, scope: Scope, question: Question, gold: Document) -> Entry:
    """Plan one question for every model; without a budget all models agree on the mode unless a window differs."""
    plans = {
        name: service.answerer.planner.plan(scope, contract.Question(question.text, model=name), question.text)
        for name in MODELS
    }
    planned = plans[MODELS[0]]
    by_mode = {each.mode: each for each in planned.route.considered}
    chosen = planned.route.mode
    fits = {mode: each.fits for mode, each in by_mode.items()} | {"extractive": True}
    tokens = {mode: each.tokens for mode, each in by_mode.items()} | {"extractive": 0}
    return Entry(
        chosen,
        tokens,
        fits,
        {mode: evidence_recall(planned, mode, question, gold) if fits[mode] else 0.0 for mode in fits},
        {name: prices(plan.route.considered) for name, plan in plans.items()},
    )


def prices(considered: Iterable[Considered]) -> dict[str, float]:
    """Likely price of each mode; quoting without a model costs nothing."""
    return {each.mode: each.cost_usd for each in considered} | {"extractive": 0.0}


def evidence_recall(planned: Planned, mode: str, question: Question, gold: Document) -> float:
    """Share of the gold pages inside the pages of a mode; an extractive answer reads the pages found."""
    parts = planned.context.of(Mode.RETRIEVAL if mode == Mode.EXTRACTIVE else Mode(mode))
    sent = {number for part in parts if part.document.content == gold.content for number in part.numbers}
    return len(sent & question.pages) / len(question.pages)


def summary(entries: Sequence[Entry]) -> dict[str, Any]:
    """The ledger of each strategy, and what auto chose."""
    chosen = {}
    for mode in (*MODEL_MODES, "extractive"):
        found = [entry for entry in entries if entry.chosen == mode]
        if found:
            chosen[mode] = _row(found, "auto")
    return {
        "n": len(entries),
        "strategies": {strategy: _row(entries, strategy) for strategy in STRATEGIES},
        "auto": chosen,
    }


def _row(entries: Sequence[Entry], strategy: str) -> dict[str, Any]:
    sent = [(entry, entry.mode(strategy)) for entry in entries]
    count = len(sent)
    return {
        "n": count,
        "fits": sum(entry.fits[mode] for entry, mode in sent),
        "tokens_a_question": round(sum(entry.tokens[mode] for entry, mode in sent) / count),
        "evidence_recall": round(sum(entry.recall[mode] for entry, mode in sent) / count, 4),
        "all_gold_pages": round(sum(entry.recall[mode] == 1.0 for entry, mode in sent) / count, 4),
        "cost_usd": {name: round(sum(entry.costs[name][mode] for entry, mode in sent), 4) for name in MODELS},
    }


def show(title: str, rows: dict[str, dict[str, Any]]) -> None:
    """Print rows of a ledger."""
    table = Table("", "n", "fits", "tokens a question", "evidence recall", "all gold pages", *MODELS, title=title)
    for name, row in rows.items():
        cells = [row[key] for key in ("n", "fits", "tokens_a_question", "evidence_recall", "all_gold_pages")]
        table.add_row(name, *(str(cell) for cell in cells), *(f"{row['cost_usd'][model]:.2f}" for model in MODELS))
    console.print(table)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, help="data folder to use and fill (default: PINCITE_HOME)")
    parser.add_argument("--keep", action="store_true", help="keep the result in bench/results")
    options = parser.parse_args()
    home = {"PINCITE_HOME": str(options.home)} if options.home else {}
    service = build_service({**os.environ, **home, **ENDPOINT})
    documents = ingest_all(service, options.data)
    questions = [question for question in load_questions(options.data) if question.document in documents]
    everything = tuple(sorted(document.id for document in documents.values()))
    result: dict[str, Any] = {"data": options.data.name, "tokenizer": service.ingest.tokens.name, "settings": {}}
    for setting in ("document_given", "whole_collection"):
        entries = []
        for question in questions:
            gold = documents[question.document]
            ids = (gold.id,) if setting == "document_given" else everything
            entries.append(plan_question(service, Scope(gold.tenant, ids), question, gold))
        found = result["settings"][setting] = summary(entries)
        show(setting.replace("_", " "), found["strategies"])
        show("what auto chose", found["auto"])
    if options.keep:
        console.print("kept", keep("routes", result))
    service.close()


if __name__ == "__main__":
    main()
