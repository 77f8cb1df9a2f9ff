"""Commands that look after a data folder: check, backup, restore. Knows nothing of questions."""

from pathlib import Path
from typing import Annotated

import typer

from ingest.parts import Parts
from ingest.settings import IngestSettings, read_settings
from ingest.upkeep.backup import Copied, back_up
from ingest.upkeep.backup import restore as restore_folder
from ingest.upkeep.stores import Finding
from ingest.worker import writer_lock
from service.command_line.printing import console, print_json
from service.command_line.session import JsonFlag, environment, opened


def check(
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="have what is missing made again; no server may run")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Compare the stores with one another: catalog, file bytes, search index, vectors."""
    with opened() as service:
        found = _repaired(service.ingest) if repair else service.ingest.stores.check(repair=False)
    if as_json:
        print_json([_row(finding) for finding in found])
    for finding in found if not as_json else ():
        console.print(f"{finding.store}: {finding.content or 'all'}: {finding.what}; {finding.remedy}", highlight=False)
    if not found and not as_json:
        console.print("all stores agree")
    if found:
        raise typer.Exit(1)


def backup(target: Annotated[Path, typer.Argument(help="a folder; one used before is brought up to date")]) -> None:
    """Copy the data folder while it is in use; indexes are left out, they are made again of the stored pages."""
    with opened() as service:
        _print_copied(back_up(service.ingest.database, service.ingest.home, target.expanduser()))


def restore(source: Annotated[Path, typer.Argument(help="a folder written by `pincite backup`")]) -> None:
    """Put a backup in place as the data folder, which must be new or empty, and check every file of it."""
    home = read_settings(IngestSettings, environment()).home.expanduser()
    _print_copied(restore_folder(source.expanduser(), home))
    with opened() as service:
        _repaired(service.ingest)
    console.print("The next `pincite serve` makes the indexes again; documents can be asked about as they are ready.")


def _repaired(parts: Parts) -> list[Finding]:
    with writer_lock(parts):
        return parts.stores.check(repair=True)


def _print_copied(done: Copied) -> None:
    console.print(f"{done.copied} files copied, {done.kept} were there already")
    for name in done.damaged:
        console.print(f"left out, its bytes are damaged: {name}", highlight=False)
    if done.damaged:
        raise typer.Exit(1)


def _row(finding: Finding) -> dict[str, str]:
    return {
        "store": finding.store,
        "tenant": finding.tenant,
        "content": finding.content,
        "what": finding.what,
        "remedy": finding.remedy,
    }
