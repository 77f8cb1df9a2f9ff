"""Who is calling over HTTP: by key (`Authorization: Bearer pk_…`), by the page's session cookie, or neither.

Where no key is asked for, everybody is the local caller. A session is a signed statement of the key's id and an end;
the key is looked up anew for every request, so that a revoked key ends its sessions. What a session changes needs a
token that only the page itself can read.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from ingest.errors import Forbidden, KeyNotFound, Unauthenticated
from service.contract.caller import LOCAL_CALLER, Caller, Permission
from service.http.middleware.admission import admit
from service.http.middleware.request_guard import SAFE_METHODS
from service.wiring import Service

COOKIE = "pincite_session"
CSRF_HEADER = "x-csrf-token"
SESSION_SECONDS = 12 * 3600
OPEN_PATHS = ("/", "/ui/{name}", "/healthz", "/readyz", "/v1/session")
ADMIN_PATHS = ("/metrics",)
# unsafe methods that change nothing others see: whoever may read may ask
ASKING = (
    "/v1/search",
    "/v1/answers",
    "/v1/answers/plan",
    "/openai/v1/responses",
    "/openai/v1/responses/input_tokens",
    "/openai/v1/chat/completions",
    "/openai/v1/vector_stores/{vector_store_id}/search",
    "/mcp",
)
MISSING = "Send a key as `Authorization: Bearer pk_…`; `pincite keys create` makes one."
UNKNOWN = "This key is unknown, expired or revoked."


@dataclass(frozen=True)
class Session:
    """A signed-in page: whose key, until when, and the token its changes carry."""

    key: str
    until: int
    csrf: str


class Doorkeeper:
    """Finds the caller of a request; `beyond_loopback` says that others than this machine can reach the server."""

    def __init__(self, service: Service) -> None:
        self._keys = service.records.keys
        self._secret = service.secret
        self._mode = service.settings.keys
        self._settings = service.settings
        self._made = False  # once a key was made it stays so; until then it is looked up

    async def caller(self, connection: HTTPConnection, path: str) -> Caller:
        """Who calls this route; raises Unauthenticated, Forbidden or RateLimited."""
        if path in OPEN_PATHS or not await self.required():
            return LOCAL_CALLER
        caller = await run_in_threadpool(self._known, connection)
        needed = self._needed(connection.scope["method"], path)
        if needed not in caller.permissions and Permission.ADMIN not in caller.permissions:
            raise Forbidden(f"This key may not do that: it needs the permission {needed.value!r}.")
        admit(connection.scope, caller, self._settings)
        return caller

    async def required(self) -> bool:
        """Whether callers must show a key."""
        if self._mode != "auto":
            return self._mode == "required"
        if not self._made:
            self._made = await run_in_threadpool(self._keys.any)
        return self._made

    def sign_in(self, secret: str) -> tuple[str, Session]:
        """A cookie's value and its session for a key; raises Unauthenticated."""
        key = self._keys.find(secret)
        if key is None:
            raise Unauthenticated(UNKNOWN)
        value = f"{key.id}.{int(time.time()) + SESSION_SECONDS}"
        signed = f"{value}.{self._signature('session', value)}"
        return signed, self._session(signed)

    def session(self, connection: HTTPConnection) -> Session | None:
        """The session a request's cookie holds, if it is ours and not over."""
        try:
            return self._session(connection.cookies.get(COOKIE, ""))
        except Unauthenticated:
            return None

    def _known(self, connection: HTTPConnection) -> Caller:
        kind, _, secret = connection.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            key = self._keys.find(secret.strip())
            if key is None:
                raise Unauthenticated(UNKNOWN)
            return key.caller
        if COOKIE not in connection.cookies:
            raise Unauthenticated(MISSING)
        session = self._session(connection.cookies[COOKIE])
        if connection.scope["method"] not in SAFE_METHODS:
            shown = connection.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(shown.encode(), session.csrf.encode()):
                raise Forbidden(f"What the page changes needs its token in {CSRF_HEADER}.")
        try:
            key = self._keys.get(session.key)
        except KeyNotFound as error:
            raise Unauthenticated(UNKNOWN) from error
        if not key.active:
            raise Unauthenticated(UNKNOWN)
        return key.caller

    def _session(self, cookie: str) -> Session:
        value, _, signature = cookie.rpartition(".")
        key, _, until = value.partition(".")
        right = hmac.compare_digest(signature.encode(), self._signature("session", value).encode())
        if not right or not until.isdecimal() or int(until) <= time.time():
            raise Unauthenticated("The session is over: sign in again.")
        return Session(key, int(until), self._signature("csrf", value))

    def _signature(self, purpose: str, value: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    @staticmethod
    def _needed(method: str, path: str) -> Permission:
        if path in ADMIN_PATHS:
            return Permission.ADMIN
        return Permission.READ if method in SAFE_METHODS or path in ASKING else Permission.WRITE
