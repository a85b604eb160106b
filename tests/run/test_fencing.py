"""Two who think that the run is theirs; a run that other threads stop, or have left open."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.attempt import LeftError, TraceKind
from drillbook.model.clock import SystemClock
from drillbook.model.journal import FencedError
from drillbook.model.run import Answer, Policy, Reply, RunState, UnansweredError
from drillbook.model.sentence import Risk
from drillbook.model.target import Target
from drillbook.run.executor import Executor
from drillbook.run.hands import Hands
from drillbook.run.settling import settle
from drillbook.run.supervisor import StepSupervisor
from nouns import check, is_unhealthy, option, plan, runbook, step, verification

POLICY = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())
WITHIN_S = 60


@pytest.fixture
def hands(tmp_path):
    journal = SqliteJournal(tmp_path / "journal.db", clock=SystemClock())
    supervisor = StepSupervisor()
    yield Hands(
        journal=journal,
        clock=SystemClock(),
        supervisor=supervisor,
        folder=tmp_path / "attempts",
        ask=lambda _: Reply(answer=Answer.STOP, by="nobody"),
        watch=lambda _: None,
        on_output=lambda _: None,
    )
    supervisor.close()
    journal.close()


def slow_book(folder, **fields):
    """An Option whose step writes a line, waits until it may end, and writes another."""
    command = (
        f"echo begun >> {folder}/lines\n"
        f"while ! test -e {folder}/go; do sleep 0.02; done\n"
        f"echo done >> {folder}/lines"
    )
    mend = step("mend", command, timeout_s=120.0, **fields)
    return runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", mend, step("after"), when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )


def executor(hands, book, policy=POLICY, kind="run-started", **around):
    """One that has just taken the run."""
    taken = hands.journal.append("run/x", kind, {"operator": "zoe", "by": "zoe"})
    return Executor(plan(book, **around), policy, "run/x", hands, holder=taken.seq)


def kinds(hands):
    return [entry.kind for entry in hands.journal.entries("run/x")]


def until(is_so):
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Going(threading.Thread):
    """An executor that goes in a thread of its own; what came of it."""

    def __init__(self, an_executor, begin=None):
        super().__init__()
        self.executor, self.begin = an_executor, begin
        self.run_, self.error = None, None
        self.start()

    def run(self):
        try:
            if self.begin:
                self.begin(self.executor)
            self.run_ = self.executor.go()
        except (FencedError, LeftError, UnansweredError) as error:
            self.error = error

    def ended(self):
        self.join(WITHIN_S)
        assert not self.is_alive()
        return self


def lines(folder):
    path = folder / "lines"
    return path.read_text().split() if path.exists() else []


def test_who_was_taken_over_from_acts_no_more(hands, tmp_path):
    """The first sees it at its next word, cancels nothing, and the second has the run end."""
    book = slow_book(tmp_path)
    first = Going(executor(hands, book))
    until(lambda: lines(tmp_path))
    second = Going(executor(hands, book, kind="run-resumed"), begin=settle)
    (tmp_path / "go").touch()
    assert RunState.RECOVERED is second.ended().run_.state
    assert "taken over by another process" in str(first.ended().error)
    assert (["begun", "done"], 1) == (lines(tmp_path), kinds(hands).count("run-ended"))
    assert [] == list(hands.journal.verify())


def test_who_was_taken_over_from_cannot_stop_it(hands, tmp_path):
    """The step belongs to the other one now."""
    book = slow_book(tmp_path)
    first_executor = executor(hands, book)
    first = Going(first_executor)
    until(lambda: lines(tmp_path))
    second = Going(executor(hands, book, kind="run-resumed"), begin=settle)
    with pytest.raises(FencedError):
        first_executor.request_stop("ann")
    (tmp_path / "go").touch()
    assert RunState.RECOVERED is second.ended().run_.state
    assert ["begun", "done"] == lines(tmp_path)
    assert isinstance(first.ended().error, FencedError)


FROZEN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_fencing import frozen_child
frozen_child(Path(sys.argv[1]))
"""


def frozen_child(folder):
    """Begin the run in this process, which is stopped in the midst and comes back."""
    journal = SqliteJournal(folder / "journal.db", clock=SystemClock())
    supervisor = StepSupervisor()
    hands = Hands(
        journal=journal, clock=SystemClock(), supervisor=supervisor, folder=folder / "attempts",
        ask=lambda _: Reply(answer=Answer.STOP, by="x"), watch=lambda _: None,
        on_output=lambda _: None,
    )  # fmt: skip
    try:
        executor(hands, slow_book(folder)).go()
    except FencedError as error:
        sys.exit(str(error))


def test_a_process_that_was_frozen_and_comes_back_does_nothing(hands, tmp_path):
    """It says so in one line; the step happened once, and the run ended once."""
    child = subprocess.Popen(
        [sys.executable, "-c", FROZEN, str(tmp_path), os.path.dirname(__file__)],  # noqa: PTH120
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    until(lambda: lines(tmp_path))
    child.send_signal(signal.SIGSTOP)
    second = Going(executor(hands, slow_book(tmp_path), kind="run-resumed"), begin=settle)
    (tmp_path / "go").touch()
    assert RunState.RECOVERED is second.ended().run_.state
    before = kinds(hands)
    child.send_signal(signal.SIGCONT)
    _, said = child.communicate(timeout=WITHIN_S)
    assert "run/x was taken over by another process, which goes on with it" == said.strip()
    assert (before, ["begun", "done"]) == (kinds(hands), lines(tmp_path))


def test_a_stop_from_another_thread_ends_the_step_and_the_run(hands, tmp_path):
    """With who wished it, in the journal; what comes after the step is not run."""
    an_executor = executor(hands, slow_book(tmp_path))
    going = Going(an_executor)
    until(lambda: lines(tmp_path))
    an_executor.request_stop("ann", "wrong host")
    run = going.ended().run_
    assert (RunState.CANCELLED, "ann stopped it: wrong host") == (run.state, run.because)
    assert ["step-cancelled", "stopped", "run-ended"] == kinds(hands)[-3:]
    assert ["begun"] == lines(tmp_path)


def test_a_stop_between_two_steps_is_not_missed(hands):
    """Before the first intent too."""
    an_executor = executor(hands, runbook(checks=(check("one"), check("two"))))
    an_executor.request_stop("ann")
    run = an_executor.go()
    assert (RunState.CANCELLED, ["run-started", "stopped", "run-ended"]) == (
        run.state,
        kinds(hands),
    )


def test_a_wish_in_the_stream_is_found_at_the_next_decision(hands):
    """A process that nobody told of it reads it where it stands."""

    def watch(entry):
        if entry.kind == "step-started" and entry.body["step"] == "one":
            hands.journal.append("run/x", "cancel-requested", {"by": "ann"})

    book = runbook(checks=(check("one"), check("two")))
    run = executor(replace(hands, watch=watch), book).go()
    assert (RunState.CANCELLED, "ann stopped it") == (run.state, run.because)
    assert 1 == kinds(hands).count("step-started")


def test_leaving_lets_the_step_go_on_and_the_run_stay_open(hands, tmp_path):
    """Who comes next waits for the very same step."""
    an_executor = executor(hands, slow_book(tmp_path))
    going = Going(an_executor)
    until(lambda: lines(tmp_path))
    an_executor.leave()
    assert isinstance(going.ended().error, LeftError)
    assert TraceKind.RUNNING is hands.supervisor.trace(hands.folder / "2")
    (tmp_path / "go").touch()
    second = Going(executor(hands, slow_book(tmp_path), kind="run-resumed"), begin=settle)
    assert RunState.RECOVERED is second.ended().run_.state
    assert ["begun", "done"] == lines(tmp_path)


def test_a_run_is_stopped_though_nobody_waits_for_its_step(hands, tmp_path):
    """The wish came while no process executed it: who takes it ends the step."""
    an_executor = executor(hands, slow_book(tmp_path))
    going = Going(an_executor)
    until(lambda: lines(tmp_path))
    an_executor.leave()
    going.ended()
    hands.journal.append("run/x", "cancel-requested", {"by": "ann"})
    second = Going(executor(hands, slow_book(tmp_path), kind="run-resumed"), begin=settle)
    assert RunState.CANCELLED is second.ended().run_.state
    assert ["begun"] == lines(tmp_path)


def test_a_target_with_so_many_slots_is_asked_for_one(hands):
    """Around each attempt on it, and on no other."""
    held = []

    @contextmanager
    def slot(name, count, *, within_s):
        held.append((name, count))
        assert within_s > 0
        yield
        held.append("free")

    book = runbook(checks=(check("one", on="db"), check("two")))
    targets = {"db": Target(name="db", concurrency=2)}
    executor(replace(hands, slot=slot), book, targets=targets).go()
    assert [("target/main/db", 2), "free"] == held


def test_notes_and_handing_over_are_journaled(hands):
    """The question stays open for whom it is handed to."""
    replies = [
        Reply(answer=Answer.NOTE, by="zoe", text="the fan is loud"),
        Reply(answer=Answer.HAND_OVER, by="zoe", to="ann", text="my shift ends"),
    ]
    ask = replace(hands, ask=lambda _: replies.pop(0))
    with pytest.raises(UnansweredError):
        executor(ask, runbook(checks=(check("one"),)), Policy(is_guided=True)).go()
    noted, handed = hands.journal.entries("run/x")[-2:]
    assert ("noted", "the fan is loud") == (noted.kind, noted.body["text"])
    assert ("handed-over", "ann", "zoe") == (handed.kind, handed.body["to"], handed.body["by"])


def test_a_skipped_step_is_journaled_as_done_by_hand(hands):
    """With who says so, and why."""
    yes = Reply(answer=Answer.YES, by="zoe")
    skip = Reply(answer=Answer.SKIP, by="zoe", text="I did it at the console")
    replies = [yes, skip, yes]
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", step("mend", "exit 9"), when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )
    asks = replace(hands, ask=lambda _: replies.pop(0))
    assert RunState.RECOVERED is executor(asks, book, Policy(is_guided=True)).go().state
    bodies = [each.body for each in hands.journal.entries("run/x") if each.kind == "answered"]
    assert ("skip", "zoe", "done by hand", "I did it at the console") == (
        bodies[1]["answer"], bodies[1]["by"], bodies[1]["counts_as"], bodies[1]["text"],
    )  # fmt: skip


def test_who_says_what_was_not_asked_has_not_answered(hands):
    """The run is left open: asking again might go on for ever."""
    risky = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", step("s"), when=is_unhealthy("broken"), risk=Risk.DISRUPTIVE),),
    )
    asks = replace(hands, ask=lambda _: Reply(answer=Answer.HAPPENED, by="zoe"))
    with pytest.raises(UnansweredError):
        executor(asks, risky, Policy()).go()
    assert "asked" == kinds(hands)[-1]


def test_the_checks_alone_name_the_option_and_do_nothing(hands, tmp_path):
    """An end of its own, neither recovered nor escalated."""
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", step("s", f"touch {tmp_path}/made"), when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )
    run = executor(hands, book, replace(POLICY, checks_only=True)).go()
    assert (RunState.OBSERVED, "o", False) == (
        run.state, run.would_choose, (tmp_path / "made").exists(),
    )  # fmt: skip
    assert "o would be chosen: it holds" == run.because
