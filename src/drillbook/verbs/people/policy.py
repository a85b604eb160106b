"""A Caller + a Runbook + the team's rules → what a run of it may do, or why it may not start."""

from dataclasses import replace

from drillbook.model.people import Caller
from drillbook.model.run import Policy
from drillbook.model.runbook import Runbook
from drillbook.model.sentence import Risk
from drillbook.model.settings import Settings
from drillbook.people.policy import MILD_FIRST, permission, policy_for


class NotPermittedError(Exception):
    """The caller may not start it; one line names the rule, and who may."""


def permitted_policy(
    settings: Settings, caller: Caller, runbook: Runbook, *, at_most: Risk = Risk.DESTRUCTIVE
) -> Policy:
    """What a run of this runbook that the caller starts may do.

    `at_most` is the highest risk that the caller wants at all. Raises NotPermittedError where
    they may not even have its Checks run.
    """
    policy, permitted = policy_for(
        settings.policy, caller, runbook.service, has_people=bool(settings.people)
    )
    if not permitted.is_given:
        raise NotPermittedError(
            f"{permitted.because}; ask one of them, or somebody who may change drillbook.toml"
        )
    return replace(policy, allowed=min(policy.allowed, at_most, key=MILD_FIRST.index))


def refuse_going_on(settings: Settings, caller: Caller, runbook: Runbook, policy: Policy) -> None:
    """Whoever goes on with a run answers for it, so they could have started it as it is.

    Raises NotPermittedError where they may not start what it may do by its `policy`.
    """
    may = MILD_FIRST[: MILD_FIRST.index(policy.allowed) + 1]
    steps = [] if policy.checks_only else [each.risk for each in runbook.options]
    worst = max((may.index(risk) for risk in steps if risk in may), default=0)
    for risk in may[: worst + 1]:
        said = permission(
            settings.policy, caller, runbook.service, risk, has_people=bool(settings.people)
        )
        if not said.is_given:
            raise NotPermittedError(f"{said.because}; ask one of them to go on with it")


def refused_risks(settings: Settings, caller: Caller, runbook: Runbook) -> list[str]:
    """Why some of the runbook's Options will not be taken in a run that the caller starts."""
    risks = {option.risk for option in runbook.options}
    said = (
        permission(settings.policy, caller, runbook.service, risk, has_people=bool(settings.people))
        for risk in MILD_FIRST
        if risk in risks
    )
    return [each.because for each in said if not each.is_given]
