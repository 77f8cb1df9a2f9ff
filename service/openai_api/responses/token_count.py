"""Tokens of an input in the form of the Responses API. Spends nothing and sends nothing."""

import json
from collections.abc import Sequence

from fastapi.concurrency import run_in_threadpool

from service.contract.caller import Caller
from service.openai_api.conversation import read_conversation
from service.openai_api.questions import files_of
from service.openai_api.responses.stored_responses import before
from service.openai_api.wire import TokenCount
from service.wiring import Service


async def count_tokens(service: Service, caller: Caller, body: TokenCount) -> int:
    """Text, conversation, tools and formats as counted here; files as counted when they were read."""
    earlier = await run_in_threadpool(before, service, caller.scope, body.previous_response_id)
    texts = [body.instructions or "", *(f"{turn.question}\n{turn.answer}" for turn in earlier.turns)]
    texts.extend(json.dumps(extra) for extra in (*body.tools, *([body.text] if body.text else ())))
    files = earlier.files
    if body.input:
        conversation = read_conversation(body.input)
        texts.extend(message.text for message in conversation.messages)
        files = await files_of(service, caller, conversation, earlier.files)
    return await run_in_threadpool(_counted, service, caller, texts, files)


def _counted(service: Service, caller: Caller, texts: Sequence[str], files: Sequence[str]) -> int:
    documents = [service.ingest.catalog.documents.get(caller.scope, key) for key in files]
    counter = service.ingest.tokens
    return sum(counter.count(text) for text in texts if text) + sum(d.tokens or 0 for d in documents)
