"""Encodes texts into unit vectors on ONNX Runtime, from a graph exported once out of a sentence-transformers model.

The only importer of onnxruntime and tokenizers; torch is never imported here. Pooling and normalisation are those
of the model's own configuration, copied at export (see export.py). Knows nothing of documents or indexes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ingest.errors import EncoderUnavailable
from ingest.index_types import Vectors
from ingest.text.derived import distinct_words

WORDS_FOR_TWO_PARTS = 50  # a page with fewer distinct words is one vector
BATCH = 16  # measured: small batches sorted by length are fastest on two cores
RECIPE = "3"  # changes when the text that is embedded is composed differently


@dataclass(frozen=True)
class EncoderFiles:
    """An exported encoder on disk."""

    folder: Path
    precision: str

    @property
    def graph(self) -> Path:
        """The ONNX graph in the chosen precision."""
        return self.folder / f"model-{self.precision}.onnx"

    @property
    def is_there(self) -> bool:
        """Whether the export has finished."""
        return self.graph.is_file() and (self.folder / "encoder.json").is_file()


class OnnxEncoder:
    """An Encoder over an exported graph. Safe to use from several threads."""

    def __init__(self, files: EncoderFiles, threads: int) -> None:
        if not files.is_there:
            raise EncoderUnavailable("The encoder has not been exported yet; run `pincite setup`.")
        facts = json.loads((files.folder / "encoder.json").read_text())
        self.fingerprint = self.fingerprint_of(facts["weights"], files.precision)
        self.dimensions = int(facts["dimensions"])
        self._pooling = facts["pooling"]
        self._tokenizer = Tokenizer.from_file(str(files.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(facts["max_length"]))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # threads that spin between calls would take the core from whoever else is working
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(files.graph), options, providers=["CPUExecutionProvider"])
        self._inputs = {entry.name for entry in self._session.get_inputs()}

    @staticmethod
    def fingerprint_of(weights_digest: str, precision: str) -> str:
        """What names the vectors of these weights in this precision under today's text recipe."""
        return f"{weights_digest[:16]}-{precision}-{RECIPE}"

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens of each text are encoded, special ones and truncation included."""
        return [len(row.ids) for row in self._tokenizer.encode_batch(list(texts))]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts into an array of shape (len(texts), dimensions), rows of length one."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index].ids))
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            vectors[rows] = self._run([encoded[row].ids for row in rows])
        return vectors

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        width = max(len(row) for row in ids)
        tokens = np.zeros((len(ids), width), np.int64)
        mask = np.zeros((len(ids), width), np.int64)
        for index, row in enumerate(ids):
            tokens[index, : len(row)] = row
            mask[index, : len(row)] = 1
        feeds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden = self._session.run(None, {name: feeds[name] for name in self._inputs})[0]
        if self._pooling == "cls":
            pooled = hidden[:, 0]
        else:
            weights = mask[:, :, None].astype(np.float32)
            pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: Vectors = (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)
        return unit


class EncoderTokenizer:
    """Counts tokens as the encoder does; there even before the graph is."""

    def __init__(self, tokenizer_file: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the special ones."""
        return [len(row.ids) for row in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def embedded_texts(breadcrumb: Sequence[str], text: str) -> list[str]:
    """What is encoded of a page: its innermost sections, then its distinct content words, in one or two parts.

    Measured on filings (docs/benchmarks.md): two vectors of distinct words find the page about as well as a vector for
    every chunk of running text, at less than a third of the tokens.
    """
    words = distinct_words(text)
    if not words:
        return []
    cut = len(words) if len(words) < WORDS_FOR_TWO_PARTS else (len(words) + 1) // 2
    lead = " > ".join(breadcrumb[-2:])
    return [". ".join(filter(None, (lead, " ".join(part)))) for part in (words[:cut], words[cut:]) if part]
