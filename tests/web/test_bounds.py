"""Requests over real HTTP: at most so many at once, and each answered within its time."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from starlette.responses import PlainTextResponse, StreamingResponse

from drillbook.model.settings import Server
from drillbook.web import bounds
from drillbook.web.bounds import Bounds
from drillbook.web.reading import Reading
from servers import wait_until
from talking import ANSWER_WITHIN_S, answered, raw

SERVER = replace(Server(), requests_max=2, request_timeout_s=20.0)


class Gate:
    """An application that answers when the gate is open, and counts who stands before it."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.count = 0

    async def __call__(self, scope, receive, send):
        self.count += 1
        await asyncio.to_thread(self.is_open.wait, ANSWER_WITHIN_S)
        self.count -= 1
        await PlainTextResponse("passed")(scope, receive, send)


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.is_open.set()


def ask(client, path):
    """One request on a connection of its own."""
    return httpx.get(client.base_url.join(path), timeout=ANSWER_WITHIN_S, trust_env=False)


def test_one_request_too_many_is_told_to_come_back(gate):
    """503 with Retry-After and the setting; those that came first are answered."""
    with answered(Bounds(gate, SERVER)) as client, ThreadPoolExecutor() as pool:
        first = [pool.submit(ask, client, "a") for _ in range(2)]
        wait_until(lambda: gate.count == 2, "two requests at work")
        refused = ask(client, "b")
        assert (503, "2") == (refused.status_code, refused.headers["Retry-After"])
        assert "server.requests_max" in refused.json()["error"]["cure"]
        gate.is_open.set()
        assert ["passed"] * 2 == [each.result().text for each in first]
        assert "passed" == ask(client, "b").text


def test_health_is_answered_under_any_load(gate):
    """Whether we are alive does not depend on how much there is to do."""
    with answered(Bounds(gate, SERVER)) as client, ThreadPoolExecutor() as pool:
        for _ in range(2):
            pool.submit(ask, client, "a")
        wait_until(lambda: gate.count == 2, "two requests at work")
        health = pool.submit(ask, client, "health/live")
        wait_until(lambda: gate.count == 3, "the question for health is let in")
        gate.is_open.set()
        assert 200 == health.result().status_code


def test_who_follows_a_run_is_counted_apart(gate, monkeypatch):
    """A stream takes no place of a request, and there are at most so many."""
    monkeypatch.setattr(bounds, "STREAMS_MAX", 1)
    with answered(Bounds(gate, SERVER)) as client, ThreadPoolExecutor() as pool:
        pool.submit(ask, client, "runs/x/events")
        wait_until(lambda: gate.count == 1, "a stream")
        assert 503 == ask(client, "runs/y/events").status_code
        pool.submit(ask, client, "a")
        pool.submit(ask, client, "a")
        wait_until(lambda: gate.count == 3, "two requests beside it")
        gate.is_open.set()


def test_an_answer_that_takes_too_long_is_a_503_and_keeps_its_place(gate):
    """The client is told; what still works in a thread counts until it ends."""
    server = replace(SERVER, request_timeout_s=0.3, requests_max=1)
    with answered(Bounds(Reading(gate, 1_000), server)) as client:
        late = ask(client, "a")
        assert 503 == late.status_code
        assert "no answer was found within 0.3 s" in late.json()["error"]["message"]
        assert "as many requests as we take" in ask(client, "b").json()["error"]["message"]
        gate.is_open.set()
        wait_until(lambda: ask(client, "b").text == "passed", "the place is free again")


def test_a_body_that_does_not_come_is_a_408(gate):
    """A sender that says ten bytes and sends two is answered, and its connection closed."""
    server = replace(SERVER, request_timeout_s=0.3)
    with answered(Bounds(Reading(gate, 1_000), server)) as client:
        answer = raw(client, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive whole within 0.3 s" in answer
    assert 0 == gate.count


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_never_ends_their_request_holds_no_place_of_a_stream(gate, method, monkeypatch):
    """Else so many half requests, of anybody with a token, keep everybody from following."""
    monkeypatch.setattr(bounds, "STREAMS_MAX", 1)
    server = replace(SERVER, request_timeout_s=0.3)
    half = f"{method} /runs/x/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"
    gate.is_open.set()
    with answered(Bounds(Reading(gate, 1_000), server)) as client:
        assert raw(client, half.encode()).startswith(b"HTTP/1.1 408 ")
        wait_until(lambda: ask(client, "runs/x/events").text == "passed", "the place is free")


def test_a_stream_that_has_begun_may_last(monkeypatch):
    """The time of a request is for its beginning."""
    monkeypatch.setattr(bounds, "STREAMS_MAX", 1)
    server = replace(SERVER, request_timeout_s=0.1)

    async def slow(scope, receive, send):
        async def parts():
            yield "begun, "
            await asyncio.sleep(0.5)
            yield "ended"

        await StreamingResponse(parts())(scope, receive, send)

    with answered(Bounds(slow, server)) as client:
        assert ["begun, ended"] * 2 == [ask(client, "x/events").text for _ in range(2)]
