"""A request → who asks, or 401: every path asks for a token unless it is named here as open.

A layer around the whole application and not a part of each route, so that no route can be
without it.
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from drillbook.model.journal import JournalError
from drillbook.model.people import Caller
from drillbook.web.errors import RETRY_AFTER_S, error_answer, split_cure

OPEN = ("/health/live", "/health/ready")
# Alertmanager's http_config offers basic authentication too: the password is the token.
BASIC_BELOW = "/hooks/"

Identify = Callable[[str], Caller]


class UnknownCallerError(Exception):
    """Nobody is known by this token; one line says why, and the cure."""


class Door:
    """Lets in who shows a token; `scope["state"]["caller"]` says who it is."""

    def __init__(self, app: ASGIApp, identify: Identify, *, is_open: Iterable[str] = OPEN) -> None:
        self._app = app
        self._identify = identify
        self._open = frozenset(is_open)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        try:
            caller = await run_in_threadpool(self._caller, scope)
        except UnknownCallerError as error:
            await _unknown(str(error))(scope, receive, send)
        except JournalError as error:
            message, cure = split_cure(str(error))
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            answer = error_answer(HTTPStatus.SERVICE_UNAVAILABLE, message, cure, headers)
            await answer(scope, receive, send)
        else:
            scope.setdefault("state", {})["caller"] = caller
            await self._app(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller:
        values = Headers(scope=scope).getlist("authorization")
        if len(values) != 1:
            raise UnknownCallerError("this asks for a token; send `Authorization: Bearer dbk_…`")
        scheme, _, given = values[0].strip().partition(" ")
        if scheme.casefold() == "bearer":
            return self._identify(given.strip())
        if scheme.casefold() == "basic" and scope["path"].startswith(BASIC_BELOW):
            name, token = _basic(given.strip())
            caller = self._identify(token)
            if name not in ("", caller.name):
                raise UnknownCallerError(
                    "the token is not of the user that is named beside it; "
                    "name its owner, or leave the name empty"
                )
            return caller
        raise UnknownCallerError(
            "the Authorization header is none that is understood here; "
            "send `Authorization: Bearer dbk_…`"
        )


def _basic(given: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    name, colon, token = text.partition(":")
    if not colon:
        raise UnknownCallerError(
            "the Authorization header holds no user and password; send the token as password"
        )
    return name, token


def _unknown(words: str) -> ASGIApp:
    message, cure = split_cure(words)
    headers = {"WWW-Authenticate": 'Bearer realm="drillbook"'}
    return error_answer(HTTPStatus.UNAUTHORIZED, message, cure, headers)
