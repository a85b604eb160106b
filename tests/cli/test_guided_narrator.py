"""What a guided run says of a finished step: the result, its meaning, and what comes next."""

from dataclasses import replace

import pytest

from drillbook.cli.guided_narrator import GuidedNarrator, meaning
from drillbook.model.journal import Entry
from drillbook.model.run import Part, StepResult
from nouns import check, option, runbook, step, verification

BOOK = runbook(
    checks=(check("one"), check("two")),
    options=(option("mend", step("first"), step("second")),),
    verifications=(verification(),),
)
STEP = {"part": "check", "step": "one", "option": None, "poll": 1, "on": "local"}
DONE = {
    **STEP,
    "result": "met",
    "status": "healthy",
    "because": "exit code is 0",
    "started_at_ns": 0,
    "ended_at_ns": 20_000_000,
}


def told(capsys, *bodies) -> str:
    """What is shown of these entries of a run of BOOK."""
    started = ("run-started", {"title": "T", "runbook": BOOK.path, "anchor": ""})
    with GuidedNarrator([BOOK]) as narrator:
        for number, (kind, body) in enumerate((started, *bodies)):
            narrator.watch(
                Entry(
                    stream="run/r",
                    seq=number + 1,
                    kind=kind,
                    at_ns=0,
                    body=body,
                    previous="",
                    hash="",
                )
            )
    shown: str = capsys.readouterr().err
    return shown


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")


def test_begins_with_what_guided_means(capsys):
    """Nothing runs before they say so."""
    assert "You are guided: nothing runs before you say so" in told(capsys)


def test_a_check(capsys):
    """Result, meaning and the next step, in sentences."""
    shown = told(capsys, ("step-started", STEP), ("step-finished", DONE))
    assert "\nRunning `one`; Ctrl-C ends it, and the run.\n" in shown
    assert "Result: healthy: exit code is 0 (0.02 s).\n" in shown
    assert "Means:  That is as it should be. Next: two.\n" in shown


def test_an_unhealthy_check_goes_on_too(capsys):
    """It is what the runbook goes by."""
    body = {**DONE, "result": "not met", "status": "unhealthy", "step": "two"}
    assert "the runbook goes by that. Next: the choice of an option.\n" in told(
        capsys, ("step-finished", body)
    ).replace("\n        ", " ")


def test_a_step_that_failed_says_nothing_of_what_comes_next(capsys):
    """That is asked of the person."""
    body = {**DONE, "part": "option", "option": "mend", "step": "first", "result": "not met"}
    del body["status"]
    shown = told(capsys, ("step-finished", body))
    assert "Result: not as expected: exit code is 0" in shown
    assert "Means:  It did not do what it should.\n" in shown


def test_polls_that_say_the_same_are_told_once(capsys):
    """And the change is told."""
    polled = {**DONE, "part": "verification", "step": "verify", "result": "not met"}
    del polled["status"]
    again = {**STEP, "part": "verification", "step": "verify", "poll": 2}
    shown = told(
        capsys,
        ("step-started", {**again, "poll": 1}),
        ("step-finished", polled),
        ("step-started", again),
        ("step-finished", {**polled, "poll": 2}),
        ("step-started", {**again, "poll": 3}),
        ("step-finished", {**polled, "poll": 3, "result": "met"}),
    )
    assert 1 == shown.count("The system has not recovered yet.")
    assert 1 == shown.count("The system answers as it should.")


def test_what_they_did_is_confirmed(capsys):
    """A note, a skip, a way that is left, the way that is taken."""
    shown = told(
        capsys,
        ("noted", {"by": "ada", "text": "x", "about": "one"}),
        ("answered", {"by": "ada", "answer": "skip", "about": "one"}),
        ("answered", {"by": "ada", "answer": "no", "about": "one"}),
        ("answered", {"by": "ada", "answer": "yes", "about": "one"}),
        ("option-chosen", {"title": "Mend", "because": "`one` is unhealthy"}),
        ("handed-over", {"by": "ada", "to": "bob", "about": "one"}),
    )
    assert "Noted.\n" in shown
    assert "Skipped; your reason is kept.\n" in shown
    assert "You leave this way: the runbook looks again, and takes its next one.\n" in shown
    assert "The runbook's way: Mend, as `one` is unhealthy.\n" in shown
    assert "ada hands over to bob" in shown
    assert "says yes" not in shown


@pytest.mark.parametrize(
    ("state", "expected"),
    [("escalated", True), ("unknown", True), ("recovered", False), ("cancelled", False)],
)
def test_whoever_could_not_mend_it_is_told_whom_to_ask(state, expected, capsys):
    """At the end of a run that did not recover the system, and nowhere else."""
    shown = told(capsys, ("run-ended", {"state": state, "because": "so"}))
    assert expected == ("Ask somebody for help now." in shown)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"owner": "platform"}, "Ask for help now: platform."),
        ({"owner": "platform", "escalation": ("lead", "cto")}, "Ask for help now: lead, cto."),
    ],
)
def test_whom_to_ask_is_the_runbooks_own(fields, expected):
    """Those of the escalation, else the owner."""
    narrator = GuidedNarrator()
    narrator._runbook = replace(BOOK, **fields)
    assert expected == narrator._whom_to_ask()


def test_a_way_that_did_not_mend_it(capsys):
    """Why the first Check comes again; a way that did what it should needs no words."""
    ended = {"option": "mend", "because": "so"}
    again = "This way did not mend it: the runbook looks again from its first Check.\n"
    assert again in told(capsys, ("option-ended", {**ended, "result": "not met"}))
    assert again not in told(capsys, ("option-ended", {**ended, "result": "met"}))


def test_hostile_text(capsys):
    """What a step's sentence holds is shown and not obeyed."""
    assert "\x1b" not in told(capsys, ("step-finished", {**DONE, "because": "\x1b[2J[bold]x"}))


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("result", list(StepResult))
def test_everything_means_something(part, result):
    """No result of any part is left without a sentence."""
    statuses = {"met": "healthy", "not met": "unhealthy", "unknown": "unknown"}
    status = statuses[result.value] if part is Part.CHECK else None
    assert "What that means is not known." != meaning(
        {"part": part.value, "result": result.value, "status": status}
    )
