"""Who may approve a run that waits, and what the one who waits is told."""

import pytest

from asked import approval
from drillbook.cli.approvers import NAMED_MAX, approval_lines, who_may
from drillbook.model.people import Person

PEOPLE = {
    "ada": Person(name="ada", roles=frozenset({"dba"})),
    "bob": Person(name="bob", roles=frozenset({"dba"})),
    "eve": Person(name="eve"),
}


@pytest.mark.parametrize(
    ("roles", "requesters", "expected"),
    [
        (set(), {"ada"}, ["bob", "eve"]),
        ({"dba"}, {"ada"}, ["bob"]),
        ({"dba"}, {"ada", "bob"}, []),
        ({"dba", "lead"}, {"eve"}, ["ada", "bob"]),
        (set(), set(), ["ada", "bob", "eve"]),
    ],
)
def test_who_may(roles, requesters, expected):
    """Whoever has one of the roles and had no part in it."""
    request = approval(roles=frozenset(roles), requesters=frozenset(requesters)).approval
    assert expected == who_may(request, PEOPLE)


def test_what_the_one_who_waits_is_told():
    """What for, who, and the very command."""
    assert [
        "",
        "Restore the backup is destructive and needs 1 approval by others before it begins.",
        "  bob, eve may give it, on any terminal of this installation:",
        "    drillbook approve 20261121-103045-7f3a",
    ] == approval_lines(approval(), PEOPLE)


def test_too_few_to_approve():
    """Then nobody needs to wait in vain."""
    lines = approval_lines(approval(approvals=2, roles=frozenset({"dba"})), PEOPLE)
    assert "  2 must approve it, and 1 of drillbook.toml may (whoever asked may not): bob." in lines
    assert "    drillbook cancel 20261121-103045-7f3a" in lines
    nobody = approval_lines(approval(), {"ada": PEOPLE["ada"]})
    assert any(line.endswith("(whoever asked may not): nobody.") for line in nobody)


def test_a_large_team_is_cut():
    """A line stays a line."""
    people = {f"p{number:02}": Person(name=f"p{number:02}") for number in range(NAMED_MAX + 3)}
    assert "p07 and 3 more may give it" in approval_lines(approval(), people)[2]
