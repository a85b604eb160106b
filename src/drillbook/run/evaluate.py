"""Outcome + sentence → what it means, in three-valued logic: unknown is neither yes nor no.

Unknown is everything that says nothing of the system: a missing program (126, 127, or one that
bash did not find anywhere in the script), an exit code by which the step's kind says nothing
(255: ssh could not connect) where no sentence names it, a signal, a time-out, a number asked of
an output that holds none or several. A sentence about the output alone asks silently for exit
code 0: the numbers in an error message are no answer.
"""

import re
from collections.abc import Mapping
from functools import reduce

import re2

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.run import StepResult
from drillbook.model.runbook import Check
from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    ExitCodeIs,
    Expectation,
    Formula,
    Not,
    NumberBetween,
    NumberCompares,
    Or,
    OutputCompares,
    OutputTest,
    Term,
)
from drillbook.model.truth import Truth

_MISSING_CODES = (126, 127)
# Exit codes that say nothing of the system, each with its meaning, where no sentence names them.
SaysNothing = Mapping[int, str]
SSH_SAYS_NOTHING: SaysNothing = {255: "ssh could not connect"}
# One sign only where no digit or letter touches it, so that "2026-11-21" is three numbers, not a
# number and two negative ones, and "eth0" none.
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]*\w)")

Meaning = tuple[Truth, str]


def judge_step(
    expect: Expectation | None, outcome: Outcome, says_nothing: SaysNothing = SSH_SAYS_NOTHING
) -> tuple[StepResult, str]:
    """What a Resolution or Verification step's outcome means; `exit code is 0` if None."""
    truth, because = holds(expect, outcome, says_nothing)
    is_silent = outcome.exit_code in says_nothing
    if truth is Truth.UNKNOWN and not is_silent and _failed_plainly(expect, outcome):
        return StepResult.NOT_MET, because
    results = {
        Truth.TRUE: StepResult.MET,
        Truth.FALSE: StepResult.NOT_MET,
        Truth.UNKNOWN: StepResult.UNKNOWN,
    }
    return results[truth], because


def judge_check(
    check: Check, outcome: Outcome, says_nothing: SaysNothing = SSH_SAYS_NOTHING
) -> tuple[CheckStatus, str]:
    """What a Check's outcome says of the system.

    With one of Healthy and Unhealthy given, the other is its opposite. With both, neither or
    both holding is unknown; with none given, the Check can only be looked at: unknown. What
    one sentence names counts for both.
    """
    named = _named(check.healthy) | _named(check.unhealthy)
    silent = {code: why for code, why in says_nothing.items() if code not in named}
    healthy, why_healthy = _holds_or_none(check.healthy, outcome, silent)
    unhealthy, why_unhealthy = _holds_or_none(check.unhealthy, outcome, silent)
    if healthy is None and unhealthy is None:
        return CheckStatus.UNKNOWN, "it has neither a Healthy nor an Unhealthy sentence"
    if healthy is None or unhealthy is None:
        truth = healthy or _not(unhealthy or Truth.UNKNOWN)
        return _status(truth), why_healthy or why_unhealthy
    if healthy is _not(unhealthy) and healthy is not Truth.UNKNOWN:
        return _status(healthy), why_healthy if healthy is Truth.TRUE else why_unhealthy
    both = healthy is Truth.TRUE and unhealthy is Truth.TRUE
    return CheckStatus.UNKNOWN, f"{'both' if both else 'neither'} sentence holds: {why_healthy}"


def holds(
    expect: Expectation | None, outcome: Outcome, says_nothing: SaysNothing = SSH_SAYS_NOTHING
) -> Meaning:
    """Whether the terms hold for the outcome, and the evidence in words."""
    terms: tuple[Term, ...] = expect.terms if expect else (ExitCodeIs(codes=(0,)),)
    silent = _why_silent(terms, outcome, says_nothing)
    if silent:
        return Truth.UNKNOWN, silent
    meanings = [_term_holds(term, outcome) for term in terms]
    truth = reduce(_and, (truth for truth, _ in meanings), Truth.TRUE)
    telling = [because for each, because in meanings if each is truth]
    return truth, ", ".join(telling)


def evaluate(
    formula: Formula,
    checks: Mapping[str, CheckStatus],
    captures: Mapping[str, str],
) -> Truth:
    """A When's formula over what the Checks said and captured; what was not said is unknown."""
    match formula:
        case CheckIs():
            return _check_is(formula, checks)
        case CaptureCompares():
            return _capture_compares(formula, captures)
        case Not():
            return _not(evaluate(formula.item, checks, captures))
        case And():
            items = (evaluate(item, checks, captures) for item in formula.items)
            return reduce(_and, items, Truth.TRUE)
        case Or():
            items = (_not(evaluate(item, checks, captures)) for item in formula.items)
            return _not(reduce(_and, items, Truth.TRUE))


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number that stands by itself in the text, as written (a % may follow)."""
    return tuple(_NUMBER.findall(text))


def _named(expect: Expectation | None) -> set[int]:
    """The exit codes that a sentence names."""
    terms = expect.terms if expect else ()
    return {code for term in terms if isinstance(term, ExitCodeIs) for code in term.codes}


def _why_silent(terms: tuple[Term, ...], outcome: Outcome, says_nothing: SaysNothing) -> str:
    """Why this outcome says nothing of the system, or an empty text where it does."""
    named = {code for term in terms if isinstance(term, ExitCodeIs) for code in term.codes}
    if outcome.ending is not Ending.EXITED:
        return outcome.because or f"it ended by {outcome.ending.value}"
    if outcome.missing:
        return f"not found where it ran: {', '.join(outcome.missing)}"
    code = outcome.exit_code
    if code in _MISSING_CODES:
        return f"exit code is {code}: a program is missing or cannot be started"
    if code is not None and code in says_nothing and code not in named:
        return f"exit code is {code}: {says_nothing[code]}"
    if not named and code != 0:
        return f"exit code is {code}, so its output is no answer"
    return ""


def _failed_plainly(expect: Expectation | None, outcome: Outcome) -> bool:
    """Whether a step without an exit code in its sentence ended with an ordinary failure."""
    code = outcome.exit_code
    is_ordinary = code is not None and 0 < code < _MISSING_CODES[0]
    return expect is not None and is_ordinary and not outcome.missing


def _term_holds(term: Term, outcome: Outcome) -> Meaning:
    match term:
        case ExitCodeIs():
            met = outcome.exit_code in term.codes
            return _truth(met), f"exit code is {outcome.exit_code}"
        case OutputCompares():
            return _output_compares(term, outcome)
        case NumberCompares() | NumberBetween():
            return _number_holds(term, outcome)


def _output_compares(term: OutputCompares, outcome: Outcome) -> Meaning:
    output = outcome.output.strip()
    shown = _shown(output)
    match term.test:
        case OutputTest.IS:
            met = not outcome.is_cut and output == term.text.strip()
        case OutputTest.EMPTY:
            met = output == ""
        case OutputTest.CONTAINS:
            met = term.text in output
        case OutputTest.MATCHES:
            met = re2.search(term.text, output) is not None
    if not met and outcome.is_cut and term.test in (OutputTest.CONTAINS, OutputTest.MATCHES):
        return Truth.UNKNOWN, "the output was too long to be kept whole"
    return _truth(met), f"output is {shown}"


def _number_holds(term: NumberCompares | NumberBetween, outcome: Outcome) -> Meaning:
    found = numbers_in(outcome.output)
    if outcome.is_cut or len(found) != 1:
        return Truth.UNKNOWN, f"the output holds {len(found)} numbers where one was asked for"
    number = float(found[0])
    if isinstance(term, NumberBetween):
        return _truth(term.low <= number <= term.high), f"number is {found[0]}"
    return _truth(_compare(number, term.comparison, term.bound)), f"number is {found[0]}"


def _compare(number: float, comparison: Comparison, bound: float) -> bool:
    match comparison:
        case Comparison.BELOW:
            return number < bound
        case Comparison.ABOVE:
            return number > bound
        case Comparison.AT_MOST:
            return number <= bound
        case Comparison.AT_LEAST:
            return number >= bound
        case Comparison.IS:
            return number == bound


def _check_is(formula: CheckIs, checks: Mapping[str, CheckStatus]) -> Truth:
    """`is unknown` is itself either true or false: whether we know is known."""
    status = checks.get(formula.check, CheckStatus.UNKNOWN)
    if formula.status is CheckStatus.UNKNOWN:
        return _truth(status is CheckStatus.UNKNOWN)
    if status is CheckStatus.UNKNOWN:
        return Truth.UNKNOWN
    return _truth(status is formula.status)


def _capture_compares(formula: CaptureCompares, captures: Mapping[str, str]) -> Truth:
    value = captures.get(formula.capture)
    if value is None:
        return Truth.UNKNOWN
    if isinstance(formula.bound, str):
        return _truth(value == formula.bound)
    found = numbers_in(value)
    if len(found) != 1:
        return Truth.UNKNOWN
    return _truth(_compare(float(found[0]), formula.comparison, formula.bound))


def _holds_or_none(
    expect: Expectation | None, outcome: Outcome, says_nothing: SaysNothing
) -> tuple[Truth | None, str]:
    return holds(expect, outcome, says_nothing) if expect else (None, "")


def _status(truth: Truth) -> CheckStatus:
    return {
        Truth.TRUE: CheckStatus.HEALTHY,
        Truth.FALSE: CheckStatus.UNHEALTHY,
        Truth.UNKNOWN: CheckStatus.UNKNOWN,
    }[truth]


def _truth(value: bool) -> Truth:
    return Truth.TRUE if value else Truth.FALSE


def _and(left: Truth, right: Truth) -> Truth:
    if Truth.FALSE in (left, right):
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in (left, right) else Truth.TRUE


def _not(truth: Truth) -> Truth:
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, Truth.UNKNOWN)


def _shown(output: str) -> str:
    """The first 80 characters of an output, on one line."""
    line = " ".join(output.split())
    return f"`{line[:80]}…`" if len(line) > 80 else f"`{line}`" if line else "empty"
