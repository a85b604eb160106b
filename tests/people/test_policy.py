"""Rules, a caller and a service → what a run may do: by example, and as properties."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.people import Caller, Need, PolicyRule
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk
from drillbook.people.policy import MILD_FIRST, NO_RULE, permission, policy_for, rule_for

ADA = Caller(name="ada", roles=frozenset({"oncall"}), token="t")
ROLES = ("oncall", "dba", "lead")
SERVICES = ("orders", "orders-db", "billing", None)

roles = st.frozensets(st.sampled_from(ROLES), max_size=2)
callers = st.builds(Caller, name=st.just("ada"), roles=roles, token=st.just("t"))
rules = st.builds(
    PolicyRule,
    services=st.lists(
        st.sampled_from(["*", "orders", "orders*", "*-db", "billing"]), min_size=1, max_size=2
    ).map(tuple),
    risks=st.frozensets(st.sampled_from(list(Risk)), min_size=1),
    start=roles,
    asks=st.booleans(),
    approvals=st.integers(0, 3),
    approvers=roles,
    expires_s=st.floats(1, 3_600),
)
services = st.sampled_from(SERVICES)


def of(*some: PolicyRule, service: str | None = "orders", caller: Caller = ADA) -> Policy:
    """The policy where people are configured."""
    return policy_for(some, caller, service, has_people=True)[0]


def test_without_rules_risk_decides():
    """None runs, disruptive asks, destructive needs one approval by somebody else."""
    expected = Policy(
        allowed=Risk.DESTRUCTIVE,
        asks=frozenset({Risk.DISRUPTIVE}),
        needs={Risk.DESTRUCTIVE: Need(approvals=1)},
    )
    assert expected == of()


def test_without_people_nobody_else_can_approve():
    """Alone, the operator is asked about what is destructive too."""
    policy, permitted = policy_for((), Caller(name="root"), None, has_people=False)
    assert Policy(asks=frozenset({Risk.DISRUPTIVE, Risk.DESTRUCTIVE})) == policy
    assert permitted.is_given


def test_without_people_nobody_has_roles_and_nothing_is_refused():
    """A rule that leaves the start to a role binds people, and there are none."""
    rule = PolicyRule(start=frozenset({"dba"}), asks=True)
    policy, permitted = policy_for((rule,), Caller(name="root"), None, has_people=False)
    assert permitted.is_given
    assert Policy(asks=frozenset(Risk)) == policy


def test_first_rule_that_fits_holds():
    """What stands above is asked first; a rule for another service or risk is passed by."""
    other = PolicyRule(services=("billing",), approvals=3)
    mild = PolicyRule(services=("*",), risks=frozenset({Risk.NONE}), asks=True)
    first = PolicyRule(services=("ord*",), risks=frozenset({Risk.DESTRUCTIVE}), approvals=2)
    second = PolicyRule(services=("orders",), risks=frozenset({Risk.DESTRUCTIVE}))
    policy = of(other, mild, first, second)
    assert {Risk.DESTRUCTIVE: Need(approvals=2)} == policy.needs
    assert frozenset({Risk.NONE, Risk.DISRUPTIVE}) == policy.asks


def test_a_need_names_who_may_approve_and_for_how_long():
    """Roles and expiry of the rule go with the approvals."""
    rule = PolicyRule(approvals=2, approvers=frozenset({"dba"}), expires_s=600.0)
    need = Need(approvals=2, roles=frozenset({"dba"}), expires_s=600.0)
    assert dict.fromkeys(MILD_FIRST, need) == of(rule).needs


@pytest.mark.parametrize(
    ("forbidden", "expected"),
    [
        ({Risk.DESTRUCTIVE}, Risk.DISRUPTIVE),
        ({Risk.DISRUPTIVE}, Risk.NONE),
        ({Risk.DISRUPTIVE, Risk.DESTRUCTIVE}, Risk.NONE),
    ],
)
def test_what_a_caller_may_not_start_caps_the_run(forbidden, expected):
    """What is worse than something forbidden is forbidden too."""
    rule = PolicyRule(risks=frozenset(forbidden), start=frozenset({"dba"}))
    assert expected == of(rule).allowed
    assert Risk.DESTRUCTIVE == of(rule, caller=replace(ADA, roles=frozenset({"dba"}))).allowed


def test_who_may_start_nothing_is_told_by_which_rule():
    """The refusal names caller, service, the rule as it is counted in the file, and the roles."""
    some = (PolicyRule(services=("x",)), PolicyRule(start=frozenset({"lead", "dba"})))
    policy, permitted = policy_for(some, ADA, "orders", has_people=True)
    assert not permitted.is_given
    assert Risk.NONE == policy.allowed
    assert (
        "ada may not start what is without risk of service orders: rule 2 of [[policy]] leaves "
        "it to dba, lead"
    ) == permitted.because


def test_a_forbidden_risk_is_told_in_its_own_word():
    """The same for one risk, of a runbook that names no service."""
    rule = PolicyRule(risks=frozenset({Risk.DISRUPTIVE}), start=frozenset({"dba"}))
    said = permission((rule,), ADA, None, Risk.DISRUPTIVE, has_people=True)
    assert said.because.startswith("ada may not start what is disruptive of service unknown: ")
    assert frozenset({"dba"}) == said.roles


@pytest.mark.parametrize(
    ("pattern", "service", "fits"),
    [
        ("orders", "orders", True),
        ("orders", "Orders", False),
        ("orders", "orders-db", False),
        ("orders*", "orders-db", True),
        ("*-db", "orders-db", True),
        ("o*s-*b", "orders-db", True),
        ("*", "orders", True),
        ("*", None, True),
        ("*", "", True),
        ("**", None, False),
        ("orders*", None, False),
        ("order?", "orders", False),
        ("order[s]", "orders", False),
        ("order[s]", "order[s]", True),
        ("a.c", "abc", False),
        ("a*", "a\nb", True),
    ],
)
def test_service_pattern(pattern, service, fits):
    """`*` stands for any letters, nothing else does; no service is met by `*` alone."""
    number, _ = rule_for((PolicyRule(services=(pattern,)),), service, Risk.NONE, has_people=True)
    assert fits == (number == 0)


def test_a_pattern_of_many_stars_is_decided_at_once():
    """A long service that almost fits costs no exponential time."""
    rule = PolicyRule(services=("*a" * 40 + "b",))
    assert NO_RULE == rule_for((rule,), "a" * 5_000, Risk.NONE, has_people=True)[0]


@given(st.lists(rules, max_size=4), callers, services, st.booleans(), st.data())
def test_a_stricter_rule_in_front_never_permits_more(some, caller, service, has_people, data):
    """Whatever rule holds: one in front that asks for more lets no run do more."""
    risk = data.draw(st.sampled_from(list(Risk)))
    held = rule_for(some, service, risk, has_people=has_people)[1]
    front = data.draw(stricter_than(held, risk))
    before, may_before = policy_for(some, caller, service, has_people=has_people)
    after, may_after = policy_for([front, *some], caller, service, has_people=has_people)
    assert MILD_FIRST.index(after.allowed) <= MILD_FIRST.index(before.allowed)
    assert may_before.is_given >= may_after.is_given
    assert after.asks >= before.asks
    for each, need in before.needs.items():
        assert after.needs[each].approvals >= need.approvals
        assert after.needs[each].expires_s <= need.expires_s
        assert not need.roles or after.needs[each].roles <= need.roles


@st.composite
def stricter_than(draw, held, risk):
    """A rule for one risk that asks for at least what the rule does that holds."""

    def fewer(roles_of_rule):
        some = sorted(roles_of_rule) or list(ROLES)
        kept = draw(st.frozensets(st.sampled_from(some), min_size=1))
        return kept if roles_of_rule or draw(st.booleans()) else roles_of_rule

    return PolicyRule(
        services=("*",),
        risks=frozenset({risk}),
        start=fewer(held.start),
        asks=held.asks or draw(st.booleans()),
        approvals=held.approvals + draw(st.integers(0, 2)),
        approvers=fewer(held.approvers),
        expires_s=held.expires_s * draw(st.floats(0.1, 1)),
    )


@given(st.lists(rules, max_size=4), callers, services, st.booleans())
def test_more_roles_never_permit_less(some, caller, service, has_people):
    """Whoever has every role may start whatever somebody with fewer may."""
    all_roles = replace(caller, roles=frozenset(ROLES))
    policy, permitted = policy_for(some, caller, service, has_people=has_people)
    wider, wider_permitted = policy_for(some, all_roles, service, has_people=has_people)
    assert MILD_FIRST.index(policy.allowed) <= MILD_FIRST.index(wider.allowed)
    assert permitted.is_given <= wider_permitted.is_given
    assert (policy.asks, policy.needs) == (wider.asks, wider.needs)


@given(st.lists(rules, max_size=4), st.sampled_from(list(Risk)))
def test_an_unknown_service_is_met_by_a_star_alone(some, risk):
    """A runbook that names no service gets no rule that was written for one."""
    number, rule = rule_for(some, None, risk, has_people=True)
    assert number == NO_RULE or "*" in rule.services
