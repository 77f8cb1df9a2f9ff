"""Models as OpenAI's clients list them: two names of our own, and every model the table of models describes."""

from typing import Any

from fastapi import APIRouter

from ingest.errors import NotFound
from service.http.routes.dependencies import ServicePart
from service.openai_api.errors import PREFIX
from service.openai_api.questions import MODELS
from service.wiring import Service

router = APIRouter(prefix=f"{PREFIX}/models", tags=["openai"])


@router.get("", summary="List models")
def list_models(service: ServicePart) -> dict[str, Any]:
    """`pincite` is the server's default, `pincite-extractive` always quotes; the others are language models."""
    return {"object": "list", "data": [_row(name) for name in _names(service)]}


@router.get("/{model:path}", summary="Show a model")
def show(service: ServicePart, model: str) -> dict[str, Any]:
    """One model."""
    if model not in _names(service):
        raise NotFound(f"There is no model {model!r}.")
    return _row(model)


def _names(service: Service) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*MODELS, *service.models.names)))


def _row(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "pincite"}
