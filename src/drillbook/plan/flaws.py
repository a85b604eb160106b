"""Steps + what surrounds them → Findings: why they could not run, or not run safely."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from drillbook.model.finding import Finding, Severity
from drillbook.model.runbook import Runbook, Step
from drillbook.model.sentence import Expectation
from drillbook.model.target import Target
from drillbook.plan.inputs import is_loader_name
from drillbook.plan.variables import variables_read

SHELLS = frozenset({"sh", "bash", "shell", "console"})
# A step says its own time limit or gets the configured one; a day is beyond any runbook step and
# still a bound.
TIMEOUT_S_MAX = 86_400.0


def step_flaws(
    step: Step,
    *,
    targets: Mapping[str, Target],
    languages: frozenset[str],
    known_variables: frozenset[str],
    expectations: tuple[Expectation, ...],
    observes: bool,
) -> Iterator[Finding]:
    """What is wrong with one step. `observes`: a Check or Verification, repeatable by nature."""
    yield from _target_flaws(step, targets)
    if step.language not in languages:
        yield _flaw(
            step,
            "language-without-action",
            f"step `{step.name}` is {step.language}, which this version does not run",
            f"write it as one of {', '.join(sorted(languages))}, or mark it "
            "excludeFromRunAll=true so that only people run it",
        )
    if step.is_interactive:
        yield _flaw(
            step,
            "interactive-step",
            f"step `{step.name}` is interactive, which this version does not run",
            "take interactive=true away, or mark it excludeFromRunAll=true",
        )
    if step.timeout_s is not None and not 0 < step.timeout_s <= TIMEOUT_S_MAX:
        yield _flaw(
            step,
            "time-limit-out-of-range",
            f"step `{step.name}` has a time limit of {step.timeout_s:g} s",
            f"give it more than 0 s and at most {TIMEOUT_S_MAX:g} s",
        )
    for capture in step.captures:
        if is_loader_name(capture.name.upper()):
            yield _flaw(
                step,
                "capture-name-refused",
                f"capture `{capture.name}` would be the variable {capture.name.upper()}",
                "give it a name that does not change how programs load",
            )
    yield from _export_flaws(step)
    yield from _variable_flaws(step, known_variables)
    yield from _repetition_flaws(step, expectations, observes=observes)


def runbook_flaws(runbook: Runbook) -> Iterator[Finding]:
    """What is wrong with how the parts of the runbook would be followed."""
    for check in runbook.checks:
        for sentence in (check.healthy, check.unhealthy):
            if sentence is not None and (sentence.for_s or sentence.within_s):
                yield _flaw(
                    check.step,
                    "polled-check",
                    f"check `{check.step.name}` says `for` or `within`, but a Check looks once",
                    "take `for` and `within` away; they belong to Expect and Recovered",
                )


def _target_flaws(step: Step, targets: Mapping[str, Target]) -> Iterator[Finding]:
    if step.on is None or step.on in targets:
        return
    nearest = get_close_matches(step.on, targets, n=1)
    cure = f"did you mean on={nearest[0]}?" if nearest else "name one that there is."
    yield _flaw(
        step,
        "unknown-target",
        f"step `{step.name}` runs on `{step.on}`, and no target is called so",
        f"{cure} A target stands in drillbook.toml as [targets.{step.on}]",
    )


def _export_flaws(step: Step) -> Iterator[Finding]:
    """Only bash tells a variable's value at its end, and some names are nobody's to give."""
    is_bash = step.language in SHELLS and step.interpreter in (None, "bash", "sh")
    if step.exports and not is_bash:
        yield _flaw(
            step,
            "exports-without-shell",
            f"step `{step.name}` exports variables, which only a step under bash can",
            "take exports= away, and capture the value from its output: **Capture:**",
        )
    for name in step.exports:
        if is_loader_name(name):
            yield _flaw(
                step,
                "export-name-refused",
                f"step `{step.name}` would export {name} to the steps behind it",
                "give it a name that does not change how programs load, and that bash does not "
                "set itself",
            )


def _variable_flaws(step: Step, known: frozenset[str]) -> Iterator[Finding]:
    if step.language not in SHELLS:
        return
    for name in sorted(variables_read(step.command) - known):
        nearest = get_close_matches(name, known, n=1)
        yield _flaw(
            step,
            "variable-without-value",
            f"step `{step.name}` uses ${name}, which nothing gives a value",
            f"did you mean ${nearest[0]}?"
            if nearest
            else f"add `{name.lower()}` to the front matter's inputs, or write "
            f"${{{name}:-default}} where it may be missing",
        )


def _repetition_flaws(
    step: Step, expectations: tuple[Expectation, ...], *, observes: bool
) -> Iterator[Finding]:
    """A step that is repeated must bear it: polled, or tried again."""
    polls = any(each.for_s is not None or each.within_s is not None for each in expectations)
    if (polls or step.retry) and not (observes or step.is_idempotent):
        yield _flaw(
            step,
            "repeated-step-not-idempotent",
            f"step `{step.name}` would be run several times and does not say that it may be",
            "add idempotent=yes if running it twice is the same as once; else take away its "
            "retry, `for` and `within`",
        )


def _flaw(step: Step, lint: str, message: str, cure: str) -> Finding:
    return Finding(place=step.place, lint=lint, message=message, help=cure, severity=Severity.ERROR)
