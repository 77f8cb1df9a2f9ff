"""Whether the files of a Tantivy index are those that were written: Tantivy's own checksums, read without it.

Tantivy closes every segment file with a footer: JSON that holds the CRC-32 of what stands before it, the footer's
length, and a magic number. Opening an index checks none of them. Knows nothing of what is in the files.
"""

import json
import struct
import zlib
from pathlib import Path

TAIL = struct.Struct("<II")  # length of the footer's JSON, magic number
MAGIC = 1337
PARTS = ("store", "term", "idx", "pos", "fast", "fieldnorm")
BLOCK = 1 << 20
MAX_TRIES = 3  # a writer may commit or merge while its files are looked at


def broken_files(folder: Path) -> list[str]:
    """Names of files that the index needs and that are missing or altered; empty for an index that is not there."""
    for _try in range(MAX_TRIES):
        try:
            before = (folder / "meta.json").read_bytes()
        except FileNotFoundError:
            return []
        broken = [name for name in _needed(before) if not _is_whole(folder / name)]
        if not broken or (folder / "meta.json").read_bytes() == before:
            return broken
    return broken


def _needed(meta: bytes) -> list[str]:
    try:
        names = []
        for segment in json.loads(meta)["segments"]:
            stem = segment["segment_id"].replace("-", "")
            names += [f"{stem}.{part}" for part in PARTS]
            if segment["deletes"]:
                names.append(f"{stem}.{segment['deletes']['opstamp']}.del")
    except (ValueError, KeyError, TypeError):
        return ["meta.json"]
    return names


def _is_whole(path: Path) -> bool:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(size - TAIL.size, 0))
            length, magic = TAIL.unpack(file.read(TAIL.size))
            body = size - TAIL.size - length
            if magic != MAGIC or body < 0:
                return False
            file.seek(body)
            expected = json.loads(file.read(length))["crc"]
            file.seek(0)
            found, left = 0, body
            while left:
                block = file.read(min(BLOCK, left))
                found, left = zlib.crc32(block, found), left - len(block)
            return bool(found == expected)
    except (OSError, struct.error, ValueError, KeyError, TypeError):
        return False
