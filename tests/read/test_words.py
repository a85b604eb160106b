"""The small readers: labels, synonyms, commands, patterns, variables, and words for messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drillbook.model.document import Prose
from drillbook.read.environment import is_refused_variable, is_variable_name
from drillbook.read.markdown.commands import Command, placeholder_in, read_command
from drillbook.read.markdown.labels import labels_of
from drillbook.read.markdown.synonyms import OF_PROCEDURES, SYNONYMS, role_of
from drillbook.read.sentences.pattern import flaw_of_pattern
from drillbook.read.sentences.tokens import TokenKind, tokens_of
from drillbook.read.sentences.wording import QUOTED_CHARS_MAX, nearest_first, quote, slip_of


def test_labels_with_places() -> None:
    """Several labels of one paragraph, in a quoted list, each with its own place."""
    lines = ["x", "> - **Healthy:** exit", ">   code is 0. **Unhealthy**: output is empty."]
    prose = Prose(text="**Healthy:** exit\ncode is 0. **Unhealthy**: output is empty.", line=2)
    healthy, unhealthy = labels_of(prose, lines, "a.md")
    assert (" exit\ncode is 0. ", " output is empty.") == (healthy.text, unhealthy.text)
    assert (2, 5, 3, 15) == (
        healthy.place.line, healthy.place.column, healthy.place.end_line, healthy.place.end_column,
    )  # fmt: skip
    assert (3, 16) == (unhealthy.place.line, unhealthy.place.column)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("`**When:** a` and **Risk:** none", ["Risk"]),
        ("``a ` **When:** b`` **Risk:** none", ["Risk"]),
        ("`open **When:** a", ["When"]),
        ("Whenever: x. **Severity:** high. *When:* x", []),
        ("__loses:__ nothing **UNDO** : x", ["Loses", "Undo"]),
    ],
)
def test_which_labels(text: str, names: list[str]) -> None:
    """Bold, with a colon, outside of code."""
    assert names == [label.name for label in labels_of(Prose(text=text, line=1), [text], "a.md")]


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Diagnosis", "diagnosis"),
        ("## nothing", None),
        ("INVESTIGATION STEPS:", "diagnosis"),
        ("Step 3: Remediation", "resolution"),
        ("3) See also", "related"),
        ("1.2. Impact", "symptoms"),
        ("Diagnosis {#how-to-look}", "diagnosis"),
        ("Resolution {: .no_toc }", "resolution"),
        ("Possible  Causes", "causes"),
        ("Diagnosis and Mitigation", None),
        ("x" * 9_999, None),
    ],
)
def test_role(title: str, role: str | None) -> None:
    """Case, numbers, colons and spaces do not matter; two meanings at once are none."""
    assert role == role_of(title)


def test_synonyms_stand_for_one_role_each() -> None:
    """No synonym is listed twice."""
    words = [word for synonyms in SYNONYMS.values() for word in synonyms]
    assert sorted(set(words)) == sorted(words)
    assert all(role == role_of(word.title()) for role, some in SYNONYMS.items() for word in some)


def test_some_titles_stand_for_a_role_in_procedures_alone() -> None:
    """In an alert's runbook they stand over anything, and acted upon they would change its hash."""
    words = [(word, role) for role, some in OF_PROCEDURES.items() for word in some]
    assert not {word for word, _ in words} & {word for some in SYNONYMS.values() for word in some}
    assert {None} == {role_of(word) for word, _ in words}
    assert [role for _, role in words] == [role_of(word, is_procedure=True) for word, _ in words]
    assert "diagnosis" == role_of("2. Before you begin:", is_procedure=True)
    assert "resolution" == role_of("Resolution", is_procedure=True)


@pytest.mark.parametrize(
    ("language", "content", "command"),
    [
        ("sh", "a\nb\n", Command("a\nb")),
        ("sh", "\n", Command("")),
        ("bash", "$ a\nout\n$ b\n", Command("a\nb", has_prompts=True)),
        ("bash", "a\n$ b\n", Command("a\n$ b")),
        (
            "console",
            "out\n  $ a \\\n    b\nout\n",
            Command("a \\\n    b", line=1, has_prompts=True),
        ),
        ("console", "just output\n", Command("")),
        ("sql", "$ 1\n", Command("$ 1")),
        ("python", "if a:\n  b\n", Command("if a:\n  b")),
    ],
)
def test_command(language: str, content: str, command: Command) -> None:
    """Prompts go, output goes, everything else stays."""
    assert command == read_command(language, content)


@pytest.mark.parametrize(
    ("command", "placeholder"),
    [
        ("kill <pid>", "<pid>"),
        ("x -n <my namespace> y", "<my namespace>"),
        ("sort <in >out", None),
        ("cat <<EOF", None),
        ("[ 1 < 2 ]", None),
        ("echo '<pid>' \"<name>\" \\<x>", None),
        ("true # kill <pid>", None),
        ("cat <<EOF\n<name>\nEOF", None),
        ("cat <<'EOF' > <file>\n<name>\nEOF", "<file>"),
        ("cat <<EOF\n<name>\nEOF\nkill <pid>", "<pid>"),
        ("echo 'a' <pid> 'b'", "<pid>"),
        ("a#b <pid>", "<pid>"),
        ("kubectl get svc\nweb  <none>  <pending>", None),
        ("curl x\n<HTML><body>", None),
        ("kubectl get svc\nweb  <none>\nkill <pid>", "<pid>"),
    ],
)
def test_placeholder(command: str, placeholder: str | None) -> None:
    """A word in angle brackets that bash does not take as text, and no redirection."""
    assert placeholder == placeholder_in(command)


@pytest.mark.parametrize("pattern", ["(", r"\K", "(?=a)", "a{2000}", "x" * 1_001, "\ud800", "*"])
def test_flawed_pattern(pattern: str) -> None:
    """What RE2 refuses has a reason."""
    assert flaw_of_pattern(pattern)


def test_groups_of_a_pattern() -> None:
    """A group must be there."""
    assert (None, "it has 1 groups") == (
        flaw_of_pattern("(a)", group=1),
        flaw_of_pattern("(a)", group=2),
    )


@pytest.mark.parametrize(
    "name", ["PATH", "path", "LD_PRELOAD", "ld_x", "BASH_ENV", "IFS", "PYTHONPATH", "DRILLBOOK_X"]
)
def test_refused_variables(name: str) -> None:
    """Whatever the case, names that change how programs load are refused."""
    assert is_refused_variable(name)


def test_variables() -> None:
    """Ordinary names pass, what is no name does not."""
    assert not is_refused_variable("PGHOST")
    assert [True, False, False, False] == [
        is_variable_name(name) for name in ("api_url", "a-b", "1a", "")
    ]


def test_nearest() -> None:
    """The most alike first, and a slip only where it is likely one."""
    assert ("server-ready", "disk") == nearest_first("server-redy", ["disk", "server-ready"])
    assert ("timeout", None) == (slip_of("tiemout", ["name", "timeout"]), slip_of("x", ["name"]))
    assert ((), None) == (nearest_first("x", []), slip_of("x", []))


@given(st.text(max_size=500))
def test_quote(text: str) -> None:
    """Hostile text is one short printable line in a message."""
    quoted = quote(text)
    assert len(quoted) <= QUOTED_CHARS_MAX + 1
    assert all(character.isprintable() for character in quoted)


@given(st.text(max_size=100))
def test_tokens_cover_the_text(text: str) -> None:
    """Tokens follow each other, and only spaces stand between them."""
    end = 0
    for token in tokens_of(text):
        assert not text[end : token.start].strip()
        end = token.end
    assert (TokenKind.END, len(text)) == (tokens_of(text)[-1].kind, end)


@given(st.text(alphabet="`*: When\n", max_size=80))
def test_label_texts_are_parts_of_the_paragraph(text: str) -> None:
    """No label invents a text."""
    for label in labels_of(Prose(text=text, line=1), text.split("\n"), "a.md"):
        assert label.text in text
