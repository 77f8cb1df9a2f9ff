"""What routes receive: the service they call."""

from typing import Annotated

from fastapi import Depends, Request

from service.wiring import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServicePart = Annotated[Service, Depends(_service)]
