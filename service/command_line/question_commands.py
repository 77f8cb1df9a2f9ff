"""Commands about questions: `ask`, `threads`, `usage`, `export`."""

from pathlib import Path
from typing import Annotated, Any

import anyio
import typer

from ingest.types import Scope
from service.answering.conversation import continued
from service.command_line.printing import (
    console,
    error_console,
    print_answer,
    print_json,
    print_plan,
    print_threads,
    print_usage,
)
from service.command_line.reading import add_files, find_files, read_waiting
from service.command_line.session import CollectionOption, JsonFlag, caller, opened, scope_of
from service.contract.answer import Answer
from service.contract.events import collect
from service.contract.question import Mode, Question, Turn
from service.http.report import answer_as_html
from service.http.serializers import thread_row
from service.records.answer_json import answer_json
from service.wiring import Service


def ask(
    question: str,
    files: Annotated[list[str] | None, typer.Argument(help="files to ask; added if new")] = None,
    *,
    collection: CollectionOption = None,
    mode: Annotated[Mode, typer.Option(help="how to answer; auto leaves the choice to the router")] = Mode.AUTO,
    model: Annotated[str | None, typer.Option(help="a language model's name")] = None,
    persona: Annotated[str, typer.Option(help="general, financial, legal or scientific")] = "general",
    budget: Annotated[float | None, typer.Option(help="USD the answer may cost at most")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="have the model check its draft")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="leave out what is unsupported")] = False,
    plan: Annotated[bool, typer.Option("--plan", help="show route and price, spend nothing")] = False,
    thread: Annotated[str | None, typer.Option(help="a thread's id, or new: continue that conversation")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Ask a question and get an answer with page citations."""
    with opened() as service:
        scope = _asked_documents(service, files, collection, quiet=as_json)
        if thread == "new":
            thread = service.records.threads.add(scope).id
        history: tuple[Turn, ...] = ()
        if thread is not None:
            scope, history = continued(service.records.threads, thread, scope)
        options: dict[str, Any] = {"verify": verify, "strict": strict, "budget_usd": budget}
        asked = Question(question, mode, model=model, persona=persona, history=history, **options)
        if plan:
            print_plan(anyio.run(service.answerer.plan, scope, asked), as_json=as_json)
        else:
            _print(anyio.run(_answer, service, scope, asked, thread), as_json=as_json)


def threads(
    *,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    as_json: JsonFlag = False,
) -> None:
    """List conversations, newest activity first."""
    with opened() as service:
        found, _after = service.records.threads.page(caller().scope, limit, None)
        rows = [thread_row(thread) for thread in found]
        if as_json:
            print_json(rows)
        else:
            print_threads(rows)


def usage(
    *,
    days: Annotated[int, typer.Option(min=1, max=366, help="how far back, today included")] = 30,
    as_json: JsonFlag = False,
) -> None:
    """Show answers, tokens and cost by day (UTC)."""
    with opened() as service:
        found = service.records.usage(caller().scope, days)
        if as_json:
            print_json(found)
        else:
            print_usage(found)


def export(
    answer: Annotated[str, typer.Argument(help="an answer's id")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="the HTML file to write")] = Path("answer.html"),
    as_json: JsonFlag = False,
) -> None:
    """Write an answer with its citations and page pictures as one self-contained HTML file."""
    with opened() as service:
        body = service.records.get(caller().scope, answer)
        known = {document.id: document for document in service.ingest.catalog.documents.select(caller().scope)}
        output.write_text(answer_as_html(body, known, service.ingest.pages), encoding="utf-8")
        if as_json:
            print_json({"answer": answer, "file": str(output)})
        else:
            console.print(f"wrote {output}")


def _asked_documents(service: Service, files: list[str] | None, collection: str | None, *, quiet: bool) -> Scope:
    """The files named, added and read where they are new; without any, everything or a collection."""
    if not files:
        return scope_of(service, collection)
    documents = add_files(service, caller().scope, find_files(files), collection, None)
    documents = read_waiting(service, documents, None if quiet else error_console)
    return caller().within([document.id for document in documents])


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json(answer_json(answer))
    else:
        print_answer(answer)


async def _answer(service: Service, scope: Scope, asked: Question, thread: str | None) -> Answer:
    try:
        return await collect(service.answers.events(scope, asked, thread))
    finally:
        if service.llm is not None:
            await service.llm.aclose()  # its connections belong to this event loop
