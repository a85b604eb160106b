"""Addresses, sockets, certificates, and connections that say nothing."""

import asyncio
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.responses import PlainTextResponse

from drillbook.web import listening
from drillbook.web.listening import (
    ListenError,
    Tls,
    check_tls,
    open_socket,
    read_address,
)
from talking import ANSWER_WITHIN_S, answered, raw

HELLO = PlainTextResponse("hello")


@pytest.mark.parametrize(
    ("text", "host", "port", "is_here"),
    [
        ("127.0.0.1:8470", "127.0.0.1", 8470, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:65535", "::1", 65535, True),
        ("0.0.0.0:80", "0.0.0.0", 80, False),
        ("[::]:80", "::", 80, False),
        ("runbooks.example.org:443", "runbooks.example.org", 443, False),
    ],
)
def test_address(text, host, port, is_here):
    """Host and port, and whether only this machine can reach it."""
    address = read_address(text)
    assert (host, port, is_here) == (address.host, address.port, address.is_here)


@pytest.mark.parametrize(
    "text", ["", "8470", ":8470", "127.0.0.1", "a:b", "a:65536", "a:-1", "a:¹"]
)
def test_no_address(text):
    """Everything that is not HOST:PORT is refused with an example."""
    with pytest.raises(ListenError, match="write one such as 127"):
        read_address(text)


def test_an_address_that_is_taken_is_one_line():
    """The line names the address and the cure."""
    with open_socket(read_address("127.0.0.1:0")) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ListenError, match=f"127.0.0.1:{port} cannot be listened to.*--listen"):
            open_socket(read_address(f"127.0.0.1:{port}"))


def test_a_name_that_nobody_has_is_one_line():
    """A host that does not resolve is no traceback."""
    with pytest.raises(ListenError, match="cannot be listened to"):
        open_socket(read_address("no-such-host.invalid:1"))


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """A certificate for 127.0.0.1, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    files = Tls(certificate=folder / "c.pem", key=folder / "k.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    more = [
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=drillbook",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    out = ["-keyout", str(files.key), "-out", str(files.certificate)]
    subprocess.run([*command, *more, *out], check=True, capture_output=True, timeout=60)
    return files


def test_over_tls(tls):
    """With the files of a certificate, what is said travels encrypted."""
    check_tls(tls)
    with answered(HELLO, tls) as client:
        assert "hello" == client.get("/").text
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{client.base_url.port}/", trust_env=False, timeout=10)


@pytest.mark.parametrize("swap", [True, False])
def test_files_that_are_no_certificate(tls, tmp_path, swap):
    """Swapped or missing, the line names both and the settings."""
    wrong = (
        Tls(certificate=tls.key, key=tls.certificate)
        if swap
        else Tls(certificate=tmp_path / "none.pem", key=tls.key)
    )
    with pytest.raises(ListenError, match="are no certificate with its key"):
        check_tls(wrong)


@pytest.mark.parametrize(
    "data",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT"],
    ids=["nothing", "half a head", "half of a second head"],
)
def test_a_connection_that_never_says_what_it_wants_is_closed(monkeypatch, data):
    """A thousand of them must not keep everybody else out."""
    monkeypatch.setattr(listening, "HEAD_WITHIN_S", 0.3)
    monkeypatch.setattr(listening, "KEEP_ALIVE_S", 1)
    with answered(HELLO) as client:
        answer = raw(client, data)
    assert data.count(b"\r\n\r\n") == answer.count(b"hello")


def test_a_request_that_is_being_answered_may_end():
    """An orderly stop waits for it, and takes no new one."""
    is_asked, may_answer = threading.Event(), threading.Event()

    async def slow(scope, receive, send):
        is_asked.set()
        await asyncio.to_thread(may_answer.wait, ANSWER_WITHIN_S)
        await PlainTextResponse("done")(scope, receive, send)

    with ThreadPoolExecutor() as pool:
        with answered(slow) as client:
            asked = pool.submit(httpx.get, f"{client.base_url}", timeout=20, trust_env=False)
            assert is_asked.wait(ANSWER_WITHIN_S)
            threading.Timer(0.5, may_answer.set).start()
        assert "done" == asked.result().text
