"""The hash of what can act: every change of an act shows, no change of prose does."""

from dataclasses import fields, replace
from typing import Any

import pytest

from drillbook.model.place import Place
from drillbook.model.runbook import Input, Kind, Objectives, Runbook, Step
from drillbook.model.sentence import (
    And,
    Capture,
    CaptureKind,
    CheckStatus,
    Condition,
    Loses,
    NumberBetween,
    Or,
    OutputCompares,
    OutputTest,
    Risk,
)
from drillbook.read.markdown.acting import acting_hash, acting_text
from nouns import HERE, check, expectation, is_unhealthy, option, runbook, step, verification

ELSEWHERE = Place(path="other.md", line=7, column=3, end_line=8, end_column=1)
BOOK = runbook(
    checks=(check("ready"), check("disk")),
    options=(option("start", step("s1"), step("s2"), when=is_unhealthy("ready")),),
    verifications=(verification(recovered=expectation(for_s=10, within_s=60)),),
    inputs=(Input(place=HERE, name="host", source="label.host", pattern="[a-z]+"),),
)
# A value that differs from what `step` gives, for each field of a Step that acts.
OTHER_STEPS: dict[str, Any] = {
    "name": "other",
    "language": "python",
    "command": "false",
    "timeout_s": 21.0,
    "on": "db",
    "is_idempotent": True,
    "approve": 1,
    "retry": 1,
    "every_s": 2.0,
    "cwd": "/tmp",
    "interpreter": "dash",
    "is_background": True,
    "is_interactive": True,
    "is_excluded": True,
    "tags": ("a",),
    "exports": ("RELEASE",),
    "expect": expectation(),
    "captures": (Capture(place=HERE, name="lag", kind=CaptureKind.NUMBER),),
}
PROSE_OF_STEP = {"place": ELSEWHERE, "command_line": 99, "is_named": False}


def with_step(**changes: Any) -> Runbook:
    """The runbook whose first Option's first step is another."""
    first, *others = BOOK.options
    changed = replace(first, steps=(replace(first.steps[0], **changes), *first.steps[1:]))
    return replace(BOOK, options=(changed, *others))


def with_option(**changes: Any) -> Runbook:
    """The runbook whose Option is another."""
    return replace(BOOK, options=(replace(BOOK.options[0], **changes),))


def acts(other: Runbook) -> bool:
    """Whether the change shows in the hash."""
    return acting_hash(other) != acting_hash(BOOK)


def test_every_field_of_a_step_is_known_to_these_tests() -> None:
    """Whoever adds a field says here whether it acts."""
    assert {one.name for one in fields(Step)} == OTHER_STEPS.keys() | PROSE_OF_STEP.keys()


@pytest.mark.parametrize("name", OTHER_STEPS)
def test_whatever_changes_how_a_step_runs_changes_the_hash(name: str) -> None:
    """A proof does not outlive a change of any attribute."""
    assert acts(with_step(**{name: OTHER_STEPS[name]}))


@pytest.mark.parametrize("name", PROSE_OF_STEP)
def test_where_a_step_stands_does_not(name: str) -> None:
    """A paragraph above it makes no proof stale."""
    assert not acts(with_step(**{name: PROSE_OF_STEP[name]}))


@pytest.mark.parametrize(
    "changes",
    [
        {"anchor": "begin"},
        {"when": None},
        {"when": Condition(place=HERE, text="it holds", formula=is_unhealthy("disk"))},
        {"risk": Risk.DISRUPTIVE},
        {"loses": Loses(place=HERE, text="nothing", count=0)},
        {"steps": ()},
        {"steps": tuple(reversed(BOOK.options[0].steps))},
        {"undo": (step("back"),)},
    ],
)
def test_whatever_changes_an_option_changes_the_hash(changes: dict[str, Any]) -> None:
    """Its condition, its risk, its loss, its steps and their order."""
    assert acts(with_option(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Start it"},
        {"place": ELSEWHERE},
        {"risk_place": ELSEWHERE},
        {"risk_text": "none, they say"},
        {"undo_text": "by hand"},
        {"when": Condition(place=ELSEWHERE, text="words", formula=is_unhealthy("ready"))},
    ],
)
def test_how_an_option_is_worded_does_not(changes: dict[str, Any]) -> None:
    """What is understood counts, not how it was put."""
    assert not acts(with_option(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.PROCEDURE},
        {"alerts": ("Down",)},
        {"objectives": Objectives(detect_s=60)},
        {"inputs": ()},
        {"checks": BOOK.checks[:1]},
        {"checks": tuple(reversed(BOOK.checks))},
        {"verification": ()},
    ],
)
def test_whatever_changes_the_runbook_changes_the_hash(changes: dict[str, Any]) -> None:
    """Which alerts lead to it and what it promises act as well."""
    assert acts(replace(BOOK, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another"},
        {"path": "other.md"},
        {"anchor": "two"},
        {"owner": "me"},
        {"severity": "critical"},
        {"service": "api"},
        {"escalation": ("me",)},
        {"reviewed": "today"},
        {"source_hash": "ab"},
        {"extra": {"a": "b"}},
        {"place": ELSEWHERE},
    ],
)
def test_whom_the_runbook_belongs_to_does_not(changes: dict[str, Any]) -> None:
    """A file may be moved, renamed and given to another team with its proof."""
    assert not acts(replace(BOOK, **changes))


def test_the_text_that_an_output_is_compared_with_acts() -> None:
    """It is called `text` like prose, and is none."""
    hashes = {
        acting_hash(with_step(expect=expectation(OutputCompares(test=OutputTest.IS, text=text))))
        for text in ("", "a", "b")
    }
    assert 3 == len(hashes)


def test_no_two_nouns_are_taken_for_each_other() -> None:
    """`and` is not `or`, also where they join the same things."""
    items = (is_unhealthy("ready"), is_unhealthy("disk"))
    hashes = {
        acting_hash(with_option(when=Condition(place=HERE, text="", formula=formula)))
        for formula in (And(items=items), Or(items=items), And(items=items[:1]))
    }
    assert 3 == len(hashes)


def test_neighbouring_values_do_not_run_into_each_other() -> None:
    """Between 1 and 23 is not between 12 and 3, nor is a list one joined text."""
    assert acting_hash(with_step(tags=("a,b",))) != acting_hash(with_step(tags=("a", "b")))
    hashes = {
        acting_hash(with_step(expect=expectation(NumberBetween(low=low, high=high))))
        for low, high in ((1, 23), (12, 3), (123, 0))
    }
    assert 3 == len(hashes)


def test_a_hostile_text_has_a_hash() -> None:
    """Half a surrogate pair, zero bytes and a megabyte are hashed like anything else."""
    for command in ("\ud800", "\0", "é" * 1_000_000):
        assert 64 == len(acting_hash(with_step(command=command)))


def test_a_status_is_hashed_by_its_word() -> None:
    """Healthy and unhealthy do not become one another."""
    conditions = [
        Condition(place=HERE, text="", formula=replace(is_unhealthy("ready"), status=status))
        for status in CheckStatus
    ]
    assert 3 == len({acting_hash(with_option(when=condition)) for condition in conditions})


def test_an_attribute_that_nobody_uses_is_not_in_the_hash() -> None:
    """A text has the same hash in a version that knows more attributes than this one."""
    plain_text = acting_text(BOOK)
    for name in ("retry", "exports", "approve", "is_background", "locks"):
        assert f'"{name}"' not in plain_text
    assert '"retry":3' in acting_text(with_step(retry=3))
