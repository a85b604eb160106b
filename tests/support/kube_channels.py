"""An HTTP connection that asked for an upgrade → the channels of `kubectl exec`.

Kubernetes has two ways to carry them: SPDY/3.1, which every kubectl speaks, and WebSocket, which
those since 1.31 try first. Just enough of both for one command.
"""

import base64
import hashlib
import struct
import threading
import zlib
from email.message import Message
from io import BufferedIOBase
from typing import Protocol

STDIN, STDOUT, STDERR, ERROR = 0, 1, 2, 3
# No frame of a client's is larger; more is a mistake of ours, or hostile.
FRAME_BYTES_MAX = 1 << 22


class Gone(Exception):  # noqa: N818 -- how a conversation ends, not a mistake
    """The client is gone."""


class Wire(Protocol):
    """The connection below: what is read comes from a buffer, what is written goes at once."""

    reader: BufferedIOBase

    def send(self, data: bytes) -> None: ...


class Channels(Protocol):
    """Four streams over one connection."""

    def receive(self) -> tuple[int, bytes | None]:
        """The next piece of a channel; None where the client closes it. Raises Gone."""
        ...

    def send(self, channel: int, data: bytes) -> None: ...

    def close(self) -> None: ...


def exactly(reader: BufferedIOBase, length: int) -> bytes:
    """So many bytes. Raises Gone where there are no more."""
    if length > FRAME_BYTES_MAX:
        raise Gone(f"a frame of {length} bytes")
    try:
        data = reader.read(length)
    except (OSError, ValueError):
        raise Gone from None
    if len(data) < length:
        raise Gone
    return data


_KEY_SUFFIX = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE, _PING, _PONG = 2, 8, 9, 10
_CLOSE_CHANNEL = 255


class WebSocketChannels:
    """`v5.channel.k8s.io`: the first byte of a message names its channel."""

    PROTOCOL = "v5.channel.k8s.io"

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @classmethod
    def headers(cls, asked: Message) -> dict[str, str]:
        """What is answered to the request, beside 101."""
        key = asked["Sec-WebSocket-Key"].encode("ascii")
        accept = hashlib.sha1(key + _KEY_SUFFIX).digest()
        return {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Accept": base64.b64encode(accept).decode("ascii"),
            "Sec-WebSocket-Protocol": cls.PROTOCOL,
        }

    def receive(self) -> tuple[int, bytes | None]:
        """Pings are answered on the way."""
        while True:
            opcode, data = self._frame()
            if opcode == _CLOSE:
                raise Gone
            if opcode == _PING:
                self._send(_PONG, data)
            elif opcode == _BINARY and data:
                if data[0] == _CLOSE_CHANNEL:
                    return data[1], None
                return data[0], data[1:]

    def send(self, channel: int, data: bytes) -> None:
        """One message."""
        self._send(_BINARY, bytes([channel]) + data)

    def close(self) -> None:
        """Say that all went well with the connection itself."""
        self._send(_CLOSE, struct.pack(">H", 1000))

    def _frame(self) -> tuple[int, bytes]:
        first, second = exactly(self._wire.reader, 2)
        assert first & 0x80, "a client that splits its messages is not served"
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", exactly(self._wire.reader, 2))
        elif length == 127:
            (length,) = struct.unpack(">Q", exactly(self._wire.reader, 8))
        mask = exactly(self._wire.reader, 4)
        data = exactly(self._wire.reader, length)
        key = (mask * (length // 4 + 1))[:length]
        plain = int.from_bytes(data, "big") ^ int.from_bytes(key, "big")
        return first & 0x0F, plain.to_bytes(length, "big")

    def _send(self, opcode: int, data: bytes) -> None:
        length = len(data)
        if length < 126:
            head = struct.pack(">BB", 0x80 | opcode, length)
        elif length < 1 << 16:
            head = struct.pack(">BBH", 0x80 | opcode, 126, length)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 127, length)
        self._wire.send(head + data)


_WORDS = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language "
    "accept-ranges age allow authorization cache-control connection content-base "
    "content-encoding content-language content-length content-location content-md5 "
    "content-range content-type date etag expect expires from host if-match if-modified-since "
    "if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer "
    "transfer-encoding upgrade user-agent vary via warning www-authenticate method get status"
    " 200_OK version HTTP/1.1 url public set-cookie keep-alive origin"
).split()
_REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
    "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
    "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, "
    "Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
    "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
    "charset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
# What SPDY/3 begins the compression of headers with: its specification, section 2.6.10.1.
SPDY_DICTIONARY = b"".join(
    struct.pack(">I", len(word)) + word.replace("_", " ").encode("ascii") for word in _WORDS
) + _REST.encode("ascii")

_SYN_STREAM, _SYN_REPLY, _RST_STREAM, _SPDY_PING, _GOAWAY = 1, 2, 3, 6, 7
_FIN = 1
_NAMES = {b"error": ERROR, b"stdin": STDIN, b"stdout": STDOUT, b"stderr": STDERR}


class SpdyChannels:
    """`v4.channel.k8s.io` over SPDY/3.1: a stream for each channel, named by a header of it."""

    PROTOCOL = "v4.channel.k8s.io"

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._inflate = zlib.decompressobj(zdict=SPDY_DICTIONARY)
        self._deflate = zlib.compressobj(zdict=SPDY_DICTIONARY)
        self._channels: dict[int, int] = {}
        self._streams: dict[int, int] = {}
        self._lock = threading.Lock()
        while len(self._streams) < len(_NAMES):
            self._turn()

    @classmethod
    def headers(cls, _asked: Message) -> dict[str, str]:
        """What is answered to the request, beside 101."""
        return {
            "Connection": "Upgrade",
            "Upgrade": "SPDY/3.1",
            "X-Stream-Protocol-Version": cls.PROTOCOL,
        }

    def receive(self) -> tuple[int, bytes | None]:
        """What is not data is dealt with on the way."""
        while True:
            if (piece := self._turn()) is not None:
                return piece

    def send(self, channel: int, data: bytes) -> None:
        """One frame of data."""
        self._wire.send(struct.pack(">II", self._streams[channel], len(data)) + data)

    def close(self) -> None:
        """End our side of every stream."""
        for stream in self._streams.values():
            self._wire.send(struct.pack(">II", stream, _FIN << 24))

    def _turn(self) -> tuple[int, bytes | None] | None:
        """Deal with one frame; a piece of data, or None where it was something else."""
        first, second = struct.unpack(">II", exactly(self._wire.reader, 8))
        flags, body = second >> 24, exactly(self._wire.reader, second & 0xFFFFFF)
        if not first >> 31:
            return self._data(first, flags, body)
        kind = first & 0xFFFF
        if kind == _GOAWAY:
            raise Gone
        if kind == _SPDY_PING:
            self._control(_SPDY_PING, body)
        elif kind == _SYN_STREAM:
            self._open(body)
        elif kind == _RST_STREAM:
            (stream,) = struct.unpack(">I", body[:4])
            return self._channels[stream], None
        return None

    def _data(self, stream: int, flags: int, body: bytes) -> tuple[int, bytes | None] | None:
        if body:
            return self._channels[stream], body
        return (self._channels[stream], None) if flags & _FIN else None

    def _open(self, body: bytes) -> None:
        (stream,) = struct.unpack(">I", body[:4])
        channel = _NAMES[self._headers(body[10:])[b"streamtype"].lower()]
        self._channels[stream], self._streams[channel] = channel, stream
        none = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self._control(_SYN_REPLY, struct.pack(">I", stream) + none)

    def _headers(self, block: bytes) -> dict[bytes, bytes]:
        plain = self._inflate.decompress(block)
        (count,) = struct.unpack(">I", plain[:4])
        texts, at = [], 4
        for _ in range(2 * count):
            (length,) = struct.unpack(">I", plain[at : at + 4])
            texts.append(plain[at + 4 : at + 4 + length])
            at += 4 + length
        return dict(zip(texts[::2], texts[1::2], strict=True))

    def _control(self, kind: int, body: bytes) -> None:
        self._wire.send(struct.pack(">HHI", 0x8003, kind, len(body)) + body)
