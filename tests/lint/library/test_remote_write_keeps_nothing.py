"""Remote writes that drop everything."""

import pytest

from drillbook.lint.library.remote_write_keeps_nothing import LINT
from drillbook.model.library import Keep, ScrapeConfig
from drillbook.model.place import Place
from lint_trees import of_rule, rules, told

NAMES = rules(of_rule("app_a > 1"), of_rule("app_b > 1"), of_rule("app_c > 1 and up"))


def said(pattern: str, text: str) -> list[str]:
    keep = Keep(place=Place(path="p.yml", line=3), pattern=pattern)
    configs = (ScrapeConfig(path="p.yml", keeps=(keep,)),)
    return [flaw.message for flaw in told(LINT, {"r.yaml": text}, scrape_configs=configs)]


def test_a_pattern_that_fits_no_name_keeps_nothing() -> None:
    """The number of names that are known is told."""
    [message] = said("acme_.*", NAMES)
    assert "none of the 3 metrics" in message


@pytest.mark.parametrize("pattern", ["app_.*", ".*_a", "acme_.*|app_b", "(", "up|app_.+"])
def test_a_pattern_that_keeps_something_is_not_flagged(pattern: str) -> None:
    """Nor one that is none."""
    assert [] == said(pattern, NAMES)


def test_too_few_names_say_too_little() -> None:
    """What is exported may be much more."""
    assert [] == said("acme_.*", of_rule("app_a > 1"))
