"""A request's body as it arrives → the whole body, or 413 where it is larger than we take."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from drillbook.web.errors import RefusedError, error_answer

WHOLE = "is_whole"
# A sender who is still sending would not read our answer: this much more is taken and dropped.
DISCARDED_BYTES_MAX = 16 << 20


class Reading:
    """Reads the body of every request before `app` sees it."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._body(scope, receive)
        except RefusedError as error:
            answer = error_answer(error.status, error.message, error.cure, error.headers)
            await answer(scope, receive, send)
            return
        scope.setdefault("state", {})[WHOLE] = True
        await self._app(scope, _replay(body, receive), send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body. Raises RefusedError where it is too large, or never becomes whole."""
        if _length_said(scope) > self._bytes_max + DISCARDED_BYTES_MAX:
            raise self._too_large()
        body, is_more, count = bytearray(), True, 0
        while is_more and count <= self._bytes_max + DISCARDED_BYTES_MAX:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RefusedError(
                    HTTPStatus.BAD_REQUEST, "the body ends before it is whole", "send all of it"
                )
            part = message.get("body", b"")
            count += len(part)
            body += part if count <= self._bytes_max else b""
            is_more = message.get("more_body", False)
        if count > self._bytes_max:
            raise self._too_large()
        return bytes(body)

    def _too_large(self) -> RefusedError:
        return RefusedError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the body is larger than {self._bytes_max:,} bytes",
            "send less, or raise server.request_bytes_max in drillbook.toml",
            {"Connection": "close"},
        )


def is_whole(scope: Scope) -> bool:
    """Whether the request of this scope was read to its end."""
    return bool(scope.get("state", {}).get(WHOLE))


def _length_said(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0][:20]) if lengths and lengths[0].isdigit() else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then whatever the connection says."""
    is_told = False

    async def read() -> Message:
        nonlocal is_told
        if is_told:
            return await receive()
        is_told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
