"""Every lint that reading and planning find is listed, and every listed one is found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.lint.reading import READING
from drillbook.lint.registry import BY_NAME

SOURCE = Path(__file__).parents[2] / "src" / "drillbook"
ROOMS = ("read", "plan", "verbs")
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
FLAGGING = {"flag", "_flag", "_flaw", "flaw", "_warn", "add"}
# Findings that are of no text which lint reads, and why.
ELSEWHERE = {
    "of drillbook.toml, which every command reads": """bad-setting settings-not-toml no-admin
        people-alike role-of-nobody too-few-approvers""",
    "of a webhook": """alerts-left-out webhook-not-json webhook-of-other-version
        webhook-of-wrong-shape webhook-too-large""",
    "of a pack that is to be drilled": """pack-not-found pack-without-pack-file pack-too-large
        link-out-of-the-pack file-is-a-folder proof-not-readable""",
    "of values that somebody gave": """input-value-refused input-without-value
        unknown-input unknown-secret target-out-of-reach no-such-runbook""",
    "of this version, which runs less than one may write": "language-without-action",
}
KNOWN_ELSEWHERE = {name for names in ELSEWHERE.values() for name in names.split()}


def emitted(room: str) -> Iterator[tuple[str, str]]:
    """What a room calls its Findings, as patterns, each with its place."""
    for path in sorted((SOURCE / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                for argument in said_by(node):
                    pattern = pattern_of(argument)
                    if pattern is not None:
                        yield pattern, f"{path.relative_to(SOURCE)}:{node.lineno}"


def said_by(call: ast.Call) -> list[ast.expr]:
    """The arguments that may be the name of a lint."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    keywords = [each.value for each in call.keywords if each.arg == "lint"]
    return [*keywords, *(call.args if name in FLAGGING else [])]


def pattern_of(argument: ast.expr) -> str | None:
    """A name, or a pattern where a part of it is filled in; None for other texts."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return re.escape(argument.value) if NAME.fullmatch(argument.value) else None
    if isinstance(argument, ast.JoinedStr):
        parts = [
            re.escape(part.value)
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
            else "[a-z0-9-]+"
            for part in argument.values
        ]
        said = "".join(parts).replace("\\-", "-")
        return said if re.fullmatch(r"[a-z0-9+\[\]-]+", said) else None
    return None


@pytest.mark.parametrize("room", ROOMS)
def test_no_finding_has_a_name_that_is_in_no_list(room: str) -> None:
    """A team could neither ask for such a lint, nor silence it, nor read its page."""
    known = {*BY_NAME, *KNOWN_ELSEWHERE}
    unknown = [
        f"{place}: {pattern}"
        for pattern, place in emitted(room)
        if not any(re.fullmatch(pattern, name) for name in known)
    ]
    assert [] == unknown


def test_every_listed_lint_is_found_somewhere() -> None:
    """A name that nothing emits would be a promise."""
    patterns = {pattern for room in ROOMS for pattern, _ in emitted(room)}
    silent = [
        lint.name
        for lint in READING
        if not any(re.fullmatch(pattern, lint.name) for pattern in patterns)
    ]
    assert [] == silent


def test_what_is_elsewhere_is_no_lint() -> None:
    """And is emitted: what nobody emits any more is taken out of the list."""
    patterns = {pattern for room in ROOMS for pattern, _ in emitted(room)}
    assert set() == KNOWN_ELSEWHERE & BY_NAME.keys()
    assert set() == {
        name
        for name in KNOWN_ELSEWHERE
        if not any(re.fullmatch(pattern, name) for pattern in patterns)
    }


def test_the_list_is_in_order() -> None:
    """By name, so that two people who add one seldom meet."""
    names = [lint.name for lint in READING]
    assert sorted(set(names)) == names


@pytest.mark.parametrize(
    ("source", "patterns"),
    [
        ("Finding(place=place, lint='a-b')", ["a\\-b"]),
        ("self.flag(place, 'a-b', 'a message', 'a cure')", ["a\\-b"]),
        ("self.flag(place, f'a-{b}-c', message, cure)", ["a-[a-z0-9-]+-c"]),
        ("print('a-b')", []),
        ("_flaw(step, f'{name} is not a-b')", []),
    ],
)
def test_names_are_found_in_source(source: str, patterns: list[str]) -> None:
    """In the ways in which a Finding is made."""
    (call,) = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    found = [pattern_of(argument) for argument in said_by(call)]
    assert patterns == [each for each in found if each is not None]
