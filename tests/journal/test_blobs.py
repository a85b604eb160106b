"""Bytes → what is stored of them, and back."""

import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.journal import blobs
from drillbook.journal.blobs import Packed, pack, unpack
from drillbook.model.journal import JournalError


@given(st.binary(max_size=2_000))
def test_what_is_packed_is_unpacked_the_same(data: bytes) -> None:
    """Every sequence of bytes comes back."""
    assert data == unpack(pack(data))


def test_a_text_that_repeats_is_kept_smaller() -> None:
    """Compression is used where it helps."""
    packed = pack(b"line\n" * 10_000)
    assert packed.is_zlib
    assert len(packed.data) < 1_000


def test_noise_is_kept_as_it_is() -> None:
    """Compression is not used where it makes nothing smaller."""
    data = os.urandom(5_000)
    assert (False, data) == (pack(data).is_zlib, pack(data).data)


def test_a_blob_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how long it may be."""
    monkeypatch.setattr(blobs, "BLOB_BYTES_MAX", 10)
    with pytest.raises(JournalError, match="11 bytes, over the limit of 10"):
        pack(b"x" * 11)


@pytest.mark.parametrize(
    "data",
    [
        b"no zlib stream",
        zlib.compress(b"other bytes"),
        zlib.compress(b"the bytes")[:-1],
        zlib.compress(b"the bytes") + b"more",
    ],
)
def test_altered_bytes_are_not_given_back(data: bytes) -> None:
    """Bytes that are not those of the hash are None, whatever is wrong with them."""
    digest = pack(b"the bytes").hash
    assert None is unpack(Packed(hash=digest, data=data, is_zlib=True))


def test_a_stream_that_grows_without_end_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few altered bytes cannot fill the memory."""
    bomb = zlib.compress(b"\0" * 100_000)
    digest = pack(b"\0" * 100_000).hash
    monkeypatch.setattr(blobs, "BLOB_BYTES_MAX", 1_000)
    assert None is unpack(Packed(hash=digest, data=bomb, is_zlib=True))
