"""Models as OpenAI's clients list them: two names of our own, and whatever a language model is configured under."""

from typing import Any

from fastapi import APIRouter

from ingest.errors import NotFound
from service.openai_api.errors import PREFIX
from service.openai_api.questions import MODELS

router = APIRouter(prefix=f"{PREFIX}/models", tags=["openai"])


@router.get("", summary="List models")
def list_models() -> dict[str, Any]:
    """`pincite` is the server's default, `pincite-extractive` always quotes."""
    return {"object": "list", "data": [_row(name) for name in MODELS]}


@router.get("/{model:path}", summary="Show a model")
def show(model: str) -> dict[str, Any]:
    """One model."""
    if model not in MODELS:
        raise NotFound(f"There is no model {model!r}.")
    return _row(model)


def _row(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "pincite"}
