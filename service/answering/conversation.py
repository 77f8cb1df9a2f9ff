"""Where a question stands in a conversation: the documents it is put to and what was said before it. Knows no HTTP."""

from dataclasses import replace

from ingest.types import Scope
from service.contract.question import Turn
from service.records import Threads

MAX_TURNS = 12  # of the past a question is asked with; older ones stay in the thread


def continued(threads: Threads, thread_id: str, named: Scope) -> tuple[Scope, tuple[Turn, ...]]:
    """The scope and history of a thread's next question; a scope the question names goes before the thread's own."""
    thread = threads.get(named, thread_id)
    own = named.documents is None and named.collection is None
    scope = replace(thread.scope, key=named.key) if own else named
    return scope, threads.history(named, thread_id, MAX_TURNS)
