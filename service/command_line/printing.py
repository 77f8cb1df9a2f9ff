"""What the command line prints: answers, documents, hits, threads and usage as text. Decides nothing."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from ingest.types import Document
from service.contract.answer import Answer, Plan
from service.http.report import page_range_name
from service.records.answer_json import plan_json

console = Console()
error_console = Console(stderr=True)


def print_json(value: Any) -> None:
    """A value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def print_answer(answer: Answer) -> None:
    """An answer with its citations."""
    content = answer.content
    for statement in content.statements:
        marks = "".join(f"[{index + 1}]" for index in statement.citations)
        mark = "" if statement.supported else " [unsupported]"
        console.print(f"{statement.text} {marks}{mark}", highlight=False, markup=False)
    if not content.statements:
        console.print(content.text, highlight=False, markup=False)
    else:
        for part in content.parts:
            if not part.answered:
                console.print(f"Not found: {part.question} ({part.reason})", highlight=False, markup=False)
    for number, citation in enumerate(content.citations, 1):
        quote = " ".join(citation.cited_text.split())
        place = page_range_name(citation.page, citation.end_page - 1, citation.page_label)
        head = f"[{number}] {citation.document_name}, {place} ({citation.verification})"
        console.print(f"\n{head}\n    “{quote}”", highlight=False, markup=False)
    for warning in content.warnings:
        console.print(f"\nwarning: {warning.message}", highlight=False, markup=False)
    if answer.resolved_question is not None:
        console.print(f"\nunderstood as: {answer.resolved_question}", style="dim", highlight=False, markup=False)
    thread = f"; thread {answer.thread}" if answer.thread is not None else ""
    route = f"{answer.route.mode} ({answer.route.reason})"
    console.print(f"\nroute: {route}; id {answer.id}{thread}", style="dim")


def print_plan(plan: Plan, *, as_json: bool) -> None:
    """The route an answer would take, and what every mode would cost."""
    if as_json:
        print_json(plan_json(plan))
        return
    route = plan.route
    table = Table("mode", "tokens", "likely USD", "at most USD", "seconds", "fits")
    for each in route.considered:
        prices = (f"{each.cost_usd:.4f}", f"{each.worst_usd:.4f}")
        fits = "yes" if each.fits else each.why_not
        table.add_row(each.mode, f"{each.tokens:,}", *prices, f"{each.seconds:.0f}", fits)
    if route.considered:
        console.print(table)
    model = f" with {route.model}" if route.model else ""
    console.print(f"route: {route.mode}{model} ({route.reason})", highlight=False)


def print_documents(found: Sequence[Document]) -> None:
    """Documents as a table."""
    table = Table("id", "name", "status", "pages", "note")
    for document in found:
        note = document.error[1] if document.error else ""
        table.add_row(document.id, document.name, document.status.value, str(document.pages or ""), note)
    console.print(table)


def print_hits(found: dict[str, Any]) -> None:
    """Ranked hits as a table."""
    names = sorted({name for hit in found["hits"] for name in hit.get("signals", {})})
    table = Table("#", "document", "page", "score", *names, "text")
    for number, hit in enumerate(found["hits"], 1):
        page = f"{hit['page_label'] or '-'} (PDF {hit['page']})"
        signals = [f"{hit['signals'].get(name, 0):.2f}" for name in names]
        table.add_row(str(number), hit["document_name"], page, f"{hit['score']:.2f}", *signals, hit["snippet"][:160])
    if "understood" in found:
        console.print_json(data=found["understood"])
    console.print(table)


def print_threads(rows: Sequence[dict[str, Any]]) -> None:
    """Conversations as a table."""
    table = Table("id", "name", "answers", "last activity (UTC)")
    for row in rows:
        active = datetime.fromtimestamp(row["updated_at"], UTC).strftime("%Y-%m-%d %H:%M")
        table.add_row(row["id"], row["name"] or "", str(row["answers"]), active)
    console.print(table)


def print_usage(found: dict[str, Any]) -> None:
    """Sums by day and in total, and what is spent of the day's budget."""
    table = Table("day (UTC)", "answers", "calls", "input", "cached", "output", "USD", Column("routes", no_wrap=True))
    for row in [*found["days"], {"date": "total", **found["total"]}]:
        counts = [str(row[name]) for name in ("answers", "calls", "input_tokens", "cached_tokens", "output_tokens")]
        routes = ", ".join(f"{mode} {count}" for mode, count in sorted(row["routes"].items()))
        table.add_row(row["date"], *counts, f"{row['cost_usd']:.6f}", routes)
    console.print(table)
    budget = "no daily budget" if found["budget_usd"] is None else f"daily budget {found['budget_usd']:g} USD"
    console.print(f"spent today: {found['spent_today_usd']:.6f} USD; {budget}", style="dim")
