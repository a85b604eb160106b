"""Every form of the grammar, everything outside it, and the round trip."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Severity
from drillbook.model.place import Place
from drillbook.model.sentence import (
    And,
    CaptureCompares,
    CaptureKind,
    CheckIs,
    CheckStatus,
    Comparison,
    ExitCodeIs,
    Formula,
    Not,
    NumberBetween,
    NumberCompares,
    Or,
    OutputCompares,
    OutputTest,
    Risk,
    Term,
)
from drillbook.read.sentences.sentence import (
    read_capture,
    read_condition,
    read_expectation,
    read_loses,
    read_risk,
)

PLACE = Place(path="a.md", line=7, column=3)
NEAREST = "the nearest form that is understood: "
BOUNDS = (Comparison.BELOW, Comparison.ABOVE, Comparison.AT_MOST, Comparison.AT_LEAST)
healthy, unhealthy, unknown = CheckStatus


def is_(check: str, status: CheckStatus) -> CheckIs:
    """A check's status, in short."""
    return CheckIs(check=check, status=status)


def out(test: OutputTest, text: str = "") -> OutputCompares:
    """A term on the output, in short."""
    return OutputCompares(test=test, text=text)


def num(comparison: Comparison, bound: float) -> NumberCompares:
    """A term on the number, in short."""
    return NumberCompares(comparison=comparison, bound=bound)


@pytest.mark.parametrize(
    ("text", "terms", "for_s", "within_s"),
    [
        ("exit code is 0", (ExitCodeIs(codes=(0,)),), None, None),
        ("Exit code is 1 or 2.", (ExitCodeIs(codes=(1, 2)),), None, None),
        ("exit code is 1, 2 or 3", (ExitCodeIs(codes=(1, 2, 3)),), None, None),
        (" output is empty. Then all is well.", (out(OutputTest.EMPTY),), None, None),
        ("output is `a. b`", (out(OutputTest.IS, "a. b"),), None, None),
        ("output contains ``a`b``", (out(OutputTest.CONTAINS, "a`b"),), None, None),
        ("output matches `^ok$`", (out(OutputTest.MATCHES, "^ok$"),), None, None),
        ("number is below 95", (num(Comparison.BELOW, 95),), None, None),
        ("number is at least -0.5.", (num(Comparison.AT_LEAST, -0.5),), None, None),
        ("number is between 1 and 5", (NumberBetween(low=1, high=5),), None, None),
        ("exit code is 0, for 10 s, within 60 s", (ExitCodeIs(codes=(0,)),), 10, 60),
        ("exit code is 0 within 1m for 500ms", (ExitCodeIs(codes=(0,)),), 0.5, 60),
        ("within 2 min, exit code is 0", (ExitCodeIs(codes=(0,)),), None, 120),
        (
            "exit code is 0 and number is between 1 and 2, and output contains `x`",
            (
                ExitCodeIs(codes=(0,)),
                NumberBetween(low=1, high=2),
                out(OutputTest.CONTAINS, "x"),
            ),
            None,
            None,
        ),
    ],
)  # fmt: skip
def test_expectation(
    text: str, terms: tuple[Term, ...], for_s: float | None, within_s: float | None
) -> None:
    """Every form of an expectation becomes its terms and times."""
    expectation, findings = read_expectation(text, PLACE)
    assert () == findings
    assert expectation is not None
    assert (terms, for_s, within_s) == (
        expectation.terms,
        expectation.for_s,
        expectation.within_s,
    )
    assert PLACE == expectation.place
    assert text.strip().startswith(expectation.text)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("returns 0", "exit code is 0"),
        ("succeeds within 1h30m", "exit code is 0, within 1h30m"),
        ("number is less than 95%", "number is below 95"),
        ("number > 5 and exit code is 0", "number is above 5 and exit code is 0"),
        ("exit code is 0 (the server answers)", "exit code is 0"),
        ("exit code is 300", "exit code is 0"),
        ("output is 5", "output is `5`"),
        ("number lies between 3 and 4", "number is between 3 and 4"),
        ("for 10 s", "exit code is 0"),
        ("exit code is 0, for 10 s, for 20 s", None),
        ("exit code is 0, for 10", None),
        ("number is between 5 and 2", None),
        ("number is below 1.2.3", None),
        ("number is below 99999999999999999999999999", None),
        ("output matches `(`", None),
        ("the server answers", "exit code is 0"),
        ("exit code is 0; number is below 5", "exit code is 0"),
        ("", "exit code is 0"),
    ],
)
def test_expectation_outside_the_grammar(text: str, nearest: str | None) -> None:
    """What is outside is one Finding whose cure is inside and keeps the user's own values."""
    expectation, (finding,) = read_expectation(text, PLACE)
    assert expectation is None
    assert ("sentence-outside-grammar", Severity.ERROR) == (finding.lint, finding.severity)
    cure = finding.help.removeprefix(NEAREST)
    assert nearest is None or nearest == cure
    assert read_expectation(cure, PLACE)[0] is not None


def test_second_sentence_is_flagged() -> None:
    """A second sentence of the grammar is not dropped in silence."""
    expectation, (finding,) = read_expectation("exit code is 0. number is below 5.", PLACE)
    assert expectation is not None
    assert "sentence-after-the-first" == finding.lint


def test_endless_sentence() -> None:
    """A sentence without an end is refused for its length, whatever follows."""
    expectation, (finding,) = read_expectation("exit code is 0 or " * 100_000, PLACE)
    assert expectation is None
    assert "no end within 2000 characters" in finding.message
    assert len(finding.message) < 300


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("`a` is unhealthy", is_("a", unhealthy)),
        ("`a` is Unhealthy or unknown.", Or(items=(is_("a", unhealthy), is_("a", unknown)))),
        (
            "`a` is unhealthy, and `b` is healthy",
            And(items=(is_("a", unhealthy), is_("b", healthy))),
        ),
        (
            "`a` is healthy or `b` is healthy and `c` is healthy",
            Or(items=(is_("a", healthy), And(items=(is_("b", healthy), is_("c", healthy))))),
        ),
        (
            "(`a` is healthy or `b` is healthy) and not `c` is unknown",
            And(
                items=(
                    Or(items=(is_("a", healthy), is_("b", healthy))),
                    Not(item=is_("c", unknown)),
                )
            ),
        ),
        ("`lag` is above 3", CaptureCompares(capture="lag", comparison=Comparison.ABOVE, bound=3)),
        ("`role` is `x y`", CaptureCompares(capture="role", comparison=Comparison.IS, bound="x y")),
        (
            "`lag` is between 1 and 2",
            And(
                items=(
                    CaptureCompares(capture="lag", comparison=Comparison.AT_LEAST, bound=1),
                    CaptureCompares(capture="lag", comparison=Comparison.AT_MOST, bound=2),
                )
            ),
        ),
    ],
)
def test_condition(text: str, formula: Formula) -> None:
    """`and` binds tighter than `or`, a second status belongs to the same check."""
    condition, findings = read_condition(text, PLACE)
    assert () == findings
    assert condition is not None
    assert formula == condition.formula


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("server-ready is unhealthy", "`server-ready` is unhealthy"),
        ("`a` fails", "`a` is unhealthy"),
        ("`a` is not healthy", "`a` is unhealthy"),
        ("the `a` check fails or `b` > 30%", "`a` is unhealthy or `b` is above 30"),
        ("`lag` is 5", "`lag` is `5`"),
        ("(`a` is healthy", "`a` is healthy"),
        ("`a` is healthy `b` is healthy", "`a` is healthy"),
        ("(" * 500 + "`a` is healthy" + ")" * 500, "`a` is healthy"),
        ("not " * 300 + "`a` is healthy", None),
        ("`a` is healthy)", None),
        ("always", None),
    ],
)
def test_condition_outside_the_grammar(text: str, nearest: str | None) -> None:
    """Missing backticks, other words, open or too many brackets: a Finding with its cure."""
    condition, (finding,) = read_condition(text, PLACE)
    assert condition is None
    cure = finding.help.removeprefix(NEAREST)
    assert nearest is None or nearest == cure
    assert read_condition(cure, PLACE)[0] is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`lag` is number.", ("lag", CaptureKind.NUMBER, "", 0)),
        ("`lag` is JSON path `$.a[0]`", ("lag", CaptureKind.JSON_PATH, "$.a[0]", 0)),
        ("`v_1` is group 1 of `v=(.*)`", ("v_1", CaptureKind.GROUP, "v=(.*)", 1)),
    ],
)
def test_capture(text: str, expected: tuple[str, CaptureKind, str, int]) -> None:
    """The three ways to take a value out of the output."""
    capture, findings = read_capture(text, PLACE)
    assert () == findings
    assert capture is not None
    assert expected == (capture.name, capture.kind, capture.pattern, capture.group)


@pytest.mark.parametrize(
    "text",
    [
        "lag is number",
        "`la-g` is JSON path `$.a`",
        "`lag` is group 2 of `(a)b`",
        "`lag` is group 1 of `(`",
        "`lag` is JSON path",
        "`lag` is big",
        "`lag`",
    ],
)
def test_capture_outside_the_grammar(text: str) -> None:
    """A capture whose group or name cannot be is a Finding, and its cure is understood."""
    capture, (finding,) = read_capture(text, PLACE)
    assert capture is None
    assert read_capture(finding.help.removeprefix(NEAREST), PLACE)[0] is not None


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("none", Risk.NONE),
        ("Disruptive. Clients reconnect.", Risk.DISRUPTIVE),
        ("destructive; rows go", Risk.DESTRUCTIVE),
        ("none of the above", None),
        ("High", None),
        ("", None),
    ],
)
def test_risk(text: str, risk: Risk | None) -> None:
    """One of three words, then prose; anything else is a Finding with one of the words."""
    found, findings = read_risk(text, PLACE)
    assert (risk, risk is None) == (found, len(findings) == 1)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("nothing; committed data is recovered", (0, None)),
        ("at most 5 orders. They are sent again.", (5, None)),
        ("at most the last 10 s of orders", (None, 10)),
        ("the last 1h30m of writes", (None, 5_400)),
        ("at most 5 s of orders", (None, None)),
        ("nothing much", (None, None)),
        ("everything", (None, None)),
    ],
)
def test_loses(text: str, bound: tuple[int | None, float | None]) -> None:
    """A count, a time, or no bound; a count of seconds is never taken for a count of writes."""
    loses, findings = read_loses(text, PLACE)
    assert bound == (loses.count, loses.last_s)
    assert (bound == (None, None)) == bool(findings)


def test_cure_of_an_unbounded_loss_promises_nothing() -> None:
    """Whoever writes `everything` is not told to write `nothing`."""
    _, (finding,) = read_loses("everything", PLACE)
    harmless = "; as it stands people read it, and no drill counts by it"
    assert f"{NEAREST}at most the last 10 s{harmless}" == finding.help


# ---- properties ----

NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.decimals(-(10**6), 10**6, places=3).map(float),
).map(lambda number: number + 0.0)
CODE = st.text(
    st.characters(codec="utf-8", exclude_characters="`\n", exclude_categories=["Cc", "Zl", "Zp"]),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip(" ") == text)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
DURATIONS = st.integers(1, 86_400).map(float)


def render_number(number: float) -> str:
    """A number without an exponent."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def render_term(term: Term) -> str:
    """The text of one term."""
    match term:
        case ExitCodeIs():
            return "exit code is " + " or ".join(map(str, term.codes))
        case OutputCompares(test=OutputTest.EMPTY):
            return "output is empty"
        case OutputCompares():
            return f"output {term.test.value} `{term.text}`"
        case NumberCompares():
            return f"number is {term.comparison.value} {render_number(term.bound)}"
        case NumberBetween():
            return f"number is between {render_number(term.low)} and {render_number(term.high)}"


TERMS = st.one_of(
    st.lists(st.integers(0, 255), min_size=1, max_size=3).map(
        lambda codes: ExitCodeIs(codes=tuple(codes))
    ),
    st.just(OutputCompares(test=OutputTest.EMPTY)),
    st.builds(
        OutputCompares, test=st.sampled_from([OutputTest.IS, OutputTest.CONTAINS]), text=CODE
    ),
    st.builds(NumberCompares, comparison=st.sampled_from(BOUNDS), bound=NUMBERS),
    st.tuples(NUMBERS, NUMBERS).map(lambda two: NumberBetween(low=min(two), high=max(two))),
)


@given(
    terms=st.lists(TERMS, min_size=1, max_size=4),
    joints=st.lists(st.sampled_from([" and ", ", ", ", and "]), min_size=4, max_size=4),
    for_s=st.none() | DURATIONS,
    within_s=st.none() | DURATIONS,
)
def test_expectation_round_trip(
    terms: list[Term], joints: list[str], for_s: float | None, within_s: float | None
) -> None:
    """Rendering an expectation and reading it gives the same terms and times."""
    text = render_term(terms[0])
    for joint, term in zip(joints, terms[1:], strict=False):
        text += joint + render_term(term)
    text += "" if for_s is None else f", for {for_s:.0f} s"
    text += "" if within_s is None else f" within {within_s:.0f}s"
    expectation, findings = read_expectation(text + ".", PLACE)
    assert () == findings
    assert expectation is not None
    assert (tuple(terms), for_s, within_s) == (
        expectation.terms,
        expectation.for_s,
        expectation.within_s,
    )


def render_formula(formula: Formula) -> str:
    """The text of a formula, with brackets around everything that is joined."""
    match formula:
        case CheckIs():
            return f"`{formula.check}` is {formula.status.value}"
        case CaptureCompares(bound=str(text)):
            return f"`{formula.capture}` is `{text}`"
        case CaptureCompares(bound=bound):
            return (
                f"`{formula.capture}` is {formula.comparison.value} {render_number(float(bound))}"
            )
        case Not():
            return f"not ({render_formula(formula.item)})"
        case And():
            return " and ".join(f"({render_formula(item)})" for item in formula.items)
        case Or():
            return " or ".join(f"({render_formula(item)})" for item in formula.items)


def joined(items: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """Formulas made of smaller ones."""
    some = st.lists(items, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Not, item=items), st.builds(And, items=some), st.builds(Or, items=some)
    )


FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    st.one_of(
        st.builds(CheckIs, check=NAMES, status=st.sampled_from(CheckStatus)),
        st.builds(
            CaptureCompares, capture=NAMES, comparison=st.sampled_from(BOUNDS), bound=NUMBERS
        ),
        st.builds(CaptureCompares, capture=NAMES, comparison=st.just(Comparison.IS), bound=CODE),
    ),
    joined,
    max_leaves=6,
)


@given(FORMULAS)
def test_condition_round_trip(formula: Formula) -> None:
    """Rendering a condition and reading it gives the same formula."""
    condition, findings = read_condition(render_formula(formula), PLACE)
    assert () == findings
    assert condition is not None
    assert formula == condition.formula


WORDS = (
    "exit code is output contains matches number below above at most least between and or not for "
    "within `a` `(` 5 10s 0.5 -3 95% , . ; ( ) healthy unhealthy unknown nothing the last group "
    "JSON path of none destructive 99999999999999999999 ` `` é <"
).split()
SALAD = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
)


@given(SALAD)
def test_no_text_raises_and_every_cure_works(text: str) -> None:
    """Whatever stands there: a noun, or a Finding whose cure is understood in its turn."""
    for read in (read_expectation, read_condition, read_capture, read_risk, read_loses):
        _, findings = read(text, PLACE)
        for finding in findings:
            assert PLACE == finding.place
            if finding.lint == "sentence-outside-grammar":
                cure = finding.help.removeprefix(NEAREST)
                again = read(cure, PLACE)
                assert () == again[1]
                assert again[0] is not None


@given(SALAD)
def test_numbers_are_finite(text: str) -> None:
    """No bound is ever infinite or no number."""
    expectation, _ = read_expectation(f"number is below {text}", PLACE)
    for term in expectation.terms if expectation else ():
        assert not isinstance(term, NumberCompares) or math.isfinite(term.bound)
