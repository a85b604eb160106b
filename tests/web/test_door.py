"""Who is let in: with a token, and only with one."""

import base64

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from drillbook.model.journal import JournalError
from drillbook.model.people import Caller
from drillbook.web.door import Door, UnknownCallerError
from talking import answered

TOKENS = {"right": Caller(name="alice"), "hook": Caller(name="alertmanager")}


def identify(text):
    """A small book of tokens."""
    if text == "away":
        raise JournalError("the journal is away; bring it back")
    if text not in TOKENS:
        raise UnknownCallerError("this token is not known; have one made")
    return TOKENS[text]


async def greet(scope, receive, send):
    """Says who came in."""
    caller = Request(scope).scope.get("state", {}).get("caller")
    await PlainTextResponse(caller.name if caller else "nobody")(scope, receive, send)


@pytest.fixture(scope="module")
def client():
    with answered(Door(greet, identify)) as client:
        yield client


def basic(text):
    """What Alertmanager sends where it is given a user and a password."""
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("path", "header", "name"),
    [
        ("/api/v1/runs", "Bearer right", "alice"),
        ("/api/v1/runs", "bearer right", "alice"),
        ("/hooks/alertmanager", "Bearer hook", "alertmanager"),
        ("/hooks/alertmanager", basic("alertmanager:hook"), "alertmanager"),
        ("/hooks/alertmanager", basic(":hook"), "alertmanager"),
        ("/health/live", None, "nobody"),
        ("/health/ready", "Bearer wrong", "nobody"),
    ],
)
def test_let_in(client, path, header, name):
    """The application is told who it is; health asks nobody."""
    answer = client.get(path, headers={"Authorization": header} if header else {})
    assert (200, name) == (answer.status_code, answer.text)


@pytest.mark.parametrize(
    ("path", "header", "words"),
    [
        ("/api/v1/runs", None, "this asks for a token"),
        ("/", None, "this asks for a token"),
        ("/nowhere", None, "this asks for a token"),
        ("/health/live/", None, "this asks for a token"),
        ("/health/livewire", None, "this asks for a token"),
        ("//health/live", None, "this asks for a token"),
        ("/health/live/../../api/v1/runs", None, "this asks for a token"),
        ("/health/live%2f..%2f..%2fapi", None, "this asks for a token"),
        ("/HEALTH/live", None, "this asks for a token"),
        ("/api/v1/runs", "Bearer wrong", "this token is not known"),
        ("/api/v1/runs", "Bearer", "this token is not known"),
        ("/api/v1/runs", "right", "none that is understood"),
        ("/api/v1/runs", "Digest right", "none that is understood"),
        ("/api/v1/runs", basic("alice:right"), "none that is understood"),
        ("/hooks/alertmanager", basic("alice:hook"), "not of the user"),
        ("/hooks/alertmanager", basic("right"), "no user and password"),
        ("/hooks/alertmanager", "Basic /w==", "no user and password"),
    ],
)
def test_not_let_in(client, path, header, words):
    """401 with the cure; whether there is such a path is not said."""
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    answer = client.get(path, headers=headers)
    assert 401 == answer.status_code
    assert words in answer.json()["error"]["message"]
    assert answer.json()["error"]["cure"]
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_two_tokens_are_none(client):
    """Which of them should count is nothing to guess."""
    headers = [("Authorization", "Bearer right"), ("Authorization", "Bearer wrong")]
    assert 401 == client.get("/", headers=headers).status_code


def test_a_journal_that_is_away_is_no_refusal_of_the_token(client):
    """503 says that it may be tried again."""
    answer = client.get("/", headers={"Authorization": "Bearer away"})
    assert (503, "2") == (answer.status_code, answer.headers["Retry-After"])
    assert {"message": "the journal is away", "cure": "bring it back"} == answer.json()["error"]
