"""File bytes under `tenant/sha256`. The only importer of obstore. Knows nothing of what the bytes are.

Local here; an S3 store is the same code with another URL, files then being fetched to a temporary one for readers.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import obstore
from cachetools import LRUCache
from obstore.store import LocalStore

from ingest.errors import FileTooLarge, StoreDamaged, StoreUnavailable, full_disk_is_told

BLOCK = 1 << 20
MIN_FREE_BYTES = 100_000_000  # left for the catalog: with less, nothing is taken in, so that deleting goes on working
NOT_KEPT = "nothing of this file was kept"
MAX_VERIFIED = 4096  # files whose hash is remembered as compared


class Blobs:
    """A folder of files by tenant and content hash."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(prefix=str(folder))
        self._verified: LRUCache[tuple[str, str], tuple[int, int, int]] = LRUCache(MAX_VERIFIED)

    def put(self, tenant: str, sha256: str, source: Path) -> None:
        """Store a file unless these very bytes are there already."""
        if self.fault(tenant, sha256):
            with full_disk_is_told(NOT_KEPT):
                obstore.put(self._store, _key(tenant, sha256), source)

    def fault(self, tenant: str, sha256: str) -> str | None:
        """What is wrong with the stored bytes: missing, or not those of this hash; None when all is well.

        A file is hashed when it is first asked about, and again when it has changed on disk since.
        """
        path = self.path(tenant, sha256)
        try:
            known = path.stat()
            seen = known.st_ino, known.st_size, known.st_mtime_ns
            if self._verified.get((tenant, sha256)) != seen:
                with path.open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                        return "the bytes are not those that were stored"
                self._verified[tenant, sha256] = seen
        except OSError as error:
            return "the file is missing" if isinstance(error, FileNotFoundError) else f"it cannot be read ({error})"
        return None

    def verified_path(self, tenant: str, sha256: str, *, unlocked: bool = False) -> Path:
        """The same as `path`, once the stored bytes have been compared with their hash; raises StoreDamaged."""
        fault = self.fault(tenant, sha256)
        path = self.path(tenant, sha256, unlocked=unlocked)
        if not fault and not path.is_file():
            fault = "its decrypted copy is missing"
        if fault:
            raise StoreDamaged(f"The stored file cannot be used: {fault}. Upload it again.")
        return path

    def path(self, tenant: str, sha256: str, *, unlocked: bool = False) -> Path:
        """Where the bytes lie, for a reader process; `unlocked` names the decrypted copy of an encrypted PDF."""
        return self._folder / _key(tenant, sha256, unlocked=unlocked)

    def read_range(self, tenant: str, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) in blocks; raises StoreDamaged rather than give bytes that are not those uploaded."""
        self.verified_path(tenant, sha256)
        for position in range(start, end, BLOCK):
            stop = min(position + BLOCK, end)
            try:
                yield bytes(obstore.get_range(self._store, _key(tenant, sha256), start=position, end=stop))
            except FileNotFoundError as error:
                raise StoreUnavailable("The file's bytes are missing from the store.") from error

    def free_bytes(self) -> int:
        """The room left on the disk."""
        return shutil.disk_usage(self._folder).free

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
    with full_disk_is_told(NOT_KEPT):
        handle, name = tempfile.mkstemp(dir=folder, prefix="upload-")
    try:
        with full_disk_is_told(NOT_KEPT), os.fdopen(handle, "wb") as target:
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
