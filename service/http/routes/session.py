"""The page's session: signing in with a key, the token its changes carry, signing out."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from service.http.authentication import COOKIE, SESSION_SECONDS
from service.http.free_json import JsonRoute
from service.http.requests import Strict
from service.http.routes.dependencies import DoorkeeperPart

router = APIRouter(prefix="/v1/session", tags=["operation"], route_class=JsonRoute)


class SignIn(Strict):
    """A key to sign in with."""

    key: Annotated[str, Field(min_length=1, max_length=200)]


class SessionModel(BaseModel):
    """Whether a key is needed, and the token that the page's changes carry in `X-CSRF-Token`."""

    required: bool
    signed_in: bool
    csrf_token: str | None = None


@router.get("", response_model=SessionModel, summary="Whether a key is needed and somebody is signed in")
async def show(request: Request, doorkeeper: DoorkeeperPart) -> SessionModel:
    """What the page needs to know before it asks for anything."""
    session = doorkeeper.session(request)
    token = session.csrf if session is not None else None
    return SessionModel(required=await doorkeeper.required(), signed_in=session is not None, csrf_token=token)


@router.post("", response_model=SessionModel, summary="Sign in with a key")
async def sign_in(request: Request, response: Response, body: SignIn, doorkeeper: DoorkeeperPart) -> SessionModel:
    """Sets a cookie that scripts cannot read and other sites cannot send."""
    value, session = await run_in_threadpool(doorkeeper.sign_in, body.key)
    response.set_cookie(
        COOKIE,
        value,
        max_age=SESSION_SECONDS,
        path=request.app.root_path or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return SessionModel(required=await doorkeeper.required(), signed_in=True, csrf_token=session.csrf)


@router.delete("", response_model=SessionModel, summary="Sign out")
async def sign_out(request: Request, response: Response, doorkeeper: DoorkeeperPart) -> SessionModel:
    """Takes the cookie back."""
    response.delete_cookie(COOKIE, path=request.app.root_path or "/", httponly=True, samesite="strict")
    return SessionModel(required=await doorkeeper.required(), signed_in=False)
