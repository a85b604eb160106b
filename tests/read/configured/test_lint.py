"""`[lint]` of drillbook.toml."""

from datetime import date

import pytest

from drillbook.model.finding import Severity
from drillbook.model.lint import LintSettings, Snooze
from drillbook.read.settings import read_settings


@pytest.fixture
def settings(tmp_path):
    def read(text: str):
        (tmp_path / "drillbook.toml").write_text(text)
        return read_settings(tmp_path / "drillbook.toml")

    return read


def test_without_the_table_everything_is_as_usual(settings):
    """A team needs no settings to begin with."""
    found, flaws = settings("")
    assert (LintSettings(), ()) == (found.lint, flaws)


def test_everything_that_can_be_said(settings):
    """Each key becomes its field."""
    found, flaws = settings(
        """
        [lint]
        runbooks = ["docs/**/*.md"]
        rules = ["rules/*.yaml"]
        exclude = ["old"]
        enable = ["a-b"]
        disable = ["c-d"]
        severity = { e-f = "error" }
        review_days = { alert = 90 }
        runbook_urls = { "https://runbooks.example.com/" = "docs" }
        scrape = ["prometheus.yml"]
        metrics = ["metrics/*.prom"]
        fail_on = "warning"
        [[lint.snooze]]
        lint = "g-h"
        until = 2026-12-31
        paths = "old/**"
        """
    )
    assert () == flaws
    expected = LintSettings(
        runbooks=("docs/**/*.md",),
        rules=("rules/*.yaml",),
        exclude=("old",),
        enable=("a-b",),
        disable=("c-d",),
        severity={"e-f": Severity.ERROR},
        snooze=(Snooze(lint="g-h", until=date(2026, 12, 31), paths="old/**"),),
        review_days={"alert": 90, "procedure": 180, "postmortem": 0},
        runbook_urls={"https://runbooks.example.com/": "docs"},
        scrape=("prometheus.yml",),
        metrics=("metrics/*.prom",),
        fail_on=Severity.WARNING,
    )
    assert expected == found.lint


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ('fail_on = "warn"', 2, 'lint.fail_on: "warn" is no severity; write "warning"'),
        ('fail_on = "x"', 2, "there are error, warning, note"),
        ('severity = { a-b = "eror" }', 2, 'write "error"'),
        ('runbooks = ["../docs/*.md"]', 2, "it leads out of this folder"),
        ('exclude = ["/etc"]', 2, "it leads out of this folder"),
        ('rules = [""]', 2, "it is no glob"),
        ("review_days = { alert = -1 }", 2, "greater than or equal to 0"),
        ('[[lint.snooze]]\nlint = "a"\nuntil = "soon"', 4, "date"),
        ('[[lint.snooze]]\nlint = "a"', 2, "lint.snooze[0].until: it is required"),
        ("runbook = []", 2, "lint.runbook: nothing reads this key"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(settings, text, place, cause):
    """And nothing is linted by half of it."""
    found, (flaw, *_) = settings(f"[lint]\n{text}\n")
    assert found is None
    assert cause in flaw.message
    assert place == flaw.place.line


def test_a_slip_of_a_key_is_cured(settings):
    """As everywhere in the file."""
    _, (flaw,) = settings("[lint]\nrunbook = []\n")
    assert 'write "runbooks"' == flaw.help
    _, (flaw,) = settings('[[lint.snooze]]\nlint = "a"\nuntil = 2026-12-31\npath = "x"\n')
    assert 'write "paths"' == flaw.help
