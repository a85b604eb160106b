"""Alert + Pack → incident and Run, with real runbook files and real steps."""

from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.incident.records import fold_incident
from drillbook.model.alert import Alert, AlertStatus
from drillbook.model.incident import IncidentState, MatchedBy
from drillbook.model.journal import Entry
from drillbook.model.run import Answer, Policy, RunState, UnansweredError
from drillbook.model.sentence import Risk
from drillbook.model.target import Target
from drillbook.read.pack import read_pack
from drillbook.verbs.respond import Duty, Response, respond
from drillbook.verbs.resume import resume
from drillbook.verbs.running.hiding import NotRunnableError

URL = "https://runbooks.example.org/flags/flag.md"
FLAG_DOWN = Alert(
    name="FlagDown",
    status=AlertStatus.FIRING,
    labels={"alertname": "FlagDown", "pole": "north-1"},
    annotations={"runbook_url": URL},
)
PACK = """\
name: flags
runbook_urls:
  "https://runbooks.example.org/flags/": runbooks/
"""
FRONT = """\
---
alerts: [FlagDown]
inputs:
  folder: {from: target.flagpole.folder}
  pole: {from: label.pole, pattern: '[a-z0-9-]+'}
---
"""
BOOK = """\
# The flag is down

## Diagnosis

### Is the flag up?
```sh { name=flag-up timeout=20s }
test -e "$FOLDER/$POLE"
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Raise the flag
**When:** `flag-up` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=raise-flag timeout=20s idempotent=yes }
touch "$FOLDER/$POLE"
```

## Verification
```sh { name=flag-stays timeout=20s }
test -e "$FOLDER/$POLE"
```
**Recovered:** exit code is 0.
"""
ANY_LABEL = FRONT.replace(", pattern: '[a-z0-9-]+'", "")


@pytest.fixture
def poles(tmp_path: Path) -> Path:
    """Where the flags fly."""
    folder = tmp_path / "poles"
    folder.mkdir()
    return folder


@pytest.fixture
def duty(tmp_path: Path, poles: Path) -> Duty:
    """A pack of one runbook, and an operator who is asked nothing."""
    return duty_for(tmp_path, poles, FRONT + BOOK)


def duty_for(tmp_path: Path, poles: Path, book: str) -> Duty:
    """A pack of this runbook file."""
    (tmp_path / "pack/runbooks").mkdir(parents=True, exist_ok=True)
    (tmp_path / "pack/pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "pack/runbooks/flag.md").write_text(book, encoding="utf-8")
    return Duty(
        pack=read_pack(tmp_path / "pack"),
        targets={"flagpole": Target(name="flagpole", settings={"folder": str(poles)})},
        policy=Policy(allowed=Risk.NONE, asks=frozenset()),
    )


def told(place, response: Response) -> list[Entry]:
    """The entries of the response's incident."""
    return list(place.journal.entries(f"incident/{response.incident}"))


def test_an_alert_is_followed_from_the_incident_to_its_end(desk, place, duty, poles):
    """Opened, acknowledged, linked, mitigated, resolved, in that order and by name."""
    response = respond(place, FLAG_DOWN, duty, desk.company)
    assert (poles / "north-1").exists()
    entries = told(place, response)
    assert [
        "incident-opened",
        "incident-acknowledged",
        "run-linked",
        "incident-mitigated",
        "incident-resolved",
    ] == [entry.kind for entry in entries]
    assert "a person" == entries[1].body["by"]
    incident = fold_incident(entries)
    assert (IncidentState.RESOLVED, (response.run.id,)) == (incident.state, incident.runs)
    assert ("FlagDown", "runbooks/flag.md") == (incident.alerts[0].name, incident.runbook)
    assert incident.mitigated_at_ns == response.run.recovered_at_ns
    assert incident.acknowledged_at_ns <= incident.mitigated_at_ns <= incident.resolved_at_ns
    assert [entry.kind for entry in entries] == [
        kind for kind in desk.kinds if kind.startswith(("incident", "run-linked"))
    ]


def test_an_alert_without_a_runbook_escalates(desk, place, duty):
    """Nothing is acknowledged and nothing run; the incident says why."""
    stranger = replace(FLAG_DOWN, name="TideHigh", annotations={})
    response = respond(place, stranger, duty, desk.company)
    assert (None, MatchedBy.NOTHING) == (response.run, response.match.matched_by)
    opened, escalated = told(place, response)
    assert (None, "nothing") == (opened.body["runbook"], opened.body["matched_by"])
    assert "incident-escalated" == escalated.kind
    assert 'no runbook of the pack flags lists the alert "TideHigh"' in escalated.body["because"]
    assert () == tuple(place.journal.streams("run/"))


NO_MATCH = [
    "x; touch pwned",
    "$(touch pwned)",
    "`touch pwned`",
    "x\ntouch pwned",
    "' ; touch pwned ; '",
    "../pwned",
    "north-1\n",
]


@pytest.mark.parametrize("value", NO_MATCH)
def test_a_label_that_does_not_match_stops_the_plan(desk, place, duty, poles, value):
    """The whole value must match; the Finding names the input, and the incident escalates."""
    alert = replace(FLAG_DOWN, labels={**FLAG_DOWN.labels, "pole": value})
    response = respond(place, alert, duty, desk.company)
    assert None is response.run
    assert ["input-value-refused"] == [flaw.lint for flaw in response.flaws]
    kinds = [entry.kind for entry in told(place, response)]
    assert ["incident-opened", "incident-acknowledged", "incident-escalated"] == kinds
    because = told(place, response)[-1].body["because"]
    assert because.startswith("runbooks/flag.md: the value for input `pole` is refused:")
    assert ([], ()) == (list(poles.iterdir()), tuple(place.journal.streams("run/")))


@pytest.mark.parametrize("value", [*NO_MATCH, "--help"])
def test_a_label_never_becomes_command_text(desk, place, tmp_path, poles, value):
    """Without any pattern the value is still one word of the command, whatever it holds."""
    duty = duty_for(tmp_path, poles, ANY_LABEL + BOOK)
    alert = replace(FLAG_DOWN, labels={**FLAG_DOWN.labels, "pole": value})
    response = respond(place, alert, duty, desk.company)
    commands = [
        entry.body["command"]
        for entry in place.journal.entries(f"run/{response.run.id}")
        if entry.kind == "step-started"
    ]
    assert {'test -e "$FOLDER/$POLE"', 'touch "$FOLDER/$POLE"'} >= set(commands)
    made = {path.name for path in tmp_path.rglob("*") if path.name.startswith("pwned")}
    # The slash of a path is not text of the shell: only a pattern keeps it in its folder.
    assert ({"pwned"} if value == "../pwned" else set()) == made


def test_a_run_that_does_not_recover_escalates(desk, place, tmp_path, poles):
    """The incident is left open, with how the run ended."""
    duty = duty_for(tmp_path, poles, FRONT + BOOK.replace("touch", "true"))
    response = respond(place, FLAG_DOWN, duty, desk.company)
    assert RunState.ESCALATED is response.run.state
    entries = told(place, response)
    assert ["run-linked", "incident-escalated"] == [entry.kind for entry in entries[2:]]
    assert entries[-1].body["because"].startswith("the run ended escalated: ")
    assert IncidentState.ESCALATED is fold_incident(entries).state


def test_an_option_that_is_not_allowed_is_not_taken(desk, place, tmp_path, poles):
    """The duty's policy decides, not the alert."""
    book = FRONT + BOOK.replace("**Risk:** none.", "**Risk:** destructive.")
    response = respond(place, FLAG_DOWN, duty_for(tmp_path, poles, book), desk.company)
    assert (RunState.ESCALATED, None) == (response.run.state, response.run.option)
    assert [] == list(poles.iterdir())


def test_a_runbook_with_a_flaw_is_not_followed(desk, place, tmp_path, poles):
    """Nothing of it is run; the incident escalates with the first flaw."""
    book = FRONT + BOOK.replace("`flag-up` is unhealthy", "`moon` is unhealthy")
    response = respond(place, FLAG_DOWN, duty_for(tmp_path, poles, book), desk.company)
    assert (None, ["when-names-no-check"]) == (response.run, [f.lint for f in response.flaws])
    because = told(place, response)[-1].body["because"]
    assert 'runbooks/flag.md: the runbook has no check named "moon"' == because
    assert ([], ()) == (list(poles.iterdir()), tuple(place.journal.streams("run/")))


class CutOffError(Exception):
    """Stands for `kill -9`: nobody has a chance to journal anything any more."""


def cut_off(desk, place, duty, kind):
    """Die as soon as an entry of this kind is journaled; the name of the run that is left."""

    def dies(entry: Entry) -> None:
        if entry.kind == kind:
            raise CutOffError

    with pytest.raises(CutOffError):
        respond(place, FLAG_DOWN, duty, replace(desk.company, watch=dies))
    [stream] = place.journal.streams("run/")
    return stream.removeprefix("run/")


def resumed(desk, place, duty, name):
    """How the run ends, and what its incident was told."""
    settings = replace(place.settings, targets=duty.targets)
    run = resume(replace(place, settings=settings), name, desk.company)
    [stream] = place.journal.streams("incident/")
    entries = place.journal.entries(stream)
    incident = fold_incident(entries)
    assert (run.id,) == incident.runs
    return run.state, [entry.kind for entry in entries[2:]], incident.state


def test_a_run_that_an_alert_started_can_be_resumed(desk, place, duty, poles):
    """Its text is in the journal, so it goes on without the file; its incident is resolved."""
    name = cut_off(desk, place, duty, "checks-ended")
    (Path(duty.pack.folder) / "runbooks/flag.md").unlink()
    assert (
        RunState.RECOVERED,
        ["run-linked", "incident-mitigated", "incident-resolved"],
        IncidentState.RESOLVED,
    ) == resumed(desk, place, duty, name)
    assert (poles / "north-1").exists()


def test_a_resumed_run_that_does_not_recover_escalates_its_incident(desk, place, tmp_path, poles):
    """As `respond` itself would have done at its end."""
    duty = duty_for(tmp_path, poles, FRONT + BOOK.replace("touch", "true"))
    name = cut_off(desk, place, duty, "checks-ended")
    assert (
        RunState.ESCALATED,
        ["run-linked", "incident-escalated"],
        IncidentState.ESCALATED,
    ) == resumed(desk, place, duty, name)


def test_an_incident_whose_run_is_left_open_is_not_ended(desk, place, tmp_path, poles):
    """Nobody could approve the step: the incident waits as its run does, and ends with it."""

    def absent(_):
        raise UnansweredError

    book = FRONT + BOOK.replace("**Risk:** none.", "**Risk:** disruptive.")
    policy = Policy(allowed=Risk.DISRUPTIVE, asks=frozenset({Risk.DISRUPTIVE}))
    duty = replace(duty_for(tmp_path, poles, book), policy=policy)
    response = respond(place, FLAG_DOWN, duty, replace(desk.company, ask=absent))
    assert (RunState.ASKING, None) == (response.run.state, response.run.ended_at_ns)
    assert IncidentState.ACKNOWLEDGED is fold_incident(told(place, response)).state
    desk.answer = Answer.YES
    assert IncidentState.RESOLVED is resumed(desk, place, duty, response.run.id)[2]


def test_the_incident_knows_its_run_before_it_begins(desk, place, duty):
    """A crash right at the run's first entry leaves an incident that names the run."""
    name = cut_off(desk, place, duty, "run-started")
    [stream] = place.journal.streams("incident/")
    last = place.journal.entries(stream)[-1]
    assert ("run-linked", name) == (last.kind, last.body["run"])


def test_a_run_that_may_not_begin_escalates_its_incident(desk, place, duty, poles):
    """A secret that is an ordinary word cannot be masked: the incident says so, nothing is run."""
    plain = replace(place, secrets={"api key": "flag-up"})
    with pytest.raises(NotRunnableError):
        respond(plain, FLAG_DOWN, duty, desk.company)
    [stream] = place.journal.streams("incident/")
    last = place.journal.entries(stream)[-1]
    assert "incident-escalated" == last.kind
    assert last.body["because"].startswith("secret `api key`: ")
    assert ([], ()) == (list(poles.iterdir()), tuple(place.journal.streams("run/")))


def test_a_runbook_whose_file_is_gone_is_still_followed(desk, place, duty, poles):
    """What was read is what is followed; only a resume would need the text."""
    (Path(duty.pack.folder) / "runbooks/flag.md").unlink()
    assert RunState.RECOVERED is respond(place, FLAG_DOWN, duty, desk.company).run.state


def test_a_procedure_is_started_by_no_alert(desk, place, tmp_path, poles):
    """The incident says so, and nothing is run."""
    book = (FRONT + BOOK).replace("---\n", "---\nkind: procedure\n", 1)
    response = respond(place, FLAG_DOWN, duty_for(tmp_path, poles, book), desk.company)
    assert (None, ()) == (response.run, tuple(place.journal.streams("run/")))
    assert "a procedure is started by its name" in told(place, response)[-1].body["because"]
