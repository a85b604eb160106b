"""HTTP steps against real servers, friendly and hostile ones."""

import ssl
import subprocess
import time

import pytest

import servers
from asking import ask, lints
from drillbook.run.actions import http as action

ENDLESS_PACKETS_MAX = 100_000


@pytest.fixture(scope="module")
def friendly():
    """A server that answers by its path."""

    def reply(_method, path):
        return {
            "/fine": (200, {}, b'{"depth": 7}\n'),
            "/binary": (200, {}, b"\0\xff\n"),
            "/made": (201, {}, b"made\n"),
            "/missing": (404, {}, b"no such order\n"),
            "/broken": (503, {}, b""),
            "/moved": (302, {"Location": "/fine"}, b""),
            "/long": (200, {}, b"x" * 1_500_000),
        }.get(path.partition("?")[0], (200, {}, b""))

    with servers.http_server(reply) as (url, heard):
        yield url, heard


@pytest.mark.parametrize(
    ("path", "code", "out"),
    [
        ("/fine", 0, '{"depth": 7}\n'),
        ("/binary", 0, "\0�\n"),
        ("/made", 0, "made\n"),
        ("/missing", 22, "HTTP 404 Not Found\nno such order\n"),
        ("/broken", 22, "HTTP 503 Service Unavailable\n"),
        ("/moved", 47, "HTTP 302 Found\nLocation: /fine\n"),
    ],
)
def test_the_status_is_an_exit_code(friendly, path, code, out):
    """The body alone where it is well, so that numbers can be taken; else the status first."""
    said = ask("http", f"GET $API_URL{path}", env={"API_URL": friendly[0]})
    assert (code, out, "") == (said.code, said.out, said.err)


def test_a_redirect_is_not_followed(friendly):
    """What it names may be any server."""
    url, heard = friendly
    before = len(heard.requests)
    ask("http", "GET /moved", url=url)
    assert ["/moved"] == [path for _, path, _, _ in heard.requests[before:]]


def test_head_shows_the_headers(friendly):
    """There is no body to show."""
    said = ask("http", "HEAD /fine", url=friendly[0])
    assert (0, "HTTP 200 OK") == (said.code, said.out.splitlines()[0])
    assert "Content-Length: 13" in said.out


def test_what_is_sent_is_what_is_written(friendly):
    """Method, path below the target's own, headers, body; values in their places."""
    url, heard = friendly
    text = 'PUT /orders/$ID?x=$ID\nContent-Type: application/json\nX-Id: $ID\n\n{"id": "$ID"}'
    hostile = "a/../b?c=d&\"'$(touch x)`#%"
    said = ask("http", text, observes=False, env={"ID": hostile}, url=f"{url}/v1/")
    encoded = "a%2F..%2Fb%3Fc%3Dd%26%22%27%24%28touch%20x%29%60%23%25"
    method, path, headers, body = heard.requests[-1]
    assert 0 == said.code
    assert ("PUT", f"/v1/orders/{encoded}?x={encoded}") == (method, path)
    assert (hostile, "drillbook") == (headers["X-Id"], headers["User-Agent"])
    assert b'{"id": "a/../b?c=d&\\"\'$(touch x)`#%"}' == body


def test_a_long_body_is_cut_and_said_so(friendly):
    """At a megabyte."""
    said = ask("http", "GET /long", url=friendly[0])
    assert (63, 1_000_000) == (said.code, len(said.out))
    assert "longer than 1000000 bytes" in said.err


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({}, "$API_URL has no value"),
        ({"API_URL": "file:///etc/passwd"}, "is no http://HOST:PORT"),
        ({"API_URL": "http://me:pw@127.0.0.1"}, "is no http://HOST:PORT"),
        ({"API_URL": "http://127.0.0.1/../x"}, "is no http://HOST:PORT"),
        ({"API_URL": "http://127.0.0.1\r\nX: y"}, "is no http://HOST:PORT"),
    ],
)
def test_a_base_that_is_none_sends_nothing(env, why):
    """125, which says nothing of the system; the value is not shown, for it may be a secret."""
    said = ask("http", "GET $API_URL/x", env=env)
    assert (125, True, 1) == (said.code, why in said.err, len(said.err.splitlines()))
    assert 125 in action.SAYS_NOTHING


def test_nobody_there_is_seven():
    """As curl has it: the machine answers, and nobody listens."""
    said = ask("http", "GET /x", url=f"http://127.0.0.1:{servers.free_port()}")
    assert (7, 1) == (said.code, len(said.err.splitlines()))


def test_an_unknown_name_is_six():
    """Which says nothing of the system."""
    assert 6 == ask("http", "GET http://no-such-host.invalid/").code
    assert 6 in action.SAYS_NOTHING


def endless_body(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(ENDLESS_PACKETS_MAX):
        connection.sendall(b"x" * 65_536)


def endless_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(ENDLESS_PACKETS_MAX):
        connection.sendall(b"X-More: yes\r\n")


def slow_headers(connection):
    for _ in range(ENDLESS_PACKETS_MAX):
        connection.sendall(b"H")
        time.sleep(0.2)


def silence(connection):
    connection.recv(1)


def endless_continues(connection):
    for _ in range(ENDLESS_PACKETS_MAX):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def slow_chunks(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(ENDLESS_PACKETS_MAX):
        connection.sendall(b"1\r\nx\r\n")
        time.sleep(0.1)


def says(data):
    return lambda connection: connection.sendall(data)


@pytest.mark.parametrize(
    ("speak", "code"),
    [
        (endless_body, 63),
        (endless_headers, 56),
        (slow_headers, 28),
        (silence, 28),
        (endless_continues, 28),
        (slow_chunks, 28),
        (says(b""), 52),
        (says(b"\0\xff garbage\n" * 100), 56),
        (says(b"SSH-2.0-OpenSSH_9.2\r\n"), 56),
        (says(b"HTTP/1.1 abc OK\r\n\r\n"), 56),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"), 56),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 56),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), 56),
    ],
)
def test_a_hostile_server_costs_its_time_limit_at_most(speak, code):
    """Bounded memory, a clear exit code, one line, and no traceback."""
    began_s = time.monotonic()
    with servers.raw_server(speak) as url:
        said = ask("http", "GET /x", url=url, timeout_s=2)
    assert (code, 1) == (said.code, len(said.err.splitlines())), said.err
    assert time.monotonic() - began_s < 60


def test_a_proxy_is_used_where_the_environment_names_one():
    """For everything that no_proxy does not name."""
    with servers.http_server() as (url, heard):
        port = url.rpartition(":")[2]
        proxied = {"http_proxy": f"http://127.0.0.1:{port}"}
        assert 0 == ask("http", "GET http://far.invalid/x", env=proxied).code
        assert "http://far.invalid/x" == heard.requests[-1][1]
        direct = {**proxied, "no_proxy": "example.com, .invalid"}
        assert 6 == ask("http", "GET http://far.invalid/x", env=direct).code


def test_a_server_without_tls_is_thirty_five():
    """Plain HTTP is never taken for an answer to https."""
    with servers.http_server() as (url, _):
        said = ask("http", f"GET {url.replace('http', 'https')}/x")
    assert 35 == said.code


@pytest.mark.parametrize(
    ("command", "around", "expected"),
    [
        ("GET /x", {}, ["target-without-url"]),
        ("GET /x", {"url": "ftp://api"}, ["bad-target-url"]),
        ("GET /x", {"url": "http://api/v1?key=1"}, ["bad-target-url"]),
        ("GET http://api:99999/x", {}, ["request-not-understood"]),
        ("fetch the page", {}, ["request-not-understood"]),
        ("POST $API_URL/x", {}, ["check-may-change"]),
        ("GET $API_URL/x\nX-HTTP-Method-Override: DELETE", {}, ["check-may-change"]),
        ("GET $API_URL/x", {}, []),
        ("OPTIONS /x", {"url": "http://api/v1"}, []),
    ],
)
def test_what_cannot_be_sent_is_a_finding(command, around, expected):
    """A Check may ask by GET, HEAD and OPTIONS alone."""
    assert expected == lints("http", command, **around)


def test_an_option_may_use_any_method():
    """It is there to change something."""
    assert [] == lints("http", "POST $API_URL/restart", observes=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that nobody has signed but itself."""
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key", "-out", "certificate"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


def test_a_certificate_is_verified(certificate):
    """60 for one that nobody trusts; trusted where the target's environment names it."""

    def speak(connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "certificate", certificate / "key")
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfine\n")

    with servers.raw_server(speak, reads_first=False) as url:
        https = url.replace("http", "https")
        untrusted = ask("http", f"GET {https}/x")
        trust = {"SSL_CERT_FILE": str(certificate / "certificate")}
        trusted = ask("http", f"GET {https}/x", env=trust)
    assert (60, True) == (untrusted.code, "not trusted" in untrusted.err)
    assert (0, "fine\n") == (trusted.code, trusted.out)
