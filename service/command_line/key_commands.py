"""Commands about keys: `keys create`, `keys list`, `keys rotate`, `keys revoke`."""

import os
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from ingest.errors import BadRequest
from service.command_line.printing import console, error_console, print_json
from service.command_line.session import JsonFlag, opened
from service.contract.caller import EVERYTHING, LOCAL_TENANT, Limits, Permission
from service.records.keys import Key
from service.wiring import Service

FIRST_KEY = "first.key"
KeyArgument = Annotated[str, typer.Argument(help="the key's id, as `pincite keys list` shows it")]


def create(
    name: Annotated[str, typer.Argument(help="whose key it is")],
    *,
    tenant: Annotated[
        str, typer.Option(help="whose documents it opens; this command line's are `local`")
    ] = LOCAL_TENANT,
    scopes: Annotated[str, typer.Option(help="what it may do, by commas: read, write, admin")] = "read,write",
    days: Annotated[float | None, typer.Option(min=0.0, help="days until it expires; without, never")] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="requests a minute it may send")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="requests it may have running at once")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a key; it is shown this once."""
    permissions = read_scopes(scopes)
    if not tenant.isidentifier() or len(tenant) > 64:
        raise BadRequest("--tenant must be a name of up to 64 letters, digits and underscores, no digit first.")
    with opened() as service:
        made = service.records.keys.create(tenant, name, permissions, Limits(rate, concurrency), days)
        _show_secret(made, as_json=as_json)


def list_keys(*, as_json: JsonFlag = False) -> None:
    """List keys; the keys themselves are not kept."""
    with opened() as service:
        found = service.records.keys.list()
    if as_json:
        print_json([_row(key) for key in found])
        return
    table = Table("id", "name", "tenant", "scopes", "created (UTC)", "expires (UTC)", "state")
    for key in found:
        row = _row(key)
        state = "revoked" if key.revoked_at is not None else "active" if key.active else "expired"
        table.add_row(
            *(str(row[name] or "") for name in ("id", "name", "tenant", "scopes", "created", "expires")), state
        )
    console.print(table)


def rotate(key: KeyArgument, *, as_json: JsonFlag = False) -> None:
    """Give a key a new secret; the old one opens nothing from now on."""
    with opened() as service:
        _show_secret(service.records.keys.rotate(key), as_json=as_json)


def revoke(key: KeyArgument, *, as_json: JsonFlag = False) -> None:
    """Make a key open nothing any more; sessions of the page that it opened end."""
    with opened() as service:
        gone = service.records.keys.revoke(key)
    if as_json:
        print_json(_row(gone))
    else:
        console.print(f"revoked {gone.id} ({gone.name})", highlight=False)


def first_key(service: Service) -> None:
    """Make a key that may do everything, where there is none yet, and leave it in the data folder for its owner."""
    if service.records.keys.any():
        return
    made = service.records.keys.create(LOCAL_TENANT, "first", EVERYTHING, Limits(), None)
    path = service.ingest.home / FIRST_KEY
    with open(path, "w", encoding="ascii", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(f"{made.secret}\n")
    error_console.print(f"a first key was made: {path}", highlight=False)


def read_scopes(text: str) -> frozenset[Permission]:
    """Permissions by commas; raises BadRequest naming what is allowed."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    try:
        found = frozenset(map(Permission, names))
    except ValueError as error:
        raise BadRequest(f"--scopes takes read, write and admin, by commas, not {text!r}.") from error
    if not found:
        raise BadRequest("--scopes must name at least one of read, write and admin.")
    return found


def _show_secret(key: Key, *, as_json: bool) -> None:
    if as_json:
        print_json({**_row(key), "key": key.secret})
        return
    console.print(key.secret, highlight=False, soft_wrap=True)
    error_console.print(f"This is key {key.id} ({key.name}). It is not shown again.", highlight=False)


def _row(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "tenant": key.tenant,
        "scopes": ",".join(sorted(key.permissions)),
        "created": _time(key.created_at),
        "expires": _time(key.expires_at),
        "revoked": _time(key.revoked_at),
        "requests_per_minute": key.limits.requests_per_minute,
        "concurrent_requests": key.limits.concurrent_requests,
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
