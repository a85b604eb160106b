"""Prometheus rule files and the manifests that wrap them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.rules import read_rules

GROUPS = """groups:
  - name: queue
    interval: 30s
    rules:
      - record: queue:length:max
        expr: max(queue_length)
      - alert: QueueStuck
        expr: |
          queue:length:max > 1000
          and up == 1
        for: 1m30s
        keep_firing_for: 5m
        labels:
          severity: critical
          tier: 1
        annotations:
          runbook_url: https://example.org/runbooks/queue.md
          summary: It is stuck.
"""


def indented(text: str, by: int) -> str:
    """The text, every line moved to the right."""
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


MANIFEST = "kind: PrometheusRule\nspec:\n" + indented(GROUPS, 2)
LIST = "kind: List\nitems:\n  - kind: Secret\n  - kind: PrometheusRule\n    spec:\n" + indented(
    GROUPS, 6
)


@pytest.mark.parametrize(
    ("text", "shift"),
    [(GROUPS, 0), (MANIFEST, 2), ("kind: ConfigMap\n---\n" + MANIFEST, 4), (LIST, 5)],
    ids=["plain", "manifest", "two documents", "list"],
)
def test_rule(text: str, shift: int) -> None:
    """The alerting rule arrives whole from each wrapping, recording rules are passed over."""
    (rule,), findings = read_rules(text, "r.yaml")
    assert () == findings
    assert ("QueueStuck", "queue", 90, 300, 30) == (
        rule.name,
        rule.group,
        rule.for_s,
        rule.keep_firing_for_s,
        rule.interval_s,
    )
    assert "queue:length:max > 1000\nand up == 1\n" == rule.expr
    assert {"severity": "critical", "tier": "1"} == rule.labels
    assert "It is stuck." == rule.annotations["summary"]
    assert (7 + shift, 9 + shift) == (rule.place.line, rule.expr_place.line)
    lines = text.split("\n")
    assert lines[rule.expr_place.line - 1][rule.expr_place.column - 1 :].startswith("queue:length")
    url = rule.annotation_places["runbook_url"]
    assert "https://example.org/runbooks/queue.md" == lines[url.line - 1][url.column - 1 :]


def test_defaults() -> None:
    """What the file does not say is zero, or the server's own."""
    (rule,), _ = read_rules("groups:\n- rules:\n  - {alert: A, expr: 1}\n", "r.yaml")
    assert ("1", 0, 0, None) == (rule.expr, rule.for_s, rule.keep_firing_for_s, rule.interval_s)


@pytest.mark.parametrize(
    ("text", "lint"),
    [
        ("a: 1\n", "no-rule-groups"),
        ("", "no-rule-groups"),
        ("groups: [", "yaml-not-readable"),
        ("groups: 5\n", "value-of-wrong-kind"),
        ("groups: [5]\n", "value-of-wrong-kind"),
        ("groups: [{name: a, rules: {}}]\n", "value-of-wrong-kind"),
        ("groups: [{name: a, rules: [x]}]\n", "value-of-wrong-kind"),
        ("groups: [{name: a, rules: [{alert: A}]}]\n", "missing-key"),
        ("groups: [{name: a, rules: [{expr: A}]}]\n", "missing-key"),
        ("groups: [{rules: [{alert: A, expr: x, for: 5 m}]}]\n", "value-of-wrong-kind"),
        ("groups: [{rules: [{alert: A, expr: x, labels: [b]}]}]\n", "value-of-wrong-kind"),
        ("groups: [{rules: [{alert: A, expr: x, labels: {b: []}}]}]\n", "value-of-wrong-kind"),
        ("groups: []\ngroups: []\n", "duplicate-yaml-key"),
        ("groups:\n{{ range }}\n", "yaml-not-readable"),
    ],
)
def test_flaw(text: str, lint: str) -> None:
    """Each flaw is a Finding at its place."""
    findings = read_rules(text, "r.yaml")[1]
    assert [lint] == [finding.lint for finding in findings]


@given(
    st.one_of(
        st.text(max_size=200), st.text(alphabet="groups: [{}]\n-alertexpr&*a!|>'", max_size=80)
    )
)
def test_no_text_raises(text: str) -> None:
    """Whatever the text: rules and Findings."""
    _, findings = read_rules(text, "r.yaml")
    for finding in findings:
        assert 1 <= finding.place.line <= text.count("\n") + 1
