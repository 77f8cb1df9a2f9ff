"""File bytes come back as they were given, from the tenant that gave them only."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from ingest_samples import write

from ingest.blobs import BLOCK, Blobs, receive
from ingest.errors import FileTooLarge, InsufficientStorage, StoreDamaged, StoreUnavailable, full_disk_is_told

DATA = bytes(range(256)) * 9000  # a little over two blocks
SHA = hashlib.sha256(DATA).hexdigest()


class BrokenStream(io.RawIOBase):
    """An upload whose sender hangs up after the first block."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, size: int = -1) -> bytes:
        self.reads += 1
        if self.reads > 1:
            raise ConnectionResetError("the sender hung up")
        return b"x" * 100


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    store = Blobs(tmp_path / "blobs")
    store.put("tenant", SHA, write(tmp_path, DATA))
    return store


def test_any_range_of_the_bytes_can_be_read(blobs: Blobs) -> None:
    for start, end in ((0, len(DATA)), (0, 1), (BLOCK - 1, BLOCK + 1), (5, 5), (len(DATA) - 3, len(DATA))):
        assert b"".join(blobs.read_range("tenant", SHA, start, end)) == DATA[start:end]


def test_storing_again_changes_nothing(blobs: Blobs, tmp_path: Path) -> None:
    before = blobs.path("tenant", SHA).stat().st_mtime_ns
    blobs.put("tenant", SHA, write(tmp_path, b"other"))
    assert blobs.path("tenant", SHA).stat().st_mtime_ns == before
    assert blobs.path("tenant", SHA).read_bytes() == DATA


def test_bytes_belong_to_one_tenant(blobs: Blobs) -> None:
    with pytest.raises(StoreUnavailable):
        list(blobs.read_range("other", SHA, 0, 5))
    assert blobs.delete("other", SHA) == 0
    assert blobs.path("tenant", SHA).is_file()


@pytest.mark.parametrize("harm", [lambda data: data[:-1], lambda data: b"\x01" + data[1:], lambda _data: b""])
def test_damaged_bytes_are_never_given_out_and_sending_the_file_again_mends_them(
    blobs: Blobs, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    assert blobs.fault("tenant", SHA) is None
    blobs.path("tenant", SHA).write_bytes(harm(DATA))
    with pytest.raises(StoreDamaged, match="Upload it again"):
        list(blobs.read_range("tenant", SHA, 0, 5))
    blobs.put("tenant", SHA, write(tmp_path, DATA))
    assert b"".join(blobs.read_range("tenant", SHA, 0, 5)) == DATA[:5]


def test_deleting_takes_the_decrypted_copy_along(blobs: Blobs) -> None:
    blobs.path("tenant", SHA, unlocked=True).write_bytes(b"open")
    assert blobs.delete("tenant", SHA) == 2
    assert not blobs.path("tenant", SHA).exists()
    assert not blobs.path("tenant", SHA, unlocked=True).exists()
    assert blobs.delete("tenant", SHA) == 0


def test_a_received_file_is_measured_and_named_by_its_hash(tmp_path: Path) -> None:
    path, sha256, size = receive(io.BytesIO(DATA), tmp_path / "in", len(DATA))
    assert path.read_bytes() == DATA
    assert (sha256, size) == (hashlib.sha256(DATA).hexdigest(), len(DATA))


def test_a_file_over_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        receive(io.BytesIO(DATA), tmp_path / "in", len(DATA) - 1)
    assert list((tmp_path / "in").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        receive(BrokenStream(), tmp_path / "in", 10**6)  # type: ignore[arg-type]
    assert list((tmp_path / "in").iterdir()) == []


def test_a_full_disk_is_told_as_such_and_other_errors_stay_what_they_are() -> None:
    with (
        pytest.raises(InsufficientStorage, match="The disk is full; nothing was kept"),
        full_disk_is_told("nothing was kept"),
    ):
        Path("/dev/full").write_bytes(b"x")
    with pytest.raises(FileNotFoundError), full_disk_is_told("nothing was kept"):
        Path("/nowhere/at/all").read_bytes()
