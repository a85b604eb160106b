"""A When that names what is not there is an error with the nearest of what is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Finding, Severity
from drillbook.model.runbook import Kind
from drillbook.model.sentence import (
    And,
    Capture,
    CaptureCompares,
    CaptureKind,
    CheckIs,
    CheckStatus,
    Comparison,
    Formula,
    Not,
    Or,
)
from drillbook.read.markdown.references import check_references
from nouns import HERE, check, option, runbook, step

LAG = Capture(place=HERE, name="lag", kind=CaptureKind.NUMBER)


def is_healthy(name: str) -> CheckIs:
    """`` `name` is healthy ``."""
    return CheckIs(check=name, status=CheckStatus.HEALTHY)


def is_below_5(name: str) -> CaptureCompares:
    """`` `name` is below 5 ``."""
    return CaptureCompares(capture=name, comparison=Comparison.BELOW, bound=5.0)


def found(formula: Formula | None) -> tuple[Finding, ...]:
    """The Findings of a runbook with checks `ready` (which captures `lag`) and `disk`."""
    checks = (check("ready", captures=(LAG,)), check("disk"))
    return check_references(runbook(checks=checks, options=(option("a", when=formula),)))


@pytest.mark.parametrize(
    "formula",
    [
        None,
        is_healthy("ready"),
        is_below_5("lag"),
        Not(item=And(items=(is_healthy("ready"), Or(items=(is_healthy("disk"),))))),
        And(items=()),
    ],
)
def test_what_is_there_may_be_named(formula: Formula | None) -> None:
    """Checks by their step, captures by any check's; an Option may have no When at all."""
    assert () == found(formula)


@pytest.mark.parametrize(
    ("formula", "lint", "cure"),
    [
        (is_healthy("redy"), "when-names-no-check", "checks of this runbook: ready, disk"),
        (is_healthy("lag"), "when-names-no-check", "checks of this runbook: "),
        (is_healthy("Ready"), "when-names-no-check", "checks of this runbook: ready"),
        (is_healthy("ready "), "when-names-no-check", "checks of this runbook: ready"),
        (is_healthy(""), "when-names-no-check", "checks of this runbook: "),
        (is_below_5("ready"), "when-names-no-capture", "captures of this runbook: lag"),
        (is_below_5("lagg"), "when-names-no-capture", "captures of this runbook: lag"),
    ],
)
def test_what_is_not_there_stops_the_plan(formula: Formula, lint: str, cure: str) -> None:
    """A check is no capture, nor are names alike enough."""
    (finding,) = found(formula)
    assert (lint, Severity.ERROR) == (finding.lint, finding.severity)
    assert cure in finding.help


def test_every_wrong_name_is_found_in_the_order_of_the_sentence() -> None:
    """However deep it stands below not, and, or."""
    inner = Or(items=(Not(item=is_healthy("two")), is_below_5("three")))
    formula = And(items=(is_healthy("one"), inner, is_healthy("ready"), is_healthy("four")))
    assert ["one", "two", "three", "four"] == [
        finding.message.split('"')[1] for finding in found(formula)
    ]


def test_a_runbook_without_checks_says_how_to_get_one() -> None:
    """The cure names no list where there is nothing to list."""
    book = runbook(options=(option("a", when=And(items=(is_healthy("x"), is_below_5("y")))),))
    assert [
        "add a step with { name=… } to the Diagnosis",
        "add **Capture:** and the name below a step of the Diagnosis",
    ] == [finding.help for finding in check_references(book)]


def test_a_capture_of_an_options_step_is_not_known_to_a_when() -> None:
    """When it is decided which Option is chosen, no Option has run yet."""
    book = runbook(options=(option("a", check("s", captures=(LAG,)).step, when=is_below_5("lag")),))
    assert ["when-names-no-capture"] == [finding.lint for finding in check_references(book)]


def test_a_hostile_name_is_one_short_line() -> None:
    """A name of ten thousand signs and escapes does not fill the terminal."""
    (finding,) = found(is_healthy("\x1b[31m\n" * 10_000))
    assert len(finding.message) < 200
    assert finding.message.isprintable()


def test_a_formula_ten_thousand_deep_is_walked() -> None:
    """No recursion: a doctored plan cannot exhaust the stack."""
    formula: Formula = is_healthy("nobody")
    for _ in range(10_000):
        formula = Not(item=formula)
    assert ["when-names-no-check"] == [finding.lint for finding in found(formula)]


@given(st.lists(st.sampled_from(["ready", "disk", "x", "y"]), max_size=8))
def test_as_many_findings_as_wrong_names(names: list[str]) -> None:
    """A name that is used wrongly twice is found twice: each place must be mended."""
    formula = Or(items=tuple(is_healthy(name) for name in names))
    assert sum(name in "xy" for name in names) == len(found(formula))


def test_what_a_check_exports_is_named_like_a_capture():
    """In small letters, as in every sentence."""
    checks = (check("ready", exports=("LAG",)),)
    known = runbook(checks=checks, options=(option("a", when=is_below_5("lag")),))
    assert () == check_references(known)
    unknown = runbook(checks=checks, options=(option("a", when=is_below_5("LAG")),))
    assert ["when-names-no-capture"] == [each.lint for each in check_references(unknown)]


def test_a_stage_may_name_what_stages_before_it_captured() -> None:
    """In a procedure, where all are performed in their order; not what comes later."""
    first = option("first", step("s", captures=(LAG,)))
    book = runbook(options=(first, option("second", when=is_below_5("lag"))))
    assert ["when-names-no-capture"] == [each.lint for each in check_references(book)]
    procedure = replace(book, kind=Kind.PROCEDURE)
    assert () == check_references(procedure)
    backwards = replace(procedure, options=procedure.options[::-1])
    assert ["when-names-no-capture"] == [each.lint for each in check_references(backwards)]
