"""URLs that were copied and never completed."""

import pytest

from drillbook.lint.library.runbook_url_placeholder import LINT
from drillbook.model.lint import Flaw
from lint_rules import annotated
from lint_trees import of_rule, told


def said(url: str) -> list[Flaw]:
    return told(LINT, {"r.yaml": of_rule(more=annotated(runbook_url=url))})


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
    [flaw] = said(url)
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
    assert [] == said(url)


def test_what_the_settings_name_is_meant() -> None:
    """A prefix of `runbook_urls` is no placeholder."""
    files = {"r.yaml": of_rule(more=annotated(runbook_url="https://books.example.org/x"))}
    assert 1 == len(told(LINT, files))
    assert [] == told(LINT, files, runbook_urls={"https://books.example.org": "docs"})
