"""Documents → what `killed-by-name` says of them."""

import pytest

from acting import findings_of, marked, plain
from drillbook.lint.acting.killed_by_name import LINT
from drillbook.model.finding import Severity


@pytest.mark.parametrize(
    "command",
    [
        "pkill -f worker",
        "sudo pkill -9 -f worker",
        "killall node",
        "pkill --full orders",
        "ssh a 'pkill -f b'",
    ],
)
def test_a_kill_by_a_word_is_noted(command):
    """It ends whatever the word fits."""
    assert [Severity.NOTE] == [one.severity for one in findings_of(LINT, plain(command))]


def test_the_command_is_underlined():
    """Without what carries it."""
    assert ["pkill -f worker"] == marked(LINT, plain("sudo pkill -f worker"))


@pytest.mark.parametrize(
    "command",
    [
        "pkill -HUP -f nginx",
        "pkill -F /run/worker.pid",
        "pkill -P 42 -f worker",
        "pkill nginx",
        "pkill -0 -f worker",
        "pgrep -f worker",
        "kill 42",
        "echo pkill -f worker",
        "killall",
        "killall -USR1 worker",
    ],
)
def test_what_is_narrowed_down_or_harmless_is_fine(command):
    """A signal that reloads ends nothing."""
    assert [] == findings_of(LINT, plain(command))
