"""What routes receive: the service they call, and who calls them."""

from typing import Annotated

from fastapi import Depends, Request

from service.contract.caller import LOCAL_CALLER, Caller
from service.wiring import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _caller() -> Caller:
    return LOCAL_CALLER


ServicePart = Annotated[Service, Depends(_service)]
CallerPart = Annotated[Caller, Depends(_caller)]
