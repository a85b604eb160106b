"""Runs that die at every named point and go on: what is repeated, taken, attached or asked."""

import os
import signal
import time
from collections import Counter
from dataclasses import replace

import pytest

from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.attempt import Ending, Origin
from drillbook.model.clock import SystemClock
from drillbook.model.run import Answer, Reply, RunState
from drillbook.run.crash import CRASH_POINTS
from drillbook.run.executor import ABANDONED_MAX, Executor
from drillbook.run.guard import crash as guard_crash
from drillbook.run.guard.link import GuardLink
from drillbook.run.hands import Hands
from drillbook.run.settling import settle
from drillbook.run.supervisor import StepSupervisor, _order_text
from drillbook.run.traces import mark_of
from nouns import check, is_unhealthy, option, plan, runbook, step, verification
from storm import (
    KILLED,
    begin,
    ended,
    entries_of,
    flaws_of,
    is_over,
    kill,
    left_running,
    live_out,
    supervisors,
)
from storm_child import POLICY, Weather, heard, ledger

# The Check is attempt 1; attempts 2 and 3 are the steps, one of each kind.
VISITED = [point for point in CRASH_POINTS if not point.endswith("-record")]


def bodies(entries, kind):
    return [entry.body for entry in entries if entry.kind == kind]


def went_on(weather, state="recovered"):
    """Go on with a run until it has ended; its entries, once everything that must hold does."""
    for _ in range(5):
        if is_over(weather.folder):
            break
        assert live_out(weather) in (0, KILLED)
    assert [] == flaws_of(weather)
    assert [] == left_running(weather.folder)
    entries = entries_of(weather.folder)
    assert state == entries[-1].body["state"]
    return entries


def counts(weather):
    return Counter(name for name, _, _ in ledger(weather.folder))


# --- the tool dies -------------------------------------------------------------------------


@pytest.mark.parametrize("first_is_idempotent", [True, False])
@pytest.mark.parametrize("visit", ["", ":2", ":3"])
@pytest.mark.parametrize("point", VISITED)
def test_the_tool_dies_and_the_run_goes_on(tmp_path, point, visit, first_is_idempotent):
    """Wherever the tool dies, every step is done exactly once: its traces say what happened."""
    weather = Weather(
        folder=tmp_path,
        steps=3,
        crash_at=f"{point}{visit}",
        first_is_idempotent=first_is_idempotent,
        pause_s_max=0.02,
    )
    assert KILLED == live_out(weather)
    calm = calm_after(weather)
    entries = went_on(calm)
    assert {"step-01": 1, "step-02": 1, "step-03": 1} == counts(weather)
    assert [] == bodies(entries, "step-lost") + bodies(entries, "step-abandoned")


@pytest.mark.parametrize("point", [each for each in CRASH_POINTS if each not in VISITED])
def test_the_tool_dies_beside_any_entry(tmp_path, point):
    """It dies before, or after, the first entry that it writes each time it is started."""
    weather = Weather(folder=tmp_path, steps=2, crash_at=point, pause_s_max=0.02)
    for _ in range(4):
        assert KILLED == live_out(weather)
    entries = went_on(calm_after(weather))
    assert {"step-01": 1, "step-02": 1} == counts(weather)
    assert 4 == len(bodies(entries, "run-resumed"))


def calm_after(weather):
    """The same run without the crash."""
    return Weather(
        folder=weather.folder,
        steps=weather.steps,
        first_is_idempotent=weather.first_is_idempotent,
        pause_s_max=weather.pause_s_max,
    )


# --- the supervisor dies -------------------------------------------------------------------


@pytest.mark.parametrize("point", guard_crash.CRASH_POINTS)
def test_the_supervisor_dies_and_the_tool_goes_on(tmp_path, point):
    """The Check, which may be repeated, is: as a new attempt where it had begun."""
    weather = Weather(folder=tmp_path, steps=2, crash_at=point, pause_s_max=0.02)
    assert 0 == live_out(weather)
    entries = went_on(weather)
    has_begun = point in (
        "guardian-after-lock",
        "guardian-after-spawn",
        "guardian-before-exit-file",
    )
    assert int(has_begun) == len(bodies(entries, "step-abandoned"))
    assert {"step-01": 1, "step-02": 1} == counts(weather)


def test_a_step_whose_guardian_always_dies_is_unknown_in_the_end(tmp_path):
    """It is not tried for ever; an unknown Check chooses nothing."""
    weather = Weather(folder=tmp_path, steps=1, crash_at="guardian-after-lock", crash_always=True)
    assert 0 == live_out(weather)
    entries = entries_of(tmp_path)
    assert ABANDONED_MAX == len(bodies(entries, "step-abandoned"))
    assert ["lost"] == [body["ending"] for body in bodies(entries, "step-finished")]
    assert "unknown" == entries[-1].body["state"]


# --- while a step runs ---------------------------------------------------------------------


def slow(folder, *, is_idempotent=False, answer=None):
    """A run of one step that sleeps before and after its line."""
    return Weather(
        folder=folder,
        steps=1,
        first_is_idempotent=is_idempotent,
        pauses_s=(0.0, 1.5),
        answer=answer,
    )


def caught(weather):
    """The tool, at a moment when its step has spoken, has written its line, and sleeps."""
    tool = begin(weather)
    deadline = time.monotonic() + 30
    while not (counts(weather) and has_spoken(weather.folder)):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return tool


def has_spoken(folder):
    return any("speaks" in path.read_text() for path in folder.glob("attempts/*/2/out"))


def test_a_step_that_still_runs_is_attached(tmp_path):
    """The very same process is waited for, whether or not the step may be repeated."""
    weather = slow(tmp_path)
    tool = caught(weather)
    tool.kill()
    assert KILLED == ended(tool)
    killed_at_ns = time.time_ns()
    entries = went_on(weather)
    finished = next(each for each in bodies(entries, "step-finished") if each["step"] == "step-01")
    assert finished["started_at_ns"] < killed_at_ns < finished["ended_at_ns"]
    assert (2, "step-01 speaks\n") == (finished["attempt"], finished["output"])
    assert {"step-01": 1} == counts(weather)


@pytest.mark.parametrize("tool_dies", [True, False])
@pytest.mark.parametrize("is_idempotent", [True, False])
def test_a_guardian_dies_while_its_step_runs(tmp_path, is_idempotent, tool_dies):
    """An idempotent step is repeated; any other is asked about, with evidence, and is not."""
    weather = slow(tmp_path, is_idempotent=is_idempotent)
    tool = caught(weather)
    if tool_dies:
        tool.kill()
    hits = [kill(pid) for pid in supervisors(tmp_path)]
    assert any(hits)
    assert (KILLED if tool_dies else 0) == ended(tool)
    entries = went_on(weather)
    lost, abandoned = bodies(entries, "step-lost"), bodies(entries, "step-abandoned")
    assert (int(not is_idempotent), int(is_idempotent)) == (len(lost), len(abandoned))
    assert {"step-01": 1 + int(is_idempotent)} == counts(weather)
    (body,) = lost + abandoned
    assert "`step-01` was begun and its guardian was killed" in body["because"]
    assert "step-01 speaks\n" == body["output"]


@pytest.mark.parametrize(
    ("answer", "times", "state"),
    [
        (Answer.HAPPENED, 1, "recovered"),
        (Answer.AGAIN, 2, "recovered"),
        (Answer.STOP, 1, "unknown"),
    ],
)
def test_a_person_decides_about_a_lost_step(tmp_path, answer, times, state):
    """Nothing but their word has it performed again."""
    weather = slow(tmp_path, answer=answer)
    tool = caught(weather)
    tool.kill()
    ended(tool)
    for pid in supervisors(tmp_path):
        kill(pid)
    entries = went_on(weather, state=state)
    assert {"step-01": times} == counts(weather)
    (answered,) = bodies(entries, "answered")
    assert ("step-01", answer.value) == (answered["about"], answered["answer"])
    assert times == sum(body["step"] == "step-01" for body in bodies(entries, "step-started"))


def test_ctrl_c_while_a_step_is_waited_for_again_stops_the_run(tmp_path):
    """The step that outlived its tool ends with the run, and both are journaled."""
    weather = slow(tmp_path)
    tool = caught(weather)
    tool.kill()
    ended(tool)
    heard(tmp_path).unlink(missing_ok=True)
    again = begin(weather)
    deadline = time.monotonic() + 30
    # Who attaches is shown all of the output: from then on, and not from its entry on, it waits.
    while not heard(tmp_path).exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(again.pid, signal.SIGINT)
    assert 0 == ended(again)
    entries = went_on(weather, state="cancelled")
    assert ["step-01"] == [body["step"] for body in bodies(entries, "step-cancelled")]
    assert "stopped" in {entry.kind for entry in entries}


@pytest.mark.parametrize("is_idempotent", [True, False])
def test_a_stopped_step_that_had_not_begun_never_begins(tmp_path, hands, is_idempotent):
    """Ctrl-C between the intent and the order: a late order finds its lock taken."""
    hands, _ = hands
    made = step("mend", f"echo line >> {tmp_path}/lines", is_idempotent=is_idempotent)
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", made, when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )

    def interrupt(entry):
        if entry.kind == "step-started" and entry.body["step"] == "mend":
            raise KeyboardInterrupt

    hands.journal.append("run/x", "run-started", {})
    executor = Executor(plan(book), POLICY, "run/x", replace(hands, watch=interrupt), holder=1)
    assert RunState.CANCELLED is executor.go().state
    late = hands.supervisor.perform(executor.order(made, 2), lambda _: None)
    assert (Ending.CANCELLED, "it was cancelled before it began") == (late.ending, late.because)
    assert not (tmp_path / "lines").exists()


def test_an_order_that_outlives_its_run_comes_to_nothing(tmp_path, hands):
    """The traces of a run go with its end; a guardian that is so late must not begin again."""
    hands, _ = hands
    made = step("mend", f"echo line >> {tmp_path}/lines")
    executor = Executor(
        plan(runbook(checks=(check("up"),), options=(option("o", made),))),
        POLICY,
        "run/x",
        hands,
        holder=1,
    )
    order = executor.order(made, 2)
    link = GuardLink()
    with link.send(_order_text(order, order.folder)) as guardian:
        answer = guardian.recv(4096)
    link.drop()
    assert b"cannot make the attempt's folder" in answer
    assert not (tmp_path / "lines").exists()


# --- another machine, another boot ---------------------------------------------------------


@pytest.fixture
def hands(tmp_path):
    """A journal and a supervisor in a folder of the test's own; its person says HAPPENED."""
    journal = SqliteJournal(tmp_path / "moved.db", clock=SystemClock())
    supervisor = StepSupervisor()
    asked = []

    def ask(question):
        asked.append(question)
        return Reply(answer=Answer.HAPPENED, by="somebody")

    yield (
        Hands(
            journal=journal,
            clock=SystemClock(),
            supervisor=supervisor,
            folder=tmp_path / "attempts",
            ask=ask,
            watch=lambda _: None,
            on_output=lambda _: None,
        ),
        asked,
    )
    supervisor.close()
    journal.close()


def went_on_elsewhere(hands, folder, origin, *, is_idempotent, meant=None):
    """A run whose journal ends with the intent of an attempt from `origin`, gone on with."""
    made = step("mend", f"echo line >> {folder}/lines", is_idempotent=is_idempotent)
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", made, when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )
    journal = hands.journal
    journal.append("run/x", "run-started", {})
    finished = {"step": "broken", "status": "unhealthy", "result": "not met", "captures": {}}
    journal.append("run/x", "step-started", {"step": "broken", "attempt": 1})
    journal.append("run/x", "step-finished", finished)
    journal.append("run/x", "checks-ended", {})
    journal.append("run/x", "option-chosen", {"option": "o"})
    intent = {"step": "mend", "attempt": 2, "host": origin.host, "boot_id": origin.boot_id}
    journal.append("run/x", "step-started", {**intent, **(meant or {})})
    executor = Executor(plan(book), POLICY, "run/x", hands, holder=1)
    settle(executor)
    run = executor.go()
    lines = folder / "lines"
    kinds = Counter(entry.kind for entry in journal.entries("run/x"))
    assert RunState.RECOVERED is run.state
    assert [] == list(journal.verify())
    return lines.read_text().count("line") if lines.exists() else 0, kinds


def elsewhere(origin, what):
    """The same machine, another machine, or this one before it was started anew."""
    return {
        "here": origin,
        "another host": Origin(host=f"not-{origin.host}", boot_id=origin.boot_id),
        "another boot": Origin(host=origin.host, boot_id="11111111-2222-3333-4444-555555555555"),
    }[what]


@pytest.mark.parametrize("is_idempotent", [True, False])
@pytest.mark.parametrize("what", ["another host", "another boot"])
def test_traces_count_only_where_they_were_left(tmp_path, hands, what, is_idempotent):
    """No lock elsewhere proves nothing: again where that is safe, else a person is asked."""
    hands, asked = hands
    origin = elsewhere(hands.supervisor.origin(), what)
    lines, kinds = went_on_elsewhere(hands, tmp_path, origin, is_idempotent=is_idempotent)
    if is_idempotent:
        assert (1, 1, []) == (lines, kinds["step-abandoned"], asked)
    else:
        assert (0, 1, ["mend"]) == (lines, kinds["step-lost"], [each.about for each in asked])
        assert "another or has restarted" in asked[0].detail
        assert "it had written nothing" in asked[0].detail


@pytest.mark.parametrize("is_idempotent", [True, False])
def test_without_a_lock_here_it_never_began(tmp_path, hands, is_idempotent):
    """So it begins, as the attempt that was announced, and nobody is asked."""
    hands, asked = hands
    (hands.folder / "2").mkdir(parents=True)
    origin = hands.supervisor.origin()
    lines, kinds = went_on_elsewhere(hands, tmp_path, origin, is_idempotent=is_idempotent)
    assert (1, 0, 0, []) == (lines, kinds["step-lost"], kinds["step-abandoned"], asked)


@pytest.mark.parametrize("is_idempotent", [True, False])
def test_a_folder_of_another_runner_proves_nothing(tmp_path, hands, is_idempotent):
    """Two runners of one machine: here the number was announced, there the step was done."""
    hands, asked = hands
    there = tmp_path / "other-state" / "2"
    for folder in (hands.folder / "2", there):
        folder.mkdir(parents=True)
    origin = hands.supervisor.origin()
    lines, kinds = went_on_elsewhere(
        hands, tmp_path, origin, is_idempotent=is_idempotent, meant={"folder": mark_of(there)}
    )
    if is_idempotent:
        assert (1, 1, []) == (lines, kinds["step-abandoned"], asked)
    else:
        assert (0, 1, ["mend"]) == (lines, kinds["step-lost"], [each.about for each in asked])
        assert "its traces lie in another state folder" in asked[0].detail


def test_an_intent_says_which_folder_it_means(tmp_path, hands):
    """Every one of them, the ones that come together with an outcome too."""
    hands, _ = hands
    first, second = (step(name, f"echo line >> {tmp_path}/lines") for name in ("one", "two"))
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", first, second, when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )
    hands.journal.append("run/x", "run-started", {})
    Executor(plan(book), POLICY, "run/x", hands, holder=1).go()
    intents = bodies(hands.journal.entries("run/x"), "step-started")
    meant = [mark_of(hands.folder / str(body["attempt"])) for body in intents]
    assert (meant, 4) == ([body["folder"] for body in intents], len(meant))


def test_a_run_without_an_open_intent_has_nothing_to_settle(hands):
    """Settling writes nothing and starts nothing."""
    hands, _ = hands
    hands.journal.append("run/x", "run-started", {})
    settle(Executor(plan(runbook(checks=(check("up"),))), POLICY, "run/x", hands, holder=1))
    assert ["run-started"] == [entry.kind for entry in hands.journal.entries("run/x")]
    assert not hands.folder.exists()
