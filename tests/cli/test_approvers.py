"""Who may approve a run that waits, and what the one who waits is told."""

from dataclasses import replace

import pytest

from asked import STEP, approval
from drillbook.cli.approvers import NAMED_MAX, approval_lines, request_lines, who_may
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


def test_a_source_of_webhooks_may_not():
    """It is nobody who could look at anything."""
    people = {**PEOPLE, "pager": Person(name="pager", roles=frozenset({"dba", "webhook"}))}
    assert ["bob"] == who_may(approval(roles=frozenset({"dba"})).approval, people)


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


def test_what_an_approver_answers_for():
    """Every command whole, where it runs, with which values, why, and for whom."""
    request = approval(approvals=2).approval
    lines = request_lines("r1", request, {"disk": "unhealthy"}, ["bob"])
    assert [
        "run r1: Restore the backup",
        "  risk      destructive",
        "  loses     everything since midnight.",
        "  because   `disk` is unhealthy",
        "  asked by  ada",
        "  check     disk: unhealthy",
        "",
        "  step 1 of 1: start-server",
        "    on      orders-db (ssh), in sh, for at most 60 s",
        "    target  host = 10.0.0.7",
        "    value   server = postgresql",
        "    value   pghost = 10.0.0.7",
        "    value   pgport = 5432",
        "    value   unused = x",
        *[f"    | {line}" for line in STEP.command.split("\n")],
        "",
        "  runs      1 step of 2 lines",
        "  approved by bob; 2 must, each for 30 min",
        f"  hash      {'ab' * 32}",
    ] == lines


def test_the_folder_and_who_reads_the_command_are_told():
    """The same letters do something else in another folder, or read by another program."""
    step = replace(STEP, cwd="/srv/prod\n", interpreter="perl\x1b")
    lines = request_lines("r1", approval(steps=(step,)).approval, {}, [])
    on = "    on      orders-db (ssh), in sh read by perl\\x1b, for at most 60 s"
    assert [on, "    folder  /srv/prod"] == lines[7:9]


def test_whoever_looks_at_the_end_knows_how_much_there_was():
    """A command that was pushed off the screen by blank lines does not go unseen."""
    long = replace(STEP, command="drop everything" + "\n" * 2_000 + "echo harmless")
    lines = request_lines("r1", approval(steps=(STEP, long)).approval, {}, [])
    assert "  runs      2 steps of 2,003 lines" == lines[-3]


def test_what_is_not_said_is_told():
    """No empty line passes for nothing lost."""
    lines = request_lines("r1", approval(loses="", because="").approval, {}, [])
    assert "  loses     not said" in lines
    assert "  because   it stands next in the procedure" in lines
    assert "  approved by nobody yet; 1 must, each for 30 min" in lines


def test_hostile_text_is_shown_and_not_obeyed():
    """Whoever approves sees what would run, and not what a label made of the terminal."""
    evil = "\x1b[2Ax\rok\u202e"
    step = replace(STEP, name=evil, command=evil, target=evil, values={evil: evil})
    request = approval(title=evil, loses=evil, because=evil, steps=(step,)).approval
    text = "\n".join(request_lines("r1", request, {evil: evil}, [evil]))
    assert not {"\x1b", "\r", "\u202e"} & set(text)


def test_no_text_passes_for_a_line_of_ours():
    """A value with line ends in it stays one line, a command's lines have their mark."""
    evil = "x\n  approved by everybody"
    step = replace(STEP, name=evil, command=evil, target=evil, values={evil: evil})
    request = approval(title=evil, loses=evil, because=evil, steps=(step,)).approval
    lines = request_lines("r1", request, {evil: evil}, ["bob"])
    assert ["  approved by bob; 1 must, each for 30 min"] == [
        line for line in lines if line.startswith("  approved")
    ]
