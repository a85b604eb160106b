"""A step + a container's name → how docker or podman carries it in."""

import re
from collections.abc import Iterable, Mapping

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.transports.naming import Naming, misnamed, unnamed
from drillbook.run.transports.remote import BOOTSTRAP, frame_of, new_mark

# An engine's own exit codes are never taken for the step's: that comes in the trailer, or the
# step has no exit code.
SAYS_NOTHING: Mapping[int, str] = {}

_CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,252}")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?")
NAMINGS = (
    Naming("container", _CONTAINER, "the name or id of a container", "orders-api"),
    Naming("engine", re.compile("docker|podman"), "docker or podman", "podman"),
    Naming("user", _USER, "a user's name or number, with :GROUP at most", "postgres"),
)

# How long docker's daemon may take to say that it is there, where podman could be taken instead.
_ANSWER_S = 3
# $1 is the engine, empty where the target does not say: then it is the one that is installed.
# Of both it is docker if its daemon answers; podman has none that could be away. That a daemon is
# away, the engine says by itself; that there is no engine, only we can say.
_LAUNCH = (
    "engine=$1; shift; "
    "if [[ -z $engine ]]; then engine=podman; "
    "if type -P docker >/dev/null && { ! type -P podman >/dev/null || "
    f"timeout {_ANSWER_S} docker version </dev/null >/dev/null 2>&1; }}; then engine=docker; "
    "elif ! type -P podman >/dev/null; then "
    'echo "neither docker nor podman is installed on this machine"; exit 255; fi; fi; '
    "type -P $engine >/dev/null || "
    '{ echo "$engine is not installed on this machine"; exit 255; }; '
    'exec "$engine" exec --interactive "$@"'
)


def carry(planned: PlannedStep, values: Mapping[str, str], grace_s: float) -> Start:
    """The step as the fixed program in the container reads it. Raises ValueError on a NUL."""
    mark = new_mark()
    stdin = frame_of(planned, values, mark, grace_s)
    return Start(argv=way(planned.target), stdin=stdin, mark=mark)


def prepare(_target: Target) -> None:
    """Nothing: an engine keeps no connection between two steps."""


def way(target: Target) -> tuple[str, ...]:
    """The command that begins the fixed program in the container; nothing of a step is in it."""
    settings = target.settings
    user = ("--user", settings["user"]) if "user" in settings else ()
    launcher = ("bash", "-p", "-c", _LAUNCH, "drillbook", settings.get("engine", ""))
    return (*launcher, *user, "--", settings["container"], *BOOTSTRAP)


def flaws(step: Step, target: Target) -> Iterable[Finding]:
    """No container named, or what is named is no name."""
    if "container" not in target.settings:
        yield unnamed(step, target, "container", "orders-api")
    yield from misnamed(step, target, NAMINGS)
