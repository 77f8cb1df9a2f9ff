"""Who is asking. Until keys exist there is one tenant and one key, both `local`; Scope is passed everywhere already."""

from collections.abc import Sequence

from ingest.types import Scope

LOCAL_TENANT = "local"
LOCAL_KEY = "local"


def scope_for(documents: Sequence[str] | None = None, collection: str | None = None) -> Scope:
    """The scope of a call."""
    return Scope(LOCAL_TENANT, tuple(documents) if documents is not None else None, collection)
