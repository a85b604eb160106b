"""Everything that goes wrong has one shape, and nothing of it is a traceback."""

from http import HTTPStatus

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from drillbook.model.engine import EngineError
from drillbook.model.journal import JournalError
from drillbook.web.errors import RefusedError, explain_errors, split_cure
from talking import answered

ERRORS = {
    "refused": RefusedError(HTTPStatus.CONFLICT, "it is so", "do this", {"X-Why": "so"}),
    "journal": JournalError("the journal is locked; wait"),
    "engine": EngineError("the engine is away"),
    "http": HTTPException(status_code=405, headers={"Allow": "GET"}),
    "bug": ZeroDivisionError("secret words"),
}


class Pair(BaseModel):
    """A body of two numbers."""

    first: int
    second: int


@pytest.fixture(scope="module")
def client():
    app = FastAPI()
    explain_errors(app)

    @app.get("/raise/{name}")
    def fail(name: str) -> None:
        raise ERRORS[name]

    @app.post("/pair")
    def add(pair: Pair) -> int:
        return pair.first + pair.second

    with answered(app) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status", "message", "cure"),
    [
        ("refused", 409, "it is so", "do this"),
        ("journal", 503, "the journal is locked", "wait"),
        ("engine", 503, "the engine is away", "see docs/reference/api.md"),
        ("http", 405, "GET /raise/http: method not allowed", "GET /api/v1/openapi.json lists"),
        ("bug", 500, "this is a bug of ours", "report what stands in our log"),
    ],
)
def test_shape(client, name, status, message, cure):
    """A status, and one line each for what is wrong and what to do."""
    answer = client.get(f"/raise/{name}")
    assert status == answer.status_code
    assert {"error"} == answer.json().keys()
    error = answer.json()["error"]
    assert {"message", "cure"} == error.keys()
    assert error["message"].startswith(message)
    assert error["cure"].startswith(cure)


def test_headers_come_along(client):
    """Those of the refusal, and when to try again where a store is away."""
    assert "so" == client.get("/raise/refused").headers["X-Why"]
    assert "2" == client.get("/raise/journal").headers["Retry-After"]
    assert "GET" == client.get("/raise/http").headers["Allow"]


def test_what_a_bug_said_is_kept_from_the_sender(client, capfd):
    """Standard error has the report, the sender has not."""
    assert "secret words" not in client.get("/raise/bug").text
    assert "ZeroDivisionError: secret words" in capfd.readouterr().err


def test_after_a_bug_the_next_request_is_answered(client, capfd):
    """The connection ends with the answer, and says so: nobody sends into one that is reset."""
    for _ in range(40):
        answer = client.get("/raise/bug")
        assert (500, "close") == (answer.status_code, answer.headers["Connection"])
        assert 200 == client.post("/pair", json={"first": 1, "second": 2}).status_code
    assert 40 == capfd.readouterr().err.count("ZeroDivisionError: secret words\n")


def test_every_flaw_of_a_body_with_its_place(client):
    """The sender learns of all at once."""
    answer = client.post("/pair", json={"first": "x"})
    assert 422 == answer.status_code
    message = answer.json()["error"]["message"]
    assert "first: " in message
    assert "second: Field required" in message


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'"\\ud800"', b"[" * 9_000])
def test_a_body_that_is_no_json_is_one_line(client, content):
    """Whatever its bytes are."""
    answer = client.post("/pair", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]["message"].isprintable()


def test_a_body_that_ends_too_soon_is_told_to_be_no_json(client):
    """Not by the place of a key that nobody wrote."""
    answer = client.post("/pair", content=b"{bad", headers={"Content-Type": "application/json"})
    assert 422 == answer.status_code
    assert answer.json()["error"]["message"].startswith("the body is no JSON: Expecting property")


def test_a_path_is_repeated_on_one_line_and_in_short(client):
    """It is hostile text."""
    answer = client.get("/" + "a%0ab%1b" * 200)
    message = answer.json()["error"]["message"]
    assert 404 == answer.status_code
    assert message.isprintable()
    assert len(message) < 600


def test_the_cure_is_the_last_clause():
    """Our one-line errors end in it."""
    assert ("a; b", "c") == split_cure("a; b; c")
    assert ("a", "see docs/reference/api.md") == split_cure("a")
