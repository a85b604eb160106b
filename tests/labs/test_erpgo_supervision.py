"""A real supervisord is started, asked, ordered about and ended over its socket."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.model.lab import LabError
from drillbook_labs.erpgo.supervision import Supervision
from drillbook_labs.erpgo.traces import is_alive
from drillbook_labs.erpgo.waiting import wait_until

GENEROUS_S = 30.0
CONFIGURATION = """[unix_http_server]
file = {folder}/s
[supervisord]
nodaemon = true
logfile = {folder}/log
pidfile = {folder}/pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:sleeper]
command = /bin/sleep 60
autostart = false
autorestart = false
"""


@pytest.fixture
def supervision(tmp_path: Path) -> Iterator[Supervision]:
    """A supervisord with one program that it has not started."""
    folder = Path(os.path.relpath(tmp_path))
    configuration = tmp_path / "supervisord.conf"
    configuration.write_text(CONFIGURATION.format(folder=tmp_path), encoding="utf-8")
    made = Supervision(folder / "s")
    made.launch(configuration, environment={"PATH": "/usr/bin:/bin"}, log=tmp_path / "out")
    wait_until(made.answers, within_s=GENEROUS_S, what="supervisord")
    yield made
    made.shut_down()
    made.reap(within_s=GENEROUS_S)


def test_a_process_is_started_and_stopped(supervision: Supervision) -> None:
    """Started it has a process id that lives; stopped it has none; twice is harmless."""
    assert ("STOPPED", 0) == _state(supervision)
    supervision.start("sleeper")
    supervision.start("sleeper")
    pid = supervision.processes()["sleeper"].pid
    assert is_alive(pid)
    supervision.stop("sleeper")
    supervision.stop("sleeper")
    assert not is_alive(pid)
    assert ("STOPPED", 0) == _state(supervision)


def test_a_killed_process_stays_dead(supervision: Supervision) -> None:
    """Nothing heals by itself: a kill -9 leaves the process exited."""
    supervision.start("sleeper")
    wait_until(
        lambda: supervision.processes()["sleeper"].state == "RUNNING",
        within_s=GENEROUS_S,
        what="the sleeper running",
    )
    os.kill(supervision.processes()["sleeper"].pid, signal.SIGKILL)
    wait_until(
        lambda: _state(supervision) == ("EXITED", 0), within_s=GENEROUS_S, what="its end noticed"
    )


def test_an_unknown_process_is_a_named_error(supervision: Supervision) -> None:
    """The error holds supervisord's own words."""
    with pytest.raises(LabError, match="supervisord refused startProcess: BAD_NAME"):
        supervision.start("nobody")


def test_no_supervisord_is_a_named_error(tmp_path: Path) -> None:
    """Where no socket is nobody answers, and the message says where it was looked for."""
    nobody = Supervision(tmp_path / "s")
    assert not nobody.answers()
    with pytest.raises(LabError, match="does not answer"):
        nobody.processes()


def _state(supervision: Supervision) -> tuple[str, int]:
    info = supervision.processes()["sleeper"]
    return info.state, info.pid
