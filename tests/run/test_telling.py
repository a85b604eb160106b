"""What came of a step is journaled whole: said, meant, captured, and bounded."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.attempt import Ending
from drillbook.model.run import Part, RunState
from drillbook.model.sentence import Capture, CaptureKind, ExitCodeIs
from drillbook.run.progress import Progress
from drillbook.run.telling import OUTPUT_CHARACTERS_MAX, outcome_body
from nouns import HERE, check, expectation, option, outcome, plan, runbook, step, verification

LAG = Capture(place=HERE, name="lag", kind=CaptureKind.NUMBER)
READY = check("ready", captures=(LAG,))
ACT = step("act", expect=expectation(ExitCodeIs(codes=(0, 3))))
PLAN = plan(
    runbook(checks=(READY,), options=(option("fix", ACT),), verifications=(verification(),))
)
CHECKING = Progress(state=RunState.CHECKING, open={"step": "ready", "attempt": 4, "part": "check"})
RESOLVING = Progress(state=RunState.RESOLVING, part=Part.OPTION, option="fix", open={"attempt": 5})


def told(an_outcome, progress=CHECKING, a_step=READY.step):
    """The body, and the blobs that were put away."""
    blobs = []

    def put(data):
        blobs.append(data)
        return f"blob {len(blobs)}"

    return outcome_body(PLAN, progress, a_step, an_outcome, put), blobs


@pytest.mark.parametrize(
    ("an_outcome", "status", "result"),
    [
        (outcome(0), "healthy", "met"),
        (outcome(1), "unhealthy", "not met"),
        (outcome(2), "unknown", "unknown"),
        (outcome(127, missing=("pg_isready",)), "unknown", "unknown"),
        (outcome(ending=Ending.TIMED_OUT), "unknown", "unknown"),
        (outcome(ending=Ending.SIGNALLED), "unknown", "unknown"),
        (outcome(ending=Ending.LOST), "unknown", "unknown"),
        (outcome(ending=Ending.NOT_STARTED, because="no such folder"), "unknown", "unknown"),
    ],
)
def test_a_checks_outcome_has_a_status_and_a_reason(an_outcome, status, result):
    """What cannot be told is unknown, and never unhealthy."""
    body, _ = told(an_outcome)
    assert (status, result) == (body["status"], body["result"])
    assert body["because"]


@pytest.mark.parametrize(("exit_code", "result"), [(0, "met"), (3, "met"), (1, "not met")])
def test_an_options_step_is_held_to_its_own_expect(exit_code, result):
    """It has a result; a status is of Checks alone."""
    body, _ = told(outcome(exit_code), RESOLVING, ACT)
    assert (result, False) == (body["result"], "status" in body)


def test_the_intent_is_in_the_outcome():
    """So that a reader of one entry knows which attempt of what it tells of."""
    body, _ = told(outcome(0))
    assert ("ready", 4, "check") == (body["step"], body["attempt"], body["part"])


def test_a_captured_value_is_kept_and_a_missing_one_is_not_invented():
    """One number is a value; none, or two of them, is no value."""
    captures = [told(outcome(0, text))[0]["captures"] for text in ("lag 7 s", "", "7 or 8")]
    assert [{"lag": "7"}, {}, {}] == captures


@pytest.mark.parametrize("length", [0, 1, OUTPUT_CHARACTERS_MAX])
def test_a_short_output_stands_in_the_entry(length):
    """Up to the bound itself, without a blob."""
    body, blobs = told(outcome(0, "x" * length))
    assert ("x" * length, [], False) == (body["output"], blobs, "output_blob" in body)


def test_a_long_output_is_cut_in_the_middle_and_kept_whole_beside_it():
    """Its beginning and its end are what one reads first."""
    output = "begin" + "é" * OUTPUT_CHARACTERS_MAX + "end"
    body, blobs = told(outcome(0, output))
    assert ([output.encode()], "blob 1") == (blobs, body["output_blob"])
    assert body["output"].startswith("begin")
    assert body["output"].endswith("end")
    assert "… 8 characters left out …" in body["output"]


def test_what_is_no_text_is_kept_without_raising():
    """Half a surrogate pair cannot be written as UTF-8; it is replaced in the blob."""
    broken = replace(outcome(0), output="\ud800" * (OUTPUT_CHARACTERS_MAX + 1))
    _, blobs = told(broken)
    assert [b"?" * (OUTPUT_CHARACTERS_MAX + 1)] == blobs


@given(st.text(max_size=50), st.sampled_from(Ending), st.integers(0, 255))
def test_no_outcome_raises_and_every_one_has_a_result(text, ending, exit_code):
    """Whatever a program prints and however it ends."""
    for progress, a_step in ((CHECKING, READY.step), (RESOLVING, ACT)):
        body, _ = told(outcome(exit_code, text, ending=ending), progress, a_step)
        assert body["result"] in ("met", "not met", "unknown")
        if ending is not Ending.EXITED:
            assert body["result"] != "met"


EXPORTING = check("ready", exports=("LEADER", "LAG"))
EXPORTING_ACT = step("act", exports=("LEADER",))
EXPORTING_PLAN = plan(
    runbook(
        checks=(EXPORTING,),
        options=(option("fix", EXPORTING_ACT),),
        verifications=(verification(),),
    )
)


def exported(a_step, progress, code=0, ending=Ending.EXITED, **exports):
    """The body of a step with these variables at its end."""
    ended = replace(outcome(code, ending=ending), exports=exports)
    return outcome_body(EXPORTING_PLAN, progress, a_step, ended, lambda _: "blob")


def test_what_a_step_exports_is_kept_like_a_capture():
    """In small letters; the sentence about the step decides as ever."""
    body = exported(EXPORTING.step, CHECKING, LEADER="n1", LAG="")
    assert ({"leader": "n1", "lag": ""}, "healthy") == (body["captures"], body["status"])


def test_an_export_that_is_missing_makes_the_step_unknown():
    """Later steps count on it; what is there is kept."""
    body = exported(EXPORTING.step, CHECKING, LEADER="n1")
    assert ({"leader": "n1"}, "unknown", "unknown") == (
        body["captures"],
        body["status"],
        body["result"],
    )
    assert body["because"].startswith("LAG had no value at its end")
    body = exported(EXPORTING_ACT, RESOLVING)
    assert ("unknown", {}) == (body["result"], body["captures"])


@pytest.mark.parametrize(("code", "status"), [(1, "unhealthy"), (2, "unknown")])
def test_a_step_that_did_not_end_well_exports_nothing(code, status):
    """Its variables may be halfway; and what it says of the system, it says still."""
    body = exported(EXPORTING.step, CHECKING, code, LEADER="n1", LAG="7")
    assert ({}, status) == (body["captures"], body["status"])
    assert "no value" not in body["because"]


def test_a_failed_step_stays_failed_without_its_exports():
    """Not met is known."""
    assert "not met" == exported(EXPORTING_ACT, RESOLVING, 1)["result"]
