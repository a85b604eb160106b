"""Jobs that nothing scrapes."""

from dataclasses import replace

import pytest

from drillbook.lint.library.job_not_scraped import LINT
from drillbook.model.library import ScrapeConfig
from lint_trees import of_rule, told

WHOLE = ScrapeConfig(path="p.yml", jobs=frozenset({"api", "db-1"}), rule_files=("r.yaml",))


def said(expr: str, *configs: ScrapeConfig) -> list[str]:
    return [flaw.help for flaw in told(LINT, {"r.yaml": of_rule(expr)}, scrape_configs=configs)]


@pytest.mark.parametrize(
    ("expr", "cure"),
    [
        ('up{job="apii"} == 0', "add its job to p.yml"),
        ('up{job="db-11"} == 0', "did you mean db-1?"),
        ('up{job=~"cache-.*"} == 0', "add its job to p.yml"),
        ('rate(x_total{job="cache"}[5m]) > 1', "add its job to p.yml"),
    ],
)
def test_a_job_must_be_scraped(expr: str, cure: str) -> None:
    """By the configuration that loads the rule."""
    assert [cure] == said(expr, WHOLE)


@pytest.mark.parametrize(
    "expr",
    [
        'up{job="api"} == 0',
        'up{job=~"db-.*"} == 0',
        'up{job!="gone"} == 0',
        'up{job=~"("} == 0',
        'up{job=~".*"} == 0',
        'up{job=""} == 0',
        "up == 0",
    ],
)
def test_scraped_jobs_are_not_flagged(expr: str) -> None:
    """Nor patterns that are none, or fit anything."""
    assert [] == said(expr, WHOLE)


def test_what_may_be_named_elsewhere_is_not_judged() -> None:
    """Another file of jobs, another Prometheus, none."""
    expr = 'up{job="gone"} == 0'
    assert [] == said(expr, replace(WHOLE, is_whole=False))
    assert [] == said(expr, replace(WHOLE, rule_files=("other.yaml",)))
    assert [] == said(expr, replace(WHOLE, jobs=frozenset()))
    assert [] == said(expr, WHOLE, replace(WHOLE, is_whole=False))
    assert [] == said(expr)
