"""A run at a terminal that waits for what another run has locked."""

import threading
import time
from dataclasses import replace

from drillbook.model.clock import SystemClock
from drillbook.model.people import Caller
from drillbook.model.run import Policy, RunState
from drillbook.model.sentence import Risk
from drillbook.verbs.cancel import cancel_run
from drillbook.verbs.run import Occasion, start_run
from drillbook.verbs.running.resources import holder_of, take_locks

WITHIN_S = 60
POLICY = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())
BOOK = """\
---
locks: [flagpole]
---
# The flag is down

## Diagnosis

### Is the flag up?
```sh { name=flag-up timeout=20s }
true
```
**Healthy:** exit code is 0.
"""


def held_by_another(place):
    place.journal.append("run/first", "run-started", {})
    take_locks(place.journal, ("flagpole",), "first", "bob")


def started(desk, place, watch=None, policy=POLICY):
    """Start a run of the runbook, whose entries `watch` sees."""
    plan, source = desk.plan(place, desk.write(BOOK))
    company = replace(desk.company, watch=watch or desk.company.watch)
    return start_run(place, plan, policy, company, Occasion(source=source, name="second"))


def test_it_waits_and_says_who_holds_it_until_it_is_its_turn(desk, place):
    """Once for each holder; no step is begun before."""
    held_by_another(place)
    seen = []

    def watch(entry):
        seen.append((entry.kind, entry.body.get("run"), entry.body.get("by")))
        if entry.kind == "lock-awaited":
            place.journal.append("run/first", "run-ended", {})

    assert RunState.ESCALATED is started(desk, place, watch).state
    kinds = [kind for kind, _, _ in seen]
    assert ["run-started", "lock-awaited", "step-started"] == kinds[:3]
    assert ("lock-awaited", "first", "bob") == seen[1]
    assert None is holder_of(place.journal, "flagpole")


def test_who_wishes_that_it_stops_need_not_wait_for_the_lock(desk, place):
    """It ends without a step, and the other keeps what it has."""
    held_by_another(place)

    def watch(entry):
        if entry.kind == "lock-awaited":
            cancel_run(place, "second", Caller(name="ann"), "no need")

    run = started(desk, place, watch)
    assert (RunState.CANCELLED, "ann stopped it: no need") == (run.state, run.because)
    assert "first" == holder_of(place.journal, "flagpole").run


class Interrupted(SystemClock):
    """Ctrl-C while somebody waits."""

    def sleep(self, duration_s):
        del duration_s
        raise KeyboardInterrupt


def test_ctrl_c_while_it_waits_ends_it_in_the_journal(desk, place):
    """No run that nobody knows of is left, and none holds a lock."""
    held_by_another(place)
    run = started(desk, replace(place, clock=Interrupted()))
    assert (RunState.CANCELLED, "a person stopped it") == (run.state, run.because)


def test_two_runs_of_one_resource_work_one_after_the_other(desk, place):
    """Started at the same moment by two threads: their steps never overlap."""
    began, ended = [], []
    place.journal.append("run/none", "noted", {})

    def go(name):
        plan, source = desk.plan(place, desk.write(BOOK, f"{name}.md"))
        occasion = Occasion(source=source, name=name)
        run = start_run(place, plan, POLICY, desk.company, occasion)
        entries = place.journal.entries(f"run/{name}")
        began.append((next(e.at_ns for e in entries if e.kind == "step-started"), name))
        ended.append((entries[-1].at_ns, run.state))

    threads = [threading.Thread(target=go, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + WITHIN_S
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert [RunState.ESCALATED] * 2 == [state for _, state in ended]
    assert min(ended)[0] < max(began)[0]
