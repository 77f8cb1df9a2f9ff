"""File bytes under `tenant/sha256`. The only importer of obstore. Knows nothing of what the bytes are.

Local here; an S3 store is the same code with another URL, files then being fetched to a temporary one for readers.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.store import LocalStore

from ingest.errors import FileTooLarge, StoreUnavailable

BLOCK = 1 << 20


class Blobs:
    """A folder of files by tenant and content hash."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(prefix=str(folder))

    def put(self, tenant: str, sha256: str, source: Path) -> None:
        """Store a file unless these bytes are there already."""
        if not self.path(tenant, sha256).is_file():
            obstore.put(self._store, _key(tenant, sha256), source)

    def path(self, tenant: str, sha256: str, *, unlocked: bool = False) -> Path:
        """Where the bytes lie, for a reader process; `unlocked` names the decrypted copy of an encrypted PDF."""
        return self._folder / _key(tenant, sha256, unlocked=unlocked)

    def read_range(self, tenant: str, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) in blocks."""
        for position in range(start, end, BLOCK):
            stop = min(position + BLOCK, end)
            try:
                yield bytes(obstore.get_range(self._store, _key(tenant, sha256), start=position, end=stop))
            except FileNotFoundError as error:
                raise StoreUnavailable("The file's bytes are missing from the store.") from error

    def delete(self, tenant: str, sha256: str) -> int:
        """Remove the bytes and the decrypted copy; returns how many files went."""
        removed = 0
        for unlocked in (False, True):
            if self.path(tenant, sha256, unlocked=unlocked).is_file():
                obstore.delete(self._store, _key(tenant, sha256, unlocked=unlocked))
                removed += 1
        return removed


def _key(tenant: str, sha256: str, *, unlocked: bool = False) -> str:
    return f"{tenant}/{sha256}" + (".unlocked" if unlocked else "")


def receive(stream: BinaryIO, folder: Path, most_bytes: int) -> tuple[Path, str, int]:
    """Write a stream to a temporary file; returns its path, SHA-256 and size. Too much raises FileTooLarge."""
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix="upload-")
    try:
        with os.fdopen(handle, "wb") as target:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > most_bytes:
                    raise FileTooLarge(f"The file is larger than the limit of {most_bytes // BLOCK} MiB.")
                digest.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:  # whatever broke off the upload, nothing of it stays
        os.unlink(name)
        raise
    return Path(name), digest.hexdigest(), size
