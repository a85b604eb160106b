"""Approvals of real runs: who may, what they see, and what voids them."""

import json
from dataclasses import replace

import pytest

from drillbook.model.clock import SystemClock
from drillbook.model.people import Caller, Need, Person, PolicyRule
from drillbook.model.run import Answer, Policy, Reply, RunState, UnansweredError
from drillbook.model.sentence import Risk
from drillbook.verbs.approve import CannotApproveError, approve, refuse, what_waits
from drillbook.verbs.people.policy import NotPermittedError
from drillbook.verbs.resume import resume
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.workplace import open_workplace

BOOK = """\
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
**Risk:** destructive.
**Loses:** nothing.
```sh {{ name=raise-flag timeout=20s approve={own} }}
echo raised >> "{folder}/raised"
touch "{folder}/flag"
```

## Verification
```sh {{ name=flag-stays timeout=20s }}
test -e "{folder}/flag"
```
**Recovered:** exit code is 0.
"""
NAMES = ("ann", "bob", "cid", "dan")
MINUTE_NS = 60_000_000_000


class SetClock(SystemClock):
    """The machine's clock, set forward by a test."""

    ahead_ns = 0

    def now_ns(self) -> int:
        return super().now_ns() + self.ahead_ns


def caller(name, *roles):
    return Caller(name=name, roles=frozenset(roles), token=f"t-{name}")


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def team(desk, clock):
    """A workplace of four people; ann is no database engineer."""
    people = {
        name: Person(name=name, roles=frozenset() if name == "ann" else frozenset({"dba"}))
        for name in NAMES
    }
    desk.settings = replace(desk.settings, people=people)
    with open_workplace(desk.settings, clock=clock) as place:
        yield place


def absent(_):
    raise UnansweredError


def policy(approvals=2, roles=("dba",)):
    need = Need(approvals=approvals, roles=frozenset(roles), expires_s=600.0)
    return Policy(asks=frozenset(), needs={Risk.DESTRUCTIVE: need} if approvals else {})


def asked_by(desk, team, name="zoe", a_policy=None, own=0):
    """A run that this person started and that waits for approval."""
    path = desk.write(BOOK.format(folder=desk.folder, own=own))
    plan, source = desk.plan(team, path)
    company = replace(desk.company, name=name, ask=absent)
    run = start_run(team, plan, a_policy or policy(), company, Occasion(source=source))
    assert RunState.APPROVING is run.state
    return run.id


def gone_on(desk, team, run, name="runner-1"):
    return resume(team, run, replace(desk.company, name=name, ask=absent))


def approved(team, run, *names):
    for name in names:
        approve(team, run, caller(name, "dba"), what_waits(team, run))


def raised(desk):
    path = desk.folder / "raised"
    return path.read_text().count("raised") if path.exists() else 0


def test_two_others_approve_and_it_runs_once(desk, team):
    """Nothing runs with none or one; with two it does, in another process or hour."""
    run = asked_by(desk, team)
    approved(team, run, "bob")
    assert (RunState.APPROVING, 0) == (gone_on(desk, team, run).state, raised(desk))
    approved(team, run, "cid")
    assert (RunState.RECOVERED, 1) == (gone_on(desk, team, run).state, raised(desk))


def test_a_person_counts_once(desk, team):
    """However often they approve."""
    run = asked_by(desk, team)
    approved(team, run, "bob", "bob", "bob")
    assert frozenset({"bob"}) == what_waits(team, run).counted
    assert (RunState.APPROVING, 0) == (gone_on(desk, team, run).state, raised(desk))


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (caller("bob", "dba"), "nobody approves their own"),
        (caller("ann"), "none of the roles"),
        (caller("eve", "dba"), "not known by a token"),
        (Caller(name="cid", roles=frozenset({"dba"})), "not known by a token"),
    ],
)
def test_who_may_not_approve_is_told_why(desk, team, who, why):
    """Nothing of it comes into the journal."""
    run = asked_by(desk, team, name="bob")
    before = len(team.journal.entries(f"run/{run}"))
    with pytest.raises(CannotApproveError, match=why):
        approve(team, run, who, what_waits(team, run))
    assert before == len(team.journal.entries(f"run/{run}"))


def test_whoever_has_the_run_go_on_does_not_approve_it_too(desk, team):
    """Their approval from before does not count any more: it was theirs to start."""
    run = asked_by(desk, team)
    approved(team, run, "bob", "cid")
    assert (RunState.APPROVING, 0) == (gone_on(desk, team, run, "cid").state, raised(desk))
    approved(team, run, "dan")
    assert (RunState.RECOVERED, 1) == (gone_on(desk, team, run).state, raised(desk))


def test_an_approval_expires(desk, team, clock):
    """Before the first step's intent: then it is asked for again, and one is not enough."""
    run = asked_by(desk, team)
    approved(team, run, "bob", "cid")
    clock.ahead_ns = 11 * MINUTE_NS
    assert (RunState.APPROVING, 0) == (gone_on(desk, team, run).state, raised(desk))
    assert frozenset() == what_waits(team, run).counted
    kinds = [entry.kind for entry in team.journal.entries(f"run/{run}")]
    assert 2 == kinds.count("approval-asked")
    approved(team, run, "bob", "dan")
    assert (RunState.RECOVERED, 1) == (gone_on(desk, team, run).state, raised(desk))


def test_a_refusal_ends_the_option(desk, team):
    """As a no does: nothing is run, and the run goes on to what else there is."""
    run = asked_by(desk, team)
    approved(team, run, "bob")
    refuse(team, run, caller("cid", "dba"), what_waits(team, run), "not on a Friday")
    assert (RunState.ESCALATED, 0) == (gone_on(desk, team, run).state, raised(desk))
    with pytest.raises(CannotApproveError, match="waits for no approval"):
        what_waits(team, run)


def test_a_step_may_ask_for_more_than_its_risk_does(desk, team):
    """`approve=2` beside a policy that asks for nothing."""
    run = asked_by(desk, team, a_policy=policy(0), own=2)
    assert 2 == what_waits(team, run).request.approvals
    approved(team, run, "ann", "bob")
    assert RunState.RECOVERED is gone_on(desk, team, run).state


def test_what_they_saw_is_kept(desk, team):
    """Commands, values, the Checks' results and why the Option was chosen, as a blob."""
    run = asked_by(desk, team)
    seen = what_waits(team, run)
    given = approve(team, run, caller("bob", "dba"), seen)
    page = json.loads(team.journal.blob(given.seen) or b"")
    (step,) = page["request"]["steps"]
    assert "echo raised" in step["command"]
    assert ("unhealthy", "Raise the flag") == (
        page["checks"]["flag-up"]["status"],
        page["request"]["title"],
    )
    assert seen.request.hash == page["request"]["hash"]


def test_something_else_than_they_saw_is_not_approved(desk, team):
    """What waits must have the hash of what was looked at."""
    run = asked_by(desk, team)
    seen = what_waits(team, run)
    other = replace(seen, request=replace(seen.request, hash="0" * 64))
    with pytest.raises(CannotApproveError, match="not what you saw"):
        approve(team, run, caller("bob", "dba"), other)


def test_a_note_in_between_voids_nothing(desk, team):
    """Others write to the stream while somebody reads what waits."""
    run = asked_by(desk, team)
    seen = what_waits(team, run)
    team.journal.append(f"run/{run}", "noted", {"by": "ann", "text": "I look at it too"})
    approve(team, run, caller("bob", "dba"), seen)
    assert frozenset({"bob"}) == what_waits(team, run).counted


@pytest.mark.parametrize("more", [{}, {"by": "cid"}, {"by": "cid", "roles": 7, "expires_at_ns": 1}])
def test_half_an_approval_keeps_nobody_from_approving(desk, team, more):
    """To the run it is a note, and so it is to the others."""
    run = asked_by(desk, team)
    digest = what_waits(team, run).request.hash
    team.journal.append(f"run/{run}", "approved", {"hash": digest, **more})
    approved(team, run, "bob", "cid")
    assert (RunState.RECOVERED, 1) == (gone_on(desk, team, run).state, raised(desk))


def test_a_request_that_cannot_be_understood_is_said(team):
    """In one line, and the list of all that waits goes on without it."""
    team.journal.append("run/odd", "run-started", {})
    team.journal.append("run/odd", "approval-asked", {"hash": "h", "approvals": "many"})
    with pytest.raises(CannotApproveError, match="run odd asks to be approved cannot be"):
        what_waits(team, "odd")


def test_without_people_nobody_can_approve(desk, place):
    """And is told the cure."""
    path = desk.write(BOOK.format(folder=desk.folder, own=1))
    plan, source = desk.plan(place, path)
    company = replace(desk.company, ask=absent)
    run = start_run(place, plan, policy(0), company, Occasion(source=source))
    with pytest.raises(CannotApproveError, match="names no people"):
        approve(place, run.id, caller("bob"), what_waits(place, run.id))


def test_what_waits_says_why_nothing_does(team):
    """A run that is not there has nothing to approve."""
    with pytest.raises(CannotApproveError, match="no run nowhere"):
        what_waits(team, "nowhere")


def test_a_requester_at_a_terminal_may_wait(desk, team):
    """Their question says what is needed; they look again, and it goes on by itself."""
    path = desk.write(BOOK.format(folder=desk.folder, own=0))
    plan, source = desk.plan(team, path)
    asked = []

    def waits(question):
        asked.append((question.approval.approvals, len(question.approval.given)))
        approved(team, question.run, ("bob", "cid")[len(asked) - 1])
        return Reply(answer=Answer.LOOK_AGAIN, by="zoe")

    company = replace(desk.company, name="zoe", ask=waits)
    run = start_run(team, plan, policy(), company, Occasion(source=source))
    assert (RunState.RECOVERED, [(2, 0), (2, 1)]) == (run.state, asked)


def test_a_drill_of_a_lab_waives_approvals(desk, team):
    """The lab is the drill's own, and nobody stands by."""
    path = desk.write(BOOK.format(folder=desk.folder, own=2))
    plan, source = desk.plan(team, path)
    waived = replace(policy(), waives_approvals=True)
    run = start_run(team, plan, waived, desk.company, Occasion(source=source))
    assert (RunState.RECOVERED, 1) == (run.state, raised(desk))


def test_a_source_of_webhooks_approves_nothing(desk, team):
    """Whatever other roles it has, and where every role may approve."""
    run = asked_by(desk, team, a_policy=policy(1, roles=()))
    with pytest.raises(CannotApproveError, match="bob is a source of webhooks and no person"):
        approve(team, run, caller("bob", "webhook", "dba"), what_waits(team, run))
    assert (RunState.APPROVING, 0) == (gone_on(desk, team, run).state, raised(desk))


def test_who_may_not_start_it_does_not_go_on_with_it(desk, team):
    """By `resume` they would answer its questions, and have it act in another's name."""
    run = asked_by(desk, team)
    left_to_dba = PolicyRule(risks=frozenset({Risk.DESTRUCTIVE}), start=frozenset({"dba"}))
    ruled = replace(team, settings=replace(team.settings, policy=(left_to_dba,)))
    approved(ruled, run, "bob", "cid")
    company = replace(desk.company, name="ann", ask=absent)
    with pytest.raises(NotPermittedError, match="ann may not start what is destructive"):
        resume(ruled, run, company, caller("ann"))
    assert 0 == raised(desk)
    assert "ann" not in what_waits(ruled, run).request.requesters
    assert RunState.RECOVERED is resume(ruled, run, company, caller("dan", "dba")).state
