"""What the front matter says, alone and for several runbooks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.finding import Severity
from drillbook.model.runbook import InputType, Kind
from drillbook.read.markdown.front_matter import KEYS, front_matter_lines, read_front_matter


def lines(text: str) -> list[str]:
    """The front matter of that YAML."""
    return ["---", *text.split("\n"), "---", "# A"]


def test_where_it_ends() -> None:
    """Both fences count; a rule in the text is no front matter."""
    assert 3 == front_matter_lines(["---", "a: 1", "---", "b"])
    assert 3 == front_matter_lines(["---", "a: 1", "...", "b"])
    assert [0, 0, 0] == [
        front_matter_lines(some) for some in ([""], ["", "---", "---"], ["---", "a"])
    ]


def test_values() -> None:
    """A single alert is a list of one, numbers are texts, keys of others are kept."""
    text = "kind: procedure\nalerts: A\nowner: 7\nreviewed: 2026-01-02\ntitle: T\nweight: 20"
    front, findings = read_front_matter(lines(text), "a.md")
    assert () == findings
    assert (Kind.PROCEDURE, ("A",), "7", "2026-01-02") == (
        front.kind,
        front.alerts,
        front.owner,
        front.reviewed,
    )
    assert {"title": "T", "weight": "20"} == front.extra


def test_inputs() -> None:
    """Every key of an input arrives."""
    text = "inputs:\n  env: {}\n  stage: {choices: [a, b], default: a, secret: yes}\n  x:"
    front, findings = read_front_matter(lines(text), "a.md")
    assert ["refused-input-name"] == [finding.lint for finding in findings]
    stage, other = front.inputs
    assert (("a", "b"), "a", True, None) == (
        stage.choices,
        stage.default,
        stage.is_secret,
        stage.source,
    )
    assert ("x", None, False) == (other.name, other.default, other.is_secret)


def test_several_runbooks() -> None:
    """Each anchor has its own, and what is no mapping is a Finding."""
    text = "runbooks:\n  a: {severity: low}\n  b:\n  c: [x]"
    front, findings = read_front_matter(lines(text), "a.md")
    assert front.runbooks is not None
    assert ["a", "b"] == [*front.runbooks][:2]
    assert "low" == front.runbooks["a"].severity
    assert {"value-of-wrong-kind"} >= {finding.lint for finding in findings}


def test_empty_front_matter() -> None:
    """Nothing between the fences says nothing, without a Finding."""
    front, findings = read_front_matter(["---", "---"], "a.md")
    assert (None, (), ()) == (front.kind, front.alerts, findings)


VALUES = st.sampled_from(
    ["x", "[a, b]", "{a: b}", "{detect: 5s}", "[[x]]", "", "5", "{a: {from: b}}"]
)
PAIRS = st.tuples(st.sampled_from([*KEYS, "runbooks"]), VALUES).map(": ".join)


@given(st.lists(PAIRS, max_size=6).map("\n".join))
def test_no_value_raises(text: str) -> None:
    """Whatever stands where: a front matter and Findings at its lines."""
    _, findings = read_front_matter(lines(text), "a.md")
    assert all(2 <= finding.place.line <= text.count("\n") + 2 for finding in findings)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("target.orders-db.host", []),
        ("label.instance", []),
        ("secret.db-password", []),
        ("env.HOME", ["bad-input-from"]),
        ("secret", ["bad-input-from"]),
    ],
)
def test_where_an_input_may_come_from(source: str, expected: list[str]) -> None:
    """A target's setting, an alert's label, or a configured secret; nothing else."""
    _, findings = read_front_matter(lines(f"inputs:\n  value: {{from: {source}}}"), "a.md")
    assert expected == [finding.lint for finding in findings]


def _front_of_input(text):
    lines = ["---", "inputs:", f"  value: {text}", "---"]
    front, findings = read_front_matter(lines, "r.md")
    return front.inputs[0], [(each.lint, each.message, each.help) for each in findings]


def test_an_input_has_a_type_and_a_question():
    """Text and no question where it says neither."""
    said, findings = _front_of_input("{type: integer, prompt: 'Which shard?'}")
    assert (InputType.INTEGER, "Which shard?", []) == (said.type, said.prompt, findings)
    plain, _ = _front_of_input("{default: x}")
    assert (InputType.TEXT, "") == (plain.type, plain.prompt)


@pytest.mark.parametrize(
    ("word", "cure"),
    [
        ("Integer", 'write "integer"'),
        ("int", 'write "integer"'),
        ("bool", 'write "boolean"'),
        ("hostname", 'write "host"'),
        ("zzz", "write one of text, integer, number, boolean, duration, url, host"),
    ],
)
def test_a_slip_in_the_type_is_named_with_the_nearest_word(word, cure):
    """An ERROR, so that nothing is bound by another type than was meant."""
    _, findings = _front_of_input(f"{{type: {word}}}")
    message = f'"type" of the input "value" cannot be "{word}"'
    assert [("bad-input-type", message, cure)] == findings


@pytest.mark.parametrize("question", ["x" * 201, '"a\\nb"', '"\\e[31mred"'])
def test_a_question_is_one_line(question):
    """Short, and without characters that would move a terminal's cursor."""
    _, findings = _front_of_input(f"{{prompt: {question}}}")
    assert ["bad-input-prompt"] == [lint for lint, _, _ in findings]


def test_locks_are_names_of_resources():
    """Each once, in the order of the text; one of several runbooks may have its own."""
    front, findings = read_front_matter(lines("locks: [orders-db, queue.1, orders-db]"), "a.md")
    assert (("orders-db", "queue.1"), ()) == (front.locks, findings)


@pytest.mark.parametrize("name", ["Orders", "a/b", "../x", "-x", "x" * 64, "a b"])
def test_a_lock_that_cannot_be_a_name_stops_the_runbook(name):
    """It would be the name of a stream in the journal."""
    _, findings = read_front_matter(lines(f"locks: ['{name}']"), "a.md")
    assert [("bad-lock-name", Severity.ERROR)] == [(one.lint, one.severity) for one in findings]


@pytest.mark.parametrize(
    ("text", "key"),
    [("Owner: a", "owner"), ("SEVERITY: low", "severity"), ("x: 1\nKind: a", "kind")],
)
def test_capitals_of_a_key_are_mended(text: str, key: str) -> None:
    """At the very place of the key."""
    said = lines(text)
    (finding,) = [each for each in read_front_matter(said, "a.md")[1] if each.lint == "unknown-key"]
    assert finding.fix is not None
    place = finding.fix.place
    line = said[place.line - 1]
    assert key == finding.fix.text
    assert key == line[place.column - 1 : place.end_column - 1].lower()
    assert ":" == line[place.end_column - 1]


@pytest.mark.parametrize("text", ["owners: a", "Owner: a\nowner: b", '"Owner": a', "alert: [A]"])
def test_what_could_be_meant_otherwise_is_left(text: str) -> None:
    """A plural, a key that is there as well, a key in quotes."""
    findings = read_front_matter(lines(text), "a.md")[1]
    assert [None] == [each.fix for each in findings if each.lint == "unknown-key"]
