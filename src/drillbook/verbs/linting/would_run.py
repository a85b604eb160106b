"""A runbook that wants to be run + the targets there are → Findings why it would not run."""

from collections.abc import Iterator, Mapping

from drillbook.model.finding import Finding
from drillbook.model.runbook import Runbook
from drillbook.model.target import Target
from drillbook.plan.bind import THERE, captures_of, steps_of
from drillbook.plan.flaws import runbook_flaws, step_flaws
from drillbook.run.actions.registry import ACTIONS
from drillbook.verbs.running.environment import PASSED_ON

_LANGUAGES = frozenset(ACTIONS)
# Whether this machine has them or not: what is said of a text must not depend on who asks.
_GIVEN = frozenset((*PASSED_ON, *THERE, "PATH", "LANG", "TERM"))


def would_not_run(runbook: Runbook, targets: Mapping[str, Target]) -> Iterator[Finding]:
    """What a plan would find without values. Without any targets, nothing is said of those."""
    yield from runbook_flaws(runbook)
    own = frozenset(item.name.upper() for item in runbook.inputs)
    known = _GIVEN | own | frozenset(name.upper() for name in captures_of(runbook))
    for step, expectations, observes in steps_of(runbook):
        target = targets.get(step.on or "")
        some = {step.on: Target(name=step.on)} if step.on and not targets else targets
        yield from step_flaws(
            step,
            targets=some,
            languages=_LANGUAGES,
            known_variables=known | frozenset(target.env if target else ()),
            expectations=expectations,
            observes=observes,
        )
