"""Messages of both forms (Responses input items, chat messages) to one question with its history. Pure.

The question is what the user said last; results of the caller's own tools count as said by the user. Knows nothing
of documents: file parts are handed on as they came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import BadRequest
from service.contract.question import Turn

MAX_QUESTION = 20_000
TEXTS = {"text": "text", "input_text": "text", "output_text": "text", "refusal": "refusal"}
SILENT_ITEMS = ("file_search_call", "reasoning")  # what a response put out beside its message, echoed back


@dataclass(frozen=True)
class FilePart:
    """A file named or carried by a message."""

    file_id: str | None
    data: str | None
    name: str | None


@dataclass(frozen=True)
class Message:
    """One message: who said it, what, and with which files."""

    role: str
    text: str
    files: tuple[FilePart, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """A question with what came before it."""

    messages: tuple[Message, ...]
    question: str
    history: tuple[Turn, ...]
    instructions: str | None

    @property
    def files(self) -> tuple[FilePart, ...]:
        """Every file of every message."""
        return tuple(file for message in self.messages for file in message.files)


def read_conversation(
    given: str | Sequence[Mapping[str, Any]], before: Sequence[Turn] = (), instructions: str | None = None
) -> Conversation:
    """Read an input; raises BadRequest naming what cannot be honoured."""
    messages = (Message("user", given),) if isinstance(given, str) else read_messages(given)
    system = [instructions, *(m.text for m in messages if m.role in ("system", "developer"))]
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    last = len(spoken)
    while last > 0 and spoken[last - 1].role == "user":
        last -= 1
    question = "\n\n".join(message.text for message in spoken[last:] if message.text.strip())
    if not question:
        raise BadRequest("The input must end with a message of the user that holds text.")
    if len(question) > MAX_QUESTION:
        raise BadRequest(f"A question may have {MAX_QUESTION} characters; send longer texts as files.")
    joined = "\n\n".join(text for text in system if text)
    return Conversation(messages, question, (*before, *_turns(spoken[:last])), joined or None)


def read_messages(items: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """Items or chat messages in order, calls of tools left out, their results as the user's words."""
    calls: dict[str, str] = {}
    messages = []
    for item in items:
        kind = item.get("type", "message")
        if kind == "message":
            calls.update(_chat_calls(item))
            messages.append(_message(item, calls))
        elif kind == "function_call":
            calls[str(item.get("call_id"))] = f"{item.get('name')}({item.get('arguments', '')})"
        elif kind == "function_call_output":
            messages.append(_result(calls, item.get("call_id"), item.get("output")))
        elif kind not in SILENT_ITEMS:
            raise BadRequest(f"Input items of type {kind!r} are not supported here.")
    return tuple(messages)


def _message(item: Mapping[str, Any], calls: Mapping[str, str]) -> Message:
    role = item.get("role")
    if role == "tool":
        return _result(calls, item.get("tool_call_id"), item.get("content"))
    if role not in ("user", "assistant", "system", "developer"):
        raise BadRequest(f"A message's role must be user, assistant, system, developer or tool, not {role!r}.")
    text, files = _content(item.get("content"))
    return Message(str(role), text, files)


def _result(calls: Mapping[str, str], key: Any, output: Any) -> Message:
    text, _files = _content(output)
    return Message("user", f"Result of {calls.get(str(key), key)}: {text}")


def _chat_calls(item: Mapping[str, Any]) -> dict[str, str]:
    calls = item.get("tool_calls") or ()
    functions = [(call.get("id"), call.get("function") or {}) for call in calls if isinstance(call, Mapping)]
    return {str(key): f"{function.get('name')}({function.get('arguments', '')})" for key, function in functions}


def _content(content: Any) -> tuple[str, tuple[FilePart, ...]]:
    if content is None or isinstance(content, str):
        return content or "", ()
    if not isinstance(content, Sequence) or not all(isinstance(part, Mapping) for part in content):
        raise BadRequest("A message's content must be a text or a list of parts.")
    texts, files = [], []
    for part in content:
        kind = part.get("type")
        if kind in TEXTS:
            texts.append(str(part.get(TEXTS[kind], "")))
        elif kind in ("input_file", "file"):
            files.append(_file(part if kind == "input_file" else part.get("file")))
        else:
            raise BadRequest(f"Content parts of type {kind!r} are not supported here: send text and files.")
    return "\n".join(texts), tuple(files)


def _file(part: Any) -> FilePart:
    if not isinstance(part, Mapping):
        raise BadRequest("A file part needs an object with file_id or file_data.")
    if part.get("file_url"):
        raise BadRequest(
            "file_url is refused: this server fetches nothing from the network. Upload the file and name its file_id."
        )
    file_id, data, name = part.get("file_id"), part.get("file_data"), part.get("filename")
    if not all(value is None or isinstance(value, str) for value in (file_id, data, name)):
        raise BadRequest("file_id, file_data and filename must be texts.")
    if bool(file_id) == bool(data):
        raise BadRequest("A file part needs either file_id or file_data.")
    return FilePart(file_id or None, data or None, name)


def _turns(spoken: Sequence[Message]) -> list[Turn]:
    """Earlier messages as questions with their answers; neighbours of one role are joined."""
    turns: list[Turn] = []
    for message in spoken:
        if message.role == "user" and (not turns or turns[-1].answer):
            turns.append(Turn(message.text, ""))
        elif message.role == "user":
            turns[-1] = Turn(f"{turns[-1].question}\n\n{message.text}".strip(), "")
        elif turns:
            turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer}\n\n{message.text}".strip())
        else:
            turns.append(Turn("", message.text))
    return turns
