"""SSH servers for tests: OpenSSH's own, and one in Python that is always there."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import servers
from drillbook.model.target import Target
from drillbook.run.guard.kernel import command, descendants, environment, processes, send
from drillbook_labs.erpgo.programs import folders_to_search

CHILD = Path(__file__).with_name("asyncssh_child.py")
# As root sshd wants a user of its own and a folder, which a mount namespace gives it alone.
_AS_ROOT = """
mount --bind "$1/passwd" /etc/passwd
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
shift
exec "$@"
"""


@dataclass(frozen=True)
class SshServer:
    """A server, and what a client needs to reach it."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def target(self, **settings: str) -> Target:
        """A target on it; a setting that is empty is left out."""
        given = {
            "host": "127.0.0.1",
            "port": str(self.port),
            "identity_file": str(self.folder / "key"),
            "config": str(self.folder / "client"),
            **settings,
        }
        wanted = {name: value for name, value in given.items() if value}
        return Target(name="far", kind="ssh", settings=wanted)

    def processes(self) -> list[int]:
        """What was started over there and lives, wherever it has gone since."""
        marker = f"DRILLBOOK_PLACE={self.port}".encode()
        return [pid for pid in processes() if marker in environment(pid).split(b"\0")]

    def stop(self) -> None:
        """Have the server and its connections stand still, as in a network that is cut."""
        for pid in (self.process.pid, *descendants(self.process.pid)):
            if pid == self.process.pid or command(pid).startswith(b"sshd"):
                send(pid, signal.SIGSTOP)

    def break_off(self) -> None:
        """End the server with all connections; what was started over there lives on."""
        below = descendants(self.process.pid)  # of a dead process there are none
        self.process.kill()
        for pid in below:
            if command(pid).startswith(b"sshd"):
                send(pid, signal.SIGKILL)


def has_ssh() -> bool:
    """Whether there is a client."""
    return shutil.which("ssh") is not None and shutil.which("ssh-keygen") is not None


def sshd_program() -> Path | None:
    """Where OpenSSH's server lies, or None."""
    folders = [folder.parent / "sbin" for folder in folders_to_search(os.environ, servers.ROOT)]
    places = [*(folder / "sshd" for folder in folders), Path("/usr/sbin/sshd")]
    return next((place for place in places if place.is_file()), None)


@contextmanager
def python_server(path: str = os.environ["PATH"]) -> Iterator[SshServer]:
    """The one in Python; `path` is where its commands find programs."""
    with _folder_with_keys() as folder:
        port = servers.free_port()
        command = [sys.executable, str(CHILD), str(port)]
        command += [str(folder / "host"), str(folder / "keys")]
        with _ready(command, port, folder, PATH=path, TMPDIR=str(folder)) as server:
            yield server


@contextmanager
def openssh_server(program: Path) -> Iterator[SshServer]:
    """OpenSSH's own, without any right beyond the test's."""
    with _folder_with_keys() as folder:
        port = servers.free_port()
        (folder / "sshd_config").write_text(_sshd_config(program, folder, port))
        (folder / "passwd").write_text(_accounts(folder))
        command = [str(program), "-D", "-e", "-f", str(folder / "sshd_config")]
        if os.getuid() == 0:
            inner = ["sh", "-e", "-c", _AS_ROOT, "sh", str(folder), *command]
            command = ["unshare", "--mount", *inner]
        libraries = ":".join(str(path) for path in program.parents[1].glob("lib/*-linux-gnu"))
        with _ready(command, port, folder, LD_LIBRARY_PATH=libraries) as server:
            yield server


@contextmanager
def _ready(command: list[str], port: int, folder: Path, **env: str) -> Iterator[SshServer]:
    with servers.started(command, None, **env) as process:
        servers.wait_until(
            lambda: servers.accepts(port) or process.poll() is not None, "the SSH server starts"
        )
        assert process.poll() is None
        server = SshServer(port=port, folder=folder, process=process)
        try:
            yield server
        finally:
            # Connections that are kept for later steps, and what a test has left over there.
            for pid in (*descendants(process.pid), process.pid, *server.processes()):
                send(pid, signal.SIGKILL)


@contextmanager
def _folder_with_keys() -> Iterator[Path]:
    with servers.folder_for(None) as folder:
        for name in ("host", "key"):
            keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(keygen, check=True, timeout=60)
        shutil.copy(folder / "key.pub", folder / "keys")
        known = f"UserKnownHostsFile {folder}/known\nStrictHostKeyChecking accept-new\n"
        (folder / "client").write_text(known)
        (folder / "home").mkdir()
        yield folder


def _sshd_config(program: Path, folder: Path, port: int) -> str:
    # Since 9.8 a connection has a program of its own, which the unpacked one looks for elsewhere.
    parts = {"SshdSessionPath": "sshd-session", "SshdAuthPath": "sshd-auth"}
    beside = program.parents[1] / "lib/openssh"
    own = [f"{key} {beside / name}\n" for key, name in parts.items() if (beside / name).is_file()]
    return "".join(own) + (
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/keys\nPidFile none\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\n"
        f"SetEnv DRILLBOOK_PLACE={port} TMPDIR={folder}\n"
    )


def _accounts(folder: Path) -> str:
    """The accounts of this machine, root with an empty home, and sshd's own."""
    lines = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()
    others = [line for line in lines if line.split(":")[0] not in ("root", "sshd")]
    root = f"root:x:0:0::{folder}/home:/bin/sh"
    return "\n".join([root, *others, "sshd:x:65533:65534::/nonexistent:/bin/false", ""])
