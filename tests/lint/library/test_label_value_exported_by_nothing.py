"""Labels and values that a metric does not have."""

from dataclasses import replace

import pytest

from drillbook.lint.library.label_value_exported_by_nothing import LINT
from drillbook.model.finding import Severity
from drillbook.read.exposition import read_exposition
from lint_trees import of_rule, rules, told


def said(expr: str, exported: str, *, is_whole: bool = False) -> list[str]:
    exposition = replace(read_exposition(exported, "m.prom")[0], is_whole=is_whole)
    flaws = told(LINT, {"r.yaml": of_rule(expr)}, exposition=exposition)
    return [f"{flaw.message}: {flaw.help}" for flaw in flaws]


EXPORTED = 's3_errors_total{operation="PUT",kind="retry"} 1\nbare_total 1\n'


@pytest.mark.parametrize(
    ("selector", "cure"),
    [
        ('operation="put"', 'write operation="PUT"'),
        ('kind="503"', "select a value that is exported"),
        ('operatio="PUT"', "did you mean operation?"),
        ('kind_of="x"', "did you mean kind?"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(selector: str, cure: str) -> None:
    """Other capitals, another value, another label."""
    [message] = said(f"s3_errors_total{{{selector}}} > 1", EXPORTED)
    assert message.endswith(cure)


@pytest.mark.parametrize(
    "selector",
    [
        'operation="PUT"',
        'operation!="put"',
        'operation=~"put|PUT"',
        'job="x"',
        'zone_of_it="x"',
        'kind=""',
    ],
)
def test_what_is_there_or_may_be_added_is_not_flagged(selector: str) -> None:
    """Labels of targets, and what a file cannot know."""
    assert [] == said(f"s3_errors_total{{{selector}}} > 1", EXPORTED)
    assert [] == said('bare_total{x="y"} > 1', EXPORTED)
    assert [] == said('gone_total{x="y"} > 1', EXPORTED)


def test_a_prometheus_knows_all_labels() -> None:
    """Also those of its targets."""
    [message] = said('s3_errors_total{job="x"} > 1', EXPORTED, is_whole=True)
    assert message.endswith("it has kind, operation")


def test_only_capitals_are_surely_wrong() -> None:
    """Another value may only not have happened yet."""
    exposition = read_exposition(EXPORTED, "m.prom")[0]
    both = rules(
        of_rule('s3_errors_total{operation="put"} > 1'), of_rule('s3_errors_total{kind="x"} > 1')
    )
    flaws = told(LINT, {"r.yaml": both}, exposition=exposition)
    assert [None, Severity.NOTE] == [flaw.severity for flaw in flaws]
