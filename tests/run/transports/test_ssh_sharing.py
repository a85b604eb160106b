"""The connection that a target's steps share: where it lies, and when there is none."""

import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drillbook.run.guard.kernel import command, environment, processes, send, session
from drillbook.run.transports import ssh, ssh_sharing
from drillbook.run.transports.ssh_sharing import share, socket_for
from places import until
from ssh_server import has_ssh, python_server

needs_ssh = pytest.mark.skipif(not has_ssh(), reason="ssh is not installed")


@pytest.fixture(autouse=True)
def runtime(monkeypatch) -> Iterator[Path]:
    """A folder of the test's own, as short as a login's."""
    with tempfile.TemporaryDirectory(prefix="dbk-", dir="/tmp") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        monkeypatch.setattr(ssh_sharing, "_failed_at_s", {})
        yield Path(folder)


def masters(name: str) -> list[int]:
    """The processes that hold the connection."""
    return [pid for pid in processes() if name.encode() in command(pid) and session(pid)]


def hung_up(name: str) -> None:
    """End the connection."""
    for pid in masters(name):
        send(pid, 15)
    until(lambda: not masters(name), "it has ended")


class TestPlace:
    """Where the socket lies."""

    def test_it_is_the_users_alone(self, runtime):
        """Whoever could connect to it could do what we may over there."""
        folder = Path(socket_for(("-T",), "db-1")).parent
        assert (runtime / f"drillbook-{os.getuid()}", 0o700) == (
            folder,
            folder.stat().st_mode & 0o777,
        )

    def test_it_is_the_targets_alone(self):
        """Another host, another user, another agent: another connection."""
        names = {
            socket_for(("-T",), "db-1"),
            socket_for(("-T",), "db-2"),
            socket_for(("-T", "-l", "root"), "db-1"),
        }
        assert 3 == len(names)
        assert socket_for(("-T",), "db-1") in names

    def test_another_agent_is_another_connection(self, monkeypatch):
        """Its keys may open other doors."""
        before = socket_for((), "db-1")
        monkeypatch.setenv("SSH_AUTH_SOCK", "/run/other")
        assert before != socket_for((), "db-1")

    def test_its_name_has_room_in_a_socket_address(self):
        """108 bytes, of which ssh takes some while it makes it."""
        assert len(socket_for(("-T",) * 100, "h" * 250)) < 85

    def test_a_folder_that_others_may_enter_is_not_used(self, runtime, monkeypatch):
        """The next place is taken, or none."""
        monkeypatch.setattr(ssh_sharing.tempfile, "gettempdir", lambda: str(runtime))
        (runtime / f"drillbook-{os.getuid()}").mkdir(mode=0o755)
        assert not socket_for((), "db-1").startswith(str(runtime))

    def test_a_link_is_not_used(self, runtime, tmp_path):
        """It may lead where somebody else wants it to."""
        (runtime / f"drillbook-{os.getuid()}").symlink_to(tmp_path)
        assert not socket_for((), "db-1").startswith(str(runtime))

    def test_a_long_folder_is_not_used(self, tmp_path, monkeypatch):
        """Its name would be cut."""
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 60)))
        assert str(tmp_path) not in socket_for((), "db-1")


@needs_ssh
class TestConnection:
    """One that is made, and one that cannot be."""

    def test_it_is_begun_once_whoever_asks(self):
        """Eight at the same time; it holds nothing of ours and lives in a session of its own."""
        with python_server() as server:
            target = server.target()
            name = socket_for(ssh.options_of(target), "127.0.0.1")
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda _: ssh.prepare(target), range(8)))
            (master,) = masters(name)
            assert session(master) not in (session(os.getpid()), 0)
            assert b"DRILLBOOK_ATTEMPT" not in environment(master)
            files = {Path(f"/proc/{master}/fd/{number}").readlink() for number in (0, 1, 2)}
            assert {Path("/dev/null")} == files
            ssh.prepare(target)
            assert [master] == masters(name)
            hung_up(name)

    def test_one_that_has_ended_is_begun_again(self):
        """What it left behind is no obstacle."""
        with python_server() as server:
            target = server.target()
            name = socket_for(ssh.options_of(target), "127.0.0.1")
            ssh.prepare(target)
            (first,) = masters(name)
            send(first, 9)
            until(lambda: not masters(name), "it has ended")
            ssh.prepare(target)
            (second,) = masters(name)
            assert first != second
            hung_up(name)

    def test_a_host_that_refuses_is_not_asked_at_each_step(self, monkeypatch):
        """The step itself says what is wrong; the next try is half a minute later."""
        began: list[str] = []
        begin = ssh_sharing._begin
        monkeypatch.setattr(
            ssh_sharing, "_begin", lambda *facts: began.append(facts[0]) or begin(*facts)
        )
        options = ("-F", "/dev/null", "-o", "BatchMode=yes", "-p", "1")
        for _ in range(3):
            share(options, "127.0.0.1", within_s=20.0)
        assert 1 == len(began)
        ssh_sharing._failed_at_s[began[0]] -= ssh_sharing.TRY_AGAIN_S
        share(options, "127.0.0.1", within_s=20.0)
        assert 2 == len(began)

    def test_a_host_that_says_nothing_is_given_up(self):
        """The wait has an end, and nothing of it is left."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            options = ("-F", "/dev/null", "-p", port)
            began_s = time.monotonic()
            share(options, "127.0.0.1", within_s=0.5)
            assert time.monotonic() - began_s < 30.0
            assert [] == masters(socket_for(options, "127.0.0.1"))


def test_who_waits_for_another_does_not_wait_for_ever():
    """A process that hangs while it begins the connection holds up nobody's step for long."""
    name = socket_for(("-p", "1"), "127.0.0.1")
    lock = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    share(("-p", "1"), "127.0.0.1", within_s=0.2)
    assert {} == ssh_sharing._failed_at_s
    os.close(lock)
