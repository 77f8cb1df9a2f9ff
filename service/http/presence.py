"""Work that ends when its client goes away: an answer nobody waits for any more must not go on costing money.

A streamed reply notices by itself; this is for replies sent whole. Knows nothing of answers.
"""

from asyncio import create_task
from collections.abc import Coroutine
from typing import Any, TypeVar

from anyio import CancelScope
from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")


async def cancel_on_disconnect(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; when the client goes away first, the work is cancelled and ClientDisconnect raised."""
    with CancelScope() as scope:
        watcher = create_task(_cancel_when_gone(request, scope))
        try:
            return await work
        finally:
            watcher.cancel()
    raise ClientDisconnect


async def _cancel_when_gone(request: Request, scope: CancelScope) -> None:
    # the body has been read by now, so all that can still come is the message that the client has gone
    while (await request.receive())["type"] != "http.disconnect":
        continue
    scope.cancel()
