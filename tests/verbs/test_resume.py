"""Runs that were cut off, gone on with from nothing but the journal and the settings."""

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from drillbook.model.run import Answer, RunState, UnansweredError
from drillbook.model.target import Target
from drillbook.verbs.resume import CannotResumeError, resume
from drillbook.verbs.run import unfinished
from drillbook.verbs.running.locks import HeldError
from drillbook.verbs.running.workplace import open_workplace

BOOK = """\
---
inputs:
  where: {from: target.flagpole.folder}
  colour: {default: red}
---
# The flag is down

## Diagnosis

### Is the flag up?
```sh { name=flag-up timeout=60s }
test -e "$WHERE/flag"
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Raise the flag
**When:** `flag-up` is unhealthy.
**Risk:** none.
**Loses:** nothing.
```sh { name=raise-flag timeout=60s }
echo raised >> "$WHERE/raised"
while ! test -e "$WHERE/go"; do sleep 0.02; done
touch "$WHERE/flag"
```

## Verification
```sh { name=flag-stays timeout=60s }
test -e "$WHERE/flag"
```
**Recovered:** exit code is 0.
"""

# The tool in a process of its own: it runs or resumes, and can be killed.
TOOL = """
import sys
from pathlib import Path
from drillbook.model.run import Answer, Policy, Reply
from drillbook.model.sentence import Risk
from drillbook.model.settings import Settings
from drillbook.model.target import Target
from drillbook.verbs.plan import Wanted, plan_file
from drillbook.verbs.running.executing import Company
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.workplace import open_workplace

folder = Path(sys.argv[1])
target = Target(name="flagpole", settings={"folder": str(folder)})
settings = Settings(folder=folder, state=folder / "state", targets={"flagpole": target})
company = Company(
    ask=lambda _: Reply(answer=Answer.STOP, by="x"), watch=lambda _: None, on_output=lambda _: None
)
with open_workplace(settings) as place:
    path = str(folder / "runbook.md")
    plan, findings, source = plan_file(Wanted(path=path), settings, place.secrets)
    occasion = Occasion(source=source, is_drill="drill" in sys.argv)
    policy = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())
    start_run(place, plan, policy, company, occasion)
"""


@pytest.fixture
def desk(desk):
    """The same desk with a target."""
    target = Target(name="flagpole", settings={"folder": str(desk.folder)})
    desk.settings = replace(desk.settings, targets={"flagpole": target})
    desk.write(BOOK)
    return desk


@pytest.fixture
def tool(desk):
    """Another process that executes the run, caught while its step runs."""
    with started(desk) as process:
        yield process
        process.kill()


def started(desk, *arguments):
    process = subprocess.Popen([sys.executable, "-c", TOOL, str(desk.folder), *arguments])
    deadline = time.monotonic() + 60
    while not (desk.folder / "raised").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def cut_off(desk, *arguments):
    """Start a run, kill its tool while the step runs, and let the step end."""
    with started(desk, *arguments) as process:
        process.kill()
    (desk.folder / "go").touch()


def only_run(place):
    (stream,) = place.journal.streams("run/")
    return stream.removeprefix("run/")


def cannot(place, name, desk):
    """The one line with which the run is refused."""
    with pytest.raises(CannotResumeError) as refusal:
        resume(place, name, desk.company)
    (line,) = str(refusal.value).splitlines()
    return line


def test_a_run_that_was_cut_off_goes_on(desk):
    """From the journal's own text, though the file is gone; no step is done twice."""
    cut_off(desk)
    (desk.folder / "runbook.md").unlink()
    with open_workplace(desk.settings) as place:
        assert [f"run/{only_run(place)}"] == [entry.stream for entry in unfinished(place)]
        run = resume(place, only_run(place), desk.company)
        assert RunState.RECOVERED is run.state
        assert [] == list(place.journal.verify()) + unfinished(place)
    assert "raised\n" == (desk.folder / "raised").read_text()
    assert "run-resumed" == desk.kinds[0]


def test_a_run_in_another_process_is_left_alone(desk, tool):
    """Two processes never execute one run; the other one goes on undisturbed."""
    with open_workplace(desk.settings) as place:
        name = only_run(place)
        with pytest.raises(HeldError) as refusal:
            resume(place, name, desk.company)
        assert f"run {name} is in another process's hands" in str(refusal.value)
        (desk.folder / "go").touch()
        assert 0 == tool.wait(60)
        kinds = [entry.kind for entry in place.journal.entries(f"run/{name}")]
    assert ("run-ended", 0) == (kinds[-1], kinds.count("run-resumed"))
    assert "raised\n" == (desk.folder / "raised").read_text()


def test_an_unknown_run_is_one_line(desk, place):
    """It says how to see which there are."""
    line = cannot(place, "no-such", desk)
    assert "there is no run no-such; `drillbook resume` lists what there is" == line


def test_an_ended_run_is_one_line(desk):
    """What has ended is started anew, never gone on with."""
    (desk.folder / "go").touch()
    with open_workplace(desk.settings) as place:
        run = desk.run(place, desk.folder / "runbook.md")
        assert f"run {run.id} has ended; start a new one" in cannot(place, run.id, desk)
    assert 1 == desk.kinds.count("run-ended")


def test_a_drills_run_is_one_line(desk):
    """Its lab is gone; the drill's own cleaning up is named."""
    cut_off(desk, "drill")
    with open_workplace(desk.settings) as place:
        line = cannot(place, only_run(place), desk)
        assert "is part of a drill; clean up with `drillbook drill --revert`" in line


def changed(desk, change):
    """The settings after a change since the run began."""
    target = desk.settings.targets["flagpole"]
    targets = {
        "another folder": {"flagpole": replace(target, settings={"folder": "/nowhere"})},
        "no target": {},
        "another name": {"mast": replace(target, name="mast")},
    }
    return replace(desk.settings, targets=targets[change])


@pytest.mark.parametrize("change", ["another folder", "no target", "another name"])
def test_a_run_whose_target_changed_is_not_gone_on_with(desk, change):
    """Half of it on one system and half on another would be neither."""
    cut_off(desk)
    with open_workplace(changed(desk, change)) as place:
        name = only_run(place)
        line = cannot(place, name, desk)
        assert "its targets, inputs or environment have changed since" in line
        kinds = [entry.kind for entry in place.journal.entries(f"run/{name}")]
    assert "run-resumed" not in kinds
    with open_workplace(desk.settings) as place:
        assert RunState.RECOVERED is resume(place, name, desk.company).state


def test_a_run_whose_text_was_erased_is_one_line(desk):
    """The blob's bytes may be erased; the run then says so."""
    place = begun(desk, source="0" * 64)
    with place:
        assert "was erased from the journal; start a new run" in cannot(place, "x", desk)


def begun(desk, *, text=BOOK, source=None, **body):
    """A workplace whose journal holds the beginning of run x and no more."""
    place = open_workplace(desk.settings)
    beginning = {
        "runbook": "runbook.md",
        "anchor": "",
        "source": source or place.journal.put_blob(text.encode()),
        "plan": "",
        "given": {},
        "labels": {},
        "policy": {"allowed": "destructive", "asks": []},
        "is_drill": False,
        **body,
    }
    place.journal.append("run/x", "run-started", beginning)
    return place


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("colour: {secret: true}", {"given": {"colour": "***"}}),
        ("colour: {from: label.colour, secret: true}", {"labels": {"colour": "***"}}),
    ],
)
def test_a_secret_that_the_journal_does_not_hold_is_not_made_up(desk, field, body):
    """Its stars are no value: the run cannot go on with them."""
    text = BOOK.replace("colour: {default: red}", field)
    with begun(desk, text=text, **body) as place:
        line = cannot(place, "x", desk)
    assert "input `colour` is secret and was given by hand or by the alert" in line


def lost(desk):
    """Start a run and kill tool and guardian while the step runs: nobody saw its end."""
    with started(desk) as process:
        process.kill()
    (lock,) = desk.settings.state.glob("attempts/*/2/lock")
    subprocess.run(["kill", "-9", lock.read_text().strip()], check=True)


@pytest.mark.parametrize(
    ("answer", "because"),
    [(Answer.STOP, "a person stopped it"), (Answer.NOBODY, "only a person can say")],
)
def test_a_question_without_an_answer_ends_a_run_as_unknown(desk, answer, because):
    """Who does not know what happened may stop; the literal operator, whom nobody helps, must."""
    desk.answer = answer
    lost(desk)
    with open_workplace(desk.settings) as place:
        run = resume(place, only_run(place), desk.company)
    assert (RunState.UNKNOWN, because) == (run.state, run.because)
    assert "raised\n" == (desk.folder / "raised").read_text()


def test_where_nobody_is_there_the_run_is_left_open(desk):
    """Neither ended nor told of an answer: it asks again, and then goes on."""

    def absent(_):
        raise UnansweredError

    lost(desk)
    with open_workplace(desk.settings) as place:
        name = only_run(place)
        run = resume(place, name, replace(desk.company, ask=absent))
        assert (RunState.WAITING, None) == (run.state, run.ended_at_ns)
        kinds = {entry.kind for entry in place.journal.entries(f"run/{name}")}
        assert {"answered", "run-ended"} & kinds == set()
        assert [f"run/{name}"] == [entry.stream for entry in unfinished(place)]
        (desk.folder / "go").touch()
        desk.answer = Answer.AGAIN
        assert RunState.RECOVERED is resume(place, name, desk.company).state
    assert "raised\nraised\n" == (desk.folder / "raised").read_text()
