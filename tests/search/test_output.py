"""Lines of fences: what a program said is told from what is typed."""

import pytest

from drillbook.search.output import is_output


@pytest.mark.parametrize(
    "line",
    [
        'level=warn ts=2026-01-01 caller=a.go:1 msg="samples with another value were dropped"',
        "2026-01-01 FATAL: remaining connection slots are reserved for superuser connections",
        "kernel: Out of memory: Killed process 1234 (postgres) total-vm: 1234kB",
        "Error from server: the object has been modified; please apply your changes again",
    ],
)
def test_lines_of_logs_are_output(line):
    """They are what people paste."""
    assert is_output(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "kubectl get pods --namespace orders --output wide --selector app=orders",
        "$ journalctl -u orders --since yesterday | grep -i error | less here there",
        "# restart the server when there was an error in the log of the server",
        '{"level": "error", "message": "this and that and more of it failed"}',
        "NAME READY STATUS RESTARTS AGE",
        "a b c d e f g h error: i j",
    ],
)
def test_commands_and_tables_are_not(line):
    """They are found by their words, as everything is."""
    assert not is_output(line)


def test_a_long_line_takes_no_time():
    """Each pattern looks at a character once."""
    assert is_output("error: the words go on and on " * 3_000)
    assert not is_output("|" * 100_000)
