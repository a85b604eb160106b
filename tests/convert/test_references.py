"""A reference of another tool becomes a variable, and its value never becomes a command."""

import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drillbook.convert.references import filled

BASH = shutil.which("bash") or "bash"
REFERENCE = re.compile(r"\$\{option\.([\w.-]+)\}|@option\.([\w.-]+)@")


def made(script):
    return filled(script, REFERENCE, lambda name: name.upper() if name in "xyz" else None)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("echo ${option.x}", 'echo "${X}"'),
        ("echo a-${option.x}.log", 'echo a-"${X}".log'),
        ('echo "a ${option.x} b"', 'echo "a ${X} b"'),
        ("echo 'a ${option.x} b'", "echo 'a '\"${X}\"' b'"),
        ("echo @option.x@ ${option.y}", 'echo "${X}" "${Y}"'),
        ("# of ${option.x}\necho @option.y@", '# of $X\necho "${Y}"'),
        ("echo a#b ${option.x}", 'echo a#b "${X}"'),
        ("a=${option.x}; (b ${option.y})", 'a="${X}"; (b "${Y}")'),
        ('echo "$(ls "${option.x}")" ${option.y}', 'echo "$(ls "${X}")" "${Y}"'),
        (r"echo it\'s ${option.x}", r"echo it\'s " + '"${X}"'),
        (r'echo "\"${option.x}\""', r'echo "\"${X}\""'),
        ("case $1 in a) b ${option.x};; esac", 'case $1 in a) b "${X}";; esac'),
        ("nothing here", "nothing here"),
    ],
)
def test_the_variable_is_quoted_as_its_place_asks_for(script, text):
    """Bare, in double and in single quotes, in comments and substitutions."""
    assert text == made(script).text


@pytest.mark.parametrize(
    "script",
    [
        "cat <<END\n${option.x}\nEND",
        "cat <<'END'\n${option.x}\nEND",
        "echo `ls ${option.x}`",
        "echo $((1 + ${option.x}))",
        "echo $'${option.x}'",
        'ssh host "rm ${option.x}"',
        'bash -c "ls ${option.x}"',
        "/bin/sh -xc 'ls ${option.x}'",
        "eval ls ${option.x}",
        "psql -c \"select '${option.x}'\"",
        "sed -i s/a/${option.x}/ file",
        "ls | xargs rm ${option.x}",
        "python3 -c 'print(${option.x})'",
        "echo ${option.unknown}",
    ],
)
def test_where_no_variable_is_safe_there_is_no_script(script):
    """Here-documents, backticks, arithmetic, other languages, and what nobody declared."""
    assert made(script).text is None
    assert made(script).names


def test_a_program_that_reads_code_is_no_matter_without_a_reference():
    """Its text is the team's own."""
    assert ("ssh host ls", ()) == (made("ssh host ls").text, made("ssh host ls").names)


FRAMES = st.sampled_from(
    [
        "printf '%s' ${option.x}",
        "printf '%s' \"${option.x}\"",
        "printf '%s' '${option.x}'",
        "printf '%s' \"$(printf '%s' ${option.x})\"",
        "a=${option.x}; printf '%s' \"$a\"",
        "# ${option.x}\nprintf '%s' @option.x@",
    ]
)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0\n\r"), max_size=30)
NASTY = st.sampled_from(
    [
        "$(touch pwned)",
        "`touch pwned`",
        "'; touch pwned; '",
        '"; touch pwned; "',
        "${PATH}",
        "*",
        "a b",
    ]
)


@settings(max_examples=30)
@given(FRAMES, VALUES | NASTY)
def test_bash_prints_the_value_and_runs_nothing_of_it(frame, value):
    """Whatever the value holds, it is one word, letter by letter."""
    script = made(frame).text
    assert script is not None
    done = subprocess.run(
        [BASH, "-euo", "pipefail", "-c", script],
        env={"X": value, "PATH": "/nonexistent", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (0, value.encode(), b"") == (done.returncode, done.stdout, done.stderr)


PIECES = st.lists(
    st.sampled_from(["'", '"', "`", "$(", ")", "<<E", "\n", "#", " ", "\\", "a", "${option.x}"]),
    max_size=25,
).map("".join)


@settings(max_examples=60)
@given(PIECES, NASTY)
def test_a_script_that_bash_reads_never_runs_a_value(script, value):
    """In any nesting of quotes that bash understands: the file of the nasty value is not made."""
    text = made(script).text
    if text is None:
        return
    done = subprocess.run(
        [BASH, "-c", "touch() { builtin echo PWNED; }; " + text],
        env={"X": value, "PATH": "/nonexistent"},
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert b"PWNED" not in done.stdout
