"""The command line as a whole: help, completion, version, and how quickly it is there."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from drillbook import __version__
from drillbook.cli.main import COMMANDS, GROUPS, code_of
from drillbook.cli.main import drillbook as group
from terminal import Terminal, run_in_terminal

HEAVY = ("rich", "sqlalchemy", "pydantic", "yaml", "jinja2", "markdown_it", "re2", "psycopg")


def test_help_imports_nothing_heavy():
    """`drillbook --help` is there at once: none of the libraries that work are imported."""
    code = (
        "import sys\nfrom drillbook.cli.main import code_of\ncode = code_of(['--help'])\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "ours = [name for name in sys.modules if name.startswith('drillbook.')]\n"
        "print(code, loaded, sorted(ours), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "0 [] " in result.stderr
    assert (
        "['drillbook.cli', 'drillbook.cli.exits', 'drillbook.cli.main', "
        "'drillbook.report', 'drillbook.report.plain']" in result.stderr
    )


def test_version(drillbook):
    """`--version`, also as `python -m drillbook`."""
    assert f"drillbook, version {__version__}\n" == drillbook("--version").stdout
    module = [sys.executable, "-m", "drillbook", "--version"]
    assert f"drillbook, version {__version__}\n".encode() == subprocess.check_output(module)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name, drillbook):
    """-h and --help say the same, and every command shows how it is used."""
    result = drillbook(name, "--help")
    assert 0 == result.returncode
    assert "Examples:\n" in result.stdout
    assert f"drillbook {name}" in result.stdout.split("Examples:")[1]
    assert result.stdout == drillbook(name, "-h").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_line_of_the_table_is_told_by_the_command(name):
    """The table's one-liners stand for commands that are there."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert name == command.name


def test_help_groups_the_commands_by_what_one_wants_to_do(drillbook):
    """Each command stands in one group, and on one line of 80 columns."""
    assert sum(map(len, GROUPS.values())) == len(COMMANDS)
    shown = drillbook("--help").stdout
    for title, commands in GROUPS.items():
        part = shown.split(f"{title}:\n")[1].split("\n\n")[0]
        assert [f"  {name:8}  {text}" for name, text in commands.items()] == part.splitlines()


def test_without_arguments_it_helps(drillbook):
    """Alone, it shows what there is."""
    result = drillbook()
    assert 2 == result.returncode
    assert all(name in result.stdout + result.stderr for name in COMMANDS)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("drillbook jo", ["journal"]),
        ("drillbook re", ["resume", "respond"]),
        ("drillbook run --ri", ["--risk"]),
        ("drillbook run --risk d", ["disruptive", "destructive"]),
        ("drillbook journal v", ["verify"]),
    ],
)
def test_completion(words, expected, drillbook):
    """The tab key completes commands, options and their values."""
    result = drillbook(
        _DRILLBOOK_COMPLETE="bash_complete",
        COMP_WORDS=words,
        COMP_CWORD=str(len(words.split()) - 1),
    )
    assert expected == [line.partition(",")[2] for line in result.stdout.splitlines()]


def test_completion_script_works_in_bash(tmp_path):
    """What `bash_source` prints is what bash completes by."""
    folder = Path(sys.executable).parent
    script = (
        'eval "$(_DRILLBOOK_COMPLETE=bash_source drillbook)"\n'
        "COMP_WORDS=(drillbook jud) COMP_CWORD=1\n"
        "_drillbook_completion drillbook\necho ${COMPREPLY[@]}\n"
    )
    path = f"{folder}:{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "judge\n" == result.stdout


def test_bug_of_ours_is_a_report(monkeypatch, capsys):
    """An error that nobody thought of ends with 3 and a text for the issue tracker."""

    def broken(**_):
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setattr(group, "main", broken)
    assert 3 == code_of(["plan", "a.md"])
    told = capsys.readouterr().err
    assert "this is a bug of ours" in told
    assert f"drillbook {__version__}, Python " in told
    assert "ZeroDivisionError: nobody thought of it" in told
    assert "a.md" not in told


@pytest.mark.parametrize(
    ("env", "has_colours"), [({}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False)]
)
def test_colours_where_they_are_wanted(env, has_colours, tmp_path):
    """A terminal that knows no escape codes is sent none, nor whoever wants none."""
    screen = run_in_terminal(
        ["plan", "nope.md"], [], Terminal(folder=tmp_path, columns=80, env=env)
    )
    assert "there is no such file" in screen.text
    assert has_colours == ("\x1b" in screen.text)


@pytest.mark.parametrize(
    ("closed", "command", "code"),
    [
        (">&-", "lint", 1),
        ("2>&-", "lint nothing.md", 1),
        ("<&-", "find the disk", 0),
        (">&- 2>&- <&-", "cover --min readable=100%", 1),
    ],
)
def test_a_stream_that_is_closed_is_no_error(closed, command, code, tmp_path):
    """And no file that is opened later takes its place."""
    (tmp_path / "disk.md").write_text(
        "# The disk is full\n\n## Diagnosis\n```sh\ndf -h\n```\n[a](gone.md)\n"
    )
    (tmp_path / "drillbook.toml").write_text('[lint]\nfail_on = "warning"\n')
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m drillbook {command} {closed}"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (code, False) == (done.returncode, "Traceback" in done.stderr)
