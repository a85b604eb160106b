"""A step's text → what its client program says, started as a run starts it but for the guardian."""

import os
import subprocess
from dataclasses import dataclass

from drillbook.model.action import Action
from drillbook.model.plan import PlannedStep
from drillbook.model.target import Target
from drillbook.run.actions.registry import ACTIONS
from nouns import step

UP_TO_S = 120.0


@dataclass(frozen=True)
class Said:
    """How a program ended and what it wrote."""

    code: int
    out: str
    err: str


def ask(
    language: str,
    command: str,
    *,
    observes: bool = True,
    timeout_s: float = 30.0,
    env: dict[str, str] | None = None,
    **settings: str,
) -> Said:
    """Perform a step on a target with these settings, and values by environment."""
    action: Action = ACTIONS[language]
    target = Target(name="t", settings=settings)
    one = step("s", command, language=language, on="t", timeout_s=timeout_s)
    assert [] == list(action.flaws(one, target, observes=observes))
    start = action.start(
        PlannedStep(step=one, target=target, timeout_s=timeout_s, observes=observes)
    )
    done = subprocess.run(
        start.argv,
        env={"PATH": os.environ["PATH"], **(env or {}), **start.env},
        capture_output=True,
        check=False,
        timeout=UP_TO_S,
    )
    return Said(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())


def lints(language: str, command: str, *, observes: bool = True, **settings: str) -> list[str]:
    """The names of what the action finds wrong with a step on such a target."""
    one = step("s", command, language=language, on="t")
    found = ACTIONS[language].flaws(one, Target(name="t", settings=settings), observes=observes)
    return [finding.lint for finding in found]
