"""Places that a step is carried to in tests, each by the real program that goes there."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from containers import Podman
from drillbook.model.action import Transport
from drillbook.model.attempt import AttemptOrder, Outcome
from drillbook.model.plan import PlannedStep
from drillbook.model.target import Target
from drillbook.run.supervisor import StepSupervisor
from drillbook.run.transports import container, kubernetes, ssh
from kube_api import KubeApi
from nouns import step
from ssh_server import SshServer

GENEROUS_S = 60.0
# What tools/servers.sh has unpacked comes last: the machine's own is taken where there is one.
UNPACKED = Path(__file__).parents[2] / ".tools/debian/usr/bin"
PATH = f"/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:{UNPACKED}"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A target, how it is reached, and what a test may see of it and do to it.

    `processes` are the commands that run there beside its first one. `die` ends the place.
    """

    target: Target
    transport: Transport
    env: Mapping[str, str] = field(repr=False)
    processes: Callable[[], list[str]]
    die: Callable[[], None]

    def order(
        self,
        folder: Path,
        script: str,
        values: Mapping[str, str] | None = None,
        *,
        timeout_s: float = GENEROUS_S,
        **fields: Any,
    ) -> AttemptOrder:
        """The order of a script with these variables."""
        planned = PlannedStep(
            step=step("carried", script, **fields), target=self.target, timeout_s=timeout_s
        )
        start = self.transport.carry(planned, values or {}, 1.0)
        return AttemptOrder(
            folder=folder,
            argv=start.argv,
            env={**self.env, **start.env},
            timeout_s=timeout_s,
            stdin=start.stdin,
            mark=start.mark,
            is_background=planned.step.is_background,
            exports=planned.step.exports,
        )

    def run(
        self, folder: Path, script: str, values: Mapping[str, str] | None = None, **facts: Any
    ) -> Outcome:
        """What came of a script."""
        supervisor = StepSupervisor()
        try:
            return supervisor.perform(self.order(folder, script, values, **facts), silently)
        finally:
            supervisor.close()


def silently(_text: str) -> None:
    """Show nothing."""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait, generously, for something that must come."""
    deadline_s = time.monotonic() + GENEROUS_S
    while not holds():
        assert time.monotonic() < deadline_s, f"waited in vain: {what}"
        time.sleep(0.02)


@contextmanager
def in_container(engine: Podman, name: str, program: str = "podman") -> Iterator[Place]:
    """A container of podman's, reached by `program`: podman or docker."""
    with engine.container(name), _environment(engine, program) as env:
        settings = {"container": name, "engine": program}
        yield Place(
            target=Target(name="box", kind="container", settings=settings),
            transport=container,
            env=env,
            processes=lambda: engine.processes(name),
            die=lambda: _kill(engine, name),
        )


def _kill(engine: Podman, name: str) -> None:
    engine.run("kill", name)


@contextmanager
def _environment(engine: Podman, program: str) -> Iterator[Mapping[str, str]]:
    if program == "podman":
        yield engine.env
        return
    with engine.as_docker() as env:
        yield env


def in_pod(api: KubeApi, folder: Path, name: str) -> Place:
    """A pod of the API server, reached by kubectl."""
    pod = api.pod(name, namespace="shop", containers=("main", "sidecar"))
    home = folder / "home"
    home.mkdir()
    settings = {"pod": name, "namespace": "shop", "kubeconfig": str(api.kubeconfig(home))}
    return Place(
        target=Target(name="pod", kind="kubernetes", settings=settings),
        transport=kubernetes,
        env={"PATH": PATH, "HOME": str(home)},
        processes=lambda: sorted(_command(pid) for pid in pod.processes()),
        die=pod.kill,
    )


def on_host(server: SshServer) -> Place:
    """A host that is this machine too, reached by ssh."""

    def commands() -> list[str]:
        said = (_command(pid) for pid in server.processes())
        return sorted(text for text in said if not re.match(r"(\S*/)?(ba)?sh -c |sshd", text))

    return Place(
        target=server.target(),
        transport=ssh,
        env={"PATH": PATH, "HOME": str(server.folder)},
        processes=commands,
        die=server.break_off,
    )


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return f"{pid}, which has just ended"
    return os.fsdecode(b" ".join(words)).strip()


def has(program: str) -> bool:
    """Whether a program is installed here."""
    return shutil.which(program, path=PATH) is not None
