"""Runs whose steps are carried to another machine, and whose variables carry to later steps."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from drillbook.model.run import RunState
from drillbook.model.target import Target
from drillbook.verbs.running.workplace import open_workplace
from ssh_server import SshServer, has_ssh, python_server

TEXT = """\
---
inputs:
  flag: {{default: '{flag}'}}
---
# The flag is down

## Diagnosis

### Where is the leader?
```sh {{ name=leader timeout=20s exports=LEADER,LAG{on} }}
LEADER="node $(printf 7)"
LAG=12
test -e "$FLAG"
```
**Healthy:** exit code is {healthy}. **Unhealthy:** exit code is {unhealthy}.

## Resolution

### Wait
**When:** `lag` is at most 5.
**Risk:** none.
```sh {{ name=wait timeout=20s }}
false
```

### Raise it
**When:** `lag` is above 5 and `leader` is `node 7`.
**Risk:** none.
```sh {{ name=raise timeout=20s exports=MARK{on} }}
MARK="raised by $LEADER"
echo "$LEADER" > "$FLAG"
```
```sh {{ name=say timeout=20s }}
test "$MARK" = "raised by node 7"
```

## Verification
```sh {{ name=stays timeout=20s{on} }}
grep -q 'node 7' "$FLAG"
```
**Recovered:** exit code is 0.
"""
LOST = """\
# It breaks in the middle

## Resolution

### Restart
**When:** `asks` is unhealthy.
**Risk:** none.
```sh {{ name=restart timeout=60s on=far{more} }}
echo "begun" >> '{folder}/begun'
kill -KILL $(sed "s/.*) . //; s/ .*//" /proc/$PPID/stat)
sleep 1
```

## Diagnosis
### Ask
```sh {{ name=asks timeout=20s }}
false
```
**Unhealthy:** exit code is 1.

## Verification
```sh {{ name=stays timeout=20s }}
true
```
**Recovered:** exit code is 0.
"""


@pytest.fixture
def server() -> Iterator[SshServer]:
    """A host."""
    if not has_ssh():
        pytest.skip("ssh is not installed")
    with python_server() as one:
        yield one


def placed(desk, target: Target):
    """The desk with one target, and its workplace."""
    desk.settings = replace(desk.settings, targets={target.name: target})
    return open_workplace(desk.settings)


def bodies(place, kind):
    return [
        dict(entry.body)
        for stream in place.journal.streams("run/")
        for entry in place.journal.entries(stream)
        if entry.kind == kind
    ]


def test_what_a_check_exports_chooses_the_option_and_reaches_its_steps(desk, place):
    """As a variable in steps, and by its name in a When."""
    flag = desk.folder / "flag"
    text = TEXT.format(flag=flag, on="", healthy=1, unhealthy=0)
    flag.touch()
    run = desk.run(place, desk.write(text))
    assert (RunState.RECOVERED, "raise-it") == (run.state, run.option)
    assert "node 7\n" == flag.read_text()
    finished = {body["step"]: body["captures"] for body in bodies(place, "step-finished")}
    assert {"leader": "node 7", "lag": "12"} == finished["leader"]
    assert {"mark": "raised by node 7"} == finished["raise"]


def test_a_run_goes_to_a_host_and_its_variables_come_back(desk, server):
    """Exported there, used here, and there again."""
    flag = desk.folder / "flag"
    flag.touch()
    text = TEXT.format(flag=flag, on=" on=far", healthy=1, unhealthy=0)
    with placed(desk, server.target()) as place:
        run = desk.run(place, desk.write(text))
        assert (RunState.RECOVERED, "raise-it") == (run.state, run.option)
        assert {"leader", "raise", "stays"} == {
            body["step"] for body in bodies(place, "step-started") if body["on"] == "far"
        }
    assert "node 7\n" == flag.read_text()


def test_a_step_whose_connection_broke_waits_for_a_person(desk, server):
    """It may have happened: nobody does it again, and nobody calls it failed."""
    text = LOST.format(folder=desk.folder, more="")
    with placed(desk, server.target()) as place:
        run = desk.run(place, desk.write(text))
        assert (RunState.UNKNOWN, "a person stopped it") == (run.state, run.because)
        (lost,) = bodies(place, "step-lost")
    assert "`restart` was begun and " in lost["because"]
    assert "broke before it told how it ended" in lost["because"]
    assert "begun\n" == (desk.folder / "begun").read_text()


def test_an_idempotent_one_is_performed_again(desk, server):
    """Its second attempt finds nobody there, which is unknown, and no reason to wait."""
    text = LOST.format(folder=desk.folder, more=" idempotent=yes")
    with placed(desk, server.target()) as place:
        desk.run(place, desk.write(text))
        (abandoned,) = bodies(place, "step-abandoned")
        again = [body for body in bodies(place, "step-finished") if body["step"] == "restart"]
    assert "broke before it told how it ended" in abandoned["because"]
    assert [("not-started", "unknown")] == [(body["ending"], body["result"]) for body in again]
    assert "begun\n" == (desk.folder / "begun").read_text()


def test_a_host_that_is_not_there_is_unknown_and_nothing_was_begun(desk):
    """A Check that could not be put says nothing of the system."""
    if not has_ssh():
        pytest.skip("ssh is not installed")
    text = TEXT.format(flag=desk.folder / "flag", on=" on=far", healthy=0, unhealthy=1)
    settings = {"host": "127.0.0.1", "port": "1", "config": "/dev/null"}
    with placed(desk, Target(name="far", kind="ssh", settings=settings)) as place:
        run = desk.run(place, desk.write(text))
        assert RunState.UNKNOWN is run.state
        (body,) = bodies(place, "step-finished")
    assert ("not-started", "unknown") == (body["ending"], body["status"])
    assert "Connection refused" in body["because"]
