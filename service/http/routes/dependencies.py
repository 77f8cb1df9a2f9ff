"""What routes receive: the service they call, and who calls them."""

from typing import Annotated

from fastapi import Depends, Request

from service.contract.caller import Caller
from service.http.authentication import Doorkeeper
from service.wiring import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _doorkeeper(request: Request) -> Doorkeeper:
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    return doorkeeper


async def find_caller(request: Request) -> Caller:
    """The caller of a request; the application asks for one on every route, whether the route uses it or not."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    return await doorkeeper.caller(request, request.scope["route"].path)


ServicePart = Annotated[Service, Depends(_service)]
DoorkeeperPart = Annotated[Doorkeeper, Depends(_doorkeeper)]
CallerPart = Annotated[Caller, Depends(find_caller)]
