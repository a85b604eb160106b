"""A step + a pod's name or selector → how kubectl carries it in."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from drillbook.model.action import Start
from drillbook.model.finding import Finding
from drillbook.model.plan import PlannedStep
from drillbook.model.runbook import Step
from drillbook.model.target import Target
from drillbook.run.actions.flaw import flaw
from drillbook.run.transports.naming import Naming, misnamed, unnamed
from drillbook.run.transports.remote import BOOTSTRAP, frame_of, new_mark

# kubectl's own exit codes are never taken for the step's, which comes in the trailer: it ends with
# 1 for whatever it could not do, and with 0 where a SPDY connection is cut in mid-step.
SAYS_NOTHING: Mapping[int, str] = {}

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_KEY = r"(?:[A-Za-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_VALUE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?"
_VALUES = rf"\( ?{_VALUE}(?: ?, ?{_VALUE}){{0,30}} ?\)"
_REQUIREMENT = rf"(?:!?{_KEY}|{_KEY} ?(?:=|==|!=) ?{_VALUE}|{_KEY} (?:in|notin) ?{_VALUES})"
NAMINGS = (
    Naming(
        "pod",
        re.compile(rf"(?:[a-z][a-z0-9.]{{0,62}}/)?{_NAME}"),
        "a pod's name, or KIND/NAME of what has pods",
        "deploy/orders-api",
    ),
    Naming(
        "selector",
        re.compile(rf"{_REQUIREMENT}(?:, ?{_REQUIREMENT}){{0,30}}"),
        "a selector of labels",
        "app=orders-api",
    ),
    Naming("namespace", re.compile(_LABEL), "a namespace", "orders"),
    Naming("container", re.compile(_LABEL), "the name of a container of the pod", "main"),
    Naming("context", re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/@+-]{0,252}"), "a context", "prod"),
    Naming(
        "kubeconfig",
        re.compile(r"(?:~/|/)[^\x00-\x1f\x7f]{1,4000}"),
        "the whole path of a kubeconfig, which begins with / or ~/",
        "~/.kube/prod",
    ),
)

# The pod of a selector is looked for before each step: pods come and go. The arguments before
# `--` are kubectl's own, those behind it the container's and the program's.
_FIND = (
    "selector=$1; shift; own=(); "
    'while [[ $1 != -- ]]; do own+=("$1"); shift; done; shift; '
    'pod=$(kubectl "${own[@]}" get pods --selector="$selector" '
    "--field-selector=status.phase=Running --output=name </dev/null) || exit 255; "
    "pod=${pod%%$'\\n'*}; "
    '[[ -n $pod ]] || { echo "no running pod has the labels $selector"; exit 255; }; '
    'exec kubectl "${own[@]}" exec --stdin "$pod" "$@"'
)


def carry(planned: PlannedStep, values: Mapping[str, str], grace_s: float) -> Start:
    """The step as the fixed program in the pod reads it. Raises ValueError on a NUL."""
    mark = new_mark()
    stdin = frame_of(planned, values, mark, grace_s)
    return Start(argv=way(planned.target), stdin=stdin, mark=mark)


def prepare(_target: Target) -> None:
    """Nothing: kubectl keeps no connection between two steps."""


def way(target: Target) -> tuple[str, ...]:
    """The command that begins the fixed program in the pod; nothing of a step is in it."""
    settings = target.settings
    own = tuple(_options(settings))
    container = (f"--container={settings['container']}",) if "container" in settings else ()
    inside = (*container, "--", *BOOTSTRAP)
    if "pod" in settings:
        return ("kubectl", *own, "exec", "--stdin", settings["pod"], *inside)
    launcher = ("bash", "-p", "-c", _FIND, "drillbook", settings["selector"])
    return (*launcher, *own, "--", *inside)


def flaws(step: Step, target: Target) -> Iterable[Finding]:
    """No pod named, or two ways to find it, or what is named is no name."""
    settings = target.settings
    if "pod" not in settings and "selector" not in settings:
        yield unnamed(step, target, "pod", "deploy/orders-api")
    if "pod" in settings and "selector" in settings:
        yield flaw(
            step,
            "target-with-two-pods",
            f"target `{target.name}` names a pod, and a selector of pods too",
            f"keep one of pod and selector in [targets.{target.name}]",
        )
    yield from misnamed(step, target, NAMINGS)


def _options(settings: Mapping[str, str]) -> Iterable[str]:
    for key in ("context", "namespace"):
        if key in settings:
            yield f"--{key}={settings[key]}"
    if "kubeconfig" in settings:
        yield f"--kubeconfig={Path(settings['kubeconfig']).expanduser()}"
