"""Outcomes and sentences, in three-valued logic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.attempt import Ending
from drillbook.model.run import StepResult
from drillbook.model.runbook import Check
from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CheckIs,
    CheckStatus,
    Comparison,
    ExitCodeIs,
    Not,
    NumberBetween,
    NumberCompares,
    Or,
    OutputCompares,
    OutputTest,
)
from drillbook.model.truth import Truth
from drillbook.run.evaluate import evaluate, holds, judge_check, judge_step, numbers_in
from nouns import HERE, expectation, is_unhealthy, outcome, step

HEALTHY, UNHEALTHY, UNKNOWN = CheckStatus.HEALTHY, CheckStatus.UNHEALTHY, CheckStatus.UNKNOWN
BELOW_95 = NumberCompares(comparison=Comparison.BELOW, bound=95)


def a_check(healthy=None, unhealthy=None):
    return Check(place=HERE, title="c", step=step("c"), healthy=healthy, unhealthy=unhealthy)


SILENT = [
    outcome(127),
    outcome(126),
    outcome(255),
    outcome(0, missing=("pg_isready",)),
    outcome(1, missing=("pg_isready",)),
    outcome(ending=Ending.SIGNALLED),
    outcome(ending=Ending.TIMED_OUT),
    outcome(ending=Ending.CANCELLED),
    outcome(ending=Ending.NOT_STARTED),
    outcome(ending=Ending.LOST),
]


@pytest.mark.parametrize("silent", SILENT)
def test_what_says_nothing_of_the_system_is_unknown_and_never_unhealthy(silent):
    """A missing tool, ssh that fails, a signal, a time-out: no drastic Option follows from it."""
    checks = [
        a_check(healthy=expectation()),
        a_check(unhealthy=expectation(ExitCodeIs(codes=(1, 2, 126, 127)))),
        a_check(healthy=expectation(), unhealthy=expectation(ExitCodeIs(codes=(1,)))),
    ]
    assert [judge_check(each, silent)[0] for each in checks] == [UNKNOWN] * 3


def test_exit_code_255_counts_where_the_sentence_names_it():
    """Some programs say 255 themselves; a sentence that names it is obeyed."""
    named = a_check(unhealthy=expectation(ExitCodeIs(codes=(255,))))
    assert judge_check(named, outcome(255))[0] is UNHEALTHY


@pytest.mark.parametrize(
    ("code", "expected"), [(0, HEALTHY), (1, UNHEALTHY), (2, UNHEALTHY), (3, UNKNOWN)]
)
def test_what_neither_sentence_names_is_unknown(code, expected):
    """`pg_isready` exits with 3 where it made no attempt: that is no answer."""
    both = a_check(
        healthy=expectation(ExitCodeIs(codes=(0,))),
        unhealthy=expectation(ExitCodeIs(codes=(1, 2))),
    )
    assert expected is judge_check(both, outcome(code))[0]


def test_both_sentences_holding_is_unknown():
    """A text that contradicts itself says nothing."""
    contradiction = a_check(healthy=expectation(), unhealthy=expectation())
    assert UNKNOWN is judge_check(contradiction, outcome(0))[0]


def test_one_sentence_alone_is_the_opposite_of_the_other():
    """`Healthy` alone makes everything else unhealthy, as long as it says something."""
    alone = a_check(healthy=expectation(BELOW_95))
    assert [judge_check(alone, outcome(0, text))[0] for text in ("42%\n", " 97%\n")] == [
        HEALTHY,
        UNHEALTHY,
    ]


def test_a_check_without_sentences_is_unknown():
    """It can only be looked at."""
    assert UNKNOWN is judge_check(a_check(), outcome(0))[0]


@pytest.mark.parametrize("output", ["", "none", "12 and 13", "12:30", "1,000", "v15", "eth0"])
def test_more_or_fewer_than_one_number_is_unknown(output):
    """A number is taken only where there is exactly one."""
    assert Truth.UNKNOWN is holds(expectation(BELOW_95), outcome(0, output))[0]


def test_the_number_in_an_error_message_is_no_answer():
    """`line 3: no such file` with exit code 1 is not the number 3."""
    failed = outcome(1, "df: line 3: no such file")
    assert UNKNOWN is judge_check(a_check(healthy=expectation(BELOW_95)), failed)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 42%\n", ("42",)),
        ("-1.5e3", ("-1.5e3",)),
        ("2026-11-21", ("2026", "11", "21")),
        ("4.5 GB", ("4.5",)),
        ("10ms", ()),
        ("sda1", ()),
        ("7.", ("7",)),
    ],
)
def test_numbers_stand_by_themselves(text, expected):
    """A number that touches a letter belongs to a name or a unit and is not taken."""
    assert expected == numbers_in(text)


@given(st.integers(-(10**15), 10**15))
def test_every_integer_is_read_as_itself(number):
    """No digit is lost on the way."""
    assert (str(number),) == numbers_in(f"rows: {number}\n")


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e9, 1e9))
def test_between_holds_exactly_between_its_ends(number, low):
    """Both ends are included."""
    sentence = expectation(NumberBetween(low=low, high=low + 10))
    expected = Truth.TRUE if low <= float(repr(number)) <= low + 10 else Truth.FALSE
    assert expected is holds(sentence, outcome(0, repr(number)))[0]


@pytest.mark.parametrize(
    ("test", "text", "output", "expected"),
    [
        (OutputTest.IS, "t", "t\n", Truth.TRUE),
        (OutputTest.IS, "t", "tt", Truth.FALSE),
        (OutputTest.CONTAINS, "ready", "is ready now", Truth.TRUE),
        (OutputTest.MATCHES, "^a+$", "aaa", Truth.TRUE),
        (OutputTest.MATCHES, "^a+$", "aab", Truth.FALSE),
        (OutputTest.EMPTY, "", " \n", Truth.TRUE),
        (OutputTest.EMPTY, "", "x", Truth.FALSE),
    ],
)
def test_output_is_compared_without_the_white_space_around_it(test, text, output, expected):
    """The last newline of a command is no part of its answer."""
    sentence = expectation(OutputCompares(test=test, text=text))
    assert expected is holds(sentence, outcome(0, output))[0]


def test_what_is_not_in_a_cut_output_may_have_been_in_the_middle():
    """A text that was not found in what was kept is unknown, not absent."""
    sentence = expectation(OutputCompares(test=OutputTest.CONTAINS, text="needle"))
    assert Truth.UNKNOWN is holds(sentence, outcome(0, "hay", is_cut=True))[0]


def test_a_step_without_an_expectation_expects_exit_code_0():
    """`Expect` is `exit code is 0` where it is absent."""
    assert [judge_step(None, outcome(code))[0] for code in (0, 1)] == [
        StepResult.MET,
        StepResult.NOT_MET,
    ]


def test_a_step_that_fails_plainly_is_not_met_whatever_its_sentence_asks():
    """`output contains ok` with exit code 1 is a failure, not a mystery."""
    sentence = expectation(OutputCompares(test=OutputTest.CONTAINS, text="ok"))
    assert StepResult.NOT_MET is judge_step(sentence, outcome(1, "no"))[0]


def test_a_step_that_timed_out_is_unknown():
    """Whether it did its work is not known."""
    timed_out = outcome(ending=Ending.TIMED_OUT, because="it was ended after 5 s")
    assert judge_step(None, timed_out) == (StepResult.UNKNOWN, "it was ended after 5 s")


STATUSES = st.sampled_from([HEALTHY, UNHEALTHY, UNKNOWN])
LEAVES = st.builds(CheckIs, check=st.sampled_from("abc"), status=STATUSES)
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, item=inner),
        st.builds(And, items=st.tuples(inner, inner)),
        st.builds(Or, items=st.tuples(inner, inner)),
    ),
    max_leaves=8,
)
CHECKS = st.dictionaries(st.sampled_from("abc"), STATUSES)


@given(FORMULAS, CHECKS)
def test_not_turns_true_and_false_around_and_leaves_unknown(formula, checks):
    """Kleene's negation."""
    turned = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
    truth = evaluate(formula, checks, {})
    assert turned[truth] is evaluate(Not(item=formula), checks, {})


@given(FORMULAS, FORMULAS, CHECKS)
def test_de_morgan_holds_in_three_values(left, right, checks):
    """`not (a and b)` is `not a or not b`, also where something is unknown."""
    one = Not(item=And(items=(left, right)))
    other = Or(items=(Not(item=left), Not(item=right)))
    assert evaluate(one, checks, {}) is evaluate(other, checks, {})


def test_false_and_unknown_is_false_and_true_or_unknown_is_true():
    """What is unknown does not matter where the rest decides."""
    checks = {"dead": UNHEALTHY, "well": HEALTHY}
    dead, well, silent = is_unhealthy("dead"), is_unhealthy("well"), is_unhealthy("silent")
    assert (
        evaluate(And(items=(well, silent)), checks, {}),
        evaluate(Or(items=(dead, silent)), checks, {}),
        evaluate(And(items=(dead, silent)), checks, {}),
    ) == (Truth.FALSE, Truth.TRUE, Truth.UNKNOWN)


def test_whether_a_check_is_unknown_is_known():
    """`is unknown` is true of a Check that said nothing, and false of one that spoke."""
    unknown = CheckIs(check="c", status=UNKNOWN)
    assert (
        evaluate(unknown, {}, {}),
        evaluate(unknown, {"c": HEALTHY}, {}),
    ) == (Truth.TRUE, Truth.FALSE)


@pytest.mark.parametrize(
    ("captures", "expected"),
    [({}, Truth.UNKNOWN), ({"lag": "12"}, Truth.TRUE), ({"lag": "99"}, Truth.FALSE),
     ({"lag": "soon"}, Truth.UNKNOWN)],
)  # fmt: skip
def test_a_capture_that_is_missing_or_no_number_is_unknown(captures, expected):
    """Nothing is decided upon a value that is not there."""
    below = CaptureCompares(capture="lag", comparison=Comparison.BELOW, bound=30)
    assert expected is evaluate(below, {}, captures)


def test_a_capture_can_be_compared_with_a_text():
    """`` `role` is `primary` ``."""
    role = CaptureCompares(capture="role", comparison=Comparison.IS, bound="primary")
    assert Truth.TRUE is evaluate(role, {}, {"role": "primary"})


SILENT_CODES = {3: "the database could not be reached"}


def test_a_code_that_says_nothing_is_unknown_with_its_meaning():
    """The step's kind knows which; neither a Check nor a step is failed by it."""
    one = a_check(healthy=expectation())
    because = "exit code is 3: the database could not be reached"
    assert (UNKNOWN, because) == judge_check(one, outcome(3), SILENT_CODES)
    assert (StepResult.UNKNOWN, because) == judge_step(None, outcome(3), SILENT_CODES)


def test_a_code_that_one_sentence_names_counts_for_both():
    """`Healthy: exit code is 0. Unhealthy: exit code is 3.` asks just whether it is there."""
    named = a_check(healthy=expectation(), unhealthy=expectation(ExitCodeIs(codes=(3,))))
    assert UNHEALTHY is judge_check(named, outcome(3), SILENT_CODES)[0]
    both = a_check(healthy=expectation(), unhealthy=expectation(ExitCodeIs(codes=(255,))))
    assert UNHEALTHY is judge_check(both, outcome(255))[0]
