"""PromQL steps on a real Prometheus, and on what only says to be one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servers
from asking import ask, lints
from drillbook.run.actions import promql as action
from drillbook.run.clients.expression import filled
from drillbook.run.clients.promql import _asked
from drillbook.run.clients.wire import base_of

LABELS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=60
)


@pytest.fixture(scope="module")
def prometheus():
    """A Prometheus that scrapes nothing: expressions make their own samples."""
    with servers.prometheus() as url:
        yield url


@pytest.mark.lab
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 1", "2\n"),
        ("vector(42.5)", "42.5\n"),
        ("vector(0) / 0", "NaN\n"),
        ("-1 / vector(0)", "-Inf\n"),
        ("no_such_metric", ""),
        ('"text"', "text\n"),
        (
            'label_replace(vector(2), "a", "x", "", "") or vector(1)',
            '{a="x"} 2\n{} 1\n',
        ),
    ],
)
def test_prometheus_answers(prometheus, expression, expected):
    """One sample as its bare number, several with their labels, none as nothing."""
    said = ask("promql", expression, url=prometheus)
    assert (0, expected, "") == (said.code, said.out, said.err)


@pytest.mark.lab
@pytest.mark.parametrize(
    ("expression", "code", "why"),
    [
        ("sum(", 1, "bad_data"),
        ("up[5m]", 125, "range of values"),
        ('up{job="$JOB"}', 125, "$JOB has no value"),
    ],
)
def test_what_gives_no_value_says_why_in_one_line(prometheus, expression, code, why):
    """And nothing of the system."""
    said = ask("promql", expression, url=prometheus)
    assert (code, True, 1) == (said.code, why in said.err, len(said.err.splitlines()))
    assert code in action.SAYS_NOTHING


@pytest.mark.lab
def test_any_value_comes_back_from_prometheus_as_it_is(prometheus, monkeypatch):
    """`absent` gives back the labels that it was asked for: the value, and no other label."""
    monkeypatch.setenv("DRILLBOOK_URL", prometheus)

    @settings(max_examples=80)
    @given(LABELS)
    def comes_back(value):
        expression = filled('absent(none{a="$V", b="1"})', lambda _: value)
        (sample,) = json.loads(_asked(expression, timeout_s=30.0).body)["data"]["result"]
        assert {"a": value, "b": "1"} == sample["metric"]

    comes_back()


@pytest.mark.lab
def test_behind_a_pattern_any_value_is_understood(prometheus, monkeypatch):
    """Prometheus takes every escape that is written; what it matches, test_expression shows."""
    monkeypatch.setenv("DRILLBOOK_URL", prometheus)

    @settings(max_examples=80)
    @given(LABELS)
    def matches(value):
        text = 'count(label_replace(vector(1), "a", "x", "", "") == 1) or absent(none{a=~"$V"})'
        expression = filled(text, lambda _: value)
        assert "success" == json.loads(_asked(expression, timeout_s=30.0).body)["status"]

    matches()


def test_a_prometheus_that_is_not_there_is_seven():
    """Whatever the reason: nothing is known of the system."""
    said = ask("promql", "up", url=f"http://127.0.0.1:{servers.free_port()}")
    assert (7, 1) == (said.code, len(said.err.splitlines()))


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"<html>", 22),
        (200, b"[]", 22),
        (200, b'{"status": "success"}', 22),
        (200, b'{"status": "success", "data": {"resultType": "vector", "result": [1]}}', 22),
        (200, b'{"status": "success", "data": {"resultType": "scalar", "result": []}}', 22),
        (200, b"[" * 100_000, 22),
        (503, b'{"status": "error", "errorType": "timeout", "error": "late"}', 28),
        (422, b'{"status": "error", "errorType": "execution", "error": "a\\nb"}', 1),
    ],
)
def test_what_is_no_prometheus_gives_no_value(status, body, code):
    """One line, and no traceback."""
    with servers.http_server(lambda _method, _path: (status, {}, body)) as (url, _):
        said = ask("promql", "up", url=url)
    assert (code, 1, "") == (said.code, len(said.err.splitlines()), said.out)


def test_warnings_are_said_and_the_token_is_sent():
    """An answer with a warning may not be whole, so its output is no bare number."""
    answer = {
        "status": "success",
        "warnings": ["a part is missing"],
        "data": {"resultType": "scalar", "result": [0, "3"]},
    }
    body = json.dumps(answer).encode()
    with servers.http_server(lambda _method, _path: (200, {}, body)) as (url, heard):
        said = ask("promql", "up", url=url, env={"DRILLBOOK_TOKEN": "t0ken"})
    assert (0, "3\n", "warning: a part is missing\n") == (said.code, said.out, said.err)
    method, path, headers, sent = heard.requests[-1]
    assert ("POST", "/api/v1/query", "Bearer t0ken") == (method, path, headers["Authorization"])
    assert sent.startswith(b"query=up&timeout=")


@pytest.mark.parametrize(
    ("command", "around", "expected"),
    [
        ("up", {}, ["target-without-url"]),
        ("up", {"url": "prometheus:9090"}, ["bad-target-url"]),
        ("$METRIC", {"url": "http://p:9090"}, ["variable-outside-label"]),
        ('up{job="$JOB"}', {"url": "http://p:9090/prefix"}, []),
    ],
)
def test_what_cannot_be_asked_is_a_finding(command, around, expected):
    """Before anything is started."""
    assert expected == lints("promql", command, **around)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://p:9090", ("http", "p", 9090, "")),
        ("https://[::1]/a/", ("https", "::1", 443, "/a")),
        ("http://p:0", None),
        ("http://p/a?b", None),
        ("http://u@p", None),
        ("http://p/%2e%2e/", None),
        ("http://p\n", None),
    ],
)
def test_a_base_is_a_server_and_a_path(url, expected):
    """Nothing that could carry a secret or lead elsewhere."""
    base = base_of(url)
    assert expected == (base and (base.scheme, base.host, base.port, base.path))
