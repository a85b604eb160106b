"""Promises that an alert cannot keep."""

from drillbook.lint.library.detect_shorter_than_for import LINT
from drillbook.model.library import ScrapeConfig
from lint_trees import book, of_rule, told


def said(detect: str, rule: str, **more: object) -> list[str]:
    text = book(f"alerts: [DiskFull]\nobjectives: {{detect: {detect}}}")
    files = {"r.yaml": rule, "runbooks/disk.md": text}
    return [flaw.message for flaw in told(LINT, files, **more)]


def test_for_alone_may_be_too_long() -> None:
    """The parts are told."""
    assert ["detect is 60 s, and DiskFull needs 300 s: for 300 s"] == said("1m", of_rule())


def test_the_age_that_the_rule_asks_for_counts() -> None:
    """A message that is 120 s old, for 2 minutes, is no alert within 2 minutes."""
    [message] = said("3m", of_rule("time() - last_seconds > 120", for_="2m"))
    assert message.endswith("needs 240 s: the age that it asks for 120 s + for 120 s")


def test_a_scrape_counts_where_it_is_known() -> None:
    """From the configuration that was read."""
    config = ScrapeConfig(path="prometheus.yml", scrape_s=15.0)
    assert 1 == len(said("5m", of_rule(), scrape_configs=(config,)))
    assert [] == said("6m", of_rule(), scrape_configs=(config,))


def test_what_can_be_kept_is_not_flagged() -> None:
    """What is not known counts as nothing."""
    assert [] == said("5m", of_rule())
    assert [] == told(LINT, {"r.yaml": of_rule(), "a.md": book("alerts: [DiskFull]")})
