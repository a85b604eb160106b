"""New runbooks hold what is known, ask for what is not, and lint clean."""

from dataclasses import replace

import pytest

from drillbook.model.lint import LintSettings
from drillbook.model.target import Target
from drillbook.read.markdown.runbook import read_document
from drillbook.read.settings import default_settings
from drillbook.verbs.making.files import CannotCreateError, write_new
from drillbook.verbs.making.runbook import Said, duration_text, new_runbook
from fresh import complaints

RULES = """\
groups:
  - name: disk
    rules:
      - alert: DiskFull
        expr: min by (instance) (disk_free_ratio{kind!="tmp"}) < 0.05
        for: 5m
        labels: {severity: critical, service: shop}
        annotations:
          summary: The disk of {{ $labels.instance }} is full
          description: "```\\n# No heading\\n**Risk:** none."
      - alert: TargetDown
        expr: up{job="api"} == 0
        for: 90s
        labels: {severity: warning}
        annotations: {summary: "{{ $labels.instance }} of {{ $labels.PATH }} is down"}
      - alert: Errors
        expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 0.05
        labels: {severity: warning}
      - alert: Odd
        expr: absent(up{job="x"})
"""
ALERTS = ("DiskFull", "TargetDown", "Errors")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/a.yaml").write_text(RULES)
    return tmp_path


def of_alert(alert, /, **more):
    said = {"name": "new", "from_alert": f"rules/a.yaml:{alert}", "owner": "ops", "recover": "30m"}
    return Said(**{**said, **more})


@pytest.mark.parametrize("alert", ALERTS)
def test_a_runbook_of_an_alert_lints_clean(tree, alert):
    """With the default settings, beside the rule that leads to it."""
    made = new_runbook(tree, of_alert(alert), default_settings(tree))
    write_new(tree, {made.path: made.text})
    assert [] == [each for each in complaints(tree) if made.path in each or alert in each]


def test_alerts_that_are_named_stand_beside_the_rule(tree):
    """The rule that it was made from leads to it as well; none stands twice."""
    said = of_alert("DiskFull", alerts=("DiskSlow", "DiskFull"))
    made = new_runbook(tree, said, default_settings(tree))
    (runbook,) = read_document(made.text, made.path).runbooks
    assert ("DiskFull", "DiskSlow") == runbook.alerts


def test_it_holds_what_the_rule_says(tree):
    """Title, severity, service, objectives, symptoms and one Check."""
    made = new_runbook(tree, of_alert("DiskFull"), default_settings(tree))
    document = read_document(made.text, made.path)
    assert () == document.findings
    (runbook,) = document.runbooks
    assert ("DiskFull", "critical", "shop", "ops", ("DiskFull",)) == (
        runbook.title,
        runbook.severity,
        runbook.service,
        runbook.owner,
        runbook.alerts,
    )
    # 5 minutes, a minute of scraping and one of evaluation, and what a scrape takes.
    assert (435.0, 1800.0) == (runbook.objectives.detect_s, runbook.objectives.recover_s)
    (check,) = runbook.checks
    assert ("promql", "prometheus") == (check.step.language, check.step.on)
    assert 'min(min by (instance) (disk_free_ratio{kind!="tmp"}))' == check.step.command
    assert "The disk of `instance` is full" in made.text
    assert "The alert `DiskFull` fires." in made.text
    assert any("detect 7m15s: for 5m" in note for note in made.notes)


def test_labels_become_inputs_where_the_expression_has_them(tree):
    """A label that would change how programs load becomes none."""
    made = new_runbook(tree, of_alert("TargetDown"), default_settings(tree))
    (runbook,) = read_document(made.text, made.path).runbooks
    assert [("instance", "label.instance")] == [(one.name, one.source) for one in runbook.inputs]
    assert 'up{instance="$INSTANCE", job="api"} == 0' == runbook.checks[0].step.command


def test_the_intervals_are_those_of_the_configuration(tree):
    """Which is said."""
    (tree / "prometheus.yml").write_text(
        "global: {scrape_interval: 10s, evaluation_interval: 5s}\n"
        "scrape_configs: [{job_name: api}]\n"
    )
    settings = replace(default_settings(tree), lint=LintSettings(scrape=("*.yml",)))
    made = new_runbook(tree, of_alert("TargetDown"), settings)
    assert "detect: 2m" in made.text
    assert any("scraped every 10s, evaluated every 5s (prometheus.yml)" in n for n in made.notes)


def test_what_is_said_goes_before_what_is_found(tree):
    """Each option wins over the rule; of alerts, all are kept."""
    said = of_alert(
        "DiskFull", title="Full", severity="page", service="x", detect="9m", alerts=("A", "B")
    )
    (runbook,) = read_document(
        new_runbook(tree, said, default_settings(tree)).text, "a.md"
    ).runbooks
    assert ("Full", "page", "x", 540.0, ("DiskFull", "A", "B")) == (
        runbook.title,
        runbook.severity,
        runbook.service,
        runbook.objectives.detect_s,
        runbook.alerts,
    )


PLAIN = Said(
    name="api-down",
    owner="ops",
    alerts=("ApiDown",),
    severity="critical",
    detect="3m",
    recover="15m",
    check="curl --fail --silent localhost:8080/health",
    escalation=("at once: ops", "after 15 minutes: `lead`"),
)
PROCEDURE = Said(
    name="rotate",
    kind="procedure",
    owner="ops",
    gate="test -w /var/log/app",
    command="logrotate --force /etc/logrotate.d/app",
    check="test -s /var/log/app/app.log.1",
    risk="disruptive",
    loses="nothing",
)


@pytest.mark.parametrize("said", [PLAIN, PROCEDURE], ids=lambda said: said.kind)
def test_a_runbook_without_a_rule_lints_clean(tmp_path, said):
    """All that it holds was said."""
    made = new_runbook(tmp_path, said, default_settings(tmp_path))
    write_new(tmp_path, {made.path: made.text})
    assert [] == complaints(tmp_path)
    assert "Api down" in made.text or "Rotate" in made.text


def test_everything_that_is_missing_is_asked_for_at_once(tmp_path, monkeypatch):
    """In one line, by the options that give it."""
    monkeypatch.setattr("drillbook.verbs.making.runbook.owner_of", lambda *_: None)
    with pytest.raises(CannotCreateError) as caught:
        new_runbook(tmp_path, Said(name="x"), default_settings(tmp_path))
    for option in ("--owner", "--alert", "--severity", "--detect", "--recover", "--check"):
        assert option in str(caught.value)
    with pytest.raises(CannotCreateError) as caught:
        new_runbook(tmp_path, Said(name="x", kind="procedure"), default_settings(tmp_path))
    for option in ("--gate", "--do", "--check", "--risk", "--loses"):
        assert option in str(caught.value)


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (of_alert("DiskFull", from_alert="rules/a.yaml"), "names no alert; write FILE:ALERT"),
        (of_alert("Nope"), "defines no alert 'Nope'; it defines DiskFull, Errors, Odd, TargetDown"),
        (of_alert("A", from_alert="no.yaml:A"), "no.yaml: there is no such file"),
        (of_alert("DiskFull", recover="soon"), "--recover 'soon' is no duration"),
        (of_alert("DiskFull", detect="0"), "--detect '0' is no duration"),
        (of_alert("Odd"), "--severity"),
        (of_alert("DiskFull", name="a/b"), "cannot be the name of a runbook"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(tree, said, because):
    """With the cure."""
    with pytest.raises(CannotCreateError) as caught:
        new_runbook(tree, said, default_settings(tree))
    assert because in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_target_is_one_of_the_settings(tree):
    """Where they know targets; else it is said what is missing."""
    settings = replace(default_settings(tree), targets={"prom-eu": Target(name="prom-eu")})
    with pytest.raises(CannotCreateError, match=r"no target \"prometheus\".*prom-eu"):
        new_runbook(tree, of_alert("DiskFull"), settings)
    made = new_runbook(tree, of_alert("DiskFull", target="prom-eu"), settings)
    assert "on=prom-eu" in made.text
    made = new_runbook(tree, of_alert("DiskFull"), default_settings(tree))
    assert any("[targets.prometheus]" in note for note in made.notes)


def test_the_owner_is_the_repositorys(tree):
    """As CODEOWNERS says, which is told."""
    (tree / ".git").mkdir()
    (tree / "CODEOWNERS").write_text("* @acme/platform\nrunbooks/ @acme/sre\n")
    made = new_runbook(tree, of_alert("DiskFull", owner=""), default_settings(tree))
    assert "owner: sre\n" in made.text
    assert any("owner sre: from CODEOWNERS" in note for note in made.notes)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (1, "5s"), (60, "1m"), (61, "1m5s"), (3600, "1h"), (5431.2, "1h30m35s")],
)
def test_durations_are_rounded_up(seconds, text):
    """To steps of five seconds: nobody promises a time to the second."""
    assert text == duration_text(seconds)
