"""The language model behind an OpenAI-compatible endpoint. The only importer of the `openai` SDK.

Each try is counted, limited, drawn on the budget and timed here; the SDK's own tries are switched off. A try that fails
before a word has gone out may be repeated; afterwards it is an error, since the reader has seen its beginning. Knows no
prompt and no document.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import anyio
import openai
from anyio import to_thread

from ingest.errors import LlmGarbled, LlmTimedOut, LlmUnavailable, PinciteError
from service.llm.attempt import Try
from service.llm.budget import Reservation
from service.llm.chat import LIMIT_NAMES, ChatReader, chat_body
from service.llm.endpoint import OPENAI_URL, Endpoint
from service.llm.errors import fault, retry_after
from service.llm.limits import Limits
from service.llm.payload import Count, payload_tokens
from service.llm.protocol import Finished, LlmRequest, LlmUsage, TextDelta
from service.llm.responses import ResponsesReader, responses_body, responses_input
from service.llm.retry import AttemptError, wait_before_next

CONNECT_SECONDS, BETWEEN_SECONDS, CLOSE_SECONDS = 10.0, 60.0, 5.0
SILENT = "The language model was silent for too long; PINCITE_LLM_TIMEOUT_S says how long it may be."
NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}  # names of the transport's errors
# a server that ignores the limit on output is cut off: the ceiling was promised on it
OVERRUN, OVERRUN_TOKENS = 1.2, 16
T = TypeVar("T")


class OpenAiLlm:
    """Streams replies of an OpenAI-compatible endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        count: Count,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.endpoint = endpoint
        self._count = count
        self._limits = limits
        self._sleep = sleep
        self._limit_names: dict[str, str] = {}
        # connections belong to an event loop; a command line or a test may run several, one after the other
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = WeakKeyDictionary()

    async def stream(self, request: LlmRequest) -> AsyncGenerator[TextDelta | Finished]:
        """Send the request; closing the iterator, or cancelling, closes the upstream response."""
        tokens = request.input_tokens
        if tokens is None:
            tokens = await to_thread.run_sync(self._tokens, request)
        tries = 0
        while True:
            tries, sent = tries + 1, False
            async with aclosing(self._try(request, tokens, tries)) as pieces:
                try:
                    async for piece in pieces:
                        sent = True
                        yield piece
                    return
                except AttemptError as failed:
                    wait = wait_before_next(failed, tries, sent=sent)
            await self._sleep(wait)

    async def aclose(self) -> None:
        """Give this event loop's connections back."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    def _tokens(self, request: LlmRequest) -> int:
        return payload_tokens(request.messages, self._count, request.tools, request.response_format)

    def _reserve(self, request: LlmRequest, tokens: int) -> Reservation | None:
        if request.budget is None:
            return None
        return request.budget.reserve(request.model, tokens, request.max_tokens)

    async def _try(self, request: LlmRequest, tokens: int, number: int) -> AsyncGenerator[TextDelta | Finished]:
        ticket = await self._limits.enter(request.model.name, tokens + request.max_tokens)
        reservation = await to_thread.run_sync(self._reserve, request, tokens)
        one = Try(ResponsesReader() if self.endpoint.api == "responses" else ChatReader(), ticket, reservation)
        billable = True
        try:
            async with aclosing(self._pieces(request, one)) as texts:
                async for text in texts:
                    yield TextDelta(text)
            end = one.reader.end or "length"
            usage = one.reader.usage or LlmUsage(tokens, 0, one.count(self._count), estimated=True)
            one.close(usage)
            yield Finished(end, usage, one.reader.tool_calls, number)
        except AttemptError as failed:
            billable = failed.billable
            raise
        finally:
            one.fail(billable=billable)  # nothing once it is settled

    async def _pieces(self, request: LlmRequest, one: Try) -> AsyncGenerator[str]:
        """The texts of one try, until its reply has ended."""
        patience = request.timeout_s or self.endpoint.timeout_s
        most = request.max_tokens * OVERRUN + OVERRUN_TOKENS
        deadline = anyio.current_time() + patience
        events = await self._within(lambda: self._open(request), patience)
        try:
            begun = False
            while True:
                left = min(BETWEEN_SECONDS, patience) if begun else deadline - anyio.current_time()
                event = await self._within(lambda: anext(events, None), left)
                if event is None:
                    break
                text, other = self._read(one, event)
                begun = begun or bool(text or other)
                too_much = one.wrote(text + other, self._count, most)
                if text:
                    yield text
                if too_much:
                    return
        finally:
            with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                await events.close()
        if one.reader.end is None:
            raise AttemptError(LlmGarbled(_ended_early(begun)), retryable=True)

    def _read(self, one: Try, event: Any) -> tuple[str, str]:
        if not isinstance(event, Mapping):
            raise AttemptError(
                LlmGarbled("The language model's endpoint sent an event that is no object."), retryable=True
            )
        try:
            return one.reader.feed(event)
        except PinciteError as error:
            raise AttemptError(error, retryable=error.retry) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            wrong = LlmGarbled("The language model's endpoint sent an event of an unknown form.")
            raise AttemptError(wrong, retryable=True) from error

    async def _open(self, request: LlmRequest) -> openai.AsyncStream[object]:
        name = request.model.name
        if self.endpoint.api == "responses":
            items = responses_input(request.messages)
            return await self._post("/responses", {"model": name, "input": items, **responses_body(request)})
        limit_name = self._limit_names.get(name, LIMIT_NAMES[0 if self.endpoint.wants_completion_tokens else 1])
        body = {"model": name, "messages": list(request.messages), **chat_body(request, limit_name)}
        try:
            return await self._post("/chat/completions", body)
        except openai.APIStatusError as error:
            if error.status_code in (400, 422) and limit_name in f"{error.param} {error.message}":
                other = LIMIT_NAMES[1 - LIMIT_NAMES.index(limit_name)]
                if self._limit_names.setdefault(name, other) == other:  # the name is changed once
                    raise AttemptError(self._fault(error), retryable=True, retry_after=0.0, billable=False) from None
            raise

    async def _post(self, path: str, body: Mapping[str, Any]) -> openai.AsyncStream[object]:
        """Call the endpoint; events come back as plain dicts.

        The SDK's typed calls would build a model object out of every event, which takes more time than all else that
        is done with a delta, and we read dicts anyway.
        """
        stream = openai.AsyncStream[object]
        return await self._client().post(
            path, cast_to=object, body={**body, "stream": True}, stream=True, stream_cls=stream
        )

    async def _within(self, step: Callable[[], Awaitable[T]], seconds: float) -> T:
        """Run one step of a call; its errors become ours."""
        try:
            with anyio.fail_after(max(0.0, seconds)):
                return await step()
        except TimeoutError as error:
            # not repeated: it would take as long again, and the model may be charging for it
            raise AttemptError(LlmTimedOut(SILENT)) from error
        except openai.APIStatusError as error:
            after = retry_after(error.response.headers)
            ours = self._fault(error)
            again = ours.retry and error.response.headers.get("x-should-retry") != "false"
            raise AttemptError(
                ours, retryable=again, retry_after=after, billable=False
            ) from None  # its text may hold the key
        except openai.APIResponseValidationError as error:
            raise AttemptError(
                LlmGarbled("The language model's endpoint sent no reply of a model."), retryable=True
            ) from error
        except openai.APIConnectionError as error:
            cause = type(error.__cause__).__name__
            unreachable = LlmUnavailable(f"The language model's endpoint cannot be reached or hung up ({cause}).")
            raise AttemptError(unreachable, retryable=True, billable=cause not in NEVER_SENT) from error
        except openai.APIError as error:
            ours = fault(None, error.code or error.type, error.message, self.endpoint.api_key)
            raise AttemptError(ours, retryable=ours.retry) from error
        except ValueError as error:  # JSON or text that cannot be read
            garbled = LlmGarbled("The language model's endpoint sent something that is not JSON.")
            raise AttemptError(garbled, retryable=True) from error

    def _fault(self, error: openai.APIStatusError) -> PinciteError:
        return fault(error.status_code, error.code or error.type, error.message, self.endpoint.api_key)

    def _client(self) -> openai.AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients[loop] = _connect(self.endpoint)
        return self._clients[loop]


def _connect(endpoint: Endpoint) -> openai.AsyncOpenAI:
    # waiting for words is timed by us; the transport times only what comes before
    timeout = openai.Timeout(None, connect=CONNECT_SECONDS)
    if endpoint.azure_endpoint:
        return openai.AsyncAzureOpenAI(
            azure_endpoint=endpoint.azure_endpoint,
            api_version=endpoint.azure_api_version,
            api_key=endpoint.api_key,
            timeout=timeout,
            max_retries=0,
        )
    # a local server wants no key, the SDK wants a word
    key, url = endpoint.api_key or "none", endpoint.base_url or OPENAI_URL
    return openai.AsyncOpenAI(base_url=url, api_key=key, timeout=timeout, max_retries=0)


def _ended_early(begun: bool) -> str:
    if begun:
        return "The language model's reply ended without saying that it was complete."
    return "The language model's endpoint sent no event; does it stream, and is its address right?"
