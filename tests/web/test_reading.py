"""Bodies over real HTTP: whole and within bounds, or refused."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from drillbook.web.reading import DISCARDED_BYTES_MAX, Reading
from talking import answered, raw

BYTES_MAX = 2_000


async def count(scope, receive, send):
    """Says how long the body is that it was given."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@pytest.fixture(scope="module")
def client():
    with answered(Reading(count, BYTES_MAX)) as client:
        yield client


@pytest.mark.parametrize("length", [0, 1, BYTES_MAX])
def test_a_body_within_the_bound_arrives_whole(client, length):
    """Up to the last byte that is allowed."""
    answer = client.post("/", content=b"x" * length)
    assert (200, str(length)) == (answer.status_code, answer.text)


@pytest.mark.parametrize("length", [BYTES_MAX + 1, 50 * BYTES_MAX])
def test_a_larger_body_is_refused_with_the_bound_and_the_cure(client, length):
    """The sender reads the answer, although it was still sending."""
    answer = client.post("/", content=b"x" * length)
    assert 413 == answer.status_code
    error = answer.json()["error"]
    assert "the body is larger than 2,000 bytes" == error["message"]
    assert "server.request_bytes_max" in error["cure"]


def test_a_body_whose_length_is_not_said_is_counted(client):
    """In chunks it is bounded as well."""
    answer = client.post("/", content=(b"x" * 500 for _ in range(5)))
    assert 413 == answer.status_code
    assert "2000" == client.post("/", content=(b"x" * 500 for _ in range(4))).text


def test_an_enormous_body_is_not_even_read(client):
    """It is answered at its head, and the connection is closed."""
    length = BYTES_MAX + DISCARDED_BYTES_MAX + 1
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    assert raw(client, head.encode()).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"\0\1\2\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_400_and_closed(client, head):
    """Lengths that contradict themselves, and bytes that are no HTTP."""
    assert raw(client, head).startswith(b"HTTP/1.1 4")


def test_a_head_is_bounded(client):
    """Far beyond 32 kB of it the connection is closed, and nobody is asked to answer."""
    answer = raw(client, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 400_000 + b"\r\n\r\n")
    assert not answer.startswith(b"HTTP/1.1 200")
    assert 200 == client.get("/", headers={"X": "a" * 20_000}).status_code
