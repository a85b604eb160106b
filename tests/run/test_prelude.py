"""Scripts under bash: as written, ended by errors, with missing programs noticed."""

import os
import subprocess
from pathlib import Path

import pytest

from drillbook.run.prelude import LONG, bash_argv

PATH = os.environ["PATH"]


def run(script: str, **env: str) -> tuple[int, str]:
    """Exit code and both outputs of a script."""
    done = subprocess.run(
        bash_argv(script),
        env={"PATH": PATH, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


def missing_in(script: str, folder: Path) -> tuple[str, ...]:
    """The programs that the handler names in the attempt's pipe."""
    pipe = folder / "missing"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        run(script, DRILLBOOK_ATTEMPT=str(folder))
        try:
            return tuple(os.read(reader, 65_536).decode().split("\0")[:-1])
        except BlockingIOError:
            return ()
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("false; echo no", (1, "")),
        ("(exit 3) | cat; echo no", (3, "")),
        ("echo $#; echo $0", (0, "0\nbash\n")),
        ("}; echo no", (2, None)),
        ('echo \'a"b\' "$((1+1))" `echo x` \\\\', (0, 'a"b 2 x \\\n')),
        ("cat <<'X'\n$1 `no` \"q\"\nX", (0, '$1 `no` "q"\n')),
        ("# only a comment", (0, "")),
        ("", (0, "")),
        ("trap 'echo bye $?' EXIT\nfalse", (1, "bye 1\n")),
        ("exit 130", (130, "")),
    ],
)
def test_the_script_runs_as_written(script: str, expected: tuple[int, str | None]) -> None:
    """No character of a script needs quoting; errexit and pipefail hold."""
    code, output = run(script)
    assert expected == (code, output if expected[1] is not None else None)


def test_a_syntax_error_names_its_line() -> None:
    """Exit code 2, bash's message, the line as it stands in the runbook."""
    code, output = run("echo one\necho two\necho (\n")
    assert (2, True) == (code, "line 3: syntax error near unexpected token" in output)


@pytest.mark.parametrize(
    "script",
    [
        "no-such-program --flag",
        "if ! no-such-program; then echo no; fi",
        "no-such-program || true",
        "echo x | no-such-program | cat",
        "(no-such-program) || :",
        "x=$(no-such-program || true)",
        "no-such-program 2>/dev/null >&2 || true",
        "set -eu; f() { no-such-program; }; f || true",
        "cat <(no-such-program); sleep 0.05",
        "no-such-program & wait",
    ],
)
def test_a_missing_program_is_noticed(script: str, tmp_path: Path) -> None:
    """Wherever the command stands, and whatever the script does about it."""
    assert ("no-such-program",) == missing_in(script, tmp_path)


def test_a_long_name_is_told_whole_or_not_at_all(tmp_path: Path) -> None:
    """What was cut could be half of a secret, which nothing masks any more."""
    longest, longer = "n" * 250 + "after", "n" * 250 + "hunter"
    script = f"{longest} || true; {longer}2 || true"
    assert (longest, LONG) == missing_in(script, tmp_path)


def test_what_is_there_is_not_missing(tmp_path: Path) -> None:
    """A program that exists, a failing one, and asking whether one exists leave no trace."""
    script = "true; false || true; command -v no-such-program || true"
    assert () == missing_in(script, tmp_path)


def test_a_missing_program_is_127_with_bashs_message() -> None:
    """To the script and its reader nothing differs from plain bash."""
    assert (127, "bash: line 2: no-such: command not found\n") == run("\nno-such")


def test_without_an_attempt_the_handler_is_harmless(tmp_path: Path) -> None:
    """Outside of a supervisor, or after its pipe has gone, no file is made."""
    run("no-such || true", DRILLBOOK_ATTEMPT=str(tmp_path))
    assert [] == list(tmp_path.iterdir())


def test_nothing_of_ours_reaches_child_programs() -> None:
    """The handler is not exported; a child sees the step's environment."""
    code, output = run("env", A="b")
    names = {line.split("=")[0] for line in output.splitlines()}
    assert (0, {"A", "PATH", "PWD", "SHLVL", "_"}) == (code, names)


def test_bash_env_is_not_honoured(tmp_path: Path) -> None:
    """Neither this bash nor one it starts reads a file before the script."""
    hook = tmp_path / "hook"
    hook.write_text("echo hooked\n")
    env = {"BASH_ENV": str(hook), "ENV": str(hook)}
    assert (0, "one\ntwo\n") == run("echo one; bash -c 'echo two'", **env)


def test_functions_and_options_from_outside_are_not_taken() -> None:
    """An exported function cannot stand in for a program, SHELLOPTS cannot change the shell."""
    env = {"BASH_FUNC_true%%": "() { echo hijacked; }", "SHELLOPTS": "xtrace"}
    assert (0, "done\n") == run("true; echo done", **env)


def exported_by(script: str, folder: Path, *names: str) -> list[str]:
    """What is told of variables in the attempt's pipe."""
    os.mkfifo(folder / "missing")
    reader = os.open(folder / "missing", os.O_RDWR | os.O_NONBLOCK)
    try:
        subprocess.run(
            bash_argv(script, names),
            env={"PATH": PATH, "DRILLBOOK_ATTEMPT": str(folder), "GIVEN": "from outside"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )
        os.write(reader, b"/.\0")
        told = os.read(reader, 1 << 20).decode().split("\0")
    finally:
        os.close(reader)
    return sorted(set(told) - {"/.", ""})


@pytest.mark.parametrize(
    "script",
    ["A=1", "export A=1", "A=1; exit 0", "A=1; false", "A=1; trap 'true' EXIT", "set -u; A=1"],
)
def test_a_variable_is_told_however_the_script_ends(script: str, tmp_path: Path) -> None:
    """At its last line, at an exit, at an error; plain or exported."""
    assert ["/A=1"] == exported_by(script, tmp_path, "A", "NEVER_SET")


@pytest.mark.parametrize(
    "value", ["", "a\nb", "$(id)", "'\"`\\", "/.", "=", "-n", "\x01\x7f", "é" * 2_048]
)
def test_any_value_is_told_as_it_is(value: str, tmp_path: Path) -> None:
    """Nothing of it is read by bash."""
    quoted = value.replace("'", "'\\''")
    assert [f"/A={value}"] == exported_by(f"A='{quoted}'", tmp_path, "A")


def test_a_value_from_outside_can_be_handed_on(tmp_path: Path) -> None:
    """And one that is longer than anybody takes is not told."""
    script = "LONG=$(printf '%5000s' x)"
    assert ["/GIVEN=from outside"] == exported_by(script, tmp_path, "GIVEN", "LONG")


def test_exporting_changes_nothing_for_the_script(tmp_path: Path) -> None:
    """Its exit code, its arguments, its lines."""
    for script, code in (("exit 3", 3), ("! true", 1), ("echo $#$LINENO", 0), ("(", 2)):
        plain, exporting = (
            subprocess.run(
                bash_argv(script, names),
                env={"PATH": PATH},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=60,
            )
            for names in ((), ("A",))
        )
        assert (code, code) == (plain.returncode, exporting.returncode)
        assert plain.stdout == exporting.stdout
