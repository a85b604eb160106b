"""A command inside pods or containers that an earlier step has taken away."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from drillbook.lint.shell.acts import Act, acts_of, is_advised_against
from drillbook.lint.shell.calls import Call, calls_of
from drillbook.lint.shell.deeds import own_words
from drillbook.model.document import Document
from drillbook.model.finding import Severity
from drillbook.model.lint import Circumstances, DocumentLint, Flaw
from drillbook.model.runbook import Option

_KUBE = ("kubectl", "oc", "k")
_DOCKER = ("docker", "podman", "docker-compose", "podman-compose")
_KINDS = ("deployment", "deployments", "deploy", "statefulset", "statefulsets", "sts")
_ZERO = re.compile(r"--replicas[= ]0(?!\S)")
_POD = r"(?:-[a-z0-9]+)*(?:-[0-9]+)?"


@dataclass(frozen=True, slots=True)
class _Gone:
    """What was taken away, by the words that an exec may name it with."""

    name: str
    how: str
    is_kube: bool


def _check(document: Document, _: Circumstances) -> Iterator[Flaw]:
    gone: dict[str, _Gone] = {}
    before: Act | None = None
    for act in acts_of(document):
        if not act.is_shell or {"scale", "exec", "rsh", "stop", "down"}.isdisjoint(act.words):
            before = before if act.is_shell else None
            continue
        if not _goes_on(before, act):
            gone = {}
        before = act
        for call in calls_of(act.text):
            if call.via:
                continue
            lost = _lost(call, gone)
            if lost and not is_advised_against(act, call.start):
                yield Flaw(
                    place=act.place_at(document, call.start, call.end),
                    message=f'"{lost.name}" was {lost.how} above, so there is nothing to exec into',
                    help="do it before, or in a pod or container of its own that has the same "
                    "volume",
                )
            _follow(call, gone)


def _goes_on(before: Act | None, act: Act) -> bool:
    """Whether this is done after that: in one Option, or below one heading."""
    if before is None:
        return True
    if isinstance(before.owner, Option) and before.owner.risk_place:
        return before.owner is act.owner
    return before.heading == act.heading


def _follow(call: Call, gone: dict[str, _Gone]) -> None:
    said = " ".join(call.texts)
    if call.program in _KUBE and "scale" in call.texts:
        name = _named(call)
        if name and _ZERO.search(said):
            gone[name] = _Gone(name, "scaled to 0", is_kube=True)
        else:
            gone.pop(name, None)
    elif call.program in _KUBE and {"apply", "rollout", "create", "run"} & set(call.texts):
        gone.clear()
    elif call.program in _DOCKER:
        words = [word for word in own_words(call.texts, "docker") if word != "compose"]
        if words[:1] in (["stop"], ["rm"], ["down"]):
            for name in words[1:]:
                gone[name] = _Gone(name, "stopped", is_kube=False)
        elif words[:1] in (["start"], ["up"], ["restart"], ["run"]):
            gone.clear()


def _named(call: Call) -> str:
    """`deployment/agent` and `deployment agent`; empty where the text does not name one."""
    words = own_words(call.texts, "kubectl")
    words = words[words.index("scale") + 1 :] if "scale" in words else []
    first = words[0] if words else ""
    kind, slash, name = first.partition("/")
    if slash:
        return name if kind in _KINDS else ""
    return words[1] if first in _KINDS and len(words) == 2 else ""


def _lost(call: Call, gone: dict[str, _Gone]) -> _Gone | None:
    verbs = ("exec", "rsh")
    if not gone or not any(verb in call.texts for verb in verbs):
        return None
    program = "kubectl" if call.program in _KUBE else "docker"
    words = [word for word in own_words(call.texts, program) if word != "compose"]
    if len(words) < 2 or words[0] not in verbs:
        return None
    target = words[1]
    for one in gone.values():
        if one.is_kube and call.program in _KUBE:
            name = target.partition("/")[2] if "/" in target else target
            is_literal = re.fullmatch(r"[a-z0-9.-]+", one.name) is not None
            pattern = re.escape(one.name) + (_POD if "/" not in target and is_literal else "")
            if re.fullmatch(pattern, name) or _is_placeholder_of(target, one.name):
                return one
        elif not one.is_kube and call.program in _DOCKER and target == one.name:
            return one
    return None


def _is_placeholder_of(target: str, name: str) -> bool:
    """`agent-<pod>` is one of the pods of `agent`."""
    return target.startswith((f"{name}-<", f"{name}-$"))


LINT = DocumentLint(
    name="exec-into-what-is-gone",
    summary="an exec into pods or containers that a step above has taken away",
    severity=Severity.ERROR,
    check=_check,
)
