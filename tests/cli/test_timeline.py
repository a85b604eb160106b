"""The timeline of a run: who, when, what, and what the steps wrote."""

import pytest

from drillbook.cli.timeline import OUTPUT_CHARACTERS_MAX, timeline_lines
from drillbook.model.journal import Entry

SECOND_NS = 1_000_000_000
NOON_NS = 1_795_262_400 * SECOND_NS
STEP = {
    "part": "check",
    "step": "look",
    "on": "local",
    "timeout_s": 5.0,
    "command": "true",
    "poll": 1,
}
DONE = {
    **STEP,
    "result": "met",
    "because": "exit code is 0",
    "started_at_ns": 0,
    "ended_at_ns": SECOND_NS,
    "output": "",
}


def lines(*told, every_s: int = 1) -> list[str]:
    return list(
        timeline_lines(
            Entry(
                stream="run/r",
                seq=number + 1,
                kind=kind,
                at_ns=NOON_NS + number * every_s * SECOND_NS,
                body=body,
                previous="",
                hash="",
            )
            for number, (kind, body) in enumerate(told)
        )
    )


def test_a_run():
    """The day, then each entry at its time, with the end of markup and colours."""
    assert [
        "2026-11-21 UTC",
        "12:00:00  following [a] title",
        "12:00:01  check look on local (at most 5 s)  $ true",
        "12:00:02    ✓ as expected: exit code is 0 (1.00 s)",
        "12:00:03    asks: run mend? It is disruptive.",
        "12:00:04    ada says yes (about mend)",
        "12:00:05  run ended: recovered — so",
    ] == lines(
        ("run-started", {"title": "[a] title"}),
        ("step-started", STEP),
        ("step-finished", DONE),
        ("asked", {"step": "mend", "risk": "disruptive"}),
        ("answered", {"by": "ada", "answer": "yes", "about": "mend"}),
        ("run-ended", {"state": "recovered", "because": "so"}),
    )


def test_what_people_did():
    """Asked for, approved, refused, noted, handed over, cancelled: by whom and why."""
    asked = {
        "title": "Restore",
        "risk": "destructive",
        "approvals": 2,
        "roles": ["dba", "lead"],
        "hash": "0123456789abcdef",
        "steps": [{"name": "one"}, {"name": "two"}],
    }
    of = " with the role dba or lead (runs one, two; hash 0123456789ab)"
    assert [
        "12:00:00  ada asks for a.md",
        f"12:00:01    Restore is destructive: it needs 2 approvals by others{of}",
        "12:00:02    ✓ bob (dba) approves (hash 0123456789ab)",
        "12:00:03    eve refuses it: not now",
        "12:00:04    note by eve: look at the disk",
        "12:00:05    eve hands over to bob: good night",
        "12:00:06    bob wants it stopped",
        "12:00:07  going on by ada",
        "12:00:08    Restore would be chosen; nothing was done",
    ] == lines(
        ("run-requested", {"requested_by": "ada", "runbook": "a.md"}),
        ("approval-asked", asked),
        ("approved", {"by": "bob", "roles": ["dba"], "hash": asked["hash"]}),
        ("approval-refused", {"by": "eve", "because": "not now", "hash": asked["hash"]}),
        ("noted", {"by": "eve", "text": "look at the disk"}),
        ("handed-over", {"by": "eve", "to": "bob", "text": "good night"}),
        ("cancel-requested", {"by": "bob", "because": ""}),
        ("run-resumed", {"by": "ada"}),
        ("observed", {"because": "Restore would be chosen", "would_choose": "restore"}),
    )[1:]


def test_output_by_its_head():
    """Six lines, each bounded, and how many there are more."""
    output = "\n".join(["x" * 1_000, "b", "", "d", "e", "f", "g", "h", ""])
    shown = lines(("step-finished", {**DONE, "output": output}))[2:]
    assert ["b", "", "d", "e", "f", "... 2 more lines"] == [
        line.partition("| ")[2] for line in shown[1:]
    ]
    assert OUTPUT_CHARACTERS_MAX == len(shown[0].partition("| ")[2])


def test_polls_are_told_where_they_change():
    """A step that is polled a hundred times and says the same is two lines."""
    polls = [
        entry
        for number in range(1, 100)
        for entry in (
            ("step-started", {**STEP, "poll": number}),
            ("step-finished", {**DONE, "poll": number, "result": "not met"}),
        )
    ]
    last = ("step-finished", {**DONE, "poll": 100})
    assert ["$ true", "✗ not as expected", "✓ as expected"] == [
        word
        for line in lines(*polls, last)
        for word in ("$ true", "✗ not as expected", "✓ as expected")
        if word in line
    ]


def test_days():
    """Each is named where it begins."""
    told = lines(*[("noted", {"by": "a", "text": "b"})] * 3, every_s=86_400)
    assert ["2026-11-21 UTC", "2026-11-22 UTC", "2026-11-23 UTC"] == [
        line for line in told if "UTC" in line
    ]


@pytest.mark.parametrize("evil", ["\x1b[2J", "a\nb", "[bold]x[/bold", "\\[red]", "\u202e"])
def test_hostile_text(evil):
    """What a step wrote or somebody said is shown and not obeyed."""
    told = lines(("noted", {"by": evil, "text": evil}), ("step-finished", {**DONE, "output": evil}))
    text = "\n".join(told)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(told) <= 5


def test_unknown_kinds_are_left_out():
    """What later versions write stops no older one."""
    assert [] == lines(("invented-later", {}))
