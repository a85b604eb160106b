"""A Plan → a workplace whose journal hides the plan's own secrets too, or why it cannot."""

from collections.abc import Iterator
from dataclasses import replace

from drillbook.journal.masked import MaskedJournal
from drillbook.model.attempt import Ending
from drillbook.model.plan import Plan
from drillbook.model.run import Answer, Asked, Part, RunState, StepResult
from drillbook.model.sentence import CheckStatus, Risk
from drillbook.verbs.running.secrets import masker
from drillbook.verbs.running.workplace import Workplace

# The words by which a run is told in its journal, and read again after a crash.
_VOCABULARY = (Answer, Asked, CheckStatus, Ending, Part, Risk, RunState, StepResult)


class NotRunnableError(Exception):
    """The plan has flaws that stop it, which are in `plan.findings`, or a secret is too plain."""


def hiding_secret_inputs(place: Workplace, plan: Plan) -> Workplace:
    """The same workplace, where this plan's secret inputs are masked as configured secrets are."""
    own = {
        f"input {name.lower()}": planned.env[name]
        for planned in plan.steps.values()
        for name in planned.secret_names
    }
    secrets = {**place.secrets, **own}
    journal = MaskedJournal(place.journal, masker(secrets.values()))
    return replace(place, secrets=secrets, journal=journal) if own else place


def refuse_plain_secrets(place: Workplace, plan: Plan) -> None:
    """A secret that is part of a name would garble the journal, and show by its absence.

    Raises NotRunnableError.
    """
    words = tuple(_words_of(plan))
    for name, value in place.secrets.items():
        if value and any(value in word for word in words):
            raise NotRunnableError(
                f"secret `{name}`: its value is part of a name in {plan.runbook.path} or of an "
                "ordinary word, so it cannot be masked; make it a longer and less likely one"
            )


def _words_of(plan: Plan) -> Iterator[str]:
    for kind in _VOCABULARY:
        yield from (each.value for each in kind)
    yield from plan.steps
    yield from (option.anchor for option in plan.runbook.options)
    yield from (item.name for item in plan.runbook.inputs)
