"""Metrics that nothing exports."""

from dataclasses import replace

import pytest

from drillbook.lint.library.metric_exported_by_nothing import LINT
from drillbook.model.finding import Severity
from drillbook.read.exposition import read_exposition
from lint_trees import of_rule, rules, told


def said(expr: str, exported: str, *, is_whole: bool = False) -> list[str]:
    exposition = replace(read_exposition(exported, "m.prom")[0], is_whole=is_whole)
    flaws = told(LINT, {"r.yaml": of_rule(expr)}, exposition=exposition)
    return [f"{flaw.message}: {flaw.help}" for flaw in flaws]


@pytest.mark.parametrize(
    ("expr", "exported", "cure"),
    [
        ("feed_last > 1", "feed_trades_total 1", "name a metric that is exported"),
        ("http_requests_total > 1", "app_http_requests_total 1", "app_http_requests_total?"),
        ("app_queue_len > 1", "queue_len 1", "queue_len?"),
        ("feed_trade_total > 1", "feed_trades_total 1", "feed_trades_total?"),
    ],
)
def test_a_metric_of_a_known_exporter_is_missed(expr: str, exported: str, cure: str) -> None:
    """With the one that was meant: with a prefix, without one, almost of that name."""
    [message] = said(expr, exported + "\n")
    assert message.endswith(cure)
    assert "m.prom does not have" in message


@pytest.mark.parametrize(
    ("expr", "exported"),
    [
        ("up == 0", "a_b 1"),
        ("scrape_samples_scraped > 1", "a_b 1"),
        ("a_b > 1", "a_b 1"),
        ("absent(a_gone)", "a_b 1"),
        ("rate(a_took_bucket[5m]) > 1", "# TYPE a_took histogram\na_b 1"),
        ('{job="x"} > 1', "a_b 1"),
    ],
)
def test_what_is_there_is_not_missed(expr: str, exported: str) -> None:
    """Prometheus's own, whole histograms, what is asked for to be absent, no name."""
    assert [] == said(expr, exported + "\n")


def test_what_another_exporter_may_have_is_a_note_once() -> None:
    """A file knows of itself alone; a Prometheus knows of all."""
    exposition = read_exposition("a_b 1\n", "m.prom")[0]
    both = {"r.yaml": rules(of_rule("z_y > 1"), of_rule("z_y > 2"))}
    [flaw] = told(LINT, both, exposition=exposition)
    assert Severity.NOTE is flaw.severity
    sure = told(LINT, both, exposition=replace(exposition, is_whole=True))
    assert [None, None] == [each.severity for each in sure]


def test_recording_rules_export_and_ask_as_well() -> None:
    """What they make is there, what they ask for may not be."""
    text = "groups:\n- name: g\n  rules:\n  - {record: a:made, expr: a_gone}\n"
    files = {"r.yaml": of_rule("a:made > 1"), "s.yaml": text}
    exposition = read_exposition("a_b 1\n", "m.prom")[0]
    [flaw] = told(LINT, files, exposition=exposition)
    assert "a:made asks for a_gone" in flaw.message


def test_without_an_exposition_nothing_is_missed() -> None:
    """Nobody said what there is."""
    assert [] == told(LINT, {"r.yaml": of_rule("z_y > 1")})
