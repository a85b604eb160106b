"""Where a run stands and for whom it waits, from its entries alone."""

import time

import pytest

from drillbook.model.journal import Entry
from drillbook.verbs.running.workplace import open_workplace
from drillbook.verbs.runs import last_runs, standing, standing_of, standings, timeline

STARTED = (
    "run-started",
    {"title": "Disk full", "runbook": "a.md", "anchor": "disk", "operator": "ada"},
)
APPROVAL = (
    "approval-asked",
    {
        "title": "Restore",
        "risk": "destructive",
        "hash": "h1",
        "approvals": 2,
        "roles": ["dba"],
        "requesters": ["ada"],
        "steps": [],
    },
)
SECOND_NS = 1_000_000_000


def entries(*told):
    return [
        Entry(
            stream="run/r",
            seq=number,
            kind=kind,
            at_ns=number * SECOND_NS,
            body=body,
            previous="",
            hash="",
        )
        for number, (kind, body) in enumerate(told, start=1)
    ]


def waits(*told) -> str:
    return standing("r", entries(STARTED, *told)).waits_for


def test_a_run_that_has_begun():
    """What it follows, for whom, since when; nobody has to do anything."""
    found = standing("r", entries(STARTED, ("step-started", {"step": "look"})))
    assert ("Disk full", "a.md#disk", "ada", "open", "") == (
        found.title,
        found.runbook,
        found.by,
        found.state,
        found.waits_for,
    )
    assert (SECOND_NS, 2 * SECOND_NS, None) == (
        found.began_at_ns,
        found.since_ns,
        found.ended_at_ns,
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("asked", {"step": "mend"})], "an answer: run `mend`?"),
        ([("step-lost", {"step": "mend"})], "an answer: did `mend` happen?"),
        (
            [("asked", {"step": "mend"}), ("answered", {"answer": "yes"})],
            "somebody who goes on with it: answered",
        ),
        (
            [("asked", {"step": "mend"}), ("noted", {"by": "ada", "text": "hm"})],
            "an answer: run `mend`?",
        ),
        (
            [("asked", {"step": "mend"}), ("handed-over", {"by": "ada", "to": "bob"})],
            "bob, to whom it was handed over",
        ),
        (
            [("lock-awaited", {"lock": "db", "run": "r2", "by": "bob"})],
            "db, which run r2 has locked",
        ),
        ([("handed-over", {"by": "ada"})], "somebody, to whom it was handed over"),
        ([("asked", {"step": "mend"}), ("step-started", {"step": "mend"})], ""),
        ([APPROVAL], "approval of dba, 0 of 2: Restore"),
        ([APPROVAL, ("approved", {"by": "bob", "hash": "h1"})], "approval of dba, 1 of 2: Restore"),
        (
            [APPROVAL, *[("approved", {"by": "bob", "hash": "h1"})] * 2],
            "approval of dba, 1 of 2: Restore",
        ),
        (
            [
                APPROVAL,
                ("approved", {"by": "bob", "hash": "h1"}),
                ("approved", {"by": "eve", "hash": "h1"}),
            ],
            "somebody who goes on with it: approved",
        ),
        (
            [APPROVAL, ("approved", {"by": "bob", "hash": "other"})],
            "approval of dba, 0 of 2: Restore",
        ),
        (
            [
                APPROVAL,
                ("approved", {"by": "bob", "hash": "h1"}),
                ("approval-asked", {**APPROVAL[1], "hash": "h2", "roles": []}),
            ],
            "approval, 0 of 2: Restore",
        ),
        ([APPROVAL, ("approval-refused", {"by": "bob", "hash": "h1"})], ""),
        (
            [("asked", {"step": "mend"}), ("answered", {"question": 1, "answer": "yes"})],
            "an answer: run `mend`?",
        ),
        (
            [("asked", {"step": "mend"}), ("answered", {"question": 2, "answer": "yes"})],
            "somebody who goes on with it: answered",
        ),
        (
            [
                APPROVAL,
                ("approved", {"by": "bob", "hash": "h1", "expires_at_ns": 4 * SECOND_NS}),
                ("approved", {"by": "eve", "hash": "h1"}),
            ],
            "approval of dba, 1 of 2: Restore",
        ),
        (
            [
                APPROVAL,
                ("approved", {"by": "bob", "hash": "h1"}),
                ("approved", {"by": "ada", "hash": "h1"}),
            ],
            "approval of dba, 1 of 2: Restore",
        ),
        (
            [
                APPROVAL,
                ("approved", {"by": "bob", "hash": "h1"}),
                ("run-resumed", {"by": "bob"}),
                ("approved", {"by": "eve", "hash": "h1"}),
            ],
            "approval of dba, 1 of 2: Restore",
        ),
        (
            [
                APPROVAL,
                ("approved", {"by": "bob", "hash": "h1"}),
                ("approved", {"by": "guest", "hash": "h1", "roles": ["guests"]}),
            ],
            "approval of dba, 1 of 2: Restore",
        ),
        (
            [
                (APPROVAL[0], {**APPROVAL[1], "approvals": 1}),
                ("approved", {"by": "bob", "hash": "h1"}),
                ("step-started", {"step": "mend"}),
                ("approved", {"by": "eve", "hash": "h1", "expires_at_ns": 0}),
            ],
            "",
        ),
        (
            [APPROVAL, ("cancel-requested", {"by": "bob"})],
            "somebody who goes on with it: bob wants it to end",
        ),
    ],
)  # fmt: skip
def test_for_whom_it_waits(told, expected):
    """The last thing that was asked, until it was answered by somebody who may."""
    assert expected == waits(*told)


@pytest.mark.parametrize(
    "told",
    [
        ("approved", {"by": "bob", "hash": "h1", "expires_at_ns": "tomorrow"}),
        ("approved", {"by": "bob", "hash": "h1", "roles": 7}),
        ("approval-asked", {"approvals": "many"}),
        ("approval-asked", {"expires_s": None}),
        ("approval-asked", {"requesters": 1, "roles": 2}),
        ("answered", {"question": [], "answer": 1}),
    ],
)
def test_what_nobody_can_understand_is_a_note(told):
    """Anybody who may write to a run could else keep servers from looking after all."""
    assert "approval of dba, 0 of 2: Restore" == waits(APPROVAL, told)


def test_a_run_that_a_server_was_asked_for():
    """Until a runner has it, it waits for one; whoever asked stays the one whose run it is."""
    asked = ("run-requested", {"runbook": "a.md", "anchor": "", "requested_by": "bob"})
    assert ("a runner", "bob") == (
        standing("r", entries(asked)).waits_for,
        standing("r", entries(asked)).by,
    )
    taken = standing("r", entries(asked, STARTED))
    assert ("", "bob", "Disk full") == (taken.waits_for, taken.by, taken.title)


def test_a_run_that_has_ended():
    """How, why and when; it waits for nobody."""
    found = standing(
        "r", entries(STARTED, APPROVAL, ("run-ended", {"state": "cancelled", "because": "enough"}))
    )
    assert ("cancelled", "enough", "", 3 * SECOND_NS) == (
        found.state,
        found.because,
        found.waits_for,
        found.ended_at_ns,
    )


def test_open_runs_stand_first(place):
    """Oldest first, and all of them; then the last that ended, newest first."""
    for name in ("a", "b", "c", "d", "e"):
        place.journal.append(f"run/{name}", *STARTED)
    for name in ("a", "c", "e"):
        place.journal.append(f"run/{name}", "run-ended", {"state": "recovered", "because": ""})
    assert ["b", "d", "e", "c", "a"] == [each.run for each in standings(place)]
    assert ["b", "d", "e"] == [each.run for each in standings(place, most=3)]
    assert ["b", "d"] == [each.run for each in standings(place, most=1)]


def test_the_last_runs_page_by_page(place):
    """Newest first, open ones or ended ones or both, also where most of a page is left out."""
    for number in range(10, 40):
        place.journal.append(f"run/{number}", *STARTED)
        if number % 10 == 0:
            place.journal.append(f"run/{number}", "run-ended", {"state": "recovered"})
    journal = place.journal
    assert ["run/39", "run/38"] == last_runs(journal, 2)
    assert ["run/37", "run/36"] == last_runs(journal, 2, before="run/38")
    assert ["run/30", "run/20", "run/10"] == last_runs(journal, 9, is_open=False)
    assert ["run/20"] == last_runs(journal, 1, before="run/30", is_open=False)
    assert ["run/29", "run/28"] == last_runs(journal, 2, before="run/30", is_open=True)
    assert [] == last_runs(journal, 0) == last_runs(journal, -1, is_open=True)
    assert [] == last_runs(journal, 5, before="run/10")


def test_the_last_runs_are_found_behind_many_open_ones(place, monkeypatch):
    """Page after page, until there are enough or no more."""
    monkeypatch.setattr("drillbook.verbs.runs.PAGE", 2)
    for number in range(10, 20):
        place.journal.append(f"run/{number}", *STARTED)
    for number in (11, 12):
        place.journal.append(f"run/{number}", "run-ended", {"state": "recovered"})
    assert ["run/12"] == last_runs(place.journal, 1, is_open=False)
    assert ["run/12", "run/11"] == last_runs(place.journal, 3, is_open=False)


def test_other_streams_are_no_runs(place):
    """Tokens and incidents are not listed."""
    place.journal.append("token/x", "token-created", {})
    place.journal.append("incident/x", "incident-opened", {})
    assert [] == standings(place)


def test_an_unknown_run(place):
    """It has no entry, and stands nowhere."""
    assert () == tuple(timeline(place, "nobody"))
    assert ("nobody", 0) == (
        standing_of(place, "run/nobody").run,
        standing_of(place, "run/nobody").began_at_ns,
    )


def test_timeline_takes_the_name_of_the_stream_too(place):
    """As the journal shows it."""
    place.journal.append("run/a", *STARTED)
    assert timeline(place, "a") == timeline(place, "run/a")
    assert 1 == len(timeline(place, "a"))


def test_one_run_among_many_is_read_at_once(desk):
    """Its time does not grow with what else is in the journal."""
    with open_workplace(desk.settings) as place:
        follow = iter([("step-finished", {"step": "s"})] * 2_000)
        place.journal.append_all("run/other", STARTED, lambda _: next(follow, None))
        place.journal.append("run/mine", *STARTED)
        began_s = time.monotonic()
        assert 1 == len(timeline(place, "mine"))
        # A bound that no slow machine breaks and no reading of everything keeps.
        assert time.monotonic() - began_s < 1.0
