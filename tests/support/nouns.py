"""Short ways to make nouns in tests: what a test does not name has a harmless value."""

from collections.abc import Mapping
from typing import Any

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.place import Place
from drillbook.model.plan import Plan
from drillbook.model.runbook import Check, Input, Option, Runbook, Step, Verification
from drillbook.model.sentence import (
    CheckIs,
    CheckStatus,
    Condition,
    ExitCodeIs,
    Expectation,
    Formula,
    Risk,
    Term,
)
from drillbook.plan.bind import Surroundings, bind
from drillbook.run.actions.registry import ACTIONS
from drillbook.run.transports.registry import TRANSPORTS

HERE = Place(path="runbook.md")


def expectation(
    *terms: Term, for_s: float | None = None, within_s: float | None = None
) -> Expectation:
    """A sentence of these terms; exit code 0 where none is given."""
    return Expectation(
        place=HERE,
        text="as expected",
        terms=terms or (ExitCodeIs(codes=(0,)),),
        for_s=for_s,
        within_s=within_s,
    )


def step(name: str, command: str = "true", **fields: Any) -> Step:
    """A shell step."""
    fields = {"language": "sh", "timeout_s": 20.0, **fields}
    return Step(place=HERE, name=name, command=command, **fields)


def check(name: str, command: str = "true", **fields: Any) -> Check:
    """A Check that is healthy at exit code 0 and unhealthy at 1."""
    return Check(
        place=HERE,
        title=name,
        step=step(name, command, **fields),
        healthy=expectation(ExitCodeIs(codes=(0,))),
        unhealthy=expectation(ExitCodeIs(codes=(1,))),
    )


def option(
    anchor: str, *steps: Step, when: Formula | None = None, risk: Risk = Risk.NONE
) -> Option:
    """An Option with a When over this formula, or with none."""
    condition = None if when is None else Condition(place=HERE, text="it holds", formula=when)
    return Option(
        place=HERE, title=anchor, anchor=anchor, when=condition, risk=risk, steps=tuple(steps)
    )


def is_unhealthy(name: str) -> CheckIs:
    """`` `name` is unhealthy ``."""
    return CheckIs(check=name, status=CheckStatus.UNHEALTHY)


def verification(
    command: str = "true", recovered: Expectation | None = None, name: str = "verify"
) -> Verification:
    """A Verification step."""
    return Verification(place=HERE, step=step(name, command, every_s=0.05), recovered=recovered)


def runbook(
    *,
    checks: tuple[Check, ...] = (),
    options: tuple[Option, ...] = (),
    verifications: tuple[Verification, ...] = (),
    inputs: tuple[Input, ...] = (),
) -> Runbook:
    """A runbook of these parts."""
    return Runbook(
        place=HERE,
        path="runbook.md",
        anchor="",
        title="A runbook",
        checks=checks,
        options=options,
        verification=verifications,
        inputs=inputs,
    )


def plan(book: Runbook, *, env: Mapping[str, str] | None = None, **around: Any) -> Plan:
    """The plan of a runbook on this machine."""
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin", **(env or {})}
    ways = {"actions": ACTIONS, "transports": TRANSPORTS}
    around = {"languages": frozenset(ACTIONS), **ways, **around}
    return bind(book, Surroundings(base_env=base, **around))


def outcome(
    exit_code: int | None = 0,
    output: str = "",
    *,
    ending: Ending = Ending.EXITED,
    missing: tuple[str, ...] = (),
    is_cut: bool = False,
    because: str = "",
) -> Outcome:
    """What came of an attempt."""
    return Outcome(
        ending=ending,
        exit_code=exit_code if ending is Ending.EXITED else None,
        output=output,
        output_bytes=len(output.encode()),
        missing=missing,
        is_cut=is_cut,
        because=because,
        started_at_ns=1,
        ended_at_ns=2,
    )
