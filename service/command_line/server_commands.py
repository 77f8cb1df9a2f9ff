"""Commands that prepare and run servers: `setup`, `serve`, `mcp`."""

from ipaddress import ip_address
from typing import Annotated

import anyio
import typer
import uvicorn

from ingest.errors import BadRequest
from ingest.indexing.export import ensure_exported
from ingest.settings import IngestSettings, read_settings
from service.app import create_app
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
) -> None:
    """Start the HTTP server and its worker."""
    given = environment(host=host, port=port)
    settings = read_settings(ServiceSettings, given)
    if not (is_loopback(settings.host) or without_keys):
        raise BadRequest(
            f"Listening on {settings.host} lets everybody who can reach this machine read and delete all documents: "
            "listen on 127.0.0.1, or say --without-keys where something in front of the server keeps strangers out."
        )
    with opened(given):  # creates and migrates the data folder before two processes open it
        pass
    supervisor = Supervisor({})
    supervisor.start()
    try:
        web = create_app(lambda: build_service(given), settings.root_path, settings.max_upload_mb, warm=True)
        uvicorn.run(web, host=settings.host, port=settings.port, timeout_graceful_shutdown=3)
    finally:
        supervisor.stop()


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
