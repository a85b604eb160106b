"""What a drill's journal comes to."""

import pytest

from drillbook.drill.judging import judge, worst
from drillbook.model.verdict import VerdictState
from stories import FACTS, SECOND_NS, changed, cut_before, entries, passed, with_fields

PASSED, FAILED, UNKNOWN = VerdictState.PASSED, VerdictState.FAILED, VerdictState.UNKNOWN


def not_passed(told):
    """The verdict's state, and the names of the rulings that decided it."""
    verdict = judge(entries(told))
    return verdict.state, {each.name for each in verdict.rulings if each.state is verdict.state}


def test_a_drill_in_which_everything_was_so_is_passed():
    """Every ruling passes, and so does the verdict."""
    verdict = judge(entries(passed()))
    assert [PASSED] * len(verdict.rulings) == [ruling.state for ruling in verdict.rulings]
    assert (PASSED, 16) == (verdict.state, len(verdict.rulings))


NO = {"truth": "false", "because": "no"}
SILENT = {"truth": "unknown", "because": "nobody could look"}

FAILS = [
    (changed("alert", phase="control", **NO), "control: the alert fired"),
    (changed("control-held", **NO), "control: it stayed broken"),
    (changed("alert", phase="drill", **NO), "the alert fired"),
    (changed("responded", matched_by="alerts list"), "the alert led to the runbook"),
    (changed("responded", runbook="runbooks/other.md"), "the alert led to the runbook"),
    (changed("responded", state="escalated"), "the Option `start-the-server` recovered it"),
    (changed("responded", option="restart"), "the Option `start-the-server` recovered it"),
    (changed("stayed", **NO), "it stayed recovered"),
    (changed("counted", lost=1, lost_at_ns=[5]), "acknowledged is readable"),
    (changed("counted", twice=1), "none twice"),
    (changed("alert", phase="drill", fired_at_ns=270 * SECOND_NS), "detected within its objective"),
    (
        changed("responded", mitigated_at_ns=500 * SECOND_NS),
        "recovered within its objective",
    ),
]


@pytest.mark.parametrize(("told", "ruling"), FAILS, ids=[name for _, name in FAILS])
def test_what_the_runbook_or_its_rule_did_not_do_fails(told, ruling):
    """One thing that was not so fails the verdict, and is named."""
    assert (FAILED, {ruling}) == not_passed(told)


UNKNOWNS = [
    (changed("steady", phase="lab up", **NO), "the lab was steady before"),
    (changed("fault-effective", phase="control", **NO), "control: the fault was effective"),
    (changed("fault-effective", phase="drill", **NO), "the fault was effective"),
    (changed("alert", phase="drill", **SILENT), "the alert fired"),
    (
        changed("alert", phase="drill", fired_at_ns=150 * SECOND_NS),
        "the alert fired",
    ),
    (changed("responded", state="unknown"), "the Option `start-the-server` recovered it"),
    (changed("stayed", **SILENT), "it stayed recovered"),
    (changed("counted", acknowledged=0, readable=0), "acknowledged is readable"),
    (changed("lab-down", left=["pid 7 postgres"]), "nothing was left behind"),
    (
        changed("drill-started", objectives={"detect": None, "recover": 300.0}),
        "detected within its objective",
    ),
    (changed("drill-started", invariants=["nobody-counts-this"]), "nobody-counts-this"),
    (changed("drill-started", invariants=[]), "nothing is lost"),
]


@pytest.mark.parametrize(("told", "ruling"), UNKNOWNS, ids=[name for _, name in UNKNOWNS])
def test_what_proves_nothing_is_unknown_and_never_passed(told, ruling):
    """Where the lab, the fault or the drill did not do their part, nothing is proven."""
    state, names = not_passed(told)
    assert UNKNOWN is state
    assert ruling in names


def test_a_drill_that_counts_nothing_says_how_to_count():
    """Its one unknown ruling names the cure."""
    [ruling] = [
        each
        for each in judge(entries(changed("drill-started", invariants=[]))).rulings
        if each.state is UNKNOWN
    ]
    assert ruling.because.startswith("nothing was counted: add invariants: [")


@pytest.mark.parametrize("length", range(1, len(passed())))
def test_a_drill_that_was_cut_off_anywhere_is_not_passed(length):
    """A journal that ends early is judged without raising, and never passes."""
    assert PASSED is not judge(entries(passed()[:length])).state


@pytest.mark.parametrize("left_out", range(1, len(passed())))
def test_no_single_fact_can_be_missing_unnoticed(left_out):
    """Without any one of the facts that matter the verdict is not passed."""
    told = passed()
    kind = told[left_out][1]
    del told[left_out]
    does_not_matter = kind.startswith(("phase", "activity", "fault-in", "impact"))
    first_revert = kind == "fault-reverted" and left_out < 20
    is_twice_told = kind == "fault-reverted"
    if does_not_matter or first_revert or is_twice_told:
        return
    assert PASSED is not judge(entries(told)).state


def test_failed_outweighs_unknown():
    """An alert that never fired fails the drill, although the rest was never reached."""
    told = cut_before("control-held", why="PostgreSQLDown was not notified")
    told = with_fields(told, "alert", **NO)
    assert (FAILED, {"control: the alert fired"}) == not_passed(told)


def test_what_was_not_reached_says_why():
    """The reason of the abandonment stands in every ruling that it took the ground from."""
    told = cut_before("fault-intended", phase="drill", why="the lab is not steady: api")
    verdict = judge(entries(told))
    assert UNKNOWN is verdict.state
    reasons = {each.because for each in verdict.rulings if each.state is UNKNOWN}
    assert "not reached: the lab is not steady: api" in reasons


def test_loses_excuses_as_much_as_it_says_and_no_more():
    """An Option that says `at most 2` may lose two writes, not three."""
    loses = {"text": "at most 2 orders", "count": 2, "last_s": None}

    def told(lost):
        story = changed("drill-started", loses=loses)
        return [
            (
                at,
                kind,
                {**body, "lost": lost, "lost_at_ns": [1] * lost} if kind == "counted" else body,
            )
            for at, kind, body in story
        ]

    states = [judge(entries(told(lost))).state for lost in (2, 3)]
    assert [PASSED, FAILED] == states


def test_loses_of_the_last_seconds_counts_back_from_the_fault():
    """`the last 5 s` excuses what was acknowledged just before the fault, nothing older."""
    loses = {"text": "the last 5 s", "count": None, "last_s": 5.0}

    def state(lost_at_s):
        story = changed("drill-started", loses=loses)
        lost = {"lost": 1, "lost_at_ns": [int(lost_at_s * SECOND_NS)]}
        told = [
            (a, kind, {**body, **lost} if kind == "counted" else body) for a, kind, body in story
        ]
        return judge(entries(told)).state

    assert [PASSED, FAILED] == [state(138.0), state(130.0)]


def test_a_system_that_heals_by_design_is_held_to_that():
    """`control: heals-within` asks for healing, and for no alert in the control run."""
    facts = {**FACTS, "control": "heals-within"}
    told = [(at, k, facts if k == "drill-started" else body) for at, k, body in passed()]
    told = [each for each in told if not (each[1] == "alert" and each[2]["phase"] == "control")]
    assert PASSED is judge(entries(told)).state


def test_times_and_durations_are_derived_from_the_facts():
    """detect, recover and resolve as DESIGN defines them."""
    verdict = judge(entries(passed()))
    keys = ("detect", "recover", "resolve", "notify", "diagnose")
    assert [79.0, 95.0, 17.0, 10.0, 2.0] == [verdict.durations_s[key] for key in keys]
    assert (60.0, 19.0) == (verdict.detection.for_s, verdict.detection.scrape_and_evaluation_s)


def test_compressed_times_are_judged_at_full_length():
    """What a tenth of the time measured is held to the objective by arithmetic."""
    slow = {**DETECTION_FULL, "full_maximum_s": 130.0}
    told = with_fields(changed("drill-started", compression=10), "lab-up", detection=slow)
    assert (FAILED, {"detected within its objective"}) == not_passed(told)


DETECTION_FULL = {"minimum_s": 6.0, "maximum_s": 11.0, "full_minimum_s": 60.0}


def test_the_tools_own_time_is_what_no_activity_covers():
    """From the first entry to the last, without waits, probes and steps."""
    told = [
        (0, "drill-started", dict(FACTS)),
        (1, "activity-began", {"text": "a", "expected_s": None}),
        (5, "activity-ended", {"began": 2}),
        (10, "drill-ended", {}),
    ]
    run = [
        (6, "step-started", {"attempt": 1, "waited_s": 0.5}),
        (8, "step-finished", {"attempt": 1}),
    ]
    verdict = judge(entries(told), entries(run, "run/r"))
    assert (3.5, 10.0) == (verdict.overhead_s, verdict.total_s)


def test_what_is_no_drill_is_refused():
    """Another stream's entries are not judged."""
    with pytest.raises(ValueError, match="not a drill's"):
        judge(entries([(0, "run-started", {})]))


def test_nothing_ruled_is_unknown():
    """The worst of nothing is not passed."""
    assert [UNKNOWN, FAILED, UNKNOWN, PASSED] == [
        worst([]),
        worst([PASSED, UNKNOWN, FAILED]),
        worst([PASSED, UNKNOWN]),
        worst([PASSED]),
    ]
