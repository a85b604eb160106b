"""The text of an HTTP step becomes a request, and values stay where they stand."""

import json
from contextlib import suppress
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.run.clients.request import (
    RequestTextError,
    ValueRefused,
    filled,
    request_of,
    variables_of,
)

VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)


def sent(text, **values):
    return filled(request_of(text), lambda name: values[name])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET $API_URL/health", ("GET", "$API_URL", "/health")),
        ("GET ${API_URL}", ("GET", "${API_URL}", "/")),
        ("GET $API_URL?a=1", ("GET", "$API_URL", "/?a=1")),
        ("DELETE /orders/$ID HTTP/1.1", ("DELETE", "", "/orders/$ID")),
        ("GET https://api:8443/x", ("GET", "https://api:8443", "/x")),
        ("GET http://api", ("GET", "http://api", "/")),
    ],
)
def test_a_request_line_has_a_method_a_base_and_a_path(line, expected):
    """The base is a variable, a literal server, or the target's."""
    request = request_of(line)
    assert expected == (request.method, request.base, request.path)


def test_headers_and_body_follow_the_request_line():
    """A blank line ends the headers; the body may hold blank lines."""
    request = request_of("POST /x\nContent-Type: text/plain; charset=utf-8\nX-A:  b \n\nl1\n\nl2")
    assert (("Content-Type", "text/plain; charset=utf-8"), ("X-A", "b")) == request.headers
    assert ("text/plain", "l1\n\nl2") == (request.content_type, request.body)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "first line"),
        ("GET", "first line"),
        ("get /x", "first line"),
        ("GET /a b", "first line"),
        ("CONNECT /x", "not supported"),
        ("GET api/x", "begins with none"),
        ("GET ftp://api/x", "begins with none"),
        ("GET http://$HOST/x", "stands in the host"),
        ("GET http://api$X.example/x", "stands in the host"),
        ("GET http://me:pw@api/x", "holds a user"),
        ("GET $API_URL$PATH_OF", "`/` is missing"),
        ("GET /x#y", "`#`"),
        ("GET /a/../b", "segment"),
        ("GET /a/%2e%2E/b", "segment"),
        ("GET /x\nno header", "is no header"),
        ("GET /x\nContent-Length: 3", "ours to send"),
        ("GET /x\nTransfer-Encoding: chunked", "ours to send"),
        ("GET /x\nA: b\rX: y", "control character"),
        ("POST /x\nContent-Type: $T\n\nx", "Content-Type holds a variable"),
        ("POST /x\n\n$X", "how values are written"),
        ("POST /x\nContent-Type: text/xml\n\n<a>$X</a>", "how values are written"),
        ("GET /\0", "NUL"),
    ],
)
def test_what_is_no_request_is_refused_with_its_cause(text, why):
    """Before anything is sent, and before any value is put in."""
    with pytest.raises(RequestTextError, match=why):
        request_of(text)


def test_every_variable_is_named():
    """Of base, path, query, headers and body; `$$X`, `$1` and small names are text."""
    text = "POST $A/$B?c=$C&$$filter=$1\nX: ${D} $lower\nContent-Type: text/plain\n\n$E $$F"
    request = request_of(text)
    assert ("A", "B", "C", "D", "E") == variables_of(request)


@given(VALUES)
def test_a_value_in_the_path_is_one_segment(value):
    """Whatever it holds; an empty one, `.` and `..` would ask for another thing."""
    if value in ("", ".", ".."):
        with pytest.raises(ValueRefused):
            sent("GET /orders/$V/lines", V=value)
        return
    before, orders, segment, lines = sent("GET /orders/$V/lines", V=value).path.split("/")
    assert ("", "orders", value, "lines") == (before, orders, unquote(segment), lines)
    assert segment.isascii()
    assert not set(segment) & set("?#& \r\n")


@given(VALUES)
def test_a_value_in_the_query_is_one_field(value):
    """It adds none, and ends none."""
    query = sent("GET /x?a=$V&b=1", V=value).path.partition("?")[2]
    assert {"a": [value], "b": ["1"]} == parse_qs(query, keep_blank_values=True)


@given(VALUES)
def test_a_value_in_a_header_stays_in_it(value):
    """Or is refused, where it would end it."""
    try:
        (_, written), (_, after) = sent("GET /x\nA: <$V>\nB: c", V=value).headers
    except ValueRefused:
        assert any(ord(each) < 0x20 or ord(each) == 0x7F for each in value)
        return
    assert (f"<{value}>", b"c") == (written.decode(), after)
    assert not {b"\r", b"\n", b"\0"} & {written[n : n + 1] for n in range(len(written))}


@given(VALUES)
def test_a_value_in_json_is_one_string(value):
    """Quotes and backslashes close nothing."""
    body = sent('POST /x\nContent-Type: application/json\n\n{"a": "<$V>", "b": 1}', V=value).body
    assert {"a": f"<{value}>", "b": 1} == json.loads(body or b"")


@given(VALUES)
def test_a_value_in_a_form_is_one_field(value):
    """It adds none."""
    text = "POST /x\nContent-Type: application/x-www-form-urlencoded\n\na=$V&b=1"
    assert {"a": [value], "b": ["1"]} == parse_qs(
        (sent(text, V=value).body or b"").decode(), keep_blank_values=True
    )


@pytest.mark.parametrize(
    ("body", "value", "expected"),
    [
        ('{"n": $V}', "12", b'{"n": 12}'),
        ('{"n": $V}', "-1.5e3", b'{"n": -1.5e3}'),
        ('{"n": $V}', '1, "admin": true', None),
        ('{"n": $V}', "", None),
        ('{"n": "\\\\$V"}', '"', b'{"n": "\\\\\\""}'),
        ('{"n": "\\$V"}', '"', None),
        ('{"\\"": $V}', "1", b'{"\\"": 1}'),
        ('{"\\"": $V}', "x", None),
    ],
)
def test_outside_of_quotes_json_takes_a_number_only(body, value, expected):
    """And a backslash before a variable is refused."""
    text = f"POST /x\nContent-Type: application/problem+json\n\n{body}"
    if expected is None:
        with pytest.raises(ValueRefused):
            sent(text, V=value)
    else:
        assert expected == sent(text, V=value).body


def test_a_value_of_a_megabyte_is_refused():
    """Wherever it stands."""
    with pytest.raises(ValueRefused, match="longer than 65536 bytes"):
        sent("GET /x?a=$V", V="x" * 1_000_000)


@given(st.text(alphabet="GET /$A{}?:\n#%.\r\0", max_size=60))
def test_no_text_raises_anything_else(text):
    """A runbook is text from outside."""
    with suppress(RequestTextError, ValueRefused):
        assert "GET" == filled(request_of(f"GET /{text}"), lambda _: "v").method
