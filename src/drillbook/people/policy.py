"""A team's rules + a Caller + a service → what the operator of one run may do. Pure.

The first rule that fits a service and a risk holds; where none fits, the default for that risk.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import takewhile

from drillbook.model.people import Caller, Need, Permission, PolicyRule
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk

MILD_FIRST = (Risk.NONE, Risk.DISRUPTIVE, Risk.DESTRUCTIVE)
NO_RULE = -1

_RUNS = PolicyRule(risks=frozenset({Risk.NONE}))
_ASKS = PolicyRule(risks=frozenset({Risk.DISRUPTIVE}), asks=True)
_NEEDS = PolicyRule(risks=frozenset({Risk.DESTRUCTIVE}), approvals=1)
# Where nobody is configured there is nobody else who could approve.
_ALONE = PolicyRule(risks=frozenset({Risk.DESTRUCTIVE}), asks=True)


def rule_for(
    rules: Sequence[PolicyRule], service: str | None, risk: Risk, *, has_people: bool
) -> tuple[int, PolicyRule]:
    """The number of the rule that holds, from 0, and the rule; NO_RULE for a default."""
    for number, rule in enumerate(rules):
        if risk in rule.risks and any(_fits(pattern, service) for pattern in rule.services):
            return number, rule
    if risk is Risk.NONE:
        return NO_RULE, _RUNS
    if risk is Risk.DISRUPTIVE:
        return NO_RULE, _ASKS
    return NO_RULE, _NEEDS if has_people else _ALONE


def permission(
    rules: Sequence[PolicyRule],
    caller: Caller,
    service: str | None,
    risk: Risk,
    *,
    has_people: bool,
) -> Permission:
    """Whether the caller may start something of this risk; else which rule says so.

    Where no people are configured, whoever sits at the terminal has every role.
    """
    number, rule = rule_for(rules, service, risk, has_people=has_people)
    if not has_people or not rule.start or rule.start & caller.roles:
        return Permission(is_given=True, roles=rule.start)
    return Permission(
        is_given=False,
        because=(
            f"{caller.name} may not start what is {_in_words(risk)} of service "
            f"{service or 'unknown'}: rule {number + 1} of [[policy]] leaves it to "
            f"{', '.join(sorted(rule.start))}"
        ),
        roles=rule.start,
    )


def policy_for(
    rules: Sequence[PolicyRule], caller: Caller, service: str | None, *, has_people: bool
) -> tuple[Policy, Permission]:
    """What a run that the caller starts may do, and whether they may start one at all.

    `allowed` ends below the first risk that they may not start: what is worse than something
    forbidden is forbidden too.
    """
    held = {risk: rule_for(rules, service, risk, has_people=has_people)[1] for risk in MILD_FIRST}
    said = {
        risk: permission(rules, caller, service, risk, has_people=has_people) for risk in MILD_FIRST
    }
    allowed = tuple(takewhile(lambda risk: said[risk].is_given, MILD_FIRST))
    policy = Policy(
        allowed=allowed[-1] if allowed else Risk.NONE,
        asks=frozenset(risk for risk, rule in held.items() if rule.asks),
        needs={risk: _need(rule) for risk, rule in held.items() if rule.approvals},
    )
    return policy, said[Risk.NONE]


def _need(rule: PolicyRule) -> Need:
    return Need(approvals=rule.approvals, roles=rule.approvers, expires_s=rule.expires_s)


def _fits(pattern: str, service: str | None) -> bool:
    """A `*` stands for any letters; a runbook without a service is met by `*` alone."""
    if not service:
        return pattern == "*"
    # Of the shell's wildcards only `*` is one here.
    return fnmatchcase(service, pattern.replace("[", "[[]").replace("?", "[?]"))


def _in_words(risk: Risk) -> str:
    return "without risk" if risk is Risk.NONE else risk.value
