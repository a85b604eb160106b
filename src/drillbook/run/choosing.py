"""What the Checks said + what is allowed → the Option to take, or why none is taken. Pure."""

from dataclasses import dataclass

from drillbook.model.plan import Plan
from drillbook.model.run import Policy
from drillbook.model.runbook import Kind, Option
from drillbook.model.sentence import CheckStatus, Risk
from drillbook.model.truth import Truth
from drillbook.run.evaluate import evaluate
from drillbook.run.progress import Progress, options_of

_MILD_FIRST = (Risk.NONE, Risk.DISRUPTIVE, Risk.DESTRUCTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The Option that is taken, None for none; `is_undecided`: whether to take one is unknown."""

    because: str
    option: Option | None = None
    is_undecided: bool = False


def choose(plan: Plan, policy: Policy, progress: Progress) -> Chosen:
    """The first Option that was not tried, whose When holds and whose Risk is allowed."""
    undecided = []
    forbidden = []
    for option in options_of(plan):
        if option.anchor in progress.tried:
            continue
        truth = when_holds(plan, option, progress)
        if truth is Truth.UNKNOWN:
            undecided.append(option.title)
        elif truth is Truth.TRUE and is_beyond(option.risk, policy.allowed):
            forbidden.append(f"{option.title} ({option.risk.value})")
        elif truth is Truth.TRUE:
            why = option.when.text if option.when else "it has no When"
            return Chosen(option=option, because=why)
    if undecided:
        return Chosen(because=_undecided(undecided, progress), is_undecided=True)
    return Chosen(because=_none_left(forbidden, progress))


def when_holds(plan: Plan, option: Option, progress: Progress) -> Truth:
    """A stage of a procedure needs no When; an Option without one is left to people."""
    if option.when is None:
        is_procedure = plan.runbook.kind is Kind.PROCEDURE
        return Truth.TRUE if is_procedure else Truth.UNKNOWN
    return evaluate(option.when.formula, progress.checks, progress.captures)


def _undecided(titles: list[str], progress: Progress) -> str:
    """Which Options cannot be decided upon, and the Checks that said nothing."""
    silent = [name for name, status in progress.checks.items() if status is CheckStatus.UNKNOWN]
    which = f"{', '.join(silent)} said nothing" if silent else "their When names nothing known"
    return f"whether to take {' or '.join(titles)} is not known: {which}"


def _none_left(forbidden: list[str], progress: Progress) -> str:
    if forbidden:
        return f"only Options beyond the allowed risk are left: {', '.join(forbidden)}"
    if progress.tried:
        return f"every Option whose When holds was tried: {', '.join(progress.tried)}"
    return "no Option's When holds"


def is_beyond(risk: Risk, allowed: Risk) -> bool:
    """Whether the risk is more than what is allowed."""
    return _MILD_FIRST.index(risk) > _MILD_FIRST.index(allowed)
