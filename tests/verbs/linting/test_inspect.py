"""One file of a tree → what is said of it and known of it."""

from datetime import date
from typing import Any

import pytest

from drillbook.lint.registry import LINTS
from drillbook.model.lint import LintSettings
from drillbook.model.settings import Settings
from drillbook.read.tree import FileKind, Found
from drillbook.verbs.lint import manner_of
from drillbook.verbs.linting.inspect import inspect_text

RULES = """\
groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
"""


@pytest.fixture
def look(tmp_path):
    """Look at a text as a file of this path."""

    def run(
        text: str,
        path: str = "a.md",
        kind: FileKind = FileKind.YAML,
        *,
        is_named: bool = False,
        **said: Any,
    ):
        settings = Settings(folder=tmp_path, state=tmp_path, lint=LintSettings(**said))
        lints = tuple(lint for lint in LINTS if not lint.asks_outside)
        manner = manner_of(tmp_path, date(2026, 11, 21), settings, lints)
        kind = FileKind.DOCUMENT if path.endswith(".md") else kind
        return inspect_text(text, Found(path=path, kind=kind, is_named=is_named), manner)

    return run


def names(inspected) -> set[str]:
    return {each.lint for each in inspected.findings}


def test_a_document_has_a_card_and_marks(look):
    """What others have to know of it."""
    text = "# Down\n\n## Diagnosis\n<!-- drillbook: ignore a-b -->\nLook.\n"
    found = look(text)
    assert ("a.md", ("down", "diagnosis")) == (found.card.path, found.card.anchors)
    assert [("a-b",)] == [mark.names for mark in found.marks]
    assert found.rule_file is None


def test_findings_of_reading_are_those_of_runbooks(look):
    """Any other Markdown may be as it likes."""
    text = "# Notes\n```sh\nnever closed\n"
    assert set() == names(look(text))
    assert {"unclosed-fence"} <= names(look(text, is_named=True))
    assert {"unclosed-fence"} <= names(look(text, runbooks=("*.md",)))


def test_yaml_with_groups_of_rules_is_a_rule_file(look):
    """Its rules are asked, and known to others."""
    found = look(RULES, "r.yaml")
    assert ["Down"] == [rule.name for rule in found.rule_file.rules]
    assert found.card is None


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "groups: [a, b]\n",
        "groups:\n  - name: x\n    members: [a]\n",
        "# alert: Down\njobs: {}\n",
        "",
    ],
)
def test_most_yaml_is_none_of_ours(look, text):
    """Nothing is said of it, and nothing is known."""
    found = look(text, "x.yaml")
    assert ((), None) == (found.findings, found.rule_file)


def test_yaml_that_the_user_calls_rules_is_held_to_it(look):
    """By naming it, or by a glob."""
    assert {"no-rule-groups"} == names(look("a: 1\n", "r.yaml", is_named=True))
    assert {"no-rule-groups"} == names(look("a: 1\n", "r.yaml", rules=("*.yaml",)))


@pytest.mark.parametrize(
    "line",
    [
        "{{- if .Values.rules }}",
        "{{ include 'x' . }}",
        "  {{- range .Values.alerts }}",
    ],
)
def test_templates_of_charts_are_passed_by(look, line):
    """They are YAML only once the chart is filled in."""
    found = look(f"{line}\n{RULES}", "templates/r.yaml")
    assert ((), None) == (found.findings, found.rule_file)


def test_labels_in_annotations_are_no_template(look):
    """Every second rule has them."""
    text = RULES + '        annotations: {summary: "{{ $labels.instance }} is down"}\n'
    assert look(text, "r.yaml").rule_file is not None
    broken = look(text + "      - alert: [\n", "r.yaml")
    assert broken.findings


def test_a_configuration_of_prometheus_is_known_by_its_jobs(look):
    """Also where it was named itself."""
    text = "scrape_configs:\n  - job_name: api\n"
    for is_named in (True, False):
        found = look(text, "prometheus.yml", is_named=is_named)
        assert frozenset(("api",)) == found.scrape_config.jobs
        assert () == found.findings


def test_a_pack_file(look):
    """Whole only where its folder was walked."""
    text = "name: p\nrunbook_urls: {'https://r/': runbooks}\nowner: x\n"
    found = look(text, "p/pack.yaml", FileKind.PACK)
    assert ("p", {"https://r/": "runbooks"}, True) == (
        found.pack.folder,
        found.pack.runbook_urls,
        found.pack.is_whole,
    )
    assert {"unknown-key"} == names(found)
    assert not look(text, "p/pack.yaml", FileKind.PACK, is_named=True).pack.is_whole


def test_a_drill(look):
    """What is wrong in it, and what it names."""
    assert names(look("nonsense: 1\n", "p/drills/d.yaml", FileKind.DRILL))


def test_comments_in_yaml_are_marks(look):
    """In every kind of it."""
    comment = "# drillbook: ignore-file a-b\n"
    for path, kind in (("r.yaml", FileKind.YAML), ("p/pack.yaml", FileKind.PACK)):
        assert [("a-b",)] == [mark.names for mark in look(comment + RULES, path, kind).marks]
