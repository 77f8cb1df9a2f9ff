"""Sources of streams: begun so that what fails at once is an ordinary error, and closed at the end. Knows no HTTP."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CancelScope

from ingest.errors import PinciteError
from service.contract.events import Event
from service.contract.question import Question
from service.openai_api.questions import require_model


@asynccontextmanager
async def ended(source: AsyncIterator[Any]) -> AsyncIterator[None]:
    """Close a source at the end of the block, if it can be closed."""
    try:
        yield
    finally:
        with CancelScope(shield=True):
            await _close(source)


async def begin(events: AsyncIterator[Event], question: Question) -> Event:
    """The first event; what fails up to here is an ordinary error and not yet a stream."""
    first = await anext(events)
    try:
        require_model(question, first)
    except PinciteError:
        await _close(events)
        raise
    return first


async def _close(source: AsyncIterator[Any]) -> None:
    if isinstance(source, AsyncGenerator):
        await source.aclose()
