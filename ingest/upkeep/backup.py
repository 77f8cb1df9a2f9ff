"""A data folder copied while it is in use, and put back: the catalog as of one moment, file bytes by their hash.

Indexes are left out: they are made again of the stored pages. A backup folder may be used again; bytes it holds are not
copied twice. Knows nothing of what the catalog says.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ingest.catalog.database import CATALOG_FILE, Database
from ingest.errors import BadRequest, InsufficientStorage, StoreDamaged

BLOBS = "blobs"
SECRET = "secret.key"  # callers' keys are hashed with it: without it none of them would open anything
HASH_LENGTH = 64  # a file of another name is a decrypted copy: `<hash>.unlocked`


@dataclass(frozen=True)
class Copied:
    """What a backup or a restore did: files copied, files that were there already, and those left out as damaged."""

    copied: int
    kept: int
    damaged: tuple[str, ...]


def back_up(database: Database, home: Path, target: Path) -> Copied:
    """Copy a folder in use to `target`; what is added meanwhile may or may not be in it, what was there is."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = target / f".{CATALOG_FILE}.tmp"
    database.copy_to(scratch)
    os.chmod(scratch, 0o600)
    copied = _copy_files(home / BLOBS, target / BLOBS)
    _copy_secret(home, target)
    os.replace(scratch, target / CATALOG_FILE)  # last: a broken-off backup leaves the one before as it was
    return copied


def restore(source: Path, home: Path) -> Copied:
    """Put a backup in place as a new data folder; every file is compared with its hash, the catalog checks itself."""
    if not (source / CATALOG_FILE).is_file():
        raise BadRequest(f"{source} holds no backup: it must contain {CATALOG_FILE}.")
    if home.exists() and any(home.iterdir()):
        raise BadRequest(f"{home} is not empty; a backup is restored into a folder that is new or empty.")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(source / CATALOG_FILE, home / CATALOG_FILE)
    os.chmod(home / CATALOG_FILE, 0o600)
    database = Database.of_folder(home)
    try:
        faults = database.faults()
    finally:
        database.close()
    if faults:
        raise StoreDamaged(f"The catalog of this backup is damaged ({faults[0]}); use an older one.")
    _copy_secret(source, home)
    return _copy_files(source / BLOBS, home / BLOBS)


def _copy_secret(source: Path, target: Path) -> None:
    if (source / SECRET).is_file():
        shutil.copyfile(source / SECRET, target / SECRET)
        os.chmod(target / SECRET, 0o600)


def _copy_files(source: Path, target: Path) -> Copied:
    copied, kept, damaged = 0, 0, []
    target.mkdir(exist_ok=True, mode=0o700)
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        there = target / path.relative_to(source)
        if there.is_file() and there.stat().st_size == path.stat().st_size and _is_intact(there):
            kept += 1
            continue
        there.parent.mkdir(exist_ok=True, mode=0o700)
        scratch = there.with_name(f".{there.name}.tmp")
        try:
            shutil.copyfile(path, scratch)
        except FileNotFoundError:
            continue  # deleted meanwhile
        except OSError as error:
            raise InsufficientStorage(f"The copy broke off: {error.strerror}.") from error
        if not _is_intact(scratch, path.name):
            scratch.unlink()
            damaged.append(path.name)
            continue
        os.chmod(scratch, 0o600)
        os.replace(scratch, there)
        copied += 1
    return Copied(copied, kept, tuple(damaged))


def _is_intact(path: Path, name: str | None = None) -> bool:
    """Whether a file holds the bytes its name is the hash of; a decrypted copy has no hash and passes."""
    name = name or path.name
    if len(name) != HASH_LENGTH:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == name
