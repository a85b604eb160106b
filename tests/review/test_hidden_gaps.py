"""Programs that are missing where neither the exit code nor bash's own handler says so."""

import os
import subprocess

import pytest

from drillbook.model.attempt import Ending, Outcome
from drillbook.model.place import Place
from drillbook.model.sentence import ExitCodeIs, Expectation
from drillbook.model.truth import Truth
from drillbook.run.evaluate import holds
from drillbook.run.prelude import UNNAMED, bash_argv


def said(script, folder):
    """Exit code, output, and what the script's pipe was told to be missing."""
    pipe = folder / "missing"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    try:
        done = subprocess.run(
            bash_argv(script),
            env={"PATH": os.environ["PATH"], "DRILLBOOK_ATTEMPT": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        try:
            names = os.read(reader, 65_536).decode().split("\0")[:-1]
        except BlockingIOError:
            names = []
        return done.returncode, done.stdout, tuple(dict.fromkeys(names))
    finally:
        os.close(reader)


HIDDEN = [
    "if ! /no/such/pg_isready; then exit 1; fi",
    "/no/such/pg_isready | grep -q accepting",
    "/etc/passwd | grep -q accepting",
    "timeout 3 pg_isready_missing 2>/dev/null | grep -q accepting",
    "if ! env pg_isready_missing; then exit 1; fi",
    "ready() { if ! /no/such/pg_isready; then return 1; fi; }; ready",
    "trap 'echo bye' EXIT; /no/such/pg_isready | grep -q accepting",
    "bash -c '/no/such/pg_isready' | grep -q accepting",
]


@pytest.mark.parametrize("script", HIDDEN)
def test_a_hidden_gap_is_unknown_and_not_unhealthy(script, tmp_path):
    """`exit code is 1` of such a script must never choose a drastic Option."""
    code, output, missing = said(script, tmp_path)
    assert (1, (UNNAMED,)) == (code, missing)
    outcome = Outcome(ending=Ending.EXITED, exit_code=code, output=output, missing=missing)
    unhealthy = Expectation(place=Place(path="a.md"), text="", terms=(ExitCodeIs(codes=(1,)),))
    assert Truth.UNKNOWN is holds(unhealthy, outcome)[0]


@pytest.mark.parametrize(
    "script",
    [
        "false || true",
        "if ! false; then exit 1; fi",
        "(exit 3) | cat || true",
        "command -v no-such-program || exit 1",
        "f() { return 125; }; f || exit 1",
        "echo a | grep -q b",
    ],
)
def test_an_ordinary_failure_is_no_gap(script, tmp_path):
    """Exit codes below 126 are answers."""
    assert () == said(script, tmp_path)[2]


def test_what_is_named_is_told_by_its_name_alone(tmp_path):
    """The handler's word is better than ours."""
    assert ("no-such-program",) == said("no-such-program | grep -q a || exit 1", tmp_path)[2]


def test_the_script_sees_its_own_exit_codes(tmp_path):
    """Looking changes neither `$?` nor PIPESTATUS, and a trace shows the script alone."""
    script = (
        'set +e; set +o pipefail; (exit 4) | (exit 5); echo "${PIPESTATUS[*]}"; (exit 6); echo $?'
    )
    assert (0, "4 5\n6\n") == said(script, tmp_path)[:2]


def test_a_trace_shows_the_script_alone(tmp_path):
    """`set -x` in a step prints its commands, not ours."""
    output = said("exec 2>&1; set -x; true; echo done", tmp_path)[1]
    assert "++ true\n++ echo done\ndone\n" == output
