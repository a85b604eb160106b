"""What went wrong in a request → one shape, `{"error": {"message", "cure"}}`, and a status."""

import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from drillbook.model.engine import EngineError
from drillbook.model.journal import JournalError
from drillbook.verbs.answer import CannotAnswerError
from drillbook.verbs.approve import CannotApproveError
from drillbook.verbs.cancel import CannotCancelError
from drillbook.verbs.note import CannotNoteError
from drillbook.verbs.people.ask import KeyUsedError, UnknownSiteError
from drillbook.verbs.people.policy import NotPermittedError
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.serving.shelf import UnknownRunbookError

FLAWS_MAX = 5
WORDS_MAX = 500
RETRY_AFTER_S = 2
BUG = "this is a bug of ours, and the journal has lost nothing"

# Errors of verbs: each is one line that ends in the cure.
STATUS: dict[type[Exception], HTTPStatus] = {
    UnknownRunbookError: HTTPStatus.NOT_FOUND,
    UnknownSiteError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotRunnableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    CannotNoteError: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyUsedError: HTTPStatus.CONFLICT,
    CannotAnswerError: HTTPStatus.CONFLICT,
    CannotCancelError: HTTPStatus.CONFLICT,
    CannotApproveError: HTTPStatus.CONFLICT,
    NotPermittedError: HTTPStatus.FORBIDDEN,
}

Handler = Callable[[Request, Exception], Awaitable[Response]]


class RefusedError(Exception):
    """Why a request is not done: a status, one line that says why, and the cure."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        cure: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.cure = cure
        self.headers = dict(headers or {})


def error_answer(
    status: int, message: str, cure: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The one shape that every error has."""
    body = {"error": {"message": one_line(message), "cure": one_line(cure)}}
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))


def split_cure(text: str) -> tuple[str, str]:
    """The last clause of our own one-line errors is the cure, behind a semicolon."""
    message, semicolon, cure = text.rpartition("; ")
    return (message, cure) if semicolon else (text, "see docs/reference/api.md")


def explain_errors(app: FastAPI) -> None:
    """Give every error that can get out of a route its shape; none is ever a traceback."""
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for kind, status in STATUS.items():
        app.add_exception_handler(kind, _explained(status))
    app.add_exception_handler(JournalError, _store_away)
    app.add_exception_handler(EngineError, _store_away)
    app.add_exception_handler(Exception, _bug)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return error_answer(error.status, error.message, error.cure, error.headers)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    cures = {
        HTTPStatus.NOT_FOUND: "GET /api/v1/openapi.json lists what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: "GET /api/v1/openapi.json lists what there is",
    }
    message = f"{request.method} {request.url.path}: {HTTPStatus(error.status_code).phrase.lower()}"
    cure = cures.get(HTTPStatus(error.status_code), "correct the request")
    return error_answer(error.status_code, message, cure, error.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    flaws = [_flaw(flaw) for flaw in error.errors()[:FLAWS_MAX]]
    cure = "correct it; GET /api/v1/openapi.json describes every body"
    return error_answer(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(flaws), cure)


def _explained(status: HTTPStatus) -> Handler:
    """The answer to an error of a verb, whose one line ends in the cure."""

    async def answer(_: Request, error: Exception) -> Response:
        return error_answer(status, *split_cure(str(error)))

    return answer


async def _store_away(_: Request, error: Exception) -> Response:
    message, cure = split_cure(str(error))
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return error_answer(HTTPStatus.SERVICE_UNAVAILABLE, message, cure, headers)


async def _bug(request: Request, error: Exception) -> Response:
    """The sender learns that it is ours; standard error has what a report needs.

    The error goes on to the server after this answer, which closes the connection over it. Said
    to the sender, so that no next request of theirs is on its way into a reset.
    """
    report = "".join(traceback.format_exception(error))
    sys.stderr.write(f"drillbook: {request.method} {request.url.path}: {BUG}\n{report}")
    cure = "report what stands in our log"
    return error_answer(HTTPStatus.INTERNAL_SERVER_ERROR, BUG, cure, {"Connection": "close"})


def _flaw(flaw: Mapping[str, Any]) -> str:
    if flaw["type"] == "json_invalid":
        return f"the body is no JSON: {flaw.get('ctx', {}).get('error', flaw['msg'])}"
    return f"{_place(flaw['loc'])}: {flaw['msg']}"


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "body") or "the body"


def one_line(text: str) -> str:
    """Bounded, printable, on one line: parts of it may come from whoever asked."""
    shown = "".join(char if char.isprintable() else "?" for char in text[: WORDS_MAX + 1])
    return f"{shown[:WORDS_MAX]}…" if len(shown) > WORDS_MAX else shown
