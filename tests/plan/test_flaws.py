"""What stops a step from being run."""

from dataclasses import replace

import pytest

from drillbook.model.finding import Severity
from drillbook.model.runbook import Kind
from drillbook.model.sentence import Capture, CaptureKind
from drillbook.model.target import Target
from drillbook.plan.flaws import runbook_flaws, step_flaws
from nouns import HERE, check, expectation, runbook, step

SHELLS = frozenset({"sh", "bash"})


def flaws(a_step, *, expectations=(), observes=False, known=()):
    return list(
        step_flaws(
            a_step,
            targets={"orders-db": Target(name="orders-db")},
            languages=SHELLS,
            known_variables=frozenset(known),
            expectations=expectations,
            observes=observes,
        )
    )


@pytest.mark.parametrize(
    ("a_step", "lint", "words"),
    [
        (step("s", on="order-db"), "unknown-target", "did you mean on=orders-db?"),
        (step("s", language="sql"), "language-without-action", "sql"),
        (step("s", is_interactive=True), "interactive-step", "interactive"),
        (step("s", timeout_s=0.0), "time-limit-out-of-range", "0 s"),
        (step("s", timeout_s=1e9), "time-limit-out-of-range", "at most 86400 s"),
        (step("s", "rm -rf $DIR/"), "variable-without-value", "$DIR"),
        (step("s", retry=2), "repeated-step-not-idempotent", "idempotent=yes"),
        (step("s", exports=("LD_AUDIT",)), "export-name-refused", "LD_AUDIT"),
        (step("s", exports=("PATH",)), "export-name-refused", "PATH"),
        (step("s", exports=("A",), interpreter="zsh"), "exports-without-shell", "**Capture:**"),
    ],
)
def test_a_flaw_names_the_step_and_the_cure(a_step, lint, words):
    """One ERROR, which stops the plan."""
    (finding,) = flaws(a_step)
    assert (lint, Severity.ERROR) == (finding.lint, finding.severity)
    assert words in finding.message + finding.help


def test_a_variable_like_a_known_one_is_asked_after():
    """A typo is named with what was probably meant."""
    (finding,) = flaws(step("s", "echo $API_UR"), known=("API_URL",))
    assert "did you mean $API_URL?" in finding.help


def test_a_polled_step_must_bear_it():
    """`within` runs a step several times: only an idempotent or observing one may have it."""
    polled = (expectation(within_s=5),)
    repeated = [
        flaws(step("s"), expectations=polled),
        flaws(step("s", is_idempotent=True), expectations=polled),
    ]
    assert [len(found) for found in repeated] == [1, 0]
    assert flaws(step("s"), expectations=polled, observes=True) == []


def test_a_plain_step_has_no_flaw():
    """A step with a limit, a known target and known variables."""
    assert flaws(step("s", 'echo "$A"', on="orders-db"), known=("A",)) == []


def test_a_check_that_polls_is_named():
    """A Check looks once; `within` would make it wait for health."""
    waiting = replace(check("c"), healthy=expectation(within_s=5))
    assert ["polled-check"] == [each.lint for each in runbook_flaws(runbook(checks=(waiting,)))]


def test_a_procedure_is_followed():
    """That it is one is no flaw."""
    assert [] == list(runbook_flaws(replace(runbook(), kind=Kind.PROCEDURE)))


def test_a_capture_cannot_change_how_programs_load():
    """What a step prints must never become PATH."""
    path = Capture(place=HERE, name="path", kind=CaptureKind.NUMBER)
    assert ["capture-name-refused"] == [each.lint for each in flaws(step("s", captures=(path,)))]
