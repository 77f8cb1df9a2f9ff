"""Scores (question, text) pairs with a cross-encoder the user has on disk. Optional: nothing else needs it.

Knows nothing of pages or ranking. sentence-transformers and torch are loaded when a model folder is configured, never
otherwise, and nothing is downloaded: the folder must hold the model.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.errors import EncoderUnavailable


class CrossEncoder:
    """A sentence-transformers CrossEncoder from a folder."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise EncoderUnavailable(f"There is no cross-encoder in {folder}; it must hold config.json and weights.")
        try:
            from sentence_transformers import CrossEncoder as Model  # noqa: PLC0415  (heavy and optional)
        except ImportError as error:
            message = "A cross-encoder needs sentence-transformers, which this installation does not have."
            raise EncoderUnavailable(message) from error

        self._model: Any = Model(str(folder), local_files_only=True, device="cpu")

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question; only the order means anything."""
        pairs = [(question, text) for text in texts]
        return [float(score) for score in self._model.predict(pairs, show_progress_bar=False)] if pairs else []
