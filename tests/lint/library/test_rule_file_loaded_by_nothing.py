"""Rule files that no Prometheus reads."""

import pytest

from drillbook.lint.library.rule_file_loaded_by_nothing import LINT
from drillbook.model.library import ScrapeConfig
from lint_trees import of_rule, told

MANIFEST = "kind: PrometheusRule\nspec:\n" + "".join(
    f"  {line}\n" for line in of_rule().splitlines()
)


def said(path: str, *patterns: str, config: str = "etc/prom/p.yml") -> list[str]:
    files = {"etc/rules/a.yaml": of_rule(), path: MANIFEST if "manifest" in path else of_rule()}
    configs = (ScrapeConfig(path=config, rule_files=patterns),)
    return [flaw.place.path for flaw in told(LINT, files, scrape_configs=configs)]


def test_a_file_beside_a_configuration_that_does_not_name_it_is_flagged() -> None:
    """By a pattern, from the folder of the configuration."""
    assert ["etc/rules/b.yaml"] == said("etc/rules/b.yaml", "../rules/a*.yaml")
    assert ["etc/b.yaml", "etc/rules/a.yaml"] == sorted(said("etc/b.yaml"))


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("etc/rules/b.yaml", "../rules/*.yaml"),
        ("etc/rules/b.yaml", "/etc/prometheus/*.yaml"),
        ("other/b.yaml", "../rules/*.yaml"),
        ("etc/manifest.yaml", "../rules/*.yaml"),
        ("etc/rules/test_b.yaml", "../rules/a.yaml"),
    ],
)
def test_loaded_and_other_files_are_not_flagged(path: str, pattern: str) -> None:
    """Another system's, an operator's, a test's; a path in a container is known by its name."""
    assert [] == said(path, pattern)


def test_an_example_of_a_configuration_says_nothing_of_the_rules_around_it() -> None:
    """Packages ship one in their documents."""
    assert [] == said("etc/rules/b.yaml", config="etc/doc/prometheus/examples/p.yml")


def test_a_configuration_at_the_root_is_beside_what_it_loads() -> None:
    """Other folders may be other systems'."""
    assert ["etc/rules/b.yaml"] == said("etc/rules/b.yaml", "etc/rules/a.yaml", config="p.yml")
    assert [] == said("other/b.yaml", "etc/rules/a.yaml", config="p.yml")
