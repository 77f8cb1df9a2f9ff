"""Tokens of an input in the form of the Responses API. Spends nothing and sends nothing."""

import json

from ingest.types import Scope
from service.openai_api.conversation import read_conversation
from service.openai_api.questions import files_of
from service.openai_api.responses.stored_responses import before
from service.openai_api.wire import TokenCount
from service.wiring import Service


def count_tokens(service: Service, scope: Scope, body: TokenCount) -> int:
    """Text, conversation, tools and formats as counted here; files as counted when they were read."""
    earlier = before(service, scope, body.previous_response_id)
    texts = [body.instructions or "", *(f"{turn.question}\n{turn.answer}" for turn in earlier.turns)]
    texts.extend(json.dumps(extra) for extra in (*body.tools, *([body.text] if body.text else ())))
    files = earlier.files
    if body.input:
        conversation = read_conversation(body.input)
        texts.extend(message.text for message in conversation.messages)
        files = files_of(service, conversation, earlier.files)
    documents = [service.ingest.catalog.documents.get(scope, key) for key in files]
    counter = service.ingest.tokens
    return sum(counter.count(text) for text in texts if text) + sum(d.tokens or 0 for d in documents)
