"""Any order of what can happen to jobs, on each store, beside a model that is plainly right."""

import time

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from drillbook.engine.deferred import DeferredStore
from drillbook.engine.embedded import EmbeddedStore
from drillbook.model.clock import SystemClock
from drillbook.model.engine import Job

KEYS = st.sampled_from(["run/1", "run/2", "run/3"])
SITES = st.sampled_from(["eu", "us"])
LATER_NS = 3_600 * 10**9
NEVER_DEAD_S = 3_600.0
# Whoever was silent for no time at all is dead: all, where a test says so.
ALL_DEAD_S = -1.0


class Model:
    """Of each key at most one that waits, one at work, one that failed; nothing else."""

    def __init__(self):
        self.waiting = {}
        self.at_work = {}
        self.failed = {}

    def state(self):
        return sorted(
            [(key, "waiting", site, is_due) for key, (site, is_due) in self.waiting.items()]
            + [(key, "at work", site, True) for key, (site, _) in self.at_work.items()]
            + [(key, "failed", site, True) for key, (site, _) in self.failed.items()]
        )


class Jobs(RuleBasedStateMachine):
    """Two workers, which may be taken for dead and come back with old tickets."""

    store = None

    def __init__(self):
        super().__init__()
        self.model = Model()
        self.workers = [self.store.enrol(f"worker-{n}", ["eu", "us"]) for n in range(2)]
        self.tickets = []

    def teardown(self):
        for worker in self.workers:
            self.store.leave(worker)
        for status in self.store.jobs():
            self.store.withdraw(status.job.key)
        assert () == self.store.jobs()

    @rule(key=KEYS, site=SITES, is_due=st.booleans())
    def submit(self, key, site, is_due):
        """One that waits stays, and is due at the sooner of the two times."""
        due_at_ns = 0 if is_due else time.time_ns() + LATER_NS
        job = Job(key=key, kind="run", site=site, due_at_ns=due_at_ns)
        assert (key not in self.model.waiting) is self.store.submit(job)
        old_site, was_due = self.model.waiting.get(key, (site, False))
        self.model.waiting[key] = (old_site, was_due or is_due)
        self.model.failed.pop(key, None)

    @rule(key=KEYS)
    def withdraw(self, key):
        """What waits or failed is forgotten."""
        was_there = key in self.model.waiting or key in self.model.failed
        assert was_there is self.store.withdraw(key)
        self.model.waiting.pop(key, None)
        self.model.failed.pop(key, None)

    @rule(number=st.integers(0, 1), sites=st.lists(SITES, min_size=1, max_size=2, unique=True))
    def take(self, number, sites):
        """One that is due, of these sites, and whose key is not at work; None where none is."""
        ready = {
            key
            for key, (site, is_due) in self.model.waiting.items()
            if is_due and site in sites and key not in self.model.at_work
        }
        taken = self.store.take(self.workers[number], sites)
        assert (taken is None) is (not ready)
        if taken is not None:
            assert taken.job.key in ready
            site, _ = self.model.waiting.pop(taken.job.key)
            self.model.at_work[taken.job.key] = (site, taken)
            self.tickets.append(taken)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), is_well=st.booleans())
    def end(self, data, is_well):
        """With its ticket a job ends, well or not; with an old one nothing happens."""
        ticket = data.draw(st.sampled_from(self.tickets))
        key = ticket.job.key
        site, current = self.model.at_work.get(key, ("", None))
        is_ours = current == ticket
        done = self.store.finish(ticket) if is_well else self.store.fail(ticket, "because")
        assert is_ours is done
        if is_ours:
            del self.model.at_work[key]
            self.model.failed.pop(key, None)
            if not is_well:
                self.model.failed[key] = (site, ticket)

    @rule()
    def all_die(self):
        """What was at work waits again, and is due; both workers are told and enrol anew."""
        assert len(self.model.at_work) == self.store.hand_on(ALL_DEAD_S, is_settled=True)
        for key, (site, _) in self.model.at_work.items():
            old_site, _ = self.model.waiting.get(key, (site, True))
            self.model.waiting[key] = (old_site, True)
        self.model.at_work.clear()
        assert [False, False] == [self.store.beat(worker) for worker in self.workers]
        self.workers = [self.store.enrol(f"worker-{n}", ["eu", "us"]) for n in range(2)]

    @rule()
    def nobody_is_dead(self):
        """Who beats in time keeps what it has."""
        assert [True, True] == [self.store.beat(worker) for worker in self.workers]
        assert 0 == self.store.hand_on(NEVER_DEAD_S, is_settled=True)
        assert 0 == self.store.hand_on(ALL_DEAD_S, is_settled=False)

    @invariant()
    def says_what_the_model_says(self):
        """Every job, its state, its site and whether it is due."""
        now_ns = time.time_ns()
        assert self.model.state() == sorted(
            (each.job.key, each.state.value, each.job.site, each.job.due_at_ns <= now_ns)
            for each in self.store.jobs()
        )


def check(store, orders):
    """The rules in so many orders, each of which leaves the store empty."""
    machine = type("Made", (Jobs,), {"store": store})
    try:
        run_machine(
            machine,
            settings=settings(
                max_examples=orders,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        store.close()


def test_the_embedded_store_does_as_its_model(tmp_path):
    """In twenty-five orders."""
    path, folder = tmp_path / "engine.db", tmp_path / "workers"
    check(EmbeddedStore(path, folder, dead_after_s=60.0, clock=SystemClock()), 25)


@pytest.mark.lab
def test_the_store_on_postgresql_does_as_its_model(database):
    """In eight, which take longer."""
    check(DeferredStore(database, dead_after_s=60.0), 8)
