"""A container engine of the test's own: real podman, with its storage in a folder that goes.

There is no image to be had from anywhere: one is made whose /usr is this machine's, read-only.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

WITHIN_S = 60.0
IMAGE = "localhost/drillbook-test:1"
_LINKS = ("bin", "sbin", "lib", "lib64")
_FOLDERS = ("usr", "etc", "proc", "sys", "dev", "tmp", "run")
_COPIED = ("passwd", "group", "nsswitch.conf", "ld.so.cache", "alternatives")


class NoEngineError(Exception):
    """No containers can be started here; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Podman:
    """`env` is what its commands need, `socket` where it can be spoken to as Docker's daemon."""

    folder: Path
    env: Mapping[str, str] = field(repr=False)

    def run(self, *argv: str, within_s: float = WITHIN_S) -> str:
        """A command of podman's; what it wrote. Raises NoEngineError where it fails."""
        done = subprocess.run(
            ["podman", *argv],
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoEngineError(f"podman {argv[0]}: {done.stderr.strip()[-500:]}")
        return done.stdout

    @contextmanager
    def container(self, name: str, *options: str, entry: str = "sleep") -> Iterator[str]:
        """A container in which nothing but `sleep` runs."""
        mounts = ("--network", "none", "--volume", "/usr:/usr:ro")
        self.run("run", "--detach", "--name", name, *mounts, *options, IMAGE, entry, "86400")
        try:
            yield name
        finally:
            self.run("rm", "--force", "--time", "0", "--ignore", name)

    def processes(self, name: str) -> list[str]:
        """The commands that run in a container, its first one left out."""
        first = self.run("inspect", "--format", "{{.State.Pid}}", name).strip()
        namespace = _namespace(Path(f"/proc/{first}"))
        inside = [p for p in Path("/proc").glob("[0-9]*") if _namespace(p) == namespace]
        return sorted(command for p in inside if p.name != first and (command := _command(p)))

    @contextmanager
    def as_docker(self) -> Iterator[Mapping[str, str]]:
        """Podman's service, which speaks Docker's protocol; what the docker program needs."""
        socket = self.folder / "docker.sock"
        url = f"unix://{socket}"
        service = subprocess.Popen(
            ["podman", "system", "service", "--time", "0", url],
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until_s = time.monotonic() + WITHIN_S
            while not socket.exists():
                assert time.monotonic() < until_s, "podman's service listens"
                time.sleep(0.02)
            yield {**self.env, "DOCKER_HOST": url}
        finally:
            service.terminate()
            service.wait(WITHIN_S)


def _namespace(process: Path) -> str:
    """Which processes it sees; empty where it has just ended."""
    try:
        return str((process / "ns/pid").readlink())
    except OSError:
        return ""


def _command(process: Path) -> str:
    """Its command line; empty where it is dead and not buried, or has just ended."""
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode("utf-8", "replace").strip()


@contextmanager
def podman() -> Iterator[Podman]:
    """A podman with one image. Raises NoEngineError with the reason where that cannot be."""
    if not shutil.which("podman"):
        raise NoEngineError("podman is not installed; apt-get install podman runc (as root)")
    # Not below pytest's folders: the path of a socket may have 108 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="dbk-"))
    engine = Podman(folder=folder, env=_configured(folder))
    try:
        _import_image(engine)
        yield engine
    finally:
        if (folder / "root").exists():
            engine.run("rm", "--all", "--force", "--time", "0")
            engine.run("system", "reset", "--force")
        _end_monitors(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _end_monitors(folder: Path) -> None:
    """Of an exec over Docker's protocol, podman's monitor stays for five minutes."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0].endswith(b"conmon") and any(
                word.startswith(bytes(folder)) for word in words
            ):
                os.kill(int(process.name), signal.SIGKILL)


def _configured(folder: Path) -> dict[str, str]:
    """Its configuration: what works for root in a small machine without systemd, too."""
    runtime = "runc" if shutil.which("runc", path=f"{os.environ['PATH']}:/usr/sbin") else "crun"
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/root"\nrunroot = "{folder}/run"\n'
    )
    (folder / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
        f'[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\nruntime = "{runtime}"\n'
        f'tmp_dir = "{folder}/tmp"\n'
        f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{folder}/net"\n'
    )
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": str(folder),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "CONTAINERS_CONF": str(folder / "containers.conf"),
    }


def _import_image(engine: Podman) -> None:
    """An image of empty folders; its programs are this machine's, by a volume."""
    root = engine.folder / "image"
    for name in _FOLDERS:
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in _LINKS:
        (root / name).symlink_to(f"usr/{name}")
    for name in _COPIED:
        subprocess.run(["cp", "-a", f"/etc/{name}", str(root / "etc")], check=False)
    archive = engine.folder / "image.tar"
    subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)
    engine.run("import", str(archive), IMAGE)
