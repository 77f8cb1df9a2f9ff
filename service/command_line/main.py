"""The command line: the same functions as the server, in process. Adds no logic of its own.

Beside a running server it only queues and waits; alone it takes the writer's lock and does the reading itself.
"""

import os
import sys
from collections.abc import Callable

import typer

from ingest.errors import PinciteError
from service.command_line import (
    document_commands,
    key_commands,
    maintenance_commands,
    question_commands,
    server_commands,
)
from service.command_line.printing import error_console

COMMANDS = (
    *(server_commands.setup, server_commands.serve, server_commands.mcp),
    *(document_commands.add, question_commands.ask, document_commands.search, document_commands.documents),
    *(maintenance_commands.check, maintenance_commands.backup, maintenance_commands.restore),
    *(question_commands.threads, question_commands.usage, document_commands.delete, question_commands.export),
)
KEY_COMMANDS: dict[Callable[..., None], str] = {
    key_commands.create: "create",
    key_commands.list_keys: "list",
    key_commands.rotate: "rotate",
    key_commands.revoke: "revoke",
}


def _command_line() -> typer.Typer:
    made = typer.Typer(help="Ask long documents and get page citations the server has checked.", no_args_is_help=True)
    for command in COMMANDS:
        made.command()(command)
    keys = typer.Typer(help="Make, list, rotate and revoke keys of callers.", no_args_is_help=True)
    for key_command, name in KEY_COMMANDS.items():
        keys.command(name)(key_command)
    made.add_typer(keys, name="keys")
    return made


app = _command_line()


def main() -> None:
    """The console script: our errors become one sentence and exit code 1."""
    os.umask(0o077)  # what Pincite writes is nobody else's to read
    try:
        app()
    except PinciteError as error:
        error_console.print(f"[red]{error.code}[/red]: {error.message}", highlight=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
