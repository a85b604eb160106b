"""What a run may do that this caller starts."""

from dataclasses import replace

import pytest

from drillbook.model.people import Caller, Need, Person, PolicyRule
from drillbook.model.run import Policy
from drillbook.model.sentence import Risk
from drillbook.verbs.people.policy import (
    NotPermittedError,
    permitted_policy,
    refuse_going_on,
    refused_risks,
)
from nouns import option, runbook

ADA = Caller(name="ada", roles=frozenset({"oncall"}), token="t")
PEOPLE = {"ada": Person(name="ada", roles=ADA.roles), "bob": Person(name="bob")}
LEFT_TO_DBA = PolicyRule(
    services=("orders",), risks=frozenset({Risk.DESTRUCTIVE}), start=frozenset({"dba"})
)
BOOK = replace(
    runbook(options=(option("mild"), option("drastic", risk=Risk.DESTRUCTIVE))), service="orders"
)


@pytest.fixture
def team(desk):
    """A team's settings."""
    return replace(desk.settings, people=PEOPLE)


def test_defaults_of_a_team(team):
    """Destructive needs somebody else."""
    policy = permitted_policy(team, ADA, BOOK)
    assert (
        Policy(asks=frozenset({Risk.DISRUPTIVE}), needs={Risk.DESTRUCTIVE: Need(approvals=1)})
        == policy
    )


def test_defaults_without_people(desk):
    """Every right but approvals: nobody else is there to give any."""
    assert Policy() == permitted_policy(desk.settings, Caller(name="root"), BOOK)


def test_the_service_is_the_runbooks(team):
    """A rule for one service leaves the others alone."""
    ruled = replace(team, policy=(LEFT_TO_DBA,))
    assert Risk.DISRUPTIVE == permitted_policy(ruled, ADA, BOOK).allowed
    other = replace(BOOK, service="billing")
    assert Risk.DESTRUCTIVE == permitted_policy(ruled, ADA, other).allowed
    assert Risk.DESTRUCTIVE == permitted_policy(ruled, ADA, replace(BOOK, service=None)).allowed


@pytest.mark.parametrize(
    ("at_most", "expected"),
    [
        (Risk.NONE, Risk.NONE),
        (Risk.DISRUPTIVE, Risk.DISRUPTIVE),
        (Risk.DESTRUCTIVE, Risk.DISRUPTIVE),
    ],
)
def test_what_is_wanted_never_raises_what_is_allowed(at_most, expected, team):
    """The lower of the two holds."""
    ruled = replace(team, policy=(LEFT_TO_DBA,))
    assert expected == permitted_policy(ruled, ADA, BOOK, at_most=at_most).allowed


def test_who_may_not_start_is_told_by_whom_it_is_started(team):
    """One line: the rule, who may, and whom to ask."""
    ruled = replace(team, policy=(PolicyRule(start=frozenset({"dba"})),))
    with pytest.raises(NotPermittedError) as caught:
        permitted_policy(ruled, ADA, BOOK)
    assert (
        "ada may not start what is without risk of service orders: rule 1 of [[policy]] leaves "
        "it to dba; ask one of them, or somebody who may change drillbook.toml"
    ) == str(caught.value)


def test_refused_risks_are_those_of_its_options(team):
    """What it has no Option for is not spoken of."""
    ruled = replace(team, policy=(LEFT_TO_DBA,))
    (told,) = refused_risks(ruled, ADA, BOOK)
    assert told.startswith("ada may not start what is destructive of service orders: rule 1")
    assert [] == refused_risks(ruled, ADA, replace(BOOK, options=(option("mild"),)))
    assert [] == refused_risks(team, ADA, BOOK)


@pytest.mark.parametrize(
    ("policy", "is_refused"),
    [
        (Policy(), True),
        (Policy(allowed=Risk.DISRUPTIVE), False),
        (Policy(checks_only=True), False),
    ],
)
def test_who_goes_on_could_have_started_it(policy, is_refused, team):
    """As the run is: one that stops below what they may not start is anybody's to go on with."""
    ruled = replace(team, policy=(LEFT_TO_DBA,))
    if not is_refused:
        assert refuse_going_on(ruled, ADA, BOOK, policy) is None
        return
    with pytest.raises(NotPermittedError) as caught:
        refuse_going_on(ruled, ADA, BOOK, policy)
    expected = "ada may not start what is destructive of service orders: rule 1 of [[policy]]"
    assert expected in str(caught.value)


def test_a_milder_risk_that_is_forbidden_forbids_what_is_worse(team):
    """As at a start: a rule for the worst alone opens nothing."""
    no_disruption = replace(LEFT_TO_DBA, risks=frozenset({Risk.DISRUPTIVE}))
    ruled = replace(team, policy=(no_disruption,))
    assert Risk.NONE == permitted_policy(ruled, ADA, BOOK).allowed
    with pytest.raises(NotPermittedError, match="what is disruptive"):
        refuse_going_on(ruled, ADA, BOOK, Policy())


def test_without_people_whoever_sits_there_goes_on(desk):
    """Nobody else is known."""
    ruled = replace(desk.settings, policy=(LEFT_TO_DBA,))
    assert refuse_going_on(ruled, Caller(name="root"), BOOK, Policy()) is None
