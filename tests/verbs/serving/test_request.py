"""Runs that are asked for, and taken by a runner: here the same process, with a real engine."""

from dataclasses import replace

import pytest

from drillbook.engine.open import open_engine
from drillbook.model.people import Caller
from drillbook.model.run import Policy, RunState, UnansweredError
from drillbook.model.sentence import Risk
from drillbook.model.target import Target
from drillbook.verbs.cancel import CannotCancelError, cancel_run
from drillbook.verbs.people.kept_policy import policy_body
from drillbook.verbs.plan import Wanted
from drillbook.verbs.resume import CannotResumeError
from drillbook.verbs.run import unfinished
from drillbook.verbs.running.hiding import NotRunnableError
from drillbook.verbs.running.resources import ResourceHeldError, holder_of, take_locks
from drillbook.verbs.serving.request import Requested, job_of, request_run, take_run

ANN = Caller(name="ann", token="t-ann")
SILENT = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())

BOOK = """\
---
locks: [flagpole]
inputs:
  colour: {{default: red}}
---
# The flag is down

## Diagnosis

### Is the flag up?
```sh {{ name=flag-up timeout=20s }}
test -e "{folder}/flag"
```
**Healthy:** exit code is 0. **Unhealthy:** exit code is 1.

## Resolution

### Raise the flag
**When:** `flag-up` is unhealthy.
**Risk:** disruptive.
**Loses:** nothing.
```sh {{ name=raise-flag timeout=20s }}
echo "$COLOUR" > "{folder}/flag"
```

## Verification
```sh {{ name=flag-stays timeout=20s }}
test -e "{folder}/flag"
```
**Recovered:** exit code is 0.
"""


@pytest.fixture
def engine(desk, place):
    engine = open_engine(desk.settings, clock=place.clock)
    yield engine
    engine.close()


@pytest.fixture
def asks(desk, place, engine):
    """Asks for a run of the runbook, or of a text."""

    def ask(source=None, path="pack/flag.md", **fields):
        given = fields.pop("given", {"colour": "blue"})
        requested = Requested(
            wanted=Wanted(path=path, given=given),
            source=BOOK.format(folder=desk.folder) if source is None else source,
            caller=ANN,
            **{"policy": SILENT, **fields},
        )
        return request_run(place, engine, requested)

    return ask


def kinds(place, name):
    return [entry.kind for entry in place.journal.entries(f"run/{name}")]


def absent(_):
    raise UnansweredError


def test_what_is_asked_for_is_journaled_and_a_job(place, engine, asks):
    """Who asked, for what, with which values; the runner of its site finds it."""
    name = asks(site="north")
    (entry,) = place.journal.entries(f"run/{name}")
    body = entry.body
    assert ("run-requested", "ann", "t-ann", "pack/flag.md", "The flag is down") == (
        entry.kind, body["requested_by"], body["token"], body["runbook"], body["title"],
    )  # fmt: skip
    assert [job_of(name, "north")] == [each.job for each in engine.jobs()]
    assert [entry] == unfinished(place)


def test_a_runner_follows_it_with_its_own_settings(desk, place, asks):
    """Bound where it is taken, by the text that was asked for."""
    name = asks()
    run = take_run(place, name, desk.company)
    assert (RunState.RECOVERED, "blue\n") == (run.state, (desk.folder / "flag").read_text())
    assert ["run-requested", "run-started"] == kinds(place, name)[:2]
    assert [] == unfinished(place)


def test_taking_it_twice_does_it_once(desk, place, asks):
    """A job that comes again tells of the end that there was."""
    name = asks()
    first = take_run(place, name, desk.company)
    entries = kinds(place, name)
    again = take_run(place, name, desk.company)
    assert (first.state, first.because, first.recovered_at_ns) == (
        again.state,
        again.because,
        again.recovered_at_ns,
    )
    assert entries == kinds(place, name)


def test_a_question_leaves_it_open_and_the_next_taker_goes_on(desk, place, asks):
    """`run-resumed` is all that a second taking adds to a question that nobody answered."""
    name = asks(policy=Policy())
    assert RunState.ASKING is take_run(place, name, replace(desk.company, ask=absent)).state
    place.journal.append(f"run/{name}", "answered", {"answer": "yes", "by": "ann"})
    assert RunState.RECOVERED is take_run(place, name, replace(desk.company, ask=absent)).state
    assert 1 == kinds(place, name).count("asked")


def test_a_runbook_that_cannot_be_bound_here_ends_unknown(desk, place, asks):
    """With the flaw in its words: nothing is stuck, and nothing was run."""
    broken = BOOK.format(folder=desk.folder).replace("timeout=20s", "timeout=20s on=nowhere")
    name = asks(broken)
    run = take_run(place, name, desk.company)
    assert RunState.UNKNOWN is run.state
    assert "nowhere" in run.because
    assert ["run-requested", "not-runnable", "run-ended"] == kinds(place, name)


def test_a_secret_by_hand_is_refused(desk, asks):
    """The journal would hold it."""
    secret = BOOK.format(folder=desk.folder).replace("{default: red}", "{secret: true}")
    with pytest.raises(NotRunnableError, match="input `colour` is secret"):
        asks(secret)


def test_a_text_that_masking_would_change_is_refused(place, engine):
    """A runner would follow another one, or find that it cannot be read."""
    place = replace(place, secrets={"store": "flagpole"})
    asked = Requested(
        wanted=Wanted(path="pack/flag.md"), source=BOOK, caller=ANN, policy=SILENT, site="main"
    )
    with pytest.raises(NotRunnableError, match=r"part of the text of pack/flag\.md"):
        request_run(place, engine, asked)
    assert () == tuple(place.journal.streams("run/"))


def test_a_runbook_that_is_not_in_the_text_is_refused(asks):
    """Before anything is journaled."""
    with pytest.raises(NotRunnableError):
        asks(path="pack/flag.md#elsewhere")


def test_a_lock_that_another_run_holds_puts_it_off(desk, place, asks):
    """Nothing is begun; when the other has ended, it is its turn."""
    other = asks(policy=Policy())
    take_run(place, other, replace(desk.company, ask=absent))
    name = asks()
    with pytest.raises(ResourceHeldError, match=f"locked by run {other} of ann"):
        take_run(place, name, desk.company)
    assert ["run-requested"] == kinds(place, name)
    cancel_run(place, other, ANN, "make room")
    assert RunState.CANCELLED is take_run(place, other, desk.company).state
    assert RunState.RECOVERED is take_run(place, name, desk.company).state


def test_the_checks_alone_lock_nothing(desk, place, asks):
    """They change nothing, so they may be done beside a run that does."""
    other = asks(policy=Policy())
    take_run(place, other, replace(desk.company, ask=absent))
    name = asks(policy=Policy(checks_only=True))
    run = take_run(place, name, desk.company)
    assert (RunState.OBSERVED, "raise-the-flag") == (run.state, run.would_choose)
    assert not (desk.folder / "flag").exists()


def test_a_wish_before_it_began_ends_it(desk, place, asks):
    """No step is run, and nothing is bound."""
    name = asks()
    cancel_run(place, name, ANN, "a false alarm")
    run = take_run(place, name, desk.company)
    assert (RunState.CANCELLED, "ann stopped it: a false alarm") == (run.state, run.because)
    with pytest.raises(CannotCancelError, match="has ended already"):
        cancel_run(place, name, ANN)


def test_a_run_that_would_not_run_as_it_did_can_still_be_cancelled(desk, place, asks):
    """Other settings make another plan, which is refused; the wish that it stops needs none."""
    source = BOOK.format(folder=desk.folder).replace("timeout=20s", "timeout=20s on=pole")
    name = asks(source, policy=Policy())
    here, there = (
        replace(place, settings=replace(desk.settings, targets={"pole": pole}))
        for pole in (Target(name="pole"), Target(name="pole", settings={"host": "elsewhere"}))
    )
    take_run(here, name, replace(desk.company, ask=absent))
    with pytest.raises(CannotResumeError, match="would not run as it did"):
        take_run(there, name, desk.company)
    cancel_run(there, name, ANN)
    run = take_run(there, name, desk.company)
    assert RunState.UNKNOWN is run.state
    assert run.because.startswith("ann stopped it; it could not go on: ")


def test_a_run_that_is_not_there_cannot_be_taken(desk, place):
    """The cure is a list of those that are."""
    with pytest.raises(CannotResumeError, match="no run nowhere"):
        take_run(place, "nowhere", desk.company)


def test_locks_are_taken_in_one_order_and_kept_until_the_end(place):
    """Taking them again changes nothing; the run's end frees them, and only that."""
    for run in ("one", "two"):
        place.journal.append(f"run/{run}", "run-started", {})
    take_locks(place.journal, ("b", "a"), "one", "ann")
    take_locks(place.journal, ("a",), "one", "ann")
    assert ["lock/a", "lock/b"] == list(place.journal.streams("lock/"))
    with pytest.raises(ResourceHeldError) as refused:
        take_locks(place.journal, ("b",), "two", "bob")
    assert ("b", "one", "ann") == (
        refused.value.holder.name, refused.value.holder.run, refused.value.holder.by,
    )  # fmt: skip
    place.journal.append("run/one", "run-ended", {})
    place.journal.append("run/one", "noted", {})
    assert None is holder_of(place.journal, "b")
    take_locks(place.journal, ("b",), "two", "bob")
    assert "two" == holder_of(place.journal, "b").run


def begun(place, name, **other):
    """Have the run begin as it was asked for, but for these."""
    asked = place.journal.entries(f"run/{name}")[0].body
    body = {**asked, "plan": "", "operator": "worker x", "pid": 1, "values": {}, **other}
    place.journal.append(f"run/{name}", "run-started", body)


@pytest.mark.parametrize(
    "other",
    [
        {"source": "0" * 64},
        {"policy": policy_body(Policy(waives_approvals=True))},
        {"given": {"colour": "red; reboot"}},
        {"is_drill": True},
    ],
)
def test_what_was_begun_otherwise_than_asked_for_is_not_gone_on_with(desk, place, asks, other):
    """One machine's credential does not make another machine run what nobody asked for."""
    name = asks(policy=Policy())
    begun(place, name, **other)
    why = f"begun with another {next(iter(other))} than was asked for"
    with pytest.raises(CannotResumeError, match=why):
        take_run(place, name, desk.company)
    assert not (desk.folder / "flag").exists()


def test_what_no_server_was_asked_for_is_no_runners(desk, place, asks):
    """A run that somebody began elsewhere is theirs, whatever job stands for it."""
    body = place.journal.entries(f"run/{asks()}")[0].body
    place.journal.append("run/forged", "run-started", {**body, "plan": ""})
    with pytest.raises(CannotResumeError, match="run forged was asked of no server"):
        take_run(place, "forged", desk.company)
    cancel_run(place, "forged", ANN)
    assert RunState.UNKNOWN is take_run(place, "forged", desk.company).state
