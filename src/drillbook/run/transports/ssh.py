"""A step for a target of kind `ssh` → the system's own ssh, which carries it there.

Your ssh configuration, agent, known hosts and jump hosts count as they do in a terminal, but
nothing is ever asked: a connection that needs an answer fails.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.actions.flaw import flaw
from drillbook.run.transports.remote import BOOTSTRAP_LINE, frame_of, new_mark
from drillbook.run.transports.ssh_sharing import share, socket_for

CONNECT_TIMEOUT_S = 10
CONNECT_TIMEOUT_S_MAX = 300
# A host that leaves so many questions unanswered is gone: one every half of connect_timeout.
ALIVE_COUNT = 3

# None begins with a `-`: ssh would take it for an option, and some options run programs.
_SHAPES = {
    "host": (re.compile(r"[\w:\[][\w.:%\[\]-]{0,252}"), "the name or address of a host"),
    "user": (re.compile(r"[\w][\w.@+\\$-]{0,99}"), "the name of a user"),
    "port": (re.compile(r"[1-9]\d{0,4}"), "a number from 1 to 65535"),
    "identity_file": (re.compile(r"[/~][^\0\n]{0,999}"), "the whole path of a file"),
    "config": (re.compile(r"[/~][^\0\n]{0,999}"), "the whole path of a file"),
    "jump": (re.compile(r"[\w:\[][\w.:%@\[\],/+\\$-]{0,999}"), "hosts as [USER@]HOST[:PORT],…"),
    "connect_timeout": (
        re.compile(r"[1-9]\d{0,2}s?"),
        f'a number of seconds up to {CONNECT_TIMEOUT_S_MAX}, such as "10s"',
    ),
}


def carry(planned: PlannedStep, values: Mapping[str, str], grace_s: float) -> Start:
    """The same command for every step of a target; all else goes by standard input."""
    mark = new_mark()
    options, host = options_of(planned.target), planned.target.settings["host"]
    shared = ("-o", "ControlMaster=no", "-S", socket_for(options, host) or "none")
    argv = ("ssh", *options, *shared, "--", host, BOOTSTRAP_LINE)
    return Start(argv=argv, stdin=frame_of(planned, values, mark, grace_s), mark=mark)


def prepare(target: Target) -> None:
    """See that a connection is there which the target's steps can share.

    Where none can be made, each step makes one of its own, and says what is wrong.
    """
    if not tuple(_target_flaws(target)):
        within_s = 2.0 * _connect_timeout_s(target) + 5.0
        share(options_of(target), target.settings["host"], within_s=within_s)


def flaws(step: Step, target: Target) -> Iterable[Finding]:
    """Settings that ssh would not understand, or would take for options; ssh itself missing."""
    for lint, message, cure in _target_flaws(target):
        yield flaw(step, lint, message, cure)
    if shutil.which("ssh") is None:
        message = f"step `{step.name}` goes over ssh, and there is no program ssh here"
        yield flaw(step, "missing-ssh", message, "install it: apt-get install openssh-client")


def options_of(target: Target) -> tuple[str, ...]:
    """What ssh is told of the connection."""
    settings = target.settings
    timeout_s = _connect_timeout_s(target)
    fixed = {
        "BatchMode": "yes",
        "ConnectTimeout": str(timeout_s),
        "ServerAliveInterval": str(max(1, timeout_s // 2)),
        "ServerAliveCountMax": str(ALIVE_COUNT),
        "ClearAllForwardings": "yes",
        "RemoteCommand": "none",
    }
    options = ["-T"]
    for name, value in fixed.items():
        options += ["-o", f"{name}={value}"]
    flags = {"user": "-l", "port": "-p", "config": "-F", "jump": "-J", "identity_file": "-i"}
    for name, flag in flags.items():
        if name in settings:
            options += [flag, settings[name]]
    if "identity_file" in settings:
        options += ["-o", "IdentitiesOnly=yes"]
    return tuple(options)


def _connect_timeout_s(target: Target) -> int:
    return int(target.settings.get("connect_timeout", str(CONNECT_TIMEOUT_S)).removesuffix("s"))


def _target_flaws(target: Target) -> Iterator[tuple[str, str, str]]:
    """The lint, the message and the cure of each setting that is not as it must be."""
    if "host" not in target.settings:
        message = f"target `{target.name}` is of kind ssh and names no host"
        yield "ssh-without-host", message, f'write host = "…" below [targets.{target.name}]'
    for name, (shape, wanted) in _SHAPES.items():
        value = target.settings.get(name)
        if value is not None and not (shape.fullmatch(value) and _is_in_range(name, value)):
            message = f"the {name} of target `{target.name}` is none that ssh could be given"
            yield "bad-ssh-setting", message, f"write {wanted}"


def _is_in_range(name: str, value: str) -> bool:
    if name == "port":
        return int(value) <= 65_535
    return name != "connect_timeout" or int(value.removesuffix("s")) <= CONNECT_TIMEOUT_S_MAX
