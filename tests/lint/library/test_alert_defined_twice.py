"""Two files that define one alert."""

import pytest

from drillbook.lint.library.alert_defined_twice import LINT
from lint_trees import of_rule, rules, told


def test_two_files_are_told_once() -> None:
    """With the first alert and the number of the others."""
    one = rules(of_rule(), of_rule(name="DiskSlow"), of_rule(name="DiskLost"))
    other = rules(of_rule("x > 1"), of_rule(name="DiskSlow", for_="9m"), of_rule(name="DiskLost"))
    [flaw] = told(LINT, {"config/a.yaml": one, "config/b/a.yaml": other})
    expected = "config/a.yaml defines DiskFull with another expression, and 1 more alerts"
    assert (expected, "config/b/a.yaml") == (flaw.message, flaw.place.path)


@pytest.mark.parametrize(
    "files",
    [
        {"config/a.yaml": of_rule(), "config/b.yaml": of_rule()},
        {"config/a.yaml": rules(of_rule(), of_rule("x > 1"))},
        {"one/a.yaml": of_rule(), "other/a.yaml": of_rule("x > 1")},
        {"c/a.yaml": of_rule(), "c/b.yaml": of_rule("x > 1", more="labels:\n  severity: page\n")},
    ],
)
def test_others_are_not_flagged(files: dict[str, str]) -> None:
    """The same, in one file, of other systems, of another severity."""
    assert [] == told(LINT, files)
