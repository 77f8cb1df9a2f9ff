"""Commands that prepare and run servers: `setup`, `serve`, `mcp`."""

from ipaddress import ip_address
from typing import Annotated, Any

import anyio
import typer
import uvicorn
from uvicorn.config import LOGGING_CONFIG

from ingest.errors import BadRequest
from ingest.indexing.export import ensure_exported
from ingest.settings import IngestSettings, read_settings
from service.app import create_app
from service.command_line.key_commands import first_key
from service.command_line.printing import console
from service.command_line.session import environment, opened
from service.command_line.supervisor import Supervisor
from service.mcp.server import serve_stdio
from service.settings import ServiceSettings
from service.wiring import build_service


def setup() -> None:
    """Export the encoder's graph, once per environment."""
    settings = read_settings(IngestSettings, environment())
    files = ensure_exported(settings.encoder, settings.models, settings.encoder_precision)
    console.print(f"encoder ready: {files.graph}")


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="listen beyond loopback although anybody may then read everything")
    ] = False,
    create_key: Annotated[
        bool, typer.Option("--create-key", help="make a first key if there is none, into first.key in the data folder")
    ] = False,
) -> None:
    """Start the HTTP server and its worker."""
    given = environment(host=host, port=port, keys="off" if without_keys else None)
    settings = read_settings(ServiceSettings, given)
    if settings.keys == "auto" and not is_loopback(settings.host):
        given = {**given, "PINCITE_KEYS": "required"}
        settings = read_settings(ServiceSettings, given)
    with opened(given) as service:  # creates and migrates the data folder before two processes open it
        if create_key:
            first_key(service)
        if settings.keys == "required" and not any(key.active for key in service.records.keys.list()):
            raise BadRequest(
                f"There is no key, and listening on {settings.host} asks for one: make it with `pincite keys create "
                "NAME`, start with --create-key, or say --without-keys where something else keeps strangers out."
            )
    supervisor = Supervisor({})
    supervisor.start()
    try:
        web = create_app(lambda: build_service(given), settings.root_path, settings.max_upload_mb, warm=True)
        uvicorn.run(
            web,
            host=settings.host,
            port=settings.port,
            timeout_graceful_shutdown=3,
            access_log=False,  # uvicorn's holds queries, and queries hold words; ours does not
            log_config=_logging(),
        )
    finally:
        supervisor.stop()


def _logging() -> dict[str, Any]:
    """Uvicorn's own configuration, with our loggers beside its own."""
    ours = {"handlers": ["default"], "level": "INFO", "propagate": False}
    return {**LOGGING_CONFIG, "loggers": {**LOGGING_CONFIG["loggers"], "pincite": ours}}


def mcp() -> None:
    """Serve the Model Context Protocol over standard input and output."""
    with opened() as service:
        anyio.run(serve_stdio, service)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on this address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False  # a name may mean any address
