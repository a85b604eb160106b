"""A Prometheus's own configuration."""

import pytest

from drillbook.model.library import ScrapeConfig
from drillbook.read.scrape import may_be_scrape_config, read_scrape_config

TEXT = """global: {scrape_interval: 15s, evaluation_interval: 1m}
rule_files:
  - rules/*.yml
scrape_configs:
  - job_name: api
  - job_name: 'db'
remote_write:
  - url: https://acme.dev
    write_relabel_configs:
      - {source_labels: [__name__], regex: 'acme_.*', action: keep}
      - {source_labels: [__name__], regex: 'x', action: drop}
      - {source_labels: [job], regex: 'y', action: keep}
"""


def read(text: str) -> ScrapeConfig:
    config, findings = read_scrape_config(text, "prometheus.yml")
    assert config is not None
    assert findings == ()
    return config


def test_a_configuration_has_jobs_rule_files_and_times() -> None:
    """Durations in seconds."""
    config = read(TEXT)
    assert {"api", "db"} == config.jobs
    assert (("rules/*.yml",), 15.0, 60.0) == (
        config.rule_files,
        config.scrape_s,
        config.evaluation_s,
    )
    assert config.is_whole


def test_only_filters_on_the_name_are_kept() -> None:
    """With the place of the pattern."""
    [keep] = read(TEXT).keeps
    assert ("acme_.*", 10) == (keep.pattern, keep.place.line)


@pytest.mark.parametrize(
    "more",
    [
        "scrape_config_files: [jobs/*.yml]\nscrape_configs: []\n",
        "scrape_configs:\n- job_name: x\n  relabel_configs:\n  - {target_label: job}\n",
        "scrape_configs:\n- job_name: x\n  relabel_configs:\n  - {action: labelmap}\n",
        "scrape_configs:\n- job_name: x\n  honor_labels: true\n",
        "scrape_configs:\n- job_name: x\n  file_sd_configs: [{files: [a.json]}]\n",
    ],
)
def test_jobs_that_are_named_elsewhere_make_it_less_than_whole(more: str) -> None:
    """Then a job that is not in it may be there all the same."""
    assert not read(more).is_whole


@pytest.mark.parametrize(
    "text", ["", "a: 1\n", "- x\n", "a: 1\n---\nscrape_configs: []\n", "[", "1"]
)
def test_other_files_are_none(text: str) -> None:
    """Whatever they hold."""
    assert read_scrape_config(text, "x.yml")[0] is None


@pytest.mark.parametrize(
    "text", ["scrape_configs: 3\n", "rule_files: {a: b}\n", "global: x\nremote_write: [[], {}]\n",
             "scrape_configs: [1, {job_name: []}, {relabel_configs: [1]}]\n"]
)  # fmt: skip
def test_what_is_of_another_kind_is_passed_over(text: str) -> None:
    """Prometheus itself refuses such a file."""
    config = read(text)
    assert (frozenset(), ()) == (config.jobs, config.keeps)


def test_most_yaml_is_not_read_twice() -> None:
    """A look at the keys is enough."""
    assert may_be_scrape_config(TEXT)
    assert not may_be_scrape_config("groups: []\n  scrape_configs: x\n")


def test_labels_of_targets_may_name_a_job() -> None:
    """Beside its own name."""
    targets = "static_configs: [{targets: [a], labels: {job: y}}]"
    assert {"x", "y"} == read(f"scrape_configs:\n- job_name: x\n  {targets}\n").jobs
