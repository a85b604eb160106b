"""Runs that ended, at a real collector over HTTP."""

import time

import pytest

from collector import collector
from drillbook.journal.sqlite import SqliteJournal
from drillbook.journal.watched import WatchedJournal
from drillbook.model.clock import SystemClock
from drillbook.verbs.serving import tracing
from drillbook.verbs.serving.tracing import Tracer, endpoint_of
from servers import free_port, wait_until

OK, ERROR = 1, 2


@pytest.fixture
def journal(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    yield journal
    journal.close()


@pytest.fixture
def said():
    return []


@pytest.fixture
def traced(journal, said):
    """What makes a journal whose ended runs are traced to this endpoint."""
    made = []

    def make(endpoint):
        tracer = Tracer(journal, endpoint, say=said.append)
        made.append(tracer)
        return WatchedJournal(journal, tracer.watch), tracer

    yield make
    for tracer in made:
        tracer.close()


def tell(journal, name, state="recovered"):
    """A run of one step."""
    stream = f"run/{name}"
    journal.append(stream, "run-started", {"title": "The flag is down", "runbook": "flag.md"})
    intent = {"step": "mend", "part": "option", "round": 1, "on": "db"}
    journal.append(stream, "step-started", intent)
    journal.append(stream, "step-finished", {**intent, "result": "met", "exit_code": 0})
    journal.append(stream, "run-ended", {"state": state, "because": "so"})


def attributes(span):
    return {each.key: each.value for each in span.attributes}


def test_a_run_that_ended_arrives_as_a_trace(traced):
    """Parent and child with ids, times, target and result, as OTLP in protobuf."""
    with collector() as server:
        journal, _ = traced(endpoint_of(server.url))
        tell(journal, "a")
        wait_until(server.spans, "a trace arrives")
        run, step = server.spans()
        assert ["/v1/traces"] == server.paths
    assert ("run The flag is down", "step mend") == (run.name, step.name)
    assert (b"", run.span_id, run.trace_id) == (
        run.parent_span_id,
        step.parent_span_id,
        step.trace_id,
    )
    assert (16, 8) == (len(run.trace_id), len(run.span_id))
    assert run.start_time_unix_nano < step.end_time_unix_nano <= run.end_time_unix_nano
    assert OK == run.status.code
    assert "db" == attributes(step)["drillbook.target"].string_value
    assert 0 == attributes(step)["drillbook.exit_code"].int_value
    [resource] = server.requests[0].resource_spans
    assert "drillbook" == attributes(resource.resource)["service.name"].string_value


def test_what_failed_says_why(traced):
    """The status of the run's span is an error, with the words of the journal."""
    with collector() as server:
        journal, _ = traced(endpoint_of(server.url))
        tell(journal, "a", state="escalated")
        wait_until(server.spans, "a trace arrives")
        run, _ = server.spans()
    assert (ERROR, "so") == (run.status.code, run.status.message)


def test_what_waits_is_sent_before_the_end(traced):
    """A server that stops loses no trace of what it did."""
    with collector() as server:
        journal, tracer = traced(endpoint_of(server.url))
        for number in range(5):
            tell(journal, f"r{number}")
        tracer.close()
        assert 5 == len({span.trace_id for span in server.spans()})


@pytest.mark.parametrize("status", [400, 401])
def test_a_collector_that_refuses_is_said_once(traced, said, status):
    """And nothing else comes of it."""
    with collector() as server:
        server.status = status
        journal, tracer = traced(endpoint_of(server.url))
        for number in range(3):
            tell(journal, f"r{number}")
        tracer.close()
    [line] = said
    assert "correct `endpoint` of [tracing]" in line


def test_no_run_waits_for_a_collector_that_is_away(traced, said, monkeypatch):
    """Journaling goes on at its own pace; more than can wait are not traced, which is said."""
    monkeypatch.setattr(tracing, "SEND_WITHIN_S", 1.0)
    monkeypatch.setattr(tracing, "WAITING_MAX", 2)
    journal, _ = traced(f"http://127.0.0.1:{free_port()}/v1/traces")
    began_s = time.monotonic()
    for number in range(20):
        tell(journal, f"r{number}")
    assert time.monotonic() - began_s < 20
    assert 20 == len(journal.streams("run/"))
    assert 1 == len(said)


@pytest.mark.parametrize(
    ("configured", "variables", "expected"),
    [
        ("", {}, ""),
        ("http://c:4318", {}, "http://c:4318/v1/traces"),
        ("http://c:4318/", {}, "http://c:4318/v1/traces"),
        ("http://c:4318/v1/traces", {}, "http://c:4318/v1/traces"),
        ("", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://e:1"}, "http://e:1/v1/traces"),
        ("", {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://e:1/x"}, "http://e:1/x"),
        (
            "http://c:1",
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://e/x"},
            "http://c:1/v1/traces",
        ),
        ("http://c:1", {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://e:1"}, "http://c:1/v1/traces"),
    ],
)
def test_where_traces_go(monkeypatch, configured, variables, expected):
    """Our own setting before OpenTelemetry's variables; without any, nowhere."""
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert expected == endpoint_of(configured)
