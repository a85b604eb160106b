"""YAML with places: the core schema, the bounds, and any text."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.read.yaml import Node, Scalar, list_of, mapping_of, read_yaml, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("nUll", "nUll"),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("1_000", "1_000"),
        ("1e3", 1_000.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        ("9" * 50, float("9" * 50)),
        ("1.2.3", "1.2.3"),
    ],
)
def test_core_schema(text: str, value: Scalar) -> None:
    """Scalars are what YAML 1.2 says, not what 1.1 said."""
    assert (type(value), value) == (type(resolve(text)), resolve(text))


def plain(node: Node) -> object:
    """The values without their places."""
    if node.items is not None:
        return [plain(item) for item in node.items]
    if node.entries is not None:
        return {key: plain(item) for key, item in node.entries.items()}
    return node.value


def test_values_and_places() -> None:
    """Each value and key has its line and column, that of a block is where its words begin."""
    text = "a: [1, 'no']\nb:\n  c: |\n\n    words\n  d: &x {e: ~}\nf: *x\n"
    (node,), findings = read_yaml(text, "f.yaml", first_line=11)
    assert () == findings
    assert {"a": [1, "no"], "b": {"c": "\nwords\n", "d": {"e": None}}, "f": {"e": None}} == plain(
        node
    )
    entries = mapping_of(node)
    first = list_of(entries["a"])[0].place
    block = mapping_of(entries["b"])["c"].place
    assert ((11, 5), (15, 5)) == ((first.line, first.column), (block.line, block.column))
    assert (17, 1) == (node.key_places["f"].line, node.key_places["f"].column)


def test_several_documents() -> None:
    """Each document is a node; one after a flaw is not read."""
    documents, findings = read_yaml("a: 1\n---\n- 2\n---\n[", "f.yaml")
    assert [{"a": 1}, [2]] == [plain(node) for node in documents]
    assert ["yaml-not-readable"] == [finding.lint for finding in findings]


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "lint", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-yaml-key", 3),
        ("[a]: b\n", "yaml-key-not-a-word", 1),
        ("a: 1\nb: [\n", "yaml-not-readable", 3),
        ("a: {{ x }}\n", "yaml-key-not-a-word", 1),
        ("a: b: c\n", "yaml-not-readable", 1),
        ("\ta: b\n", "yaml-not-readable", 1),
        ("a: &a {b: *a}\n", "yaml-not-readable", 1),
        ("a: *b\n", "yaml-not-readable", 1),
        ("[" * 100_000, "yaml-not-readable", 1),
        ("- " * 100_000, "yaml-not-readable", 1),
        ("a: \0\n", "yaml-not-readable", 1),
        ("a: \ud800\n", "yaml-not-readable", 1),
        ("a" * 2_000_001, "yaml-not-readable", 1),
        (LAUGHS, "yaml-not-readable", 5),
    ],
    ids=lambda value: str(value)[:20],
)
def test_flaw(text: str, lint: str, line: int) -> None:
    """Each is a Finding at its line; nothing recurses or grows without a bound."""
    _, findings = read_yaml(text, "f.yaml")
    assert (lint, line) == (findings[0].lint, findings[0].place.line)


@given(st.one_of(st.text(max_size=200), st.text(alphabet="ab:[]{}-,&*!|>'\"#?% \n\t", max_size=60)))
def test_no_text_raises(text: str) -> None:
    """Whatever the text: nodes and Findings, with places inside it."""
    documents, findings = read_yaml(text, "f.yaml")
    lines = text.split("\n")
    for place in [node.place for node in documents] + [finding.place for finding in findings]:
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1


@given(st.dictionaries(st.text("abc", min_size=1), st.integers() | st.booleans() | st.none()))
def test_json_is_yaml(values: dict[str, object]) -> None:
    """What JSON says, YAML says."""
    text = ", ".join(
        f'"{key}": {str(v).lower() if v is not None else "null"}' for key, v in values.items()
    )
    (node,), findings = read_yaml("{" + text + "}", "f.yaml")
    assert (values, ()) == (plain(node), findings)
