"""A process dies at a named point as `kill -9` would have it, and only where it was asked to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.run import crash
from drillbook.run.crash import CRASH_POINTS, VARIABLE

PROGRAM = """
import atexit
from drillbook.run.crash import crash_point
atexit.register(print, "tidied up")
for visit in (1, 2, 3):
    print(visit, flush=True)
    crash_point("executor-after-act", visit)
"""


def lived(wanted: str | None) -> tuple[int, list[str]]:
    """How a process ended that passes the point three times, and what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    environment |= {} if wanted is None else {VARIABLE: wanted}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("wanted", "visits"), [("executor-after-act", ["1"]), ("executor-after-act:2", ["1", "2"])]
)
def test_it_dies_there_and_tidies_nothing_up(wanted: str, visits: list[str]) -> None:
    """No exit handler runs: that is what a crash is."""
    assert (-signal.SIGKILL, visits) == lived(wanted)


def test_it_lives_where_it_is_not_asked_to_die() -> None:
    """A visit that never comes kills nobody."""
    assert (0, ["1", "2", "3", "tidied up"]) == lived("executor-after-act:4")


@pytest.mark.parametrize(
    "wanted", [None, "", "executor", "executor-after-act:", "executor-after-act:02", "*", ":1"]
)
def test_nothing_but_the_exact_name_is_a_wish(
    wanted: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that happens to be set kills no drill."""
    monkeypatch.delenv(VARIABLE, raising=False)
    if wanted is not None:
        monkeypatch.setenv(VARIABLE, wanted)
    for visit in (0, 1, 2):
        crash.crash_point("executor-after-act", visit)


def test_every_point_that_is_named_is_passed_by_the_program() -> None:
    """A storm of crashes at a point that is no longer there would prove nothing."""
    folder = Path(crash.__file__).parent
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    used = {name for name in CRASH_POINTS if f'crash_point("{name}"' in text}
    assert set(CRASH_POINTS) == used
