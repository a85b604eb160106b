"""Runs with real processes and a real journal."""

from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.journal.masked import MaskedJournal
from drillbook.journal.sqlite import SqliteJournal
from drillbook.model.clock import SystemClock
from drillbook.model.run import Answer, Policy, Reply, RunState
from drillbook.model.runbook import Input
from drillbook.model.sentence import Capture, CaptureCompares, CaptureKind, Comparison, Risk
from drillbook.run.executor import COMMAND_CHARACTERS_MAX, Executor
from drillbook.run.hands import Hands
from drillbook.run.supervisor import StepSupervisor
from nouns import check, expectation, is_unhealthy, option, plan, runbook, step, verification

POLICY = Policy(allowed=Risk.DESTRUCTIVE, asks=frozenset())


@pytest.fixture
def hands(tmp_path):
    """A journal and a supervisor in a folder of the test's own."""
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


def go(hands, book, **around):
    """Run a runbook; the run and its entries."""
    hands.journal.append("run/x", "run-started", {})
    executor = Executor(plan(book, **around), POLICY, "run/x", hands, holder=1)
    run = executor.go()
    return run, hands.journal.entries("run/x")


def test_a_broken_thing_is_found_mended_and_verified(hands, tmp_path):
    """The whole way with real processes: a flag file is missing, is made, and stays."""
    flag = tmp_path / "flag"
    book = runbook(
        checks=(check("there", f"test -e {flag}"),),
        options=(option("make", step("touch", f"touch {flag}"), when=is_unhealthy("there")),),
        verifications=(verification(f"test -e {flag}", expectation(for_s=0.2, within_s=20)),),
    )
    run, entries = go(hands, book)
    assert (RunState.RECOVERED, "make") == (run.state, run.option)
    kinds = [entry.kind for entry in entries]
    assert kinds.index("step-started") < kinds.index("step-finished")
    assert "run-ended" == kinds[-1]
    assert [] == list(hands.journal.verify())


def seen_after_outcomes(hands, book):
    """For each outcome, the kind of the entry behind it at the moment when it is told."""
    seen = []

    def watch(entry):
        if entry.kind == "step-finished":
            behind = hands.journal.entries("run/x", after=entry.seq)
            seen.append((entry.body["step"], [each.kind for each in behind]))

    go(replace(hands, watch=watch), book)
    return seen


def test_an_outcome_and_the_intent_at_once_behind_it_go_to_the_disk_together(hands):
    """Whatever else comes next finds the outcome on the disk, alone."""
    book = runbook(
        checks=(check("broken", "exit 1"), check("other")),
        options=(option("o", step("one"), step("two"), when=is_unhealthy("broken")),),
        verifications=(verification(),),
    )
    expected = [
        ("broken", ["step-started"]),
        ("other", []),
        ("one", ["step-started"]),
        ("two", []),
        ("verify", []),
    ]
    assert expected == seen_after_outcomes(hands, book)


def test_an_outcome_does_not_wait_for_the_next_poll(hands):
    """Between two polls there is a pause, in which the outcome is on the disk."""
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", step("mend"), when=is_unhealthy("broken")),),
        verifications=(verification("true", expectation(for_s=0.2, within_s=20)),),
    )
    seen = seen_after_outcomes(hands, book)
    assert [[]] * len(seen) == [kinds for _, kinds in seen]
    assert len(seen) > 3


def test_an_outcome_does_not_wait_for_a_person(hands):
    """The question before the second step is asked with the first one's outcome on the disk."""
    asked = []

    def ask(question):
        asked.append((question.about, hands.journal.entries("run/x")[-2].kind))
        return Reply(answer=Answer.YES, by="somebody")

    steps = (step("one"), step("two"))
    book = runbook(
        checks=(check("broken", "exit 1"),),
        options=(option("o", *steps, when=is_unhealthy("broken"), risk=Risk.DISRUPTIVE),),
        verifications=(verification(),),
    )
    hands.journal.append("run/x", "run-started", {})
    executor = Executor(plan(book), Policy(), "run/x", replace(hands, ask=ask), holder=1)
    assert RunState.RECOVERED is executor.go().state
    assert [("one", "option-chosen"), ("two", "step-finished")] == asked


def test_an_attempt_whose_folder_cannot_be_made_leaves_the_outcome(hands):
    """The outcome is kept alone, and the error is that of the folder."""
    book = runbook(checks=(check("one"), check("two")))
    hands.folder.mkdir()
    (hands.folder / "2").write_text("no folder")
    with pytest.raises(FileExistsError):
        go(hands, book)
    kinds = [entry.kind for entry in hands.journal.entries("run/x")]
    assert ["run-started", "step-started", "step-finished"] == kinds


@pytest.mark.parametrize("before", [COMMAND_CHARACTERS_MAX - 12, COMMAND_CHARACTERS_MAX - 4])
def test_a_command_is_masked_before_it_is_cut(hands, before):
    """No beginning of a secret that stands across the cut is in the journal."""
    secret = "hunter2-hunter2"
    filler = "x" * (before - len(": "))
    masked = replace(hands, masks=(secret,))
    _, entries = go(masked, runbook(checks=(check("c", f": {filler}{secret}"),)))
    (started,) = (entry.body for entry in entries if entry.kind == "step-started")
    assert f": {filler}***" == started["command"]
    assert "hunter" not in str([entry.body for entry in entries])


def test_what_is_decided_is_the_same_after_a_crash(hands, tmp_path):
    """A captured value that is a secret is stars for the next step, resumed or not."""
    lag = Capture(place=check("c").place, name="lag", kind=CaptureKind.GROUP, pattern="(hunter2)")
    out = tmp_path / "out"
    checks = (check("lagging", "echo hunter2", captures=(lag,)), check("s", f'echo "$LAG" > {out}'))
    masked = MaskedJournal(hands.journal, lambda text: text.replace("hunter2", "***"))
    go(replace(hands, journal=masked), runbook(checks=checks))
    again = Executor(plan(runbook(checks=checks)), POLICY, "run/x", hands, holder=1)
    assert ("***\n", {"lag": "***"}) == (out.read_text(), dict(again.progress.captures))


def test_a_missing_program_is_unknown_and_chooses_nothing(hands, tmp_path):
    """Even where the script turns its absence into exit code 1."""
    made = tmp_path / "made"
    book = runbook(
        checks=(check("up", "if ! no_such_probe --quiet; then exit 1; fi"),),
        options=(option("o", step("s", f"touch {made}"), when=is_unhealthy("up")),),
        verifications=(verification(),),
    )
    run, _ = go(hands, book)
    assert (RunState.UNKNOWN, False) == (run.state, made.exists())
    assert "up said nothing" in run.because


def test_a_captured_value_decides_and_reaches_later_steps(hands, tmp_path):
    """`lag` is taken by a Check, compared in a When, and is $LAG in the Option's step."""
    lag = Capture(place=check("c").place, name="lag", kind=CaptureKind.NUMBER)
    out = tmp_path / "out"
    when = CaptureCompares(capture="lag", comparison=Comparison.ABOVE, bound=30)
    book = runbook(
        checks=(check("lagging", "echo lag is 42", captures=(lag,)),),
        options=(option("o", step("s", f'echo "$LAG" > {out}'), when=when),),
        verifications=(verification(),),
    )
    run, _ = go(hands, book)
    assert (RunState.RECOVERED, "42\n") == (run.state, out.read_text())


@pytest.mark.parametrize(
    "value", ["'; touch PWNED; '", "$(touch PWNED)", "`touch PWNED`", "a\nb", "-rf /", '"', "*"]
)
def test_a_value_is_never_command_text(hands, tmp_path, value):
    """Whatever a value holds, the step sees it as one argument, and nothing of it runs."""
    from_label = check("c").step
    book = runbook(
        checks=(check("shows", 'printf "%s" "$VALUE"', cwd=str(tmp_path)),),
        inputs=(_input(from_label.place),),
    )
    _, entries = go(hands, book, labels={"value": value})
    finished = next(entry for entry in entries if entry.kind == "step-finished")
    assert value == finished.body["output"]
    assert not list(Path(tmp_path).rglob("PWNED"))


def _input(place):
    return Input(place=place, name="value", source="label.value")


def test_a_time_limit_ends_the_option(hands):
    """A step that hangs is unknown, and the Option has failed."""
    book = runbook(
        checks=(check("up", "exit 1"),),
        options=(option("o", step("hangs", "sleep 600", timeout_s=0.5), when=is_unhealthy("up")),),
        verifications=(verification(),),
    )
    run, entries = go(hands, book)
    finished = [entry.body for entry in entries if entry.kind == "step-finished"]
    hung = next(body for body in finished if body["step"] == "hangs")
    assert ("timed-out", "unknown") == (hung["ending"], hung["result"])
    assert RunState.ESCALATED is run.state


def test_a_long_output_is_kept_as_a_blob(hands):
    """The entry stays small, and nothing within the bounds is lost."""
    book = runbook(checks=(check("talks", "seq 3000"),))
    _, entries = go(hands, book)
    body = next(entry.body for entry in entries if entry.kind == "step-finished")
    assert len(body["output"]) < 5_000
    whole = hands.journal.blob(body["output_blob"])
    assert [str(number) for number in range(1, 3001)] == whole.decode().split()


def test_a_secret_is_in_no_file_of_the_run(hands, tmp_path):
    """Printed by a step, it is masked before anything is written."""
    secret = "corr3ct-h0rse"
    book = runbook(checks=(check("leaks", 'echo "password=$PASSWORD"'),))
    hidden = replace(hands, masks=(secret,))
    go(hidden, book, env={"PASSWORD": secret})
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not any(secret.encode() in data for data in kept)
