"""Each limit of drillbook.toml, met by a real run: what it says, and that it was the set one."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from drillbook.model.finding import Severity
from drillbook.model.run import RunState
from drillbook.model.settings import Limits
from drillbook.read.settings import read_settings
from drillbook.verbs.running.workplace import open_workplace

BOOK = """\
---
alerts: [X]
inputs:
  value: {default: x}
---
# A limit

## Diagnosis

### Look
```sh { name=look }
%s
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

## Verification
```sh { name=done timeout=30s }
true
```
**Recovered:** exit code is 0.
"""


def finished(place, run):
    """What the journal says of the first step."""
    entries = place.journal.entries(f"run/{run.id}")
    return next(entry.body for entry in entries if entry.kind == "step-finished")


def run_of(desk, script, **limits):
    desk.settings = replace(desk.settings, limits=Limits(**limits))
    with open_workplace(desk.settings) as place:
        run = desk.run(place, desk.write(BOOK % script))
        return run, finished(place, run)


def test_the_time_of_a_step(desk):
    """A step that gives none has the set one, and is told so."""
    run, said = run_of(desk, "sleep 100", step_timeout_s=0.5)
    assert ("timed-out", "unknown") == (said["ending"], said["status"])
    assert "its time limit of 0.5 s was reached" in said["because"]
    assert RunState.RECOVERED is not run.state


@pytest.mark.parametrize(("grace_s", "tidied"), [(20.0, True), (0.0, False)])
def test_the_grace_of_a_step(desk, grace_s, tidied):
    """It may tidy up for so long."""
    script = "trap 'sleep 0.2; echo tidied; exit 0' TERM\nwhile :; do sleep 0.05; done"
    _, said = run_of(desk, script, step_timeout_s=0.5, step_grace_s=grace_s)
    assert ("timed-out", tidied) == (said["ending"], "tidied" in said["output"])


def test_the_output_of_a_step(desk):
    """Both ends as set, and a line that says how much was left out."""
    _, said = run_of(desk, "seq 1000", output_head_bytes=7, output_tail_bytes=9)
    assert "1\n2\n3\n4\n[… 3877 bytes left out …]\n999\n1000\n" == said["output"]
    assert (True, 3893) == (said["is_cut"], said["output_bytes"])


def test_the_value_of_an_input(desk):
    """Longer is refused with the setting's name; exactly so long is taken."""
    desk.settings = replace(desk.settings, limits=Limits(input_bytes_max=10))
    path = desk.write(BOOK % 'test "$VALUE"')
    with open_workplace(desk.settings) as place:
        for value, is_taken in (("x" * 10, True), ("x" * 11, False), ("é" * 6, False)):
            plan, _ = desk.plan(place, path, value=value)
            errors = [each for each in plan.findings if each.severity is Severity.ERROR]
            assert is_taken == (not errors)
            for error in errors:
                assert "longer than 10 bytes (limits.input_bytes_max" in error.message


def test_a_value_of_the_most_that_can_be_set_reaches_a_step(desk):
    """The kernel takes it, and the journal too."""
    desk.settings = replace(desk.settings, limits=Limits(input_bytes_max=100_000))
    path = desk.write(BOOK % 'printf %s "$VALUE" | wc -c')
    with open_workplace(desk.settings) as place:
        run = desk.run(place, path, value="x" * 100_000)
        assert "100000\n" == finished(place, run)["output"]


def test_settings_give_limits_and_refuse_too_much(tmp_path):
    """One line each, with the bound."""
    path = tmp_path / "drillbook.toml"
    path.write_text('[limits]\nstep_grace = "3s"\ninput_bytes_max = 100\nsecret_timeout = "1m"\n')
    settings, findings = read_settings(path)
    assert () == findings
    assert Limits(step_grace_s=3, input_bytes_max=100, secret_timeout_s=60) == settings.limits
    for text, words in (
        ("input_bytes_max = 100001", "less than or equal to 100000"),
        ("output_head_bytes = 16777217", "less than or equal to 16777216"),
        ("alerts_max = 0", "greater than or equal to 1"),
        ('secret_timeout = "soon"', "it is no duration"),
    ):
        path.write_text(f"[limits]\n{text}\n")
        settings, (finding,) = read_settings(path)
        assert settings is None
        assert words in finding.message


def webhook(count, pad=""):
    alert = {"status": "resolved", "labels": {"alertname": "X"}, "startsAt": "2026-01-01T00:00:00Z"}
    body = {"version": "4", "groupKey": pad, "receiver": "r", "alerts": [alert] * count}
    return json.dumps(body)


@pytest.mark.parametrize(
    ("setting", "body", "words"),
    [
        ("[limits]\nalerts_max = 2", webhook(5), "3 alerts of the group are left out"),
        ("[server]\nrequest_bytes_max = 2000", webhook(1, "x" * 2000), "larger than 2,000 bytes"),
    ],
)
def test_a_webhook_of_more_than_is_set(tmp_path, setting, body, words):
    """Said by `respond`, which takes what is within."""
    (tmp_path / "drillbook.toml").write_text(setting)
    (tmp_path / "webhook.json").write_text(body)
    done = subprocess.run(
        [sys.executable, "-m", "drillbook", "respond", "webhook.json", "--pack", "."],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert words in done.stderr
    assert "Traceback" not in done.stderr
