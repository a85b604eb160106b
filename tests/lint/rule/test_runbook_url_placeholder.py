"""URLs that were copied and never completed."""

import pytest

from drillbook.lint.rule.runbook_url_placeholder import LINT
from lint_rules import annotated, rule_of, said


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://github.com/YOUR_ORG/x/blob/main/a.md", "YOUR_ORG"),
        ("https://github.com/your-org/x", "your-org"),
        ("https://wiki.example.com/a", "wiki.example.com"),
        ("https://<company>.dev/a", "<company>"),
        ("http://localhost:8080/a", "localhost"),
        ("TBD", "TBD"),
    ],
)
def test_placeholders_lead_nowhere(url: str, word: str) -> None:
    """The word is named, at the annotation's place."""
    [flaw] = said(LINT, rule_of("a > 1", more=annotated(runbook_url=url)))
    assert f'"{word}"' in flaw.message
    assert 9 == flaw.place.line


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/example.community/a",
        "https://yourtube.dev/a",
        "https://wiki.acme.dev/example.com",
        "https://{{ $externalURL }}/x",
        "",
    ],
)
def test_other_urls_are_not_flagged(url: str) -> None:
    """A word inside another, a path, a template."""
    assert [] == said(LINT, rule_of("a > 1", more=annotated(runbook_url=url)))
