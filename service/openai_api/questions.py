"""What both ways of asking share: the wire's parameters to a Question, and the documents it is about. Knows no HTTP.

Documents: files sent along and vector stores named, together. Where neither is named, everything visible is asked:
this server exists to answer from documents, and has nothing else to answer from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.errors import BadRequest, LlmNotConfigured
from ingest.types import Scope
from service.contract.caller import Caller
from service.contract.events import Event, RouteDecided
from service.contract.question import Mode, Question
from service.openai_api.attachments import settle_files
from service.openai_api.conversation import Conversation
from service.openai_api.stores.search import our_filter, score_threshold
from service.openai_api.wire import Asking
from service.wiring import Service

DEFAULT_MODEL = "pincite"
EXTRACTIVE_MODEL = "pincite-extractive"
MAX_RESULTS = 50
MODELS = (DEFAULT_MODEL, EXTRACTIVE_MODEL)


@dataclass(frozen=True)
class FileSearch:
    """A file_search tool as asked for. `max_pages` and `min_score` bound the pages that are found, read and shown."""

    stores: tuple[str, ...]
    filter: Mapping[str, Any] | None = None
    max_pages: int | None = None
    min_score: float = 0.0


@dataclass(frozen=True)
class Reach:
    """The documents a question is about, in a form that can be kept: None means everything visible."""

    documents: tuple[str, ...] | None = None
    collection: str | None = None

    def scope(self, caller: Caller) -> Scope:
        """As a scope of the caller."""
        return caller.within(self.documents, self.collection)


def read_tools(tools: Sequence[Mapping[str, Any]]) -> tuple[FileSearch | None, tuple[dict[str, Any], ...]]:
    """The file_search tool, and the caller's own functions in the form of chat completions."""
    search: FileSearch | None = None
    functions: list[dict[str, Any]] = []
    for tool in tools:
        kind = tool.get("type")
        if kind == "file_search" and search is None:
            search = _file_search(tool)
        elif kind == "function":
            inner = tool.get("function") or {key: value for key, value in tool.items() if key != "type"}
            functions.append({"type": "function", "function": dict(inner)})
        elif kind == "file_search":
            raise BadRequest("Give one file_search tool and name all vector stores in it.")
        else:
            raise BadRequest(f"Tools of type {kind!r} are not supported here: use file_search and function.")
    return search, tuple(functions)


def _file_search(tool: Mapping[str, Any]) -> FileSearch:
    stores, max_pages = tool.get("vector_store_ids"), tool.get("max_num_results")
    if not isinstance(stores, list) or not stores or not all(isinstance(key, str) for key in stores):
        raise BadRequest("file_search needs a list vector_store_ids.")
    if max_pages is not None and (not isinstance(max_pages, int) or not 1 <= max_pages <= MAX_RESULTS):
        raise BadRequest(f"file_search's max_num_results must be from 1 to {MAX_RESULTS}.")
    filter, options = tool.get("filters"), tool.get("ranking_options")
    if not all(value is None or isinstance(value, Mapping) for value in (filter, options)):
        raise BadRequest("file_search's filters and ranking_options must be objects.")
    return FileSearch(tuple(stores), our_filter(filter), max_pages, score_threshold(options))


def reach_of(
    service: Service, caller: Caller, search: FileSearch | None, files: Sequence[str], before: Reach | None = None
) -> Reach:
    """Which documents are asked: named ones, else those of the conversation so far, else all."""
    if search is None and not files:
        return _living(service, caller, before or Reach())
    collections = service.ingest.catalog.collections
    stores = [collections.get(caller.scope, key).id for key in (search.stores if search else ())]
    if len(stores) == 1 and not files:
        return Reach(None, stores[0])
    inside = [d.id for store in stores for d in service.ingest.catalog.documents.select(caller.within(None, store))]
    return Reach(tuple(dict.fromkeys([*files, *inside])))


def _living(service: Service, caller: Caller, reach: Reach) -> Reach:
    """What a conversation was about, less what has been deleted since."""
    if reach.documents is None:
        return reach
    living = {document.id for document in service.ingest.catalog.documents.select(caller.scope)}
    return replace(reach, documents=tuple(key for key in reach.documents if key in living))


async def files_of(
    service: Service, caller: Caller, conversation: Conversation, before: Sequence[str] = ()
) -> tuple[str, ...]:
    """Documents sent along, now or earlier in the conversation."""
    return tuple(dict.fromkeys([*before, *await settle_files(service, caller.scope, conversation.files)]))


def question_of(
    body: Asking,
    conversation: Conversation,
    search: FileSearch | None,
    functions: tuple[dict[str, Any], ...],
    schema: Mapping[str, Any] | None,
    sampling: Mapping[str, Any],
) -> Question:
    """The question with everything its answer depends on."""
    passed = {"temperature": body.temperature, "top_p": body.top_p, **sampling}
    return Question(
        conversation.question,
        mode=Mode.EXTRACTIVE if body.model == EXTRACTIVE_MODEL else Mode(body.mode),
        filter=search.filter if search else None,
        model=None if body.model in MODELS else body.model,
        persona=body.persona,
        instructions=conversation.instructions,
        history=conversation.history,
        verify=body.verify,
        strict=body.strict,
        mark_unsupported=body.mark_unsupported,
        schema=schema,
        tools=functions,
        tool_choice=body.tool_choice,
        budget_usd=body.budget_usd,
        max_latency_s=body.max_latency_s,
        max_pages=search.max_pages if search else None,
        min_score=search.min_score if search else 0.0,
        sampling={name: value for name, value in passed.items() if value is not None},
    )


def read_schema(format: Any, nested: str | None) -> Mapping[str, Any] | None:
    """The JSON Schema of a text format; `nested` names the key it lies under, as chat completions have it."""
    kind = format.get("type", "text") if isinstance(format, Mapping) else "text"
    if kind == "text":
        return None
    if kind != "json_schema":
        raise BadRequest(f"Formats of type {kind!r} are not supported here: use text or json_schema.")
    holder = format.get(nested) if nested else format
    schema = holder.get("schema") if isinstance(holder, Mapping) else None
    if not isinstance(schema, Mapping):
        raise BadRequest("A json_schema format needs an object `schema`.")
    return schema


def require_model(question: Question, first: Event) -> None:
    """Refuse what quoting alone cannot give, before anything is sent."""
    if not isinstance(first, RouteDecided) or first.route.mode != Mode.EXTRACTIVE:
        return
    if question.schema is not None:
        raise LlmNotConfigured("A json_schema format needs a language model, and this answer is made without one.")
    if question.tools and question.tool_choice not in (None, "auto", "none"):
        raise LlmNotConfigured("tool_choice needs a language model, and this answer is made without one.")


def model_name(body: Asking, first: Event) -> str:
    """The model that answers, as far as it is known from the first event."""
    decided = first.route.model if isinstance(first, RouteDecided) else None
    return decided or body.model or DEFAULT_MODEL
