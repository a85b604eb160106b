"""Any number of requests → at most so many at once, each answered within its time.

The outermost layer: nothing further in waits without an end.
"""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from drillbook.model.settings import Server
from drillbook.web.errors import RETRY_AFTER_S, error_answer
from drillbook.web.reading import is_whole

HEALTH = "/health/"
STREAM_ENDING = "/events"
# Whoever follows a run holds a connection for minutes and costs little: counted apart.
STREAMS_MAX = 200


class Bounds:
    """Lets `app` answer a request, or says 408 or 503 in its place."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        self._app = app
        self._server = server
        self._requests = 0
        self._streams = 0
        # An answer that came too late is still being worked on: its task is kept until it ends.
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith(HEALTH):
            # Whoever asks whether we are alive is answered under any load.
            await self._timed(scope, receive, send, count=0)
        elif scope["method"] == "GET" and scope["path"].endswith(STREAM_ENDING):
            await self._stream(scope, receive, send)
        elif self._requests >= self._server.requests_max:
            await _busy(scope, receive, send)
        else:
            await self._timed(scope, receive, send, count=1)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._streams >= STREAMS_MAX:
            await _busy(scope, receive, send)
            return
        self._streams += 1
        speaker = _Speaker(send)
        task = asyncio.ensure_future(self._app(scope, receive, speaker.send))
        self._tasks.add(task)
        task.add_done_callback(self._stream_ended)
        try:
            await asyncio.wait({task}, timeout=self._server.request_timeout_s)
            # It may last as long as it likes once it has begun.
            if not task.done() and speaker.silence():
                await self._too_late(scope)(scope, receive, send)
            else:
                await task
        except asyncio.CancelledError:
            task.cancel()
            raise

    def _stream_ended(self, task: "asyncio.Task[None]") -> None:
        self._streams -= 1
        self._ended(task, 0)

    async def _timed(self, scope: Scope, receive: Receive, send: Send, *, count: int) -> None:
        """Let the application answer; answer in its place where it takes too long.

        What it does meanwhile cannot be taken from a thread, so it counts until it ends.
        """
        self._requests += count
        speaker = _Speaker(send)
        task = asyncio.ensure_future(self._app(scope, receive, speaker.send))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, count))
        await asyncio.wait({task}, timeout=self._server.request_timeout_s)
        if task.done():
            await task
        elif speaker.silence():
            await self._too_late(scope)(scope, receive, send)

    def _ended(self, task: "asyncio.Task[None]", count: int) -> None:
        self._tasks.discard(task)
        self._requests -= count
        if not task.cancelled():
            # Asked for, so that an error of a late answer is not reported as never looked at.
            task.exception()

    def _too_late(self, scope: Scope) -> ASGIApp:
        limit_s = self._server.request_timeout_s
        if not is_whole(scope):
            return error_answer(
                HTTPStatus.REQUEST_TIMEOUT,
                f"the request did not arrive whole within {limit_s:g} s",
                "send it at once",
                {"Connection": "close"},
            )
        return error_answer(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"no answer was found within {limit_s:g} s; what was asked may still be done",
            "look before you ask again, or raise server.request_timeout in drillbook.toml",
            {"Retry-After": str(RETRY_AFTER_S), "Connection": "close"},
        )


class _Speaker:
    """What an application says, until it is silenced."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_begun = False
        self._is_silenced = False

    async def send(self, message: Message) -> None:
        if not self._is_silenced:
            self._has_begun = True
            await self._send(message)

    def silence(self) -> bool:
        """Let nothing more through where nothing was said yet; whether that is so."""
        self._is_silenced = not self._has_begun
        return self._is_silenced


async def _busy(scope: Scope, receive: Receive, send: Send) -> None:
    answer = error_answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "as many requests as we take at once are being answered",
        f"ask again in {RETRY_AFTER_S} s, or raise server.requests_max in drillbook.toml",
        {"Retry-After": str(RETRY_AFTER_S), "Connection": "close"},
    )
    await answer(scope, receive, send)
