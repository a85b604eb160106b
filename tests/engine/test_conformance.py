"""What every engine holds, asked of each of them: one suite, the same facts."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from drillbook.engine.open import open_engine
from drillbook.model.clock import SystemClock
from drillbook.model.engine import EngineError, Job, JobState
from engines import Performed, opened, working
from servers import wait_until

# What labels and inputs may hold.
HOSTILE = {
    "quotes": 'it\'s "so" \\ `id` $(touch x)',
    "lines": "a\nb\r\n\tc\x1b[31m",
    "nul": "a\0b\0",
    "odd": "\udcff\udc80 \U0001f525 ﷽ \u202e",
    "long": "x" * 10_000,
    "": "-options --too",
}


def job(name, **around):
    return Job(**{"key": f"run/{name}", "kind": "run", **around})


def keys(engine, state):
    """The keys of the jobs in that state."""
    return [each.job.key for each in engine.jobs() if each.state is state]


def until_idle(engine):
    """Wait until every job was performed or has failed."""
    wait_until(
        lambda: all(each.state is JobState.FAILED for each in engine.jobs()), "the work is done"
    )


class Gate:
    """Performs nothing until it is opened; says that it was reached."""

    def __init__(self):
        self.is_open = False
        self.reached = 0

    def __call__(self, _job):
        self.reached += 1
        wait_until(lambda: self.is_open, "the gate opens")

    def wait(self, count=1):
        wait_until(lambda: self.reached >= count, "the gate is reached")


def test_a_job_is_performed_as_it_was_submitted_and_then_forgotten(home):
    """Key, kind, site and arguments arrive whole, whatever they hold; nothing is kept."""
    performed = Performed()
    with opened(home) as engine, working(engine, performed, sites=["eu west", "main"]):
        submitted = job("7 é '\"; --", kind="respond", site="eu west", args=HOSTILE)
        assert True is engine.submit(submitted)
        until_idle(engine)
        assert () == engine.jobs()
    assert [submitted] == performed.jobs


def test_jobs_outlive_who_submitted_them(home):
    """They are there for the process that opens the engine next."""
    with opened(home) as engine:
        for number in range(5):
            engine.submit(job(number))
    performed = Performed()
    with opened(home) as engine:
        assert 5 == len(keys(engine, JobState.WAITING))
        with working(engine, performed, slots=1):
            until_idle(engine)
    assert [f"run/{number}" for number in range(5)] == performed.keys


def test_one_that_waits_is_enough(home):
    """Of one key a second is not kept; the first stays as it was submitted."""
    with opened(home) as engine:
        assert True is engine.submit(job(1, args={"n": "first"}))
        assert False is engine.submit(job(1, args={"n": "second"}))
        (status,) = engine.jobs()
    assert {"n": "first"} == status.job.args
    assert (JobState.WAITING, 0, "", "") == (
        status.state,
        status.tries,
        status.worker,
        status.because,
    )


def test_the_sooner_of_two_times_holds(home):
    """A second submit can bring the first forward, to a time or to now, and never put it off."""
    now_ns = time.time_ns() // 1_000 * 1_000
    in_an_hour, in_a_day = now_ns + 3_600 * 10**9, now_ns + 86_400 * 10**9
    with opened(home) as engine:
        engine.submit(job(1, due_at_ns=in_a_day))
        (before,) = engine.jobs()
        engine.submit(job(1, due_at_ns=in_an_hour))
        (sooner,) = engine.jobs()
        engine.submit(job(1, due_at_ns=in_a_day))
        (same,) = engine.jobs()
        engine.submit(job(1))
        (now,) = engine.jobs()
    dues = [each.job.due_at_ns for each in (before, sooner, same, now)]
    assert [in_a_day, in_an_hour, in_an_hour, 0] == dues


def test_a_submit_while_one_is_at_work_is_performed_after_it(home):
    """What was submitted meanwhile is never lost, and never at work beside the first."""
    gate = Gate()
    performed = Performed(gate)
    with opened(home) as engine, working(engine, performed):
        engine.submit(job(1, args={"n": "1"}))
        gate.wait()
        assert True is engine.submit(job(1, args={"n": "2"}))
        assert False is engine.submit(job(1, args={"n": "3"}))
        assert ["run/1"] == keys(engine, JobState.WAITING) == keys(engine, JobState.AT_WORK)
        gate.is_open = True
        until_idle(engine)
    assert ["1", "2"] == [each.args["n"] for each in performed.jobs]
    assert 1 == performed.at_once_per_key


def test_a_job_is_not_begun_before_its_time(home):
    """It begins soon after it is due, without another submit."""
    begun = []
    due_at_ns = time.time_ns() + 700_000_000
    with opened(home) as engine, working(engine, lambda _job: begun.append(time.time_ns())):
        engine.submit(job("later", due_at_ns=due_at_ns))
        until_idle(engine)
    (begun_at_ns,) = begun
    assert begun_at_ns >= due_at_ns


def test_one_brought_forward_wakes_a_worker(home):
    """A job of tomorrow that is submitted for now is performed now."""
    performed = Performed()
    with opened(home) as engine, working(engine, performed):
        engine.submit(job(1, due_at_ns=time.time_ns() + 86_400 * 10**9))
        engine.submit(job(2))
        wait_until(lambda: performed.keys == ["run/2"], "the other is performed")
        engine.submit(job(1))
        until_idle(engine)
    assert ["run/2", "run/1"] == performed.keys


def test_one_that_waits_for_its_time_does_not_hold_up_others(home):
    """Whatever was submitted first."""
    performed = Performed()
    with opened(home) as engine:
        engine.submit(job("tomorrow", due_at_ns=time.time_ns() + 86_400 * 10**9))
        engine.submit(job("now"))
        with working(engine, performed):
            wait_until(lambda: performed.keys == ["run/now"], "the due one is performed")
        assert ["run/tomorrow"] == keys(engine, JobState.WAITING)


def test_a_worker_takes_its_sites_alone(home):
    """What is of another site waits for a worker there."""
    here, there = Performed(), Performed()
    with opened(home) as engine:
        for number in range(6):
            engine.submit(job(number, site="eu" if number % 2 else "us"))
        with working(engine, here, sites=["us"]):
            wait_until(lambda: len(here.jobs) == 3, "the site's jobs are performed")
        assert {"eu"} == {each.job.site for each in engine.jobs()}
        with working(engine, there, sites=["eu", "asia"]):
            until_idle(engine)
    assert [{"us"}, {"eu"}] == [{each.site for each in by.jobs} for by in (here, there)]


def test_what_raises_has_failed_and_says_why(home):
    """It is kept, seen and not performed again; the others go on."""

    def perform(each):
        if each.key == "run/bad":
            raise ValueError("no such\nrunbook \x1b[31m" + "x" * 1_000)

    said = []
    performed = Performed(perform)
    with opened(home, said) as engine, working(engine, performed):
        engine.submit(job("bad"))
        engine.submit(job("good"))
        until_idle(engine)
        (status,) = engine.jobs()
    assert ("run/bad", JobState.FAILED, 1) == (status.job.key, status.state, status.tries)
    assert status.because.startswith("ValueError: no such runbook ?[31mxxx")
    assert 500 == len(status.because)
    assert {"run/bad", "run/good"} == set(performed.keys)
    assert [f"job run/bad failed: {status.because}"] == said


def test_a_failed_job_is_performed_again_where_it_is_submitted_again(home):
    """Its failure is forgotten then."""
    is_bad = [True]

    def perform(_job):
        if is_bad.pop():
            sys.exit("ended by itself")

    with opened(home) as engine, working(engine, perform):
        engine.submit(job(1))
        wait_until(lambda: keys(engine, JobState.FAILED) == ["run/1"], "it fails")
        (status,) = engine.jobs()
        assert "SystemExit: ended by itself" == status.because
        is_bad.append(False)
        assert True is engine.submit(job(1))
        until_idle(engine)
        assert () == engine.jobs()


def test_one_that_waits_behind_a_failing_one_is_performed(home):
    """It makes the failure good, which is forgotten; or fails in its place."""
    gate, raised = Gate(), []

    def perform(each):
        gate(each)
        if each.args["n"] in {"1", "3", "4"}:
            raised.append(each.args["n"])
            raise OSError(each.args["n"])

    with opened(home) as engine, working(engine, perform):
        for first, second in (("1", "2"), ("3", "4")):
            gate.is_open, reached = False, gate.reached
            engine.submit(job(first, key="run/x", args={"n": first}))
            gate.wait(reached + 1)
            engine.submit(job(second, key="run/x", args={"n": second}))
            gate.is_open = True
            until_idle(engine)
            gate.wait(reached + 2)
            until_idle(engine)
            kept = [each.because for each in engine.jobs()]
            assert ([] if first == "1" else ["OSError: 4"]) == kept
    assert ["1", "3", "4"] == raised


def test_what_waits_or_failed_can_be_withdrawn(home):
    """Not what is at work: that ends."""
    gate = Gate()

    def perform(each):
        gate(each)
        raise OSError("bad")

    with opened(home) as engine, working(engine, perform):
        engine.submit(job(1))
        gate.wait()
        assert False is engine.withdraw("run/1")
        engine.submit(job(1))
        assert True is engine.withdraw("run/1")
        assert False is engine.withdraw("run/none")
        gate.is_open = True
        until_idle(engine)
        assert ["run/1"] == keys(engine, JobState.FAILED)
        assert True is engine.withdraw("run/1")
        assert () == engine.jobs()


def test_no_more_than_its_slots_are_at_work(home):
    """A worker performs `slots` jobs at once, and that many where there are enough."""
    gate = Gate()
    performed = Performed(gate)
    with opened(home) as engine:
        for number in range(9):
            engine.submit(job(number))
        with working(engine, performed, slots=3):
            gate.wait(3)
            assert 3 == len(keys(engine, JobState.AT_WORK))
            gate.is_open = True
            until_idle(engine)
    assert 3 == performed.most_at_once
    assert 9 == len(performed.jobs)


def test_told_to_stop_a_worker_ends_what_it_has_and_takes_no_more(home):
    """`work` returns when those at work have ended; the others wait for the next worker."""
    gate = Gate()
    performed = Performed(gate)
    with opened(home) as engine:
        for number in range(4):
            engine.submit(job(number))
        with working(engine, performed, slots=2, name="the first") as stop:
            gate.wait(2)
            stop.set()
            time.sleep(0.3)
            (worker,) = engine.workers()
            assert ("the first", ("main",), False) == (worker.name, worker.sites, worker.is_dead)
            assert abs(time.time_ns() - worker.seen_at_ns) < 60 * 10**9
            gate.is_open = True
        assert () == engine.workers()
        assert ["run/2", "run/3"] == sorted(keys(engine, JobState.WAITING))
    assert ["run/0", "run/1"] == sorted(performed.keys)


def test_who_is_at_work_is_seen(home):
    """A status names the worker and how often the job was taken."""
    gate = Gate()
    with opened(home) as engine, working(engine, gate, name="runner-7"):
        engine.submit(job(1))
        gate.wait()
        (status,) = engine.jobs()
        assert ("runner-7", 1) == (status.worker, status.tries)
        gate.is_open = True


def test_two_workers_share_the_jobs_of_one_engine(home):
    """Each job is performed once, by either; at most one of a key at a time."""
    performed = Performed(lambda _job: time.sleep(0.002))
    with (
        opened(home) as one,
        opened(home) as other,
        working(one, performed),
        working(other, performed),
    ):
        for number in range(60):
            (one if number % 2 else other).submit(job(number))
        until_idle(one)
    assert sorted(f"run/{number}" for number in range(60)) == sorted(performed.keys)


def test_many_submit_the_same_key_at_once(home):
    """One of them is the first; a job is there, and only one waits."""
    with opened(home) as engine:
        results = in_threads(8, lambda number: engine.submit(job("x", args={"n": str(number)})))
        assert [False] * 7 + [True] == sorted(results)
        assert 1 == len(engine.jobs())


def in_threads(count, act):
    """The results of `act` of each number, all begun at the same time."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ({"key": ""}, "cannot be the key of a job"),
        ({"key": "run/\0"}, "cannot be the key of a job"),
        ({"key": "x" * 257}, "cannot be the key of a job"),
        ({"kind": "a\nb"}, "cannot be the kind of a job"),
        ({"site": "x" * 129}, "cannot be the site of a job"),
        ({"args": {"a": "x" * 65_536}}, "have over 65536 bytes"),
        ({"due_at_ns": -1}, "cannot be due at -1 ns"),
        ({"due_at_ns": 1 << 63}, "cannot be due at"),
    ],
)
def test_a_job_that_cannot_be_kept_is_refused_in_one_line(home, flaw, said):
    """Before anything is written."""
    with opened(home) as engine:
        with pytest.raises(EngineError) as refusal:
            engine.submit(job("x", **flaw))
        assert () == engine.jobs()
    (line,) = str(refusal.value).splitlines()
    assert said in line


def test_a_secret_in_an_error_is_not_kept(home):
    """What a job raised is masked before it is written or said."""
    said = []
    engine = open_engine(
        home.settings(),
        clock=SystemClock(),
        secrets=home.secrets,
        mask=lambda text: text.replace("hunter2", "[masked]"),
        say=said.append,
    )

    def perform(_job):
        raise ValueError("password hunter2 was refused")

    with working(engine, perform):
        engine.submit(job(1))
        until_idle(engine)
    (status,) = engine.jobs()
    engine.close()
    assert "ValueError: password [masked] was refused" == status.because
    assert "hunter2" not in "".join(said)


def test_closing_twice_harms_nobody(home):
    """As a face does that ends in a hurry."""
    with opened(home) as engine:
        engine.submit(job(1))
        engine.close()
    with suppress(EngineError):
        engine.close()
