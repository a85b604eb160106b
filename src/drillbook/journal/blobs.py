"""Bytes → what the table of blobs keeps of them, and back; smaller where that helps."""

import hashlib
import zlib
from dataclasses import dataclass

from drillbook.model.journal import JournalError

BLOB_BYTES_MAX = 64_000_000
# Below this, what compression saves is less than a page of the database holds anyway.
ZLIB_FROM_BYTES = 256
ZLIB_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A blob as it is stored; `hash` is the SHA-256 of the bytes before packing."""

    hash: str
    data: bytes
    is_zlib: bool


def pack(data: bytes) -> Packed:
    """Raises JournalError where `data` is over the limit."""
    if len(data) > BLOB_BYTES_MAX:
        raise JournalError(
            f"a blob has {len(data)} bytes, over the limit of {BLOB_BYTES_MAX}; "
            "cut it before it is kept"
        )
    digest = hashlib.sha256(data).hexdigest()
    if len(data) >= ZLIB_FROM_BYTES:
        small = zlib.compress(data, ZLIB_LEVEL)
        if len(small) < len(data):
            return Packed(hash=digest, data=small, is_zlib=True)
    return Packed(hash=digest, data=data, is_zlib=False)


def unpack(packed: Packed) -> bytes | None:
    """The bytes, or None where they are not those that the hash was made of."""
    data = _inflate(packed.data) if packed.is_zlib else packed.data
    if data is None or hashlib.sha256(data).hexdigest() != packed.hash:
        return None
    return data


def _inflate(data: bytes) -> bytes | None:
    """None where it is no zlib stream, or one that would grow over the limit."""
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(data, BLOB_BYTES_MAX + 1)
    except zlib.error:
        return None
    return inflated if inflater.eof and not inflater.unused_data else None
