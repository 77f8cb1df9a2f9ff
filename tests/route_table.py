"""Every route of the application with its methods, read off the application itself: what holds for all is tested on all."""

from collections.abc import Iterable, Iterator
from typing import Any

from service.app import create_app
from service.http.middleware.request_guard import SAFE_METHODS
from service.wiring import Service


def _refuse() -> Service:
    raise AssertionError("only the table of routes is read")


def _flat(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from _flat(router.routes)
        else:
            yield from ((method, route.path) for method in route.methods)


ROUTES = sorted(set(_flat(create_app(_refuse).routes)))
UNSAFE = [(method, path) for method, path in ROUTES if method not in SAFE_METHODS]
