"""The metrics that rules are held against, of files and of a real Prometheus."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.model.lint import LintSettings
from drillbook.read.exposition import TEXT_BYTES_MAX
from drillbook.read.settings import default_settings
from drillbook.verbs.linting.exporting import (
    Asking,
    ExportingError,
    exposition_of_file,
    exposition_of_files,
    exposition_of_prometheus,
    used_in,
)
from lint_rules import rule_text
from servers import free_port, http_server, prometheus, raw_server, wait_until


def asking(url: str, *used: str) -> Asking:
    return Asking(url=url, now_s=time.time(), used=used)


def answering(data: object, status: str = "success") -> bytes:
    return json.dumps({"status": status, "data": data, "error": "no", "errorType": "x"}).encode()


def test_files_are_named_by_globs_of_the_settings(tmp_path: Path) -> None:
    """All that they fit is one exposition, in the order of their paths."""
    (tmp_path / "a.prom").write_text("a 1\n")
    (tmp_path / "b.prom").write_text('b{x="y"} 1\n?\n')
    settings = replace(default_settings(tmp_path), lint=LintSettings(metrics=("*.prom", "z")))
    exposition, [finding] = exposition_of_files(settings, tmp_path)
    assert exposition is not None
    assert ({"a", "b"}, "a.prom, b.prom") == (set(exposition.metrics), exposition.source)
    assert ("b.prom", 2) == (finding.place.path, finding.place.line)


def test_without_globs_there_is_none(tmp_path: Path) -> None:
    """Then nothing is held against anything."""
    assert (None, ()) == exposition_of_files(default_settings(tmp_path), tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Missing, or larger than any exporter's answer."""
    with (tmp_path / "large").open("wb") as file:
        file.truncate(TEXT_BYTES_MAX + 1)
    for name in ("gone", "large"):
        exposition, findings = exposition_of_file(tmp_path / name, name)
        assert (None, 1) == (exposition, len(findings))


def test_the_metrics_that_rules_ask_for_are_used(tmp_path: Path) -> None:
    """Each once; other YAML and what is not understood has none."""
    (tmp_path / "a.yaml").write_text(rule_text("a > b and rate(a[5m]) > 1"))
    (tmp_path / "b.yaml").write_text(rule_text("c >"))
    (tmp_path / "c.yaml").write_text("x: groups\n")
    assert ("a", "b") == used_in(tmp_path, (), default_settings(tmp_path))


@pytest.mark.lab
def test_a_prometheus_knows_all_names_and_the_labels_of_those_that_are_used() -> None:
    """A real one, that scrapes itself."""
    used = ("prometheus_http_requests_total", "prometheus_http_request_duration_seconds_bucket")

    with prometheus(scrapes_itself=True) as url:
        wait_until(
            lambda: {"up", *used} <= set(exposition_of_prometheus(asking(url)).metrics),
            "Prometheus scrapes itself",
        )
        exposition = exposition_of_prometheus(asking(url, *used, "gone"))
    counter, bucket = (exposition.metrics[name] for name in used)
    assert (True, url) == (exposition.is_whole, exposition.source)
    assert ("counter", ["itself"]) == (counter.type, list(counter.labels["job"]))
    assert "200" in counter.labels["code"]
    assert ("histogram", True) == (bucket.type, "+Inf" in bucket.labels["le"])
    assert ("unknown", {}) == (exposition.metrics["up"].type, exposition.metrics["up"].labels)
    assert "gone" not in exposition.metrics


def test_one_that_does_not_answer_is_told() -> None:
    """Nobody listens; the address is none."""
    for url in (f"http://127.0.0.1:{free_port()}", "127.0.0.1:9090", "ftp://x"):
        with pytest.raises(ExportingError, match=r"127\.0\.0\.1|ftp"):
            exposition_of_prometheus(asking(url))


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b"<html>", "is no Prometheus"),
        (b"[]", "is no Prometheus"),
        (answering([], "error"), "refuses: x: no"),
        (b'{"status": "success", "data": "' + b"a" * 1_100_000, "is no Prometheus"),
    ],
)
def test_what_is_no_prometheus_is_told(body: bytes, because: str) -> None:
    """Whatever it answers."""
    with (
        http_server(lambda *_: (200, {}, body)) as (url, _),
        pytest.raises(ExportingError, match=because),
    ):
        exposition_of_prometheus(asking(url))


def test_answers_of_another_shape_are_passed_over() -> None:
    """A hostile server says nothing, and breaks nothing."""
    with http_server(lambda *_: (200, {}, answering([1, None, {"a": 1}, "a"]))) as (url, heard):
        exposition = exposition_of_prometheus(asking(url, "a"))
    assert ["a"] == list(exposition.metrics)
    assert "match%5B%5D=%7B__name__%3D%22a%22%7D" in heard.requests[-1][1]


def test_a_token_is_sent_along() -> None:
    """Where there is one."""
    with http_server(lambda *_: (200, {}, answering([]))) as (url, heard):
        exposition_of_prometheus(replace(asking(url), token="abc"))
    assert "Bearer abc" == heard.requests[0][2]["Authorization"]


def test_one_that_hangs_up_is_told() -> None:
    """Before it says anything."""
    with (
        raw_server(lambda _: None) as url,
        pytest.raises(ExportingError, match="does not answer"),
    ):
        exposition_of_prometheus(asking(url))
