"""Whoever waits for a document holds nothing that others need."""

import asyncio
import time

import anyio
import httpx2 as httpx

from service.app import create_app
from service.contract.caller import LOCAL_CALLER
from service.wiring import Service

WAITING = 125
SCOPE = LOCAL_CALLER.scope
SLOW = 1.0  # seconds; with a thread held by everybody who waits, the health check took eight


def test_the_health_check_and_lists_are_quick_while_many_wait(fresh: Service) -> None:
    app = create_app(lambda: fresh)

    async def upload(client: httpx.AsyncClient, number: int) -> int:
        file = {"file": (f"{number}.txt", f"letter {number}".encode())}
        return (await client.post("/v1/documents", params={"wait": 20}, files=file)).status_code

    async def seconds(client: httpx.AsyncClient, path: str) -> float:
        started = time.monotonic()
        assert (await client.get(path)).status_code == 200
        return time.monotonic() - started

    async def run() -> None:
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            waiting = [asyncio.create_task(upload(client, number)) for number in range(WAITING)]
            while len(fresh.ingest.catalog.documents.select(SCOPE)) < WAITING:
                await asyncio.sleep(0.1)
            assert not any(task.done() for task in waiting)
            health = [await seconds(client, "/healthz") for _ in range(20)]
            lists = [await seconds(client, "/v1/documents?limit=1") for _ in range(5)]
            assert sorted(health)[10] < SLOW / 4 and max(health) < SLOW and sorted(lists)[2] < SLOW
            for task in waiting:
                task.cancel()

    anyio.run(run)
